"""The top of a run: two lines with room for everything, and buttons that do what they are pressed for."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.batch.runner import Progress
from app.core.errors import ErrorCode
from app.core.language_in_use import tr
from app.core.results import Failure
from app.store.records import Counts, RunState, StoredRun, Wanted
from app.ui.pages.batch.head import RunHead
from app.ui.pages.batch.texts import Standing, reason, standings, state

RUNNING = StoredRun(
    id=1,
    folder=Path("/照片"),
    state=RunState.RUNNING,
    wanted=Wanted.RUN,
    counts=Counts(total=9, done=3),
    options={"model": "efficientnet_lite2", "engine": "torchscript"},
)
PAUSING = replace(RUNNING, wanted=Wanted.PAUSE)
PAUSED = replace(PAUSING, state=RunState.PAUSED)
CANCELLED = replace(RUNNING, wanted=Wanted.CANCEL, state=RunState.CANCELLED)


DONE = replace(RUNNING, state=RunState.DONE, counts=Counts(total=9, done=9))


@pytest.fixture
def head(qtbot: QtBot) -> RunHead:
    """The head of a run that is worked on."""
    head = RunHead()
    qtbot.addWidget(head)
    show(head, RUNNING)
    head.resize(768, head.sizeHint().height())
    head.show()
    qtbot.waitExposed(head)
    return head


def show(head: RunHead, run: StoredRun) -> None:
    head.show_run(Standing(run, "照片", is_current=True))


@pytest.mark.parametrize("then", [(PAUSING, PAUSED), (PAUSED, RUNNING), (CANCELLED,)])
def test_focus_stays_with_the_button_that_takes_the_pressed_ones_place(
    qtbot: QtBot, head: RunHead, then: tuple[StoredRun, ...]
) -> None:
    head.main.setFocus()
    qtbot.waitUntil(head.main.hasFocus)
    for stored in then:
        show(head, stored)
    assert head.main.hasFocus()


def test_a_pause_that_comes_too_late_hits_nothing_else(qtbot: QtBot, head: RunHead) -> None:
    place = head.main.geometry().center()
    head.main.setFocus()
    show(head, DONE)
    qtbot.wait(1)
    with qtbot.assertNotEmitted(head.asked):
        QTest.mouseClick(head.childAt(place) or head, Qt.MouseButton.LeftButton)
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Space)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("run", [RUNNING, PAUSED, DONE])
def test_the_head_is_two_lines_and_cuts_no_button_in_a_small_window(
    qtbot: QtBot, head: RunHead, language: str, run: StoredRun
) -> None:
    tr.use(language)
    head.changeEvent(QEvent(QEvent.Type.LanguageChange))
    show(head, run)
    qtbot.wait(1)
    assert head.height() <= 100
    assert head.minimumSizeHint().width() <= 768 - 150, "room for a name"
    tr.use("zh")


def test_time_left_is_told_once_all_files_are_found(head: RunHead) -> None:
    last = Failure(Path("x"), ErrorCode.TRUNCATED)
    head.show_progress(Progress(1, Counts(total=900, done=3), True, 2.5, None, last))
    assert "仍在查找" in head.line.text()
    head.show_progress(Progress(1, Counts(total=900, done=300), False, 2.5, 240.0, last))
    assert head.line.text() == "300 / 900 张 · 2.5 张/秒 · 剩余约 4 分钟"


def test_what_has_no_room_in_the_head_is_in_its_tool_tip(head: RunHead) -> None:
    show(head, replace(DONE, skipped=7))
    for text in (str(RUNNING.folder), "TorchScript", "efficientnet_lite2", "跳过其他文件和系统文件夹 7"):
        assert text in head.name.toolTip()


def test_folders_of_the_same_name_are_told_apart_and_waiting_ones_counted() -> None:
    folders = "/照片/2023/旅行", "/照片/2024/旅行", "/下载"
    waiting = replace(RUNNING, state=RunState.WAITING)
    runs = [replace(waiting, id=number, folder=Path(name)) for number, name in enumerate(folders, 1)]
    seen = standings(runs[::-1], current=2)
    assert [standing.title for standing in seen] == ["下载", str(Path("2024/旅行")), str(Path("2023/旅行"))]
    assert [standing.ahead for standing in seen] == [2, 0, 1]
    assert state(seen[0]) == "排队中，前面还有 2 个"


def test_a_run_that_waits_for_a_measurement_says_so_and_can_be_paused_and_cancelled(head: RunHead) -> None:
    waiting, paused = replace(RUNNING, state=RunState.WAITING), replace(PAUSED, id=2)
    first, second = standings([waiting, paused], None, held=True)
    head.show_run(first)
    assert head.state.text() == "等待引擎测速结束"
    assert head.main.isEnabled()
    assert head.actions_by_name["cancel"].isEnabled()
    assert state(second) == "已暂停", "by the user"


def test_a_folder_for_models_that_cannot_be_written_is_not_called_the_folder_of_pictures(home: Path) -> None:
    failed = replace(RUNNING, state=RunState.FAILED, error=ErrorCode.MODEL_STORE_UNWRITABLE)
    assert str(home / "data" / "models") in reason(failed)
    assert str(RUNNING.folder) not in reason(failed)


def test_a_menu_at_the_right_edge_does_not_stick_out_of_the_window(head: RunHead, qtbot: QtBot) -> None:
    head.resize(900, 80)
    head.move(0, 0)
    head.show_run(Standing(DONE, DONE.folder.name, is_current=False))
    head.show()
    qtbot.waitExposed(head)
    button = head._menus["more"]
    menu = button.menu()
    QTimer.singleShot(50, menu.close)
    button.showMenu()
    right = button.mapToGlobal(button.rect().bottomRight()).x()
    assert menu.sizeHint().width() > button.width()
    assert menu.geometry().right() <= right
