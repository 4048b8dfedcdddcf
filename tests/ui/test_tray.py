"""What runs is seen and stopped from every page, and closing asks about it."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.core import paths
from app.core.language_in_use import tr
from app.core.settings import with_values
from app.ui.kit.activities import Activity
from app.ui.shell import closing
from app.ui.shell.closing import ClosingQuestion
from app.ui.shell.tray import TrayButton, TrayList
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Drop
from tests.ui.pages import recognise

PANDA = paths.resource("samples", "panda.jpg")
_CTRL = Qt.KeyboardModifier.ControlModifier


def begin(window: MainWindow, question: str = "", stopped: list[str] | None = None) -> Activity:
    heard = stopped if stopped is not None else []
    return window.current.activities.begin(
        "导出 猫", page="batch", question=question, stop=lambda: heard.append("stop")
    )


def button(window: MainWindow) -> TrayButton:
    return window.rail.tray


def opened(window: MainWindow) -> TrayList:
    QTest.keyClick(window, Qt.Key.Key_J, _CTRL)
    return window.findChildren(TrayList)[-1]


def texts(tray: TrayList) -> list[str]:
    return [label.text() for label in tray.findChildren(QLabel) if label.isVisible()]


def test_the_button_is_there_while_something_runs_and_says_how_far_it_is(window: MainWindow) -> None:
    assert button(window).isHidden()
    activity = begin(window)
    assert button(window).isVisible()
    assert button(window).text() == "运行中"
    activity.show("1 / 4", 0.25)
    assert button(window).text() == "25%"
    assert "25%" in button(window).accessibleName()
    activity.end()
    assert button(window).isHidden()


def test_the_page_of_what_runs_has_a_badge_that_a_screen_reader_hears(window: MainWindow) -> None:
    names = [child.accessibleName() for child in window.rail.findChildren(type(window.rail._pages["batch"]))]
    assert "批量" in names
    activity = begin(window)
    assert window.rail._pages["batch"].accessibleName() == "批量，正在运行"
    activity.end()
    assert window.rail._pages["batch"].accessibleName() == "批量"


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


def test_progress_that_cannot_be_seen_paints_nothing(window: MainWindow, qtbot: QtBot) -> None:
    activity = begin(window)
    activity.show("", 0.5)
    qtbot.waitExposed(window)
    qtbot.wait(50)
    paints = Paints(button(window))
    for step in range(100):
        activity.show(f"{step}", 0.5 + step / 100_000)
        qtbot.wait(1)
    assert paints.count == 0


def test_the_list_shows_stops_and_goes_to_what_runs(window: MainWindow) -> None:
    stopped: list[str] = []
    activity = begin(window, stopped=stopped)
    activity.show("12 / 40", 0.3)
    tray = opened(window)
    assert {"导出 猫", "12 / 40"} <= set(texts(tray))
    activity.show("13 / 40", 0.32)
    assert "13 / 40" in texts(tray)
    show, stop = (
        next(each for each in tray.findChildren(QPushButton) if each.accessibleName().startswith(verb))
        for verb in ("查看", "停止")
    )
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert stopped == ["stop"]
    QTest.mouseClick(show, Qt.MouseButton.LeftButton)
    assert tray.isHidden()
    assert window.pages["batch"].isVisible()


def test_the_list_is_seen_whole_when_nothing_runs(window: MainWindow) -> None:
    tray = opened(window)
    assert tray.isVisible()
    assert tray.height() >= tray.sizeHint().height() > 0


def test_an_engine_that_is_being_chosen_or_made_ready_is_in_the_list(window: MainWindow) -> None:
    tr.use("zh")
    session, before = recognise(window).session, len(window.current.activities)
    session.choosing.stage.emit("auto_measure")
    session.stage.emit("traced")
    session.stage.emit("load")
    names = [activity.name for activity in window.current.activities][before:]
    assert names == ["选择最快的引擎", "准备引擎"]
    assert {"选择最快的引擎", tr("build.load")} <= set(texts(opened(window)))
    session.stage.emit("")
    assert recognise(window).foot._busy.text() == tr("build.auto_measure")
    session.choosing.stage.emit("")
    assert len(window.current.activities) == before


def test_the_list_says_when_nothing_runs_any_more(window: MainWindow) -> None:
    activity = begin(window)
    tray = opened(window)
    activity.end()
    assert "现在没有正在运行的任务。" in texts(tray)
    QTest.keyClick(tray, Qt.Key.Key_Escape)
    assert tray.isHidden()


def asked(window: MainWindow) -> ClosingQuestion:
    window.close()
    assert window.isVisible()
    return window.findChildren(ClosingQuestion)[-1]


def press(question: ClosingQuestion, text: str) -> None:
    next(each for each in question.buttons() if each.text() == text).click()


def test_closing_asks_once_about_everything_that_runs_and_escape_goes_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    begin(window, question="识别会停下来。")
    begin(window, question="导出会停下来。")
    question = asked(window)
    window.close()
    assert len(window.findChildren(ClosingQuestion)) == 1
    assert question.text() == "要关闭窗口吗？"
    assert question.informativeText() == "识别会停下来。\n\n导出会停下来。"
    QTest.keyClick(question, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(ClosingQuestion))
    assert window.isVisible()
    press(asked(window), "关闭并停止")
    assert window.isHidden()


def test_when_all_has_ended_meanwhile_the_question_says_so_and_the_window_closes(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "_ENDED_MS", 50)
    activities = [begin(window, question=f"{number} 会停下来。") for number in range(2)]
    question = asked(window)
    activities[0].end()
    assert question.informativeText() == "1 会停下来。"
    activities[1].end()
    assert question.text() == "都已经结束，窗口即将关闭。"
    qtbot.waitUntil(window.isHidden)


def test_what_asks_nothing_does_not_keep_the_window_open(window: MainWindow) -> None:
    begin(window)
    window.close()
    assert window.isHidden()


def test_what_fails_while_the_question_is_open_is_read_before_the_window_closes(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "_ENDED_MS", 1)
    activity = begin(window, "导出还没有完成。")
    question = asked(window)
    activity.end()
    window.current.notices.warn("导出失败：磁盘已满。")
    assert "导出失败：磁盘已满。" in question.informativeText()
    qtbot.wait(20)
    assert window.isVisible()
    press(question, "立即关闭")
    qtbot.waitUntil(window.isHidden)


def test_files_that_come_while_the_question_is_open_keep_the_window(window: MainWindow, qtbot: QtBot) -> None:
    begin(window, "导出还没有完成。")
    asked(window)
    window.open([])
    qtbot.waitUntil(lambda: not window.findChildren(ClosingQuestion))
    assert window.isVisible()


def test_what_runs_changes_its_language_too(window: MainWindow) -> None:
    begin(window)
    tray = opened(window)
    window.current.change(with_values(window.current.settings, language="en"))
    assert [button.text() for button in tray.findChildren(QPushButton)] == ["Show", "Stop"]


def test_pictures_that_wait_in_the_list_are_seen_among_what_runs_and_asked_about(window: MainWindow) -> None:
    page = recognise(window)
    page._waiting.show(13, 0, 600)
    assert {"识别列表中的图片", "已识别 13 / 600 张"} <= set(texts(opened(window)))
    question = asked(window)
    assert question.informativeText() == "列表里还有 587 张图片没有识别。"
    page._waiting.show(600, 0, 600)
    assert not window.current.activities.questions()
    assert "不关闭" in [each.text() for each in question.buttons()]
    question.reject()


def test_the_list_grows_upwards_and_is_closed_by_any_key_when_it_is_empty(
    window: MainWindow, qtbot: QtBot
) -> None:
    activity = begin(window)
    qtbot.waitExposed(window)
    qtbot.wait(20)
    tray = opened(window)
    bottom = tray.geometry().bottom()
    activity.show("12 / 40", 0.3)
    begin(window).end()
    assert abs(tray.geometry().bottom() - bottom) <= 3
    activity.end()
    QTest.keyClick(tray, Qt.Key.Key_Down)
    assert tray.isHidden()


def test_ctrl_q_closes_the_window_as_its_button_does(window: MainWindow) -> None:
    activity = begin(window, question="识别会停下来。")
    QTest.keyClick(window, Qt.Key.Key_Q, _CTRL)
    assert window.isVisible()
    assert window.findChildren(ClosingQuestion)
    activity.end()
    window.findChildren(ClosingQuestion)[-1].reject()
    QTest.keyClick(window, Qt.Key.Key_Q, _CTRL)
    assert window.isHidden()


def test_what_is_recognised_in_the_list_is_one_entry_and_gone_when_it_is_done(
    window: MainWindow, drop: Drop, tmp_path: Path
) -> None:
    tr.use("zh")
    for number in range(12):
        shutil.copy(PANDA, tmp_path / f"{number}.jpg")
    begun: list[int] = []
    window.current.activities.changed.connect(lambda: begun.append(len(window.current.activities)))
    drop(window, sorted(tmp_path.iterdir()))
    assert max(begun) == 1
    assert len(window.current.activities) == 0


def test_what_runs_is_called_in_the_language_in_use(window: MainWindow) -> None:
    window.current.activities.begin(
        lambda: tr("batch.activity_run", folder="猫"),
        page="batch",
        question=lambda: tr("batch.activity_run_question", folder="猫"),
    )
    tray = opened(window)
    assert tr("batch.activity_run", folder="猫") in texts(tray)
    window.current.change(with_values(window.current.settings, language="en"))
    assert 'Recognising "猫"' in texts(tray)
    assert window.current.activities.questions()[0].startswith('"猫"')
