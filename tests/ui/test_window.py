"""The window as a whole: languages, colours, names for screen readers, settings."""

import logging
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAccessible, QColor, QFileOpenEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core import paths, settings
from app.ui.kit.cards import Card
from app.ui.shell import application
from app.ui.shell.window import MainWindow
from tests.measure.accessible import line, visible
from tests.ui.conftest import Drop, Open
from tests.ui.pages import batch, recognise

PANDA, CAT = (paths.resource("samples", f"{name}.jpg") for name in ("panda", "cat"))

_TIMEOUT_MS = 60_000
_CHINESE = re.compile("[\u4e00-\u9fff]")


def visible_texts(window: MainWindow) -> list[str]:
    """Texts of labels and buttons on the current page and the rail."""
    widgets: list[QWidget] = [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
    return [widget.text() for widget in widgets if isinstance(widget, QLabel | QAbstractButton)]


def test_the_language_changes_while_the_program_runs(window: MainWindow) -> None:
    assert "设置" in visible_texts(window)
    window.current.change(settings.with_values(settings.load(), language="en"))
    chinese = [text for text in visible_texts(window) if _CHINESE.search(text)]
    assert chinese == []
    assert "Drop a picture here" in visible_texts(window)


def test_what_qt_says_itself_and_the_name_beside_titles_change_their_language_too(
    window: MainWindow, qapp: QApplication
) -> None:
    for language, words in (("en", ("&No", "Wanwu")), ("zh", ("否(&N)", "万物识别"))):
        window.current.change(settings.with_values(settings.load(), language=language))
        box = QMessageBox(QMessageBox.Icon.Question, "", "", QMessageBox.StandardButton.No, window)
        assert (box.button(QMessageBox.StandardButton.No).text(), qapp.applicationDisplayName()) == words


def test_file_that_the_system_hands_over_is_recognised_and_a_folder_is_a_batch(
    window: MainWindow, qapp: application.Application, qtbot: QtBot, tmp_path: Path
) -> None:
    window.show_page("settings")
    window.showMinimized()
    for path in (PANDA, CAT):
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(path))))
    qtbot.waitUntil(lambda: len(recognise(window).session.model.pictures) == 2, timeout=_TIMEOUT_MS)
    assert {picture.path for picture in recognise(window).session.model.pictures} == {PANDA, CAT}
    assert not window.isMinimized()
    assert recognise(window).isVisible()
    shutil.copy(PANDA, tmp_path)
    with qtbot.waitSignal(batch(window).runs.ended, timeout=_TIMEOUT_MS):
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(tmp_path))))
    assert batch(window).isVisible()


def test_window_opens_where_the_log_would_go_to_a_pipe(open_with: Open, home: Path) -> None:
    log = home / "logs" / "wanwu.log"
    log.parent.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    os.mkfifo(log)
    handlers = list(logging.getLogger().handlers)
    try:
        application._log_to_file()
        assert open_with().isVisible()
    finally:
        log.unlink()
        logging.getLogger().handlers = handlers


def test_dark_is_dark_and_light_is_light(open_with: Open, qtbot: QtBot) -> None:
    window = open_with(theme="dark")
    qtbot.waitExposed(window)
    assert QColor(window.grab().toImage().pixel(300, 10)).lightness() < 60
    window.current.change(settings.with_values(settings.load(), theme="light"))
    assert QColor(window.grab().toImage().pixel(300, 10)).lightness() > 220


def test_every_control_has_a_name_for_screen_readers(window: MainWindow) -> None:
    controls: list[QWidget] = [*window.findChildren(QAbstractButton), *window.findChildren(QComboBox)]
    nameless = [
        control
        for control in controls
        if not control.accessibleName() and not (isinstance(control, QAbstractButton) and control.text())
    ]
    assert nameless == []


def test_what_the_keyboard_reaches_has_a_name_on_every_page(window: MainWindow) -> None:
    for name, page in window.pages.items():
        window.show_page(name)
        QApplication.processEvents()
        item = QAccessible.queryAccessibleInterface(page)
        assert [line(0, each) for _, each in visible(item) if line(0, each).startswith("!")] == [], name


def test_a_changed_setting_is_kept_for_the_next_start(window: MainWindow) -> None:
    window.current.change(settings.with_values(settings.load(), top_k=3))
    window.close()
    assert settings.load().top_k == 3


def test_a_slow_disk_holds_up_neither_the_window_nor_what_was_chosen_last(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes, disk = threading.Event(), settings.save

    def save(*values: settings.Settings) -> None:
        if threading.current_thread() is not threading.main_thread():
            writes.wait()
        disk(*values)

    monkeypatch.setattr(settings, "save", save)
    for count in (3, 4, 6):
        window.current.change(settings.with_values(window.current.settings, top_k=count))
    assert settings.load().top_k == 5
    writes.set()
    window.close()
    assert settings.load().top_k == 6


def test_settings_that_cannot_be_kept_are_told(window: MainWindow, qtbot: QtBot, home: Path) -> None:
    file = home / "config" / "settings.json"
    file.unlink(missing_ok=True)
    file.mkdir(parents=True)
    window.current.change(settings.with_values(window.current.settings, top_k=3))
    qtbot.waitUntil(lambda: bool(window.current.notices.shown))
    file.rmdir()
    assert "设置" in window.current.notices.shown[-1].sentence
    window.current.change(settings.with_values(window.current.settings, theme="dark"))
    window.close()
    assert (settings.load().top_k, settings.load().theme) == (3, "dark"), "what was changed then is kept now"


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


def test_keys_are_for_the_page_that_is_shown(window: MainWindow, drop: Drop) -> None:
    drop(window, [PANDA])
    QApplication.clipboard().setText("mine")
    for page in ("settings", "performance", "batch"):
        window.show_page(page)
        for key in (Qt.Key.Key_C, Qt.Key.Key_V):
            QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(window, Qt.Key.Key_Delete)
    assert QApplication.clipboard().text() == "mine"
    assert recognise(window).session.model.rowCount() == 1
    window.show_page("recognise")
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "大熊猫" in QApplication.clipboard().text()
    QTest.keyClick(window, Qt.Key.Key_Delete)
    assert recognise(window).session.model.rowCount() == 0


def test_a_selected_part_of_the_answer_is_what_is_copied(window: MainWindow, drop: Drop) -> None:
    drop(window, [PANDA])
    headline = next(label for label in recognise(window).findChildren(QLabel) if label.text() == "大熊猫")
    headline.setFocus()
    headline.setSelection(1, 2)
    QTest.keyClick(headline, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "熊猫"


def test_the_window_opens_when_the_model_of_the_settings_is_gone(open_with: Open) -> None:
    window = open_with(model="gone", engine="auto")
    assert recognise(window).toolbar.findChildren(QComboBox)[0].currentText() == "精准 · Lite2"
    assert any("模型 gone 已经不在了" in text for text in visible_texts(window))


def test_a_folder_that_the_program_was_started_with_is_a_batch(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    shutil.copy(PANDA, tmp_path)
    with qtbot.waitSignal(window.current.folders_taken) as chosen:
        window.begin([tmp_path])
    assert chosen.args == [(tmp_path,)]
    assert batch(window).isVisible()


def test_a_page_that_cannot_be_closed_keeps_no_other_from_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    shut: list[str] = []
    monkeypatch.setattr(recognise(window), "state", fail)

    def failing(name: str, end: Callable[[], None]) -> None:
        end()
        shut.append(name)
        fail()

    for name, page in window.pages.items():
        monkeypatch.setattr(page, "shut_down", partial(failing, name, page.shut_down))
    window.close()
    assert window.isHidden()
    assert set(shut) == set(window.pages)
    monkeypatch.undo()


def test_what_is_on_the_pages_begins_at_the_same_place(window: MainWindow) -> None:
    lefts = {}
    for name, page in window.pages.items():
        window.show_page(name)
        QApplication.processEvents()
        found = [child for child in page.findChildren(QWidget) if child.isVisible() and _is_something(child)]
        lefts[name] = min(child.mapTo(window, QPoint(0, 0)).x() for child in found)
    assert len(set(lefts.values())) == 1, lefts


def _is_something(widget: QWidget) -> bool:
    return isinstance(widget, QLabel | QPushButton | Card)
