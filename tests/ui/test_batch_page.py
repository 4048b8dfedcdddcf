"""The batch page: a folder is dropped, worked on, paused, found again, exported, sorted and put back."""

import json
import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.batch.control import Control, holding
from app.batch.options import stored_options
from app.core import paths
from app.core.language_in_use import tr
from app.core.settings import Settings
from app.models.library import Model
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.listing import Filter
from app.store.records import Counts, RunState, StoredRun, Wanted
from app.store.runs import Runs, database_file
from app.store.sortings import How
from app.ui.charts.chart_view import ChartView
from app.ui.pages.batch.content import Content
from app.ui.pages.batch.files import Pictures
from app.ui.pages.batch.sorting import SortDialog
from app.ui.pages.batch.sortings import SortingsDialog
from app.ui.pages.batch.texts import time_left
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Open, drop_files
from tests.ui.pages import batch

_TIMEOUT_MS = 90_000


@pytest.fixture(autouse=True)
def no_runs(model: Model) -> None:
    """Every test begins without runs."""
    assert model.file.exists()
    with Database(database_file()) as database:
        for stored in Runs(database).all():
            Control(database).forget(stored.id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures and a broken one."""
    target = tmp_path / "旅行 2024"
    target.mkdir()
    for name in ("cat", "coffee", "panda"):
        shutil.copy(paths.resource("samples", f"{name}.jpg"), target)
    (target / "坏.jpg").write_bytes(b"\xff\xd8\xff broken")
    return target


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """So many pictures that there is time to do something meanwhile."""
    target = tmp_path / "很多"
    target.mkdir()
    for number in range(200):
        (target / f"{number:03}.jpg").hardlink_to(_copy(tmp_path))
    return target


def _copy(folder: Path) -> Path:
    copy = folder / "panda.jpg"
    if not copy.exists():
        shutil.copy(paths.resource("samples", "panda.jpg"), copy)
    return copy


def content(window: MainWindow) -> Content:
    """What is on the page."""
    made = batch(window).content
    assert made is not None
    return made


def stored(window: MainWindow) -> StoredRun:
    """The run that is shown."""
    run = content(window).stored
    assert run is not None
    return run


def pictures(window: MainWindow, *, only_listed: bool = False) -> Pictures:
    """What an export or a sorting is about."""
    found = content(window).pictures(only_listed=only_listed)
    assert found is not None
    return found


def open_run(qtbot: QtBot, window: MainWindow, run: int) -> None:
    """Click on a run in the list of all runs."""
    cards = content(window).list.cards
    qtbot.waitUntil(lambda: run in cards and cards[run].isVisible(), timeout=_TIMEOUT_MS)
    QTest.mouseClick(cards[run], Qt.MouseButton.LeftButton)


def wait_for(qtbot: QtBot, window: MainWindow, state: RunState) -> StoredRun:
    """Wait until the run that is shown is in a state, and nobody works on it any more."""

    def reached() -> bool:
        shown = content(window).stored
        return shown is not None and shown.state is state and batch(window).runs.current is None

    qtbot.waitUntil(reached, timeout=_TIMEOUT_MS)
    return stored(window)


def dropped(qtbot: QtBot, window: MainWindow, folder: Path) -> StoredRun:
    """Drop a folder and wait until everything in it has its answer."""
    drop_files(window, [folder])
    return wait_for(qtbot, window, RunState.DONE)


@pytest.mark.usefixtures("cold_start")
def test_dropped_folder_is_recognised_and_shown(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    run = dropped(qtbot, window, folder)
    assert (run.folder, run.counts) == (folder, Counts(total=4, done=3, failed=1, uncertain=0))
    qtbot.waitUntil(lambda: len(content(window).items.ids()) == 4, timeout=_TIMEOUT_MS)
    assert content(window).head.main.isHidden()
    assert content(window).head.actions_by_name["look_again"].isEnabled()
    assert not list(window.current.activities), "nothing is asked about when the window is closed now"


def test_second_drop_of_a_folder_does_only_what_is_new(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    first = dropped(qtbot, window, folder)
    shutil.copy(paths.resource("samples", "cat.jpg"), folder / "new.jpg")
    drop_files(window, [folder])
    qtbot.waitUntil(lambda: stored(window).counts.total == 5, timeout=_TIMEOUT_MS)
    again = wait_for(qtbot, window, RunState.DONE)
    assert again.id == first.id
    assert again.counts.answered == 5


def test_run_pauses_and_goes_on_where_it_was(window: MainWindow, qtbot: QtBot, many: Path) -> None:
    drop_files(window, [many])
    qtbot.waitUntil(lambda: bool(batch(window).runs.current), timeout=_TIMEOUT_MS)
    qtbot.waitUntil(lambda: (content(window).head.counts or Counts()).done > 0, timeout=_TIMEOUT_MS)
    QTest.mouseClick(content(window).head.main, Qt.MouseButton.LeftButton)
    paused = wait_for(qtbot, window, RunState.PAUSED)
    assert 0 < paused.counts.done < 200
    QTest.mouseClick(content(window).head.main, Qt.MouseButton.LeftButton)
    assert wait_for(qtbot, window, RunState.DONE).counts.done == 200


def test_closing_asks_while_a_run_goes_on_and_it_continues_the_next_time(
    open_with: Open, qtbot: QtBot, many: Path
) -> None:
    window = open_with()
    drop_files(window, [many])
    qtbot.waitUntil(lambda: (content(window).head.counts or Counts()).done > 0, timeout=_TIMEOUT_MS)
    window.close()
    assert window.isVisible()
    window.close_at_once()
    assert not window.isVisible()
    with Database(database_file()) as database:
        (run,) = Runs(database).all()
        assert run.counts.answered < 200
    again = open_with()
    batch(again).begin()
    again.show_page("batch")
    content(again).shown.open(run)
    assert wait_for(qtbot, again, RunState.DONE).counts == Counts(total=200, done=200)


def test_run_of_the_command_line_is_shown_and_paused_from_here(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    with Database(database_file()) as database:
        options = stored_options(Options.of(Settings()), recursive=True)
        run = Control(database).start(folder, options)
        Runs(database).set_state(run, RunState.RUNNING)
        with holding(run):
            window.show_page("batch")
            open_run(qtbot, window, run)
            QTest.mouseClick(content(window).head.main, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda: Runs(database).wanted(run) is Wanted.PAUSE, timeout=_TIMEOUT_MS)


def test_two_folders_are_done_one_after_the_other(
    window: MainWindow, qtbot: QtBot, folder: Path, many: Path
) -> None:
    drop_files(window, [many, folder])
    qtbot.waitUntil(lambda: content(window).stored is not None, timeout=_TIMEOUT_MS)
    assert stored(window).folder == many

    def both_done() -> bool:
        with Database(database_file()) as database:
            return [run.state for run in Runs(database).all()] == [RunState.DONE] * 2

    qtbot.waitUntil(both_done, timeout=_TIMEOUT_MS)
    content(window).shown.open(None)
    assert len(content(window).list.cards) == 2


def test_results_are_exported_with_everything_or_only_what_is_listed(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    dropped(qtbot, window, folder)
    page, everything, listed = content(window), tmp_path / "all.jsonl", tmp_path / "listed.jsonl"
    with qtbot.waitSignal(page.work.exported, timeout=_TIMEOUT_MS):
        page.work.export(pictures(window), everything)
    assert len(everything.read_text("utf-8").splitlines()) == 4
    with qtbot.waitSignal(page.items.listed, timeout=_TIMEOUT_MS):
        page.items.filters.look_for("熊猫")
    qtbot.waitUntil(lambda: len(page.items.ids()) == 1, timeout=_TIMEOUT_MS)
    with qtbot.waitSignal(page.work.exported, timeout=_TIMEOUT_MS):
        page.work.export(pictures(window, only_listed=True), listed)
    (line,) = listed.read_text("utf-8").splitlines()
    assert json.loads(line)["predictions"][0]["label"] == "大熊猫"


def test_export_that_fails_is_told_and_leaves_the_old_file(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    dropped(qtbot, window, folder)
    (tmp_path / "file").touch()
    content(window).work.export(pictures(window), tmp_path / "file" / "out.csv")
    qtbot.waitUntil(lambda: "无法写入" in told(window), timeout=_TIMEOUT_MS)


def test_pictures_are_moved_into_folders_and_put_back(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    run, target = dropped(qtbot, window, folder), tmp_path / "sorted"
    dialog = sort_dialog(window)
    dialog.target.setText(str(target))
    dialog.choose(how=How.MOVE)
    qtbot.waitUntil(lambda: dialog.plan is not None and dialog.plan.wish.into == target, timeout=_TIMEOUT_MS)
    assert not target.exists(), "a preview touches nothing"
    assert dialog.plan is not None
    assert (dialog.plan.files, dialog.plan.left) == (3, 1)
    dialog.start.click()
    assert not dialog.isVisible(), "it goes on behind the window"
    qtbot.waitUntil(lambda: "已移动 3 张" in told(window), timeout=_TIMEOUT_MS)
    assert len(list(target.rglob("*.jpg"))) == 3
    page = content(window)
    history = SortingsDialog(page, page.files, page.work, run)
    qtbot.waitUntil(lambda: history.findChild(QPushButton, "undo") is not None, timeout=_TIMEOUT_MS)
    undo = history.findChild(QPushButton, "undo")
    assert undo is not None
    undo.click()
    history.close()
    qtbot.waitUntil(lambda: len(list(folder.glob("*.jpg"))) == 4, timeout=_TIMEOUT_MS)
    qtbot.waitUntil(lambda: not any(os.walk(target)), timeout=_TIMEOUT_MS)
    qtbot.waitUntil(lambda: "已撤销" in told(window), timeout=_TIMEOUT_MS)


def told(window: MainWindow) -> str:
    """What stands over the foot of the window."""
    return "\n".join(notice.sentence for notice in window.current.notices.shown)


def sort_dialog(window: MainWindow) -> SortDialog:
    """Where the sorting of all pictures is planned."""
    page = content(window)
    return SortDialog(page, page.files, page.work, pictures(window))


def test_target_that_names_a_home_which_does_not_exist_is_refused_in_words(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    dropped(qtbot, window, folder)
    dialog = sort_dialog(window)
    dialog.target.clear()
    QTest.keyClicks(dialog.target, "~nobody-at-all/photos")
    qtbot.waitUntil(lambda: tr("organise.not_absolute") in shown(dialog), timeout=_TIMEOUT_MS)
    assert not dialog.start.isEnabled()
    dialog.close()


def shown(dialog: SortDialog) -> str:
    """What the dialog says."""
    return f"{dialog.problems.text()} {dialog.summary.text()}"


def test_database_that_cannot_be_read_is_told_on_the_list_of_runs(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    database_file().parent.mkdir()
    database_file().write_text("这不是数据库" * 1000, "utf-8")
    window.show_page("batch")
    qtbot.waitUntil(lambda: "任务数据库已损坏" in told(window), timeout=_TIMEOUT_MS)
    window.current.notices.close(window.current.notices.shown[-1])
    batch(window).runs.refresh()
    with qtbot.waitSignal(batch(window).runs.failed, timeout=_TIMEOUT_MS):
        pass
    assert told(window) == "", "said once, though it is looked at every second"


def test_charts_lead_to_the_pictures(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    dropped(qtbot, window, folder)
    page = content(window)
    with qtbot.waitSignal(page.files.summarised, timeout=_TIMEOUT_MS):
        page.show_tab("charts")
    click_bar(page.charts.labels, "大熊猫")
    qtbot.waitUntil(lambda: len(page.items.ids()) == 1, timeout=_TIMEOUT_MS)
    page.items.clear_filters()
    qtbot.waitUntil(lambda: len(page.items.ids()) > 1, timeout=_TIMEOUT_MS)
    with qtbot.waitSignal(page.files.summarised, timeout=_TIMEOUT_MS):
        page.show_tab("charts")
    click_bar(page.charts.groups, "哺乳动物")
    assert page.items.wanted() == Filter(group=("动物", "哺乳动物"))
    assert page.items.isVisible()


def test_a_label_in_the_charts_is_looked_for_among_what_they_count(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    dropped(qtbot, window, folder)
    page, listed = content(window), list[int]()
    page.items.groups.choose(("动物", "哺乳动物"))
    page.items.filters.look_for("jpg")
    with qtbot.waitSignal(page.files.summarised, timeout=_TIMEOUT_MS):
        page.show_tab("charts")
    page.items.listed.connect(listed.append)
    click_bar(page.charts.labels, "大熊猫")
    assert page.items.wanted() == Filter('jpg "大熊猫"', ("动物", "哺乳动物"))
    qtbot.waitUntil(lambda: listed == [1], timeout=_TIMEOUT_MS)


def test_charts_of_what_was_listed_before_are_not_shown(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    dropped(qtbot, window, folder)
    page = content(window)
    with qtbot.waitSignal(page.files.summarised, timeout=_TIMEOUT_MS):
        page.show_tab("charts")
    page.show_tab("pictures")
    page.items.filters.look_for("大熊猫")
    page.show_tab("charts")
    assert page.charts.labels.accessibleDescription() == ""
    qtbot.waitUntil(lambda: page.charts.labels.accessibleDescription() == "大熊猫 1", timeout=_TIMEOUT_MS)


def click_bar(bars: ChartView, name: str) -> None:
    mark = next(mark for mark in bars.scene.marks if mark.text.rsplit(" ", 1)[0] == name)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(10, round(mark.box.middle[1])))


def test_a_deleted_run_is_had_back_with_ctrl_z_and_leaves_the_pictures(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    run = dropped(qtbot, window, folder)
    content(window).head.actions_by_name["forget"].trigger()
    assert content(window).currentWidget() is content(window).list
    assert run.id not in content(window).list.cards
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert content(window).list.cards[run.id].isVisible()
    content(window).list.asked.emit("forget", [run])
    window.close()
    with Database(database_file()) as database:
        assert Runs(database).all() == []
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(20, "剩余不到 1 分钟"), (179, "剩余约 3 分钟"), (5000, "剩余约 1 小时 23 分钟")],
)
def test_time_left_is_no_more_exact_than_it_can_be(seconds: float, text: str) -> None:
    assert time_left(seconds) == text
