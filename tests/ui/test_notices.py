"""What the window tells in passing: it pushes nothing, stays as long as it should, and can be acted on."""

from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.core import paths
from app.core.language_in_use import tr
from app.core.settings import with_values
from app.ui.kit import notices as notices_module
from app.ui.kit.notices import Action, NoticeArea
from app.ui.kit.undo import Command
from app.ui.pages.settings.reset import Reset
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Drop, Open
from tests.ui.pages import recognise, settings_page

_W = TypeVar("_W", bound=QWidget)


def told(window: MainWindow) -> list[str]:
    """The sentence on the screen, and how many are behind it."""
    labels = visible(window, QLabel)
    return [label.text() for label in labels]


def visible(window: MainWindow, kind: type[_W]) -> list[_W]:
    """Widgets of the notices on the screen."""
    return [widget for widget in area(window).findChildren(kind) if widget.isVisible()]


def area(window: MainWindow) -> NoticeArea:
    """Where they stand."""
    return window.notice_area


def test_a_notice_lies_over_the_page_and_moves_nothing(window: MainWindow) -> None:
    before = recognise(window).geometry()
    window.current.notices.warn("磁盘已满")
    assert told(window) == ["磁盘已满"]
    assert recognise(window).geometry() == before
    assert window.rect().contains(area(window).geometry())


def test_news_go_by_themselves_and_a_warning_stays_until_it_is_closed(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices_module, "_NEWS_MS", 30)
    window.current.notices.warn("上次异常退出")
    window.current.notices.tell("已复制")
    qtbot.waitUntil(lambda: told(window) == ["上次异常退出"])
    (close,) = visible(window, QToolButton)
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert told(window) == []
    assert area(window).isHidden()


def test_a_warning_of_what_was_just_done_goes_by_itself_or_with_the_page(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices = window.current.notices
    notices.warn("没有程序可以打开它", passes=True)
    notices.warn("磁盘已满")
    window.show_page("recognise")
    assert told(window)[0] == "磁盘已满"
    window.show_page("settings")
    assert told(window) == ["磁盘已满"]
    monkeypatch.setattr(notices_module, "_PASSING_MS", 30)
    notices.warn("没有程序可以打开它", passes=True)
    qtbot.waitUntil(lambda: told(window) == ["磁盘已满"])


def test_the_same_said_twice_stands_once(window: MainWindow) -> None:
    for _ in range(2):
        window.current.notices.tell("已复制")
    assert told(window) == ["已复制"]


def test_of_many_notices_the_newest_is_shown_with_the_number_of_those_behind(
    window: MainWindow,
) -> None:
    notices = window.current.notices
    for number in range(3):
        notices.warn(f"错误 {number}")
    assert told(window) == ["错误 2", "还有 2 条"]
    notices.close(notices.shown[-1])
    assert told(window) == ["错误 1", "还有 1 条"]
    notices.close(notices.shown[-1])
    assert told(window) == ["错误 0"]


def test_news_that_were_pushed_aside_do_not_come_back(window: MainWindow) -> None:
    for number in range(4):
        window.current.notices.tell(f"已导出 {number}")
    assert told(window) == ["已导出 3"]
    window.current.notices.close(window.current.notices.shown[-1])
    assert told(window) == []


def test_a_short_notice_is_small_and_leaves_the_foot_of_the_page_free(window: MainWindow, drop: Drop) -> None:
    drop(window, sorted(paths.resource("samples").glob("*.jpg")))
    window.current.notices.tell("已复制识别结果")
    foot = recognise(window).foot
    over = window.notice_area.parentWidget()
    assert over is not None
    top = foot.mapTo(window, QPoint()).y() - over.mapTo(window, QPoint()).y()
    assert area(window).geometry().bottom() < top
    assert area(window).width() < 300


def test_a_notice_acts_once_and_goes(window: MainWindow) -> None:
    pressed: list[str] = []
    window.current.notices.tell("已导出", Action("打开", lambda: pressed.append("opened")))
    (button,) = visible(window, QPushButton)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert button.hasFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert pressed == ["opened"]
    assert told(window) == []


def test_the_keyboard_goes_back_to_where_it_came_from_last(window: MainWindow) -> None:
    page = recognise(window)
    page.empty.primary.setFocus()
    window.current.notices.warn("磁盘已满")
    QTest.keyClick(window, Qt.Key.Key_F6)
    last = next(button for button in page.toolbar.findChildren(QPushButton) if button.isVisible())
    last.setFocus()
    (shut,) = visible(window, QToolButton)
    shut.setFocus(Qt.FocusReason.TabFocusReason)  # not by F6 this time
    QTest.keyClick(shut, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is last


def test_escape_or_enter_closes_a_notice_and_the_keyboard_is_back_where_it_was(window: MainWindow) -> None:
    button = recognise(window).empty.primary
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        window.current.notices.warn("磁盘已满")
        button.setFocus()
        QTest.keyClick(window, Qt.Key.Key_F6)
        (close,) = visible(window, QToolButton)
        assert close.hasFocus()
        QTest.keyClick(close, key)
        assert told(window) == []
        assert button.hasFocus()


def test_what_is_true_no_more_is_taken_back(window: MainWindow) -> None:
    window.current.notices.warn("没有网络驱动器", about="drive")
    window.current.notices.withdraw("drive")
    assert told(window) == []


class Note(Command):
    """Appends a word, and takes it back."""

    def __init__(self, words: list[str], word: str) -> None:
        super().__init__("recognise")
        self._words, self._word = words, word

    def told(self) -> str:
        return f"已添加 {self._word}"

    def called(self) -> str:
        return f"添加 {self._word}"

    def redo(self) -> None:
        self._words.append(self._word)

    def undo(self) -> None:
        self._words.remove(self._word)


def test_ctrl_z_and_the_button_of_the_notice_take_back_what_was_done(window: MainWindow) -> None:
    words: list[str] = []
    window.current.do(Note(words, "一"))
    window.current.do(Note(words, "二"))
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (words, told(window)) == (["一"], ["撤销了这一步：添加 二"])
    QTest.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert (words, told(window)) == (["一", "二"], ["重做了这一步：添加 二"])
    window.current.do(Note(words, "三"))
    (button,) = visible(window, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (words, told(window)) == (["一", "二"], [])


def test_nothing_is_told_as_undone_where_nothing_was(window: MainWindow) -> None:
    note = Note([], "一")
    window.current.do(note)
    note.setObsolete(True)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert told(window) == ["没有可以撤销的操作。"]


def test_ctrl_z_goes_on_past_a_reset_that_was_changed_by_hand_since(window: MainWindow) -> None:
    current, words = window.current, list[str]()
    current.do(Note(words, "一"))
    current.change(with_values(current.settings, threads=2))
    current.do(Reset(current, ("threads",), "recognition"))
    current.change(with_values(current.settings, threads=2))
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (words, told(window)) == ([], ["撤销了这一步：添加 一"])


def test_the_button_says_so_where_there_is_nothing_left_to_take_back(window: MainWindow) -> None:
    current = window.current
    current.change(with_values(current.settings, threads=2))
    current.do(Reset(current, ("threads",), "recognition"))
    current.change(with_values(current.settings, threads=2))
    (button,) = visible(window, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told(window) == ["没有可以撤销的操作。"]


def test_what_had_nothing_to_do_is_not_told_as_done(window: MainWindow) -> None:
    window.current.do(Reset(window.current, ("threads",), "recognition"))
    assert told(window) == []


def test_with_nothing_to_take_back_the_keys_say_so(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert told(window) == ["没有可以撤销的操作。"]
    QTest.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert told(window) == ["没有可以重做的操作。"]


def test_news_told_again_stay_for_their_whole_time_and_come_last(window: MainWindow) -> None:
    window.current.notices.warn("甲")
    before = visible(window, QLabel)
    window.current.notices.warn("乙")
    window.current.notices.warn("甲")
    assert told(window) == ["甲", "还有 1 条"]
    assert not set(before) & set(visible(window, QLabel))


def test_the_same_sentence_about_something_else_stays(window: MainWindow) -> None:
    for about in ("一", "二", None):
        window.current.notices.warn("没有保存", about=about)
    assert told(window) == ["没有保存", "还有 2 条"]


def test_what_is_taken_back_on_another_page_is_shown_and_called_what_it_was(
    open_with: Open, qtbot: QtBot
) -> None:
    window = open_with(top_k=7)
    window.show_page("settings")
    with qtbot.waitActive(window):
        window.activateWindow()
    (section,) = [each for each in settings_page(window).sections if each.name == "recognition"]
    QTest.mouseClick(section.reset, Qt.MouseButton.LeftButton)
    assert told(window) == ["“识别”已恢复默认"]
    window.show_page("performance")
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert told(window) == ["撤销了这一步：恢复“识别”的默认值"]
    assert settings_page(window).isVisible()
    assert section.isAncestorOf(window.focusWidget())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_told_is_in_the_language_of_the_window(open_with: Open, language: str) -> None:
    window = open_with(language=language)
    window.current.notices.tell("old")
    window.show_page("settings")
    (section,) = [each for each in settings_page(window).sections if each.name == "look"]
    section.reset_wanted.emit()
    assert told(window) == [tr("settings.reset_done", section=tr("settings.look"))]
    assert [each.text() for each in visible(window, QPushButton)] == [tr("action.undo")]
    window.current.take_back()
    assert tr.language == language
    assert told(window) == [tr("notice.undone", what=tr("undone.reset_done", section=tr("settings.look")))]
