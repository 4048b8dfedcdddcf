"""The list of keys: what it says works, and what works it says."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.core import settings
from app.ui.pages.recognise import page as recognise_page
from app.ui.shell.help import KeyList
from app.ui.shell.pages import PAGES
from app.ui.shell.window import MainWindow

_CHINESE = re.compile("[\u4e00-\u9fff]")


def opened(window: MainWindow, qtbot: QtBot) -> KeyList:
    QTest.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: bool(window.findChildren(KeyList)))
    return window.findChildren(KeyList)[-1]


def lines(keys: KeyList) -> list[str]:
    """What is shown, group by group."""
    found = []
    for row in range(keys.tree.topLevelItemCount()):
        head = keys.tree.topLevelItem(row)
        if head is None or head.isHidden():
            continue
        found.append(head.text(0))
        items = [item for item in map(head.child, range(head.childCount())) if item and not item.isHidden()]
        found += [f"{item.text(0)} {item.text(1)}" for item in items]
    return found


def test_every_declared_key_works_and_none_means_two_things_on_a_page(window: MainWindow) -> None:
    for entry in PAGES:
        window.show_page(entry.name)
    bound = [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
    of_window = [*window.keys.sequences.values(), *(entry.key for entry in PAGES)]
    for page in window.pages.values():
        of_page = [*of_window, *page.keys.sequences.values()]
        assert len(set(of_page)) == len(of_page)
        of_window_and_page = {QKeySequence(sequence).toString() for sequence in of_page}
        assert of_window_and_page <= set(bound)
        not_declared = {shortcut.key().toString() for shortcut in page.findChildren(QShortcut)} - {
            QKeySequence(sequence).toString() for sequence in page.keys.sequences.values()
        }
        assert not_declared == set()


def test_f1_lists_the_keys_of_all_pages_also_of_those_that_were_never_opened(
    window: MainWindow, qtbot: QtBot
) -> None:
    shown = lines(opened(window, qtbot))
    assert "撤销 Ctrl+Z" in shown
    assert shown.index("批量") < shown.index("整理到文件夹 Ctrl+Shift+S")
    assert window.pages["batch"].is_made is False


def test_keys_are_listed_in_the_language_in_use(window: MainWindow, qtbot: QtBot) -> None:
    window.current.change(settings.with_values(settings.load(), language="en"))
    shown = lines(opened(window, qtbot))
    assert "Undo Ctrl+Z" in shown
    assert [line for line in shown if _CHINESE.search(line)] == []


def test_keys_are_searched_by_what_they_do_and_by_themselves(window: MainWindow, qtbot: QtBot) -> None:
    keys = opened(window, qtbot)
    (search,) = keys.findChildren(QLineEdit)
    search.setText("ctrl+shift 导出")
    assert lines(keys) == ["批量", "导出结果 Ctrl+Shift+E"]
    QTest.keyClick(keys, Qt.Key.Key_Escape)
    assert keys.isHidden()


def test_keys_of_the_large_picture_are_listed(window: MainWindow, qtbot: QtBot) -> None:
    shown = lines(opened(window, qtbot))
    assert "移动图片 ←, ↑, →, ↓" in shown
    assert {"放大 +", "缩小 -", "适合窗口 0", "原始像素（1:1） 1"} <= set(shown)


def test_a_search_without_a_hit_says_so(window: MainWindow, qtbot: QtBot) -> None:
    keys = opened(window, qtbot)
    (search,) = keys.findChildren(QLineEdit)
    search.setText("xyzzy")
    assert keys.nothing.isVisible()
    assert not keys.tree.isVisible()
    search.clear()
    assert keys.tree.isVisible()
    assert not keys.nothing.isVisible()


@pytest.mark.parametrize("entry", [entry.name for entry in PAGES])
def test_pictures_and_folders_are_opened_by_keys_on_every_page(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(recognise_page, "choose_files", lambda *_: asked.append("files"))
    monkeypatch.setattr(recognise_page, "choose_folder", lambda *_: asked.append("folder"))
    window.show_page(entry)
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(
        window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert asked == ["files", "folder"]


def test_escape_clears_the_search_for_keys_before_it_closes_the_list(
    window: MainWindow, qtbot: QtBot
) -> None:
    keys = opened(window, qtbot)
    (search,) = keys.findChildren(QLineEdit)
    search.setText("x")
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert keys.isVisible()
    assert search.text() == ""
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert not keys.isVisible()
