"""The settings page: real mouse, keys and wheel on its fields."""

import re

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core import settings
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Open
from tests.ui.pages import recognise, settings_page

_CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def language(window: MainWindow) -> QComboBox:
    """The field for the language, on the page that is shown."""
    window.show_page("settings")
    return field(window, "语言")


def field(window: MainWindow, name: str) -> QComboBox:
    return next(box for box in settings_page(window).findChildren(QComboBox) if box.accessibleName() == name)


def texts(window: MainWindow) -> list[str]:
    """Everything that is written on the page, and in its lists."""
    page = settings_page(window)
    shown = [label.text() for label in page.findChildren(QLabel)]
    shown += [button.text() for button in page.findChildren(QAbstractButton)]
    boxes = page.findChildren(QComboBox)
    return [*shown, *(box.itemText(row) for box in boxes for row in range(box.count()))]


def test_the_language_is_changed_with_the_mouse(
    language: QComboBox, window: MainWindow, qtbot: QtBot
) -> None:
    QTest.mouseClick(language, Qt.MouseButton.LeftButton)
    view = language.view()
    qtbot.waitUntil(view.isVisible)
    row = language.findText("English")
    place = view.visualRect(language.model().index(row, 0)).center()
    QTest.mouseMove(view.viewport(), place)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    qtbot.waitUntil(lambda: not view.isVisible())
    assert [text for text in texts(window) if _CHINESE.search(text)] == ["中文"]
    assert language.currentText() == "English"
    assert language is field(window, "Language")


def test_the_language_is_changed_with_keys_there_and_back(
    language: QComboBox, window: MainWindow, qtbot: QtBot
) -> None:
    language.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(language, key)
        qtbot.wait(1)
    assert language.hasFocus()
    assert language.currentText() == "English"
    assert "Settings" in texts(window)


def test_threshold_is_the_models_until_another_is_chosen(window: MainWindow) -> None:
    window.show_page("settings")
    boxes = settings_page(window).findChildren(QDoubleSpinBox)
    field = next(box for box in boxes if box.accessibleName() == "确定所需概率")
    assert field.text() == "随模型：0.85"
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "0.90"
    assert settings.load().certain_threshold == 0.9
    field.selectAll()
    QTest.keyClicks(field, "0.03")  # less than there is: it stays as it was
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert settings.load().certain_threshold == 0.9
    field.selectAll()
    QTest.keyClicks(field, "0,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert settings.load().certain_threshold == 0.5
    field.selectAll()
    QTest.keyClicks(field, "0")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "随模型：0.85"
    assert settings.load().certain_threshold == 0


def test_dark_is_chosen_with_keys(window: MainWindow) -> None:
    window.show_page("settings")
    theme = field(window, "外观")
    theme.setFocus()
    QTest.keyClick(theme, Qt.Key.Key_Down)
    assert theme.currentText() == "深色"
    assert QColor(window.grab().toImage().pixel(300, 10)).lightness() < 60


def test_the_engine_switch_keeps_its_buttons_when_another_engine_leaves_it(open_with: Open) -> None:
    window = open_with(engine="onnxruntime")
    onnx = next(
        button
        for button in recognise(window).toolbar.findChildren(QPushButton)
        if button.text() == "ONNX Runtime"
    )
    eager = next(
        button for button in recognise(window).toolbar.findChildren(QPushButton) if button.text() == "Eager"
    )
    QTest.mouseClick(eager, Qt.MouseButton.LeftButton)
    assert eager.isChecked()
    assert onnx.isVisible()
    assert onnx.text() != "ONNX Runtime"


def test_the_wheel_scrolls_the_page_over_everything_and_changes_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1180, 600)
    window.show_page("settings")
    qtbot.waitExposed(window)
    page = settings_page(window)
    (area,) = page.findChildren(QScrollArea)
    bar = area.verticalScrollBar()
    down = QPoint(0, -120)
    for widget in area.viewport().findChildren(QWidget):
        if not widget.visibleRegion().isEmpty():
            place = QPointF(widget.mapTo(window, QPoint(2, 2)))
            QTest.wheelEvent(window.windowHandle(), place, down)
            assert bar.value() > 0, widget
            bar.setValue(0)
    assert settings.load() == settings.with_values(settings.Settings(), language="zh", theme="light")


def test_a_list_shows_all_its_rows_and_no_more(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    for box in settings_page(window).findChildren(QComboBox):
        box.showPopup()
        view = box.view()
        qtbot.waitUntil(view.isVisible)
        last = view.visualRect(view.model().index(box.count() - 1, 0))
        assert view.visualRect(view.model().index(0, 0)).top() >= 0
        assert 0 <= view.viewport().height() - last.bottom() <= 3, box.accessibleName()
        assert not view.verticalScrollBar().isVisible()
        box.hidePopup()
