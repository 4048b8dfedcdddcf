"""The large picture under wheels, touchpads, keys and the mouse."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.pictures.loader import Loaded
from app.ui.pictures.picture_view import PictureView


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    """A picture larger than its view, at twice its pixels."""
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_picture(picture(800, 600))
    view.show()
    qtbot.waitExposed(view)
    view.show_pixels()
    view.zoom(2)
    return view


def picture(width: int, height: int, times: int = 1) -> Loaded:
    """A picture of this size, of whose file `times` as many pixels are in each direction."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    return Loaded(image, (width * times, height * times))


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


def test_keys_show_each_pixel_and_fit_again(view: PictureView) -> None:
    for key, percent in ((Qt.Key.Key_1, 100), (Qt.Key.Key_Plus, 125), (Qt.Key.Key_Minus, 100)):
        QTest.keyClick(view, key)
        assert view.percent == percent
    for fits in (Qt.Key.Key_0,):
        QTest.keyClick(view, Qt.Key.Key_1)
        QTest.keyClick(view, fits)
        assert view.percent == pytest.approx(50, abs=1)


def test_arrow_keys_move_a_zoomed_picture(view: PictureView) -> None:
    before = view.horizontalScrollBar().value()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.horizontalScrollBar().value() > before


def test_a_double_click_shows_the_pixels_at_its_place_and_fits_again(view: PictureView) -> None:
    view.fit()
    place = QPoint(100, 80)
    point = view.mapToScene(place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.percent == 100
    assert (view.mapToScene(place) - point).manhattanLength() < 4
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.percent == pytest.approx(50, abs=1)


def test_the_wheel_zooms_where_it_is(view: PictureView) -> None:
    point = view.mapToScene(QPoint(200, 150))
    turn(view, QPoint(0, 240))
    assert (view.mapToScene(QPoint(200, 150)) - point).manhattanLength() < 4


def test_more_pixels_are_wanted_only_where_the_file_has_more(view: PictureView, qtbot: QtBot) -> None:
    wanted: list[tuple[QRect, QSize]] = []
    view.part_wanted.connect(lambda box, size: wanted.append((box, size)))
    view.show_pixels()
    qtbot.wait(200)
    assert not wanted, "the preview has all there is"
    view.show_picture(picture(800, 600, times=10))
    qtbot.wait(200)
    assert not wanted, "it is small enough on the screen"
    view.show_pixels()
    qtbot.waitUntil(lambda: bool(wanted))
    box, size = wanted[-1]
    assert box.size() == size, "each pixel of the file"
    assert box.width() < 8000


def drag(view: PictureView) -> None:
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(port, left, pos=QPoint(200, 150))
    for way in (10, 20, 40):
        QTest.mouseMove(port, QPoint(200 - way, 150))
    QTest.mouseRelease(port, left, pos=QPoint(160, 150))


def test_a_whole_picture_is_drawn_out_and_a_zoomed_one_is_moved(view: PictureView) -> None:
    drawn: list[bool] = []
    view.drag_wanted.connect(lambda: drawn.append(True))
    before = view.horizontalScrollBar().value()
    drag(view)
    assert view.horizontalScrollBar().value() > before
    assert not drawn
    view.fit()
    drag(view)
    assert drawn == [True]


def test_no_hand_is_shown_where_there_is_nothing_to_move(view: PictureView) -> None:
    assert view.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    view.fit()
    assert view.viewport().cursor().shape() != Qt.CursorShape.OpenHandCursor


def test_a_tall_narrow_picture_is_drawn_over_all_of_its_place(view: PictureView, qtbot: QtBot) -> None:
    image = QImage(1, 2048, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    view.show_picture(Loaded(image, (10, 30000)))
    assert view._whole.sceneBoundingRect() == view.sceneRect()
    view.show_part(QRect(0, 0, 10, 2000), image.copy(0, 0, 1, 150))
    assert view._part.sceneBoundingRect().toRect() == QRect(0, 0, 10, 2000)
    wanted: list[QRect] = []
    view.part_wanted.connect(lambda box, _size: wanted.append(box))
    view.zoom(0.09 / (view.percent / 100))  # more than there is downwards, less than there is across
    qtbot.waitUntil(lambda: bool(wanted))
