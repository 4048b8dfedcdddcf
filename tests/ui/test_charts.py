"""Charts in the window: drawn, pointed at, walked through with the keys, saved as what is on the screen."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from app.charts.scene import Label
from app.ui.charts.chart_card import ChartCard
from app.ui.charts.chart_view import ChartView
from app.ui.charts.painter import colour
from tests.charts.test_scenes import ALL, BARS, LINES, PARTS


@pytest.fixture
def card(qtbot: QtBot) -> ChartCard:
    made = ChartCard("performance.chart_medians", "performance.note_medians", is_pressable=True)
    qtbot.addWidget(made)
    made.resize(600, 320)
    made.show()
    made.show_chart(BARS)
    return made


def has_colour(image: QImage, name: str) -> bool:
    wanted = QColor(name).rgb()
    return any(
        image.pixel(x, y) == wanted for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    )


def point_at(view: ChartView, number: int) -> QPoint:
    x, y = view.scene.marks[number].box.middle
    return QPoint(round(x), round(y))


def test_bars_are_drawn_in_the_colours_of_the_theme(card: ChartCard) -> None:
    image = card.view.grab().toImage()
    assert has_colour(image, colour("series0"))
    assert has_colour(image, colour("series1"))


def test_pointing_at_a_bar_tells_its_value_in_full(card: ChartCard, qtbot: QtBot) -> None:
    QTest.mouseMove(card.view, point_at(card.view, 1))
    qtbot.waitUntil(lambda: QToolTip.text() == BARS.rows[1].parts[0].text)


def test_the_keys_go_from_mark_to_mark_and_enter_presses_one(card: ChartCard, qtbot: QtBot) -> None:
    view = card.view
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.accessibleName().endswith("Eager: 26 ms")
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.current == 1, "the last one is the last"
    with qtbot.waitSignal(view.pressed) as pressed:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert pressed.args == [1]


def test_up_and_down_change_the_curve_and_left_and_right_the_place_on_it(card: ChartCard) -> None:
    view = card.view
    card.show_chart(LINES)
    view.setFocus()
    for key, text in (
        ("Right", "ten"),
        ("Right", "twenty"),
        ("Down", "eight"),
        ("Left", "five"),
        ("Up", "ten"),
    ):
        QTest.keyClick(view, getattr(Qt.Key, f"Key_{key}"))
        assert view.accessibleName().endswith(text)


def test_the_focus_is_seen(card: ChartCard) -> None:
    before = card.view.grab().toImage()
    card.view.setFocus()
    whole = card.view.grab().toImage()
    QTest.keyClick(card.view, Qt.Key.Key_Home)
    mark = card.view.grab().toImage()
    assert before != whole
    assert whole != mark
    assert has_colour(whole, colour("accent"))


def test_a_click_beside_the_bars_presses_none(card: ChartCard, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(card.view.pressed):
        QTest.mouseClick(card.view, Qt.MouseButton.LeftButton, pos=QPoint(10, card.view.height() - 4))


def test_a_screen_reader_is_told_title_and_values(card: ChartCard) -> None:
    assert card.view.accessibleName() == "每张图片的推理耗时"
    assert card.view.accessibleDescription().startswith("Eager: 26 ms; ")


def test_svg_and_png_show_the_marks_of_the_screen(card: ChartCard, qtbot: QtBot, tmp_path: Path) -> None:
    for chart in ALL:
        card.show_chart(chart)
        on_screen = [mark.text for mark in card.view.scene.marks]
        tree = ElementTree.fromstring(card.svg())
        assert [each.text for each in tree.iter("{http://www.w3.org/2000/svg}title")] == on_screen
    card.show_chart(PARTS)
    for form in ("png", "svg"):
        with qtbot.waitSignal(card.saved):
            card.save(tmp_path / f"图.{form}")
    picture = QImage(str(tmp_path / "图.png"))
    assert picture.width() >= 2 * card.view.width(), "finer than the screen"
    assert has_colour(picture, colour("step0"))
    assert "每张图片的推理耗时" in (tmp_path / "图.svg").read_text("utf-8")


def test_a_chart_is_copied_as_a_picture(card: ChartCard) -> None:
    card.copy()
    assert has_colour(QGuiApplication.clipboard().image(), colour("series0"))


def test_a_file_that_cannot_be_written_is_told(card: ChartCard, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with qtbot.waitSignal(card.failed) as failed:
        card.save(tmp_path / "file" / "chart.svg")
    assert "无法写入" in failed.args[0]


def test_every_text_has_room_in_a_narrow_window(qtbot: QtBot) -> None:
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(220, 200)
    view.show_chart("chart", BARS)
    names = [shape for shape in view.scene.shapes if isinstance(shape, Label) and shape.anchor == "start"]
    assert names
    assert all(view._lettering.width(label.text) + label.x <= 220.5 for label in names)


def test_the_menu_offers_to_save_and_to_copy(card: ChartCard) -> None:
    texts = [action.text() for action in card.menu().actions()]
    assert texts == ["保存为 PNG…", "保存为 SVG…", "复制图片"]
