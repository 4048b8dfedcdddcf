"""The window as a whole: languages, colours, names for screen readers, settings."""

import re
import sys

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import settings
from app.ui.main_window import MainWindow
from tests.ui.conftest import Open

_CHINESE = re.compile("[\u4e00-\u9fff]")


def visible_texts(window: MainWindow) -> list[str]:
    """Texts of labels and buttons on the current page and the rail."""
    widgets: list[QWidget] = [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
    return [widget.text() for widget in widgets if isinstance(widget, QLabel | QAbstractButton)]


def test_the_language_changes_while_the_program_runs(window: MainWindow) -> None:
    assert "设置" in visible_texts(window)
    window.apply(settings.with_values(settings.load(), language="en"))
    chinese = [text for text in visible_texts(window) if _CHINESE.search(text)]
    assert chinese == []
    assert "Drop a picture here" in visible_texts(window)


def test_dark_is_dark_and_light_is_light(open_with: Open, qtbot: QtBot) -> None:
    window = open_with(theme="dark")
    qtbot.waitExposed(window)
    assert QColor(window.grab().toImage().pixel(300, 10)).lightness() < 60
    window.apply(settings.with_values(settings.load(), theme="light"))
    assert QColor(window.grab().toImage().pixel(300, 10)).lightness() > 220


def test_every_control_has_a_name_for_screen_readers(window: MainWindow) -> None:
    controls: list[QWidget] = [*window.findChildren(QAbstractButton), *window.findChildren(QComboBox)]
    nameless = [
        control
        for control in controls
        if not control.accessibleName() and not (isinstance(control, QAbstractButton) and control.text())
    ]
    assert nameless == []


def test_a_changed_setting_is_kept_for_the_next_start(window: MainWindow) -> None:
    window.settings_page.changed.emit(settings.with_values(settings.load(), top_k=3))
    assert settings.load().top_k == 3


def test_painting_does_not_use_up_none() -> None:
    """PySide6 6.12.0 loses a reference to None with every call on Python 3.11, and dies of it."""
    painter = QPainter(image := QImage(8, 8, QImage.Format.Format_RGB32))
    before = sys.getrefcount(None)
    for _ in range(200):
        painter.save()
        painter.restore()
    after = sys.getrefcount(None)
    painter.end()
    assert not image.isNull()
    assert abs(after - before) < 100


def test_wheel_over_a_setting_scrolls_and_changes_nothing(window: MainWindow) -> None:
    window.show_page("settings")
    down, none = QPoint(0, -120), Qt.MouseButton.NoButton
    for field in window.settings_page.findChildren(QAbstractSpinBox):
        wheel = QWheelEvent(
            QPointF(5, 5), QPointF(field.mapToGlobal(QPoint(5, 5))), down, down, none,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(field, wheel)
    assert settings.load() == settings.with_values(settings.Settings(), language="zh", theme="light")
