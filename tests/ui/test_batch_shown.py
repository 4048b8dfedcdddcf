"""One run is shown: head, list, charts and everything that can be done are about it and no other."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.batch.control import Control
from app.batch.options import stored_options
from app.batch.queue import Ended
from app.batch.runner import Progress
from app.core.errors import ErrorCode, WanwuError
from app.core.language_in_use import tr
from app.core.results import Answer, Failure, Fallback
from app.core.settings import Settings
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.listing import Column, Status
from app.store.records import Counts, RunState, StoredRun, Wanted
from app.store.rows import answers
from app.store.runs import Runs, database_file
from app.ui.pages.batch.files import Pictures
from app.ui.pages.batch.items.model import COLUMNS
from app.ui.pages.batch.sorting import SortDialog
from tests.ui.batch_pages import Page, change, found_one_more, shown_page, wait_for
from tests.ui.items import EAGLE, LABELS, MUG, PANDA, answer

_TIMEOUT_MS = 20_000


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The batch page of a user who has done nothing so far; nothing is worked on."""
    with shown_page(tmp_path, qtbot, qapp, monkeypatch) as page:
        yield page


def test_a_second_folder_takes_the_whole_page(page: Page, qtbot: QtBot) -> None:
    page.content.shown.open(page.run("first", PANDA, EAGLE))
    wait_for(qtbot, page, f"{PANDA}.jpg", f"{EAGLE}.jpg")
    page.content.items.filters.search.setText(str(PANDA))
    wait_for(qtbot, page, f"{PANDA}.jpg")
    second = page.run("second", MUG)
    page.runs.started.emit(second)  # what dropping a folder comes to
    assert page.title() == "second"
    assert page.names() == []
    page.runs.refresh()
    wait_for(qtbot, page, f"{MUG}.jpg")
    assert not page.content.head.actions_by_name["export_shown"].isEnabled()
    assert page.content.pictures(only_listed=True) == page.content.pictures(only_listed=False)
    assert page.content.stored == second


def test_what_was_asked_of_a_run_is_done_with_that_run(
    page: Page, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = page.run("first", PANDA, EAGLE), page.run("second", MUG)
    page.content.shown.open(first)
    wait_for(qtbot, page, f"{PANDA}.jpg", f"{EAGLE}.jpg")

    def dialog(*_: object) -> Path:
        page.content.shown.open(second)  # a folder is dropped while the dialog is open
        return tmp_path / "out.jsonl"

    monkeypatch.setattr("app.ui.pages.batch.asked.where_to_save", dialog)
    page.content.items.filters.search.setText(str(EAGLE))
    with qtbot.waitSignal(page.content.work.exported, timeout=_TIMEOUT_MS):
        QTest.keyClick(
            page.content,
            Qt.Key.Key_E,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
        )
    (line,) = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["path"] == str(first.folder / f"{EAGLE}.jpg")


def test_export_is_all_in_the_language_in_which_it_was_asked_for(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    work, turn = page.content.work, threading.Event()
    page.content.files.submit(lambda *_: turn.wait(), lambda _: None)  # the worker is busy
    work.export(Pictures(page.run("first", PANDA)), tmp_path / "out.csv")
    with qtbot.waitSignal(work.exported, timeout=_TIMEOUT_MS):
        tr.use("en")
        turn.set()
    header, row = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert header.startswith("文件,标签,")
    assert "大熊猫" in row


def test_what_happens_while_the_page_is_hidden_is_on_it_when_it_is_shown_again(
    page: Page, qtbot: QtBot
) -> None:
    run = page.run("first", PANDA)
    page.content.shown.open(run)
    wait_for(qtbot, page, f"{PANDA}.jpg")
    page.content._timer.setInterval(0)
    page.content.hide()
    found_one_more(run)
    with qtbot.waitSignals([page.runs.changed, page.content._timer.timeout], timeout=_TIMEOUT_MS):
        page.runs.refresh()
    page.content.show()
    wait_for(qtbot, page, f"{PANDA}.jpg", "new.jpg")


def test_a_run_whose_labels_are_gone_shows_nothing_of_another(page: Page, qtbot: QtBot) -> None:
    page.content.shown.open(page.run("first", PANDA))
    wait_for(qtbot, page, f"{PANDA}.jpg")
    page.content.shown.open(page.run("broken", MUG, model=str(page.folder / "gone.pt")))
    assert page.title() == "broken"
    assert page.names() == []
    assert "gone.pt" in page.told()[0]
    assert page.content.pictures(only_listed=False) is None
    page.content.show_tab("charts")
    assert page.content.charts.labels.accessibleDescription() == ""


def test_a_run_that_another_program_deletes_leaves_the_page(page: Page, qtbot: QtBot) -> None:
    run = page.run("first", PANDA)
    page.content.shown.open(run)
    wait_for(qtbot, page, f"{PANDA}.jpg")
    with Database(database_file()) as database:
        Runs(database).delete(run.id)
    page.runs.refresh()
    qtbot.waitUntil(lambda: page.content.currentWidget() is page.content.list, timeout=_TIMEOUT_MS)
    assert "first" in page.told()[0]
    assert page.names() == []
    assert page.content.stored is None


def test_a_run_that_is_deleted_here_is_gone_at_once_and_can_be_had_back(page: Page, qtbot: QtBot) -> None:
    run = known(page, qtbot, page.run("first", PANDA))
    page.content.shown.open(run)
    page.content.head.actions_by_name["forget"].trigger()
    assert page.content.stored is None
    assert page.content.list.cards == {}
    assert page.told() == ["已删除任务“first”"]
    page.runs.refresh()
    with qtbot.waitSignal(page.runs.changed, timeout=_TIMEOUT_MS):
        pass
    assert page.content.list.cards == {}, "also when the database is looked at again"
    page.current.take_back()
    assert list(page.content.list.cards) == [run.id]
    assert page.content.list.cards[run.id].isVisible()


def known(page: Page, qtbot: QtBot, run: StoredRun) -> StoredRun:
    """A run as the page knows it."""
    page.runs.refresh()
    qtbot.waitUntil(lambda: any(each.id == run.id for each in page.runs.known), timeout=_TIMEOUT_MS)
    return run


def test_a_deleted_run_is_deleted_when_the_program_closes_and_not_gone_on_with(
    page: Page, qtbot: QtBot
) -> None:
    run, other = page.run("first", PANDA), known(page, qtbot, page.run("second", MUG))
    page.content.list.asked.emit("forget", [run])
    started = stored_options(Options.of(Settings()), recursive=True)
    with Database(database_file()) as database:
        qtbot.waitUntil(lambda: Runs(database).is_deleted(run.id), timeout=_TIMEOUT_MS)
        again = Control(database).start(run.folder, started)
        assert again != run.id, "a folder that is given again begins anew"
        page.runs.shut_down()
        assert {each.id for each in Runs(database).all()} == {other.id, again}


def test_charts_are_of_the_run_that_is_shown(page: Page, qtbot: QtBot) -> None:
    content = page.content
    content.shown.open(page.run("first", PANDA))
    with qtbot.waitSignal(content.files.summarised, timeout=_TIMEOUT_MS):
        content.show_tab("charts")
    assert content.charts.labels.accessibleDescription() == "大熊猫 1"
    content._summarise()  # one of the first run's is on its way
    content.shown.open(page.run("second", MUG))
    assert content.charts.labels.accessibleDescription() == ""
    with qtbot.waitSignal(content.files.summarised, timeout=_TIMEOUT_MS):
        content.show_tab("charts")
    assert content.charts.labels.accessibleDescription() != "大熊猫 1"


def test_charts_do_not_wait_for_an_export(page: Page, qtbot: QtBot) -> None:
    exporting = threading.Event()
    page.content.files.submit(lambda _database, _context: exporting.wait(20), lambda _: None)
    page.content.shown.open(page.run("first", PANDA))
    with qtbot.waitSignal(page.content.files.summarised, timeout=_TIMEOUT_MS):
        page.content.show_tab("charts")
    exporting.set()


def test_the_error_of_a_run_is_told_until_the_run_goes_on(page: Page, qtbot: QtBot) -> None:
    first = page.run("first", PANDA)
    page.content.shown.open(known(page, qtbot, page.run("second", MUG)))
    page.runs.ended.emit(Ended(first.id, RunState.FAILED, WanwuError(ErrorCode.INTERNAL, detail="x")))
    assert len(page.told()) == 1
    page.runs.current = first.id
    page.runs.changed.emit(page.runs.known)
    assert page.told() == []


def test_the_error_of_a_run_goes_when_the_run_is_closed(page: Page) -> None:
    first = page.run("first", PANDA)
    page.content.shown.open(first)
    page.runs.ended.emit(Ended(first.id, RunState.FAILED, WanwuError(ErrorCode.INTERNAL, detail="x")))
    assert len(page.told()) == 1
    page.content.shown.open(None)
    assert page.told() == []


def state(page: Page) -> str:
    return page.content.head.state.text()


def test_a_run_that_was_killed_while_it_was_pausing_is_paused(page: Page, qtbot: QtBot) -> None:
    run = page.run("first", PANDA)
    change(run, RunState.RUNNING, Wanted.PAUSE)
    page.content.shown.open(run)
    page.runs.refresh()
    qtbot.waitUntil(
        lambda: page.content.stored is not None and page.content.stored.state is not RunState.RUNNING
    )
    assert page.content.head.main.isEnabled()
    assert "正在暂停" not in state(page)


@pytest.mark.parametrize("begun", [False, True])
def test_what_is_left_of_a_deleted_run_is_not_exported_as_its_answers(
    page: Page, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    run = page.run("first", PANDA, EAGLE)
    page.content.shown.open(run)
    pictures = page.content.pictures(only_listed=False)
    assert pictures is not None

    def delete() -> None:
        with Database(database_file()) as database:
            Runs(database).delete(run.id)

    def answers_meanwhile(*arguments: Any) -> Iterator[Answer]:
        for found in answers(*arguments):
            yield found
            delete()

    if begun:
        monkeypatch.setattr("app.ui.pages.batch.work.answers", answers_meanwhile)
    else:
        delete()
    page.content.work.export(pictures, tmp_path / "out.csv")
    qtbot.waitUntil(lambda: not list(page.current.activities), timeout=_TIMEOUT_MS)
    assert page.current.notices.shown[-1].is_warning
    assert not (tmp_path / "out.csv").exists()


def test_a_run_whose_folder_vanished_says_why_it_rests(page: Page, qtbot: QtBot) -> None:
    run = page.run("U 盘", PANDA, EAGLE)
    change(run, RunState.PAUSED, error=ErrorCode.FOLDER_GONE)
    page.runs.refresh()
    qtbot.waitUntil(lambda: run.id in page.content.list.cards, timeout=_TIMEOUT_MS)
    assert "文件夹不见了" in page.content.list.cards[run.id].path.text()
    page.content.shown.open(run)
    page.runs.refresh()
    qtbot.waitUntil(lambda: "文件夹不见了" in page.content.head.line.text(), timeout=_TIMEOUT_MS)
    assert str(run.folder) in page.content.head.line.text()
    assert state(page) == "已暂停"


def test_files_that_are_gone_are_counted_apart_and_exported_only_when_asked_for(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    run = page.run("first", PANDA, EAGLE)
    page.content.shown.open(run)
    wait_for(qtbot, page, f"{PANDA}.jpg", f"{EAGLE}.jpg")
    chip = page.content.items.filters.chips[Status.GONE]
    assert not chip.isVisible()
    with Database(database_file()) as database:
        database.execute("UPDATE items SET state = 'gone' WHERE label = ?", (EAGLE,))
    page.runs.refresh()
    wait_for(qtbot, page, f"{PANDA}.jpg")
    assert "不见了 1" in page.content.head.line.text()
    everything = page.content.pictures(only_listed=False)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    wait_for(qtbot, page, f"{EAGLE}.jpg")
    for pictures, label in ((everything, PANDA), (page.content.pictures(only_listed=True), EAGLE)):
        assert pictures is not None
        with qtbot.waitSignal(page.content.work.exported, timeout=_TIMEOUT_MS):
            page.content.work.export(pictures, tmp_path / "out.jsonl")
        (line,) = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
        assert Path(json.loads(line)["path"]).name == f"{label}.jpg"
    with Database(database_file()) as database:
        database.execute("UPDATE items SET state = 'done' WHERE label = ?", (EAGLE,))
    page.runs.refresh()
    qtbot.waitUntil(lambda: "不见了" not in page.content.head.line.text(), timeout=_TIMEOUT_MS)
    assert chip.isVisible(), "what filters the list can be seen"


def test_a_pause_that_comes_after_the_end_changes_nothing(page: Page, qtbot: QtBot) -> None:
    run = page.run("first", PANDA)
    with Database(database_file()) as database:
        Runs(database).finish_scan(run.id, 0)
        change(run, RunState.RUNNING)
        running = Runs(database).get(run.id)
    page.content.shown.open(running)
    assert page.content.head.main.text().strip() == "暂停"
    change(run, RunState.DONE)  # behind the page's back
    QTest.mouseClick(page.content.head.main, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(page) == "已完成", timeout=_TIMEOUT_MS)
    page.runs.progressed.emit(Progress(run.id, Counts(total=9, done=1), True, 1.0, None, _failure(run)))
    assert page.content.head.main.isHidden(), "a click that came too late has nothing to hit"
    assert "9" not in page.content.head.line.text(), "a late report is of no run that is worked on"


def _failure(run: StoredRun) -> Failure:
    return Failure(run.folder / "x.jpg", ErrorCode.INTERNAL, ())


def test_a_target_that_is_no_folder_is_refused_in_the_dialog(page: Page, qtbot: QtBot) -> None:
    page.content.shown.open(page.run("first", PANDA))
    pictures = page.content.pictures(only_listed=False)
    assert pictures is not None
    dialog = SortDialog(page.content, page.content.files, page.content.work, pictures)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.target.clear()
    QTest.keyClicks(dialog.target, "~nobody-of-this-name/x")
    qtbot.waitUntil(lambda: dialog.summary.text() == tr("organise.not_absolute"), timeout=_TIMEOUT_MS)
    assert not dialog.start.isEnabled()
    dialog.reject()


def test_what_another_program_has_changed_is_shown_though_the_counts_are_the_same(
    page: Page, qtbot: QtBot
) -> None:
    run = page.run("first", PANDA)
    page.content.shown.open(run)
    wait_for(qtbot, page, f"{PANDA}.jpg")
    label = page.content.items.model.index(0, COLUMNS.index(Column.LABEL))
    assert label.data() == "大熊猫"
    with Database(database_file()) as database:
        database.execute("UPDATE items SET label = ?", (EAGLE,))
        Runs(database).add_seconds(run.id, 1)
    page.runs.refresh()
    qtbot.waitUntil(lambda: label.data() == LABELS.labels[EAGLE].zh, timeout=_TIMEOUT_MS)


def test_a_run_gets_its_list_when_its_names_become_known(page: Page, qtbot: QtBot) -> None:
    run = page.run("first", PANDA, model=str(page.folder / "gone.pt"))
    page.content.shown.open(run)
    with Database(database_file()) as database:
        Runs(database).set_labels(run.id, LABELS)
    page.runs.refresh()
    wait_for(qtbot, page, f"{PANDA}.jpg")
    assert page.told() == []


def test_charts_of_a_filtered_list_say_so_and_a_click_counts_everything(page: Page, qtbot: QtBot) -> None:
    content = page.content
    content.shown.open(page.run("first", PANDA, MUG))
    wait_for(qtbot, page, f"{PANDA}.jpg", f"{MUG}.jpg")
    content.items.filters.search.setText("大熊猫")
    wait_for(qtbot, page, f"{PANDA}.jpg")
    content.show_tab("charts")
    chip = content._panel.chip
    assert chip.isVisible()
    assert chip.text().strip() == "筛选：大熊猫"
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(chip.isHidden, timeout=_TIMEOUT_MS)
    wait_for(qtbot, page, f"{PANDA}.jpg", f"{MUG}.jpg")


def test_a_folder_that_has_to_wait_is_said_to_be_queued(page: Page, qtbot: QtBot) -> None:
    first = known(page, qtbot, page.run("first", PANDA))
    change(first, RunState.RUNNING)
    page.runs.current = first.id
    second = page.run("second", MUG)
    change(second, RunState.WAITING)
    with Database(database_file()) as database:
        waiting = Runs(database).get(second.id)
    page.runs._on_started(waiting)
    assert page.told() == ["“second”已排队，前面还有 1 个任务，轮到时自动开始。"]
    page.runs.current = None


def test_another_engine_that_stands_in_is_told_once(page: Page) -> None:
    run = page.run("first", PANDA)
    recognised = answer(run.folder / "x.jpg", PANDA, 0.9)
    last = replace(recognised, fallback=Fallback("torchscript", ErrorCode.OUT_OF_MEMORY, ()))
    for done in (1, 2):
        page.runs.progressed.emit(Progress(run.id, Counts(total=9, done=done), True, 1.0, None, last))
        assert len(page.told()) == (1 if done == 1 else 0)
        for notice in page.current.notices.shown:
            page.current.notices.close(notice)
    assert "TorchScript" not in page.content.head.line.text()


def test_a_run_that_is_worked_on_is_an_activity_that_can_be_paused(page: Page, qtbot: QtBot) -> None:
    run = known(page, qtbot, page.run("first", PANDA))
    change(run, RunState.RUNNING)
    page.runs.current = run.id
    page.runs.refresh()
    qtbot.waitUntil(lambda: len(page.current.activities) == 1, timeout=_TIMEOUT_MS)
    (activity,) = page.current.activities
    page.runs.progressed.emit(Progress(run.id, Counts(total=8, done=2), False, 1.0, 20.0, _failure(run)))
    assert (activity.detail, activity.share) == ("2 / 8 张 · 剩余不到 1 分钟", 0.25)
    assert "自动继续" in activity.question
    assert activity.stop is not None
    activity.stop()
    with Database(database_file()) as database:
        qtbot.waitUntil(lambda: Runs(database).wanted(run.id) is Wanted.PAUSE, timeout=_TIMEOUT_MS)
    page.runs.current = None
    page.runs.ended.emit(Ended(run.id, RunState.PAUSED))
    assert page.current.activities.questions() == []


def test_recent_folders_that_have_no_run_are_one_press_away(page: Page, qtbot: QtBot) -> None:
    known(page, qtbot, page.run("first", PANDA))
    page.current.recent.add([page.folder / "panda.jpg"])
    folders = [page.folder / "first", page.folder / "照片"]
    for folder in folders:
        folder.mkdir(exist_ok=True)
    page.current.recent.add(folders, folders)
    (button,) = page.content.list.recent.buttons
    assert button.toolTip() == str(page.folder / "照片")
    with qtbot.waitSignal(page.current.folders_taken) as taken:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert taken.args == [(page.folder / "照片",)]
