"""One run is shown: head, list, charts and everything that can be done are about it and no other."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.batch.options import stored_options
from app.batch.queue import Ended
from app.batch.runner import Progress
from app.core.errors import ErrorCode, WanwuError
from app.core.language_in_use import tr
from app.core.results import Answer, Failure
from app.core.settings import Settings
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.items import Items
from app.store.listing import Column, Status
from app.store.records import Counts, FoundFile, RunState, StoredRun, Wanted
from app.store.rows import answers
from app.store.runs import Runs, database_file
from app.ui.kit.theme import theme
from app.ui.pages.batch.content import Content
from app.ui.pages.batch.files import Pictures
from app.ui.pages.batch.items.model import COLUMNS
from app.ui.pages.batch.runs import BatchRuns
from app.ui.pages.batch.sorting import SortDialog
from app.ui.pictures.loader import PictureLoader
from tests.ui.test_batch_items import EAGLE, LABELS, MUG, PANDA, answer

_TIMEOUT_MS = 20_000


@dataclass
class Page:
    """The page, and what is in its database."""

    runs: BatchRuns
    content: Content
    folder: Path

    def run(self, name: str, *labels: int, model: str = "efficientnet_lite2") -> StoredRun:
        """A run that is done: a picture with each of these labels."""
        options = stored_options(Options.of(Settings()), recursive=True)
        options["model"] = model
        with Database(database_file()) as database:
            runs = Runs(database)
            run = runs.create(self.folder / name, options)
            items = Items(database, run)
            items.add([FoundFile(self.folder / name / f"{label}.jpg", 1, 1) for label in labels])
            items.finish([(task, answer(task.path, int(task.path.stem), 0.9)) for task in items.waiting(99)])
            runs.set_state(run, RunState.DONE)
            found = runs.get(run)
        assert found is not None
        return found

    def names(self) -> list[str]:
        """The pictures in the list."""
        model = self.content.items.model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def title(self) -> str:
        return self.content.head._name.text()


@pytest.fixture
def page(
    tmp_path: Path, loader: PictureLoader, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """The batch page of a user who has done nothing so far; nothing is worked on."""
    monkeypatch.setenv("WANWU_HOME", str(tmp_path / "home"))
    tr.use("zh")
    theme.use(qapp, "light")
    runs = BatchRuns()
    content = Content(runs, loader)
    content.resize(1180, 800)
    content.show()
    qtbot.waitExposed(content)
    yield Page(runs, content, tmp_path)
    runs.shut_down()
    content.shut_down()
    content.close()
    content.deleteLater()
    tr.use("zh")


def wait_for(qtbot: QtBot, page: Page, *names: str) -> None:
    qtbot.waitUntil(lambda: page.names() == list(names), timeout=_TIMEOUT_MS)


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

    monkeypatch.setattr("app.ui.pages.batch.content.where_to_save", dialog)
    page.content.items.filters.search.setText(str(EAGLE))
    with qtbot.waitSignal(page.content.files.exported, timeout=_TIMEOUT_MS):
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
    files, turn = page.content.files, threading.Event()
    files.submit(lambda *_: turn.wait(), lambda _: None)  # the worker is busy
    files.export(Pictures(page.run("first", PANDA)), tmp_path / "out.csv")
    with qtbot.waitSignal(files.exported, timeout=_TIMEOUT_MS):
        tr.use("en")
        turn.set()
    header, row = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert header.startswith("文件,标签,")
    assert "大熊猫" in row


def found_one_more(run: StoredRun) -> None:
    """What a run does behind the page's back."""
    with Database(database_file()) as database:
        Items(database, run.id).add([FoundFile(run.folder / "new.jpg", 1, 1)])


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
    assert "gone.pt" in page.content.notice.text()
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
    assert "first" in page.content.list.notice.text()
    assert page.names() == []
    assert page.content.stored is None


def test_a_run_that_is_deleted_here_needs_no_news(
    page: Page, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.pages.batch.content.confirmed", lambda *_: True)
    page.content.shown.open(page.run("first", PANDA))
    page.content.head.actions_by_name["forget"].trigger()
    with qtbot.waitSignal(page.runs.changed, timeout=_TIMEOUT_MS):
        qtbot.waitUntil(lambda: page.content.stored is None, timeout=_TIMEOUT_MS)
    assert not page.content.list.notice.isVisible()


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


def test_the_end_of_a_run_that_is_not_shown_is_told_where_all_runs_are(page: Page) -> None:
    first = page.run("first", PANDA)
    page.content.shown.open(page.run("second", MUG))
    page.runs.ended.emit(Ended(first.id, RunState.FAILED, WanwuError(ErrorCode.INTERNAL, detail="x")))
    assert not page.content.notice.isVisible()
    assert page.content.list.notice.text()


def change(run: StoredRun, state: RunState, wanted: Wanted = Wanted.RUN, error: str = "") -> None:
    """What another program, or a killed one, leaves in the database."""
    with Database(database_file()) as database:
        runs = Runs(database)
        runs.want(run.id, wanted)
        runs.set_state(run.id, state, error)


def state(page: Page) -> str:
    return page.content.head._state.text()


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
        monkeypatch.setattr("app.ui.pages.batch.files.answers", answers_meanwhile)
    else:
        delete()
    with qtbot.waitSignal(page.content.files.failed, timeout=_TIMEOUT_MS):
        page.content.export(pictures, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_a_run_whose_folder_vanished_says_why_it_rests(page: Page, qtbot: QtBot) -> None:
    run = page.run("U 盘", PANDA, EAGLE)
    change(run, RunState.PAUSED, error=ErrorCode.FOLDER_GONE)
    page.runs.refresh()
    qtbot.waitUntil(lambda: run.id in page.content.list._cards, timeout=_TIMEOUT_MS)
    assert "文件夹不见了" in page.content.list._cards[run.id]._path.text()
    page.content.shown.open(run)
    page.runs.refresh()
    qtbot.waitUntil(lambda: "文件夹不见了" in page.content.head._line.text(), timeout=_TIMEOUT_MS)
    assert str(run.folder) in page.content.head._line.text()
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
    assert "不见了 1" in page.content.head._counts.text()
    everything = page.content.pictures(only_listed=False)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    wait_for(qtbot, page, f"{EAGLE}.jpg")
    for pictures, label in ((everything, PANDA), (page.content.pictures(only_listed=True), EAGLE)):
        assert pictures is not None
        with qtbot.waitSignal(page.content.files.exported, timeout=_TIMEOUT_MS):
            page.content.export(pictures, tmp_path / "out.jsonl")
        (line,) = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
        assert Path(json.loads(line)["path"]).name == f"{label}.jpg"
    with Database(database_file()) as database:
        database.execute("UPDATE items SET state = 'done' WHERE label = ?", (EAGLE,))
    page.runs.refresh()
    qtbot.waitUntil(lambda: "不见了" not in page.content.head._counts.text(), timeout=_TIMEOUT_MS)
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
    assert page.content.head.main.text().strip() == "检查新图片"
    assert page.content.head.main.isEnabled()
    assert "9" not in page.content.head._line.text(), "a late report is of no run that is worked on"


def _failure(run: StoredRun) -> Failure:
    return Failure(run.folder / "x.jpg", ErrorCode.INTERNAL, ())


def test_a_target_that_is_no_folder_is_refused_in_the_dialog(page: Page, qtbot: QtBot) -> None:
    page.content.shown.open(page.run("first", PANDA))
    pictures = page.content.pictures(only_listed=False)
    assert pictures is not None
    dialog = SortDialog(page.content, page.content.files, pictures)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.target.clear()
    QTest.keyClicks(dialog.target, "~nobody-of-this-name/x")
    qtbot.waitUntil(lambda: dialog._summary.text() == tr("organise.not_absolute"), timeout=_TIMEOUT_MS)
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
    assert not page.content.notice.isVisible()
