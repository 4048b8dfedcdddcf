"""The large picture under wheels and touchpads."""

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.pictures.picture_view import PictureView


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    """A picture larger than its view, at twice its pixels."""
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_image(QImage(800, 600, QImage.Format.Format_RGB32))
    view.show()
    qtbot.waitExposed(view)
    view.zoom(4)
    return view


def turn(view: PictureView, angle: QPoint, pixels: QPoint | None = None) -> None:
    QTest.wheelEvent(view.windowHandle(), QPointF(200, 150), angle, pixels or QPoint())


def scale(view: PictureView) -> float:
    return round(view.transform().m11(), 3)


def test_a_notch_of_the_wheel_zooms_one_step_and_back(view: PictureView) -> None:
    turn(view, QPoint(0, 120))
    assert scale(view) == 2.5
    turn(view, QPoint(0, -120))
    assert scale(view) == 2.0


def test_small_steps_of_a_touchpad_zoom_no_more_than_the_notch_that_they_make(view: PictureView) -> None:
    for _ in range(7):
        turn(view, QPoint(0, 15))
    assert scale(view) == 2.0
    turn(view, QPoint(0, 15))
    assert scale(view) == 2.5


def test_turning_sideways_does_not_zoom_but_moves(view: PictureView) -> None:
    before = view.horizontalScrollBar().value()
    turn(view, QPoint(-120, 0))
    assert scale(view) == 2.0
    assert view.horizontalScrollBar().value() > before


def test_pixels_of_a_touchpad_move_the_picture(view: PictureView) -> None:
    across, down = view.horizontalScrollBar().value(), view.verticalScrollBar().value()
    turn(view, QPoint(-40, -80), QPoint(-10, -20))
    assert (view.horizontalScrollBar().value(), view.verticalScrollBar().value()) == (across + 10, down + 20)
    assert scale(view) == 2.0
