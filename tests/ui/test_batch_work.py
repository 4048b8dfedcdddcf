"""What is done with a run's pictures: seen and stopped while it lasts, told when it has ended."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.core import paths
from app.core.errors import ErrorCode, StoreError, WanwuError
from app.core.language_in_use import tr
from app.organise.work import carry_out
from app.store.database import Database
from app.store.listing import Status
from app.store.locks import held
from app.store.records import Counts, StoredRun
from app.store.runs import Runs, database_file
from app.store.sortings import How, Sortings, SortingState
from app.ui.kit import files as files_module
from app.ui.kit.theme import theme
from app.ui.kit.undo import Command
from app.ui.pages.batch import work as work_module
from app.ui.pages.batch.files import Pictures
from app.ui.pages.batch.sorting import SortDialog
from app.ui.pages.batch.sortings import SortingsDialog
from app.ui.pages.batch.texts import counts_line
from tests.ui.batch_pages import Page
from tests.ui.items import EAGLE, MUG, PANDA

_TIMEOUT_MS = 20_000


@pytest.fixture
def page(tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The batch page of a user who has done nothing so far."""
    theme.use(qapp, "light")
    monkeypatch.setenv("WANWU_HOME", str(tmp_path / "home"))
    tr.use("zh")
    page = Page(tmp_path)
    yield page
    page.runs.shut_down()
    page.content.shut_down()
    page.current.shut_down()
    page.content.deleteLater()


@pytest.fixture
def opened(page: Page) -> StoredRun:
    """A run over three pictures that are there, which the page shows."""
    (page.folder / "照片").mkdir()
    for label in (PANDA, EAGLE, MUG):
        shutil.copy(paths.resource("samples", "cat.jpg"), page.folder / "照片" / f"{label}.jpg")
    run = page.run("照片", PANDA, EAGLE, MUG)
    page.content.shown.open(run)
    return run


def test_a_double_click_opens_a_run_and_presses_nothing_in_it(page: Page, qtbot: QtBot) -> None:
    page.run("照片", PANDA)
    content = page.content
    content.resize(1000, 640)
    content.show()
    qtbot.waitExposed(content)
    page.runs.refresh()
    qtbot.waitUntil(lambda: len(content.list.cards) == 1, timeout=_TIMEOUT_MS)
    (card,) = content.list.cards.values()
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert page.title() == "照片"
    chip = content.items.filters.chips[Status.WAITING]
    place = chip.mapTo(content, chip.rect().center())
    QTest.mouseDClick(content.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    assert not chip.isChecked(), "it lay under the mouse, and nobody has meant it"
    qtbot.wait(QApplication.doubleClickInterval() + 50)
    QTest.mouseClick(content.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    assert chip.isChecked()


@pytest.mark.usefixtures("opened")
def test_what_is_selected_is_offered_first_and_sorted_alone(page: Page, qtbot: QtBot) -> None:
    content, actions = page.content, page.content.head.actions_by_name
    qtbot.waitUntil(lambda: len(page.names()) == 3, timeout=_TIMEOUT_MS)
    assert not actions["sort_selected"].isVisible()
    assert content.items.browser.select([1, 2])
    assert actions["export_selected"].isVisible()
    assert "2" in actions["sort_selected"].text()
    actions["sort_selected"].trigger()
    (dialog,) = content.findChildren(SortDialog)
    assert "2" in dialog._selected.text()
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=_TIMEOUT_MS)
    assert dialog.plan is not None
    assert dialog.plan.files == 2
    dialog.reject()


def settled(qtbot: QtBot, page: Page) -> None:
    """Wait until nothing runs any more."""
    qtbot.waitUntil(lambda: not list(page.current.activities), timeout=_TIMEOUT_MS)


class Busy:
    """Keeps the worker busy until it is told otherwise."""

    def __init__(self, page: Page) -> None:
        self.go_on = threading.Event()
        page.content.files.submit(lambda *_: self.go_on.wait(20), lambda _: None)


@pytest.mark.usefixtures("opened")
def test_keys_are_for_what_is_selected_and_say_how_many(
    page: Page, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, titles = page.content, []
    monkeypatch.setattr(
        "app.ui.pages.batch.asked.where_to_save", lambda _parent, _purpose, title, *_: titles.append(title)
    )
    content.show()
    qtbot.waitUntil(lambda: content.items.count() == 3, timeout=_TIMEOUT_MS)
    press_with_shift(content, Qt.Key.Key_E)
    content.items.browser.select([1, 2])
    press_with_shift(content, Qt.Key.Key_E)
    assert titles == ["导出全部 3 张图片的结果", "导出选中的 2 张图片的结果"]
    press_with_shift(content, Qt.Key.Key_S)
    (dialog,) = content.findChildren(SortDialog)
    assert dialog._selected.text() == "选中的 2 张图片"
    dialog.reject()
    content.asked.do_with("keywords", (1, 2))
    (question,) = content.findChildren(QMessageBox)
    assert "选中的 2 张图片" in question.text()
    question.reject()


def press_with_shift(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def test_pictures_that_stay_in_the_list_are_not_called_selected(
    page: Page, qtbot: QtBot, opened: StoredRun
) -> None:
    items = page.content.items
    qtbot.waitUntil(lambda: items.count() == 3, timeout=_TIMEOUT_MS)
    with qtbot.waitSignal(items.corrected, timeout=_TIMEOUT_MS):
        items._doing.correct((1,), items.model.texts.labels.labels[MUG])
    assert items.exactly() is not None
    page.content.asked.do_with("sort", None)
    (dialog,) = page.content.findChildren(SortDialog)
    assert dialog._selected.isHidden()
    dialog.reject()
    assert opened


def test_an_export_can_be_seen_and_its_file_opened_or_shown(
    page: Page, qtbot: QtBot, opened: StoredRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, target = Busy(page), page.folder / "结果.xlsx"
    page.content.work.export(Pictures(opened), target)
    (activity,) = page.current.activities
    assert activity.name == "导出“结果.xlsx”"
    assert "不会生成" in page.current.activities.questions()[0]
    busy.go_on.set()
    settled(qtbot, page)
    assert page.told() == [f"已导出 3 张图片的结果到 {target}"]
    seen: list[Path] = []
    monkeypatch.setattr(files_module, "open_file", lambda path, _notices: seen.append(path))
    page.press("打开")
    assert seen == [target]


@pytest.mark.parametrize("by", ["the tray", "the notice"])
def test_a_cancelled_export_leaves_the_old_file(page: Page, qtbot: QtBot, opened: StoredRun, by: str) -> None:
    busy, target = Busy(page), page.folder / "结果.csv"
    target.write_text("old")
    page.content.work.export(Pictures(opened), target)
    (activity,) = page.current.activities
    if by == "the tray":
        assert activity.stop is not None
        activity.stop()
    else:
        page.press("停止")
    busy.go_on.set()
    settled(qtbot, page)
    assert target.read_text() == "old"
    assert page.told() == [f"已取消导出，{target} 没有改动。"]


def test_keywords_are_told_with_the_folder_they_are_in(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    with qtbot.waitSignal(page.content.work.keywords_written, timeout=_TIMEOUT_MS):
        page.content.work.write_keywords(Pictures(opened))
    assert page.told() == ["已为 3 张图片写入关键词。"]
    assert [action.text for action in page.current.notices.shown[-1].actions] == ["打开文件夹"]
    assert len(list(opened.folder.glob("*.xmp"))) == 3


def test_ctrl_z_after_keywords_says_that_they_stay_and_takes_nothing_else_back(
    page: Page, qtbot: QtBot, opened: StoredRun
) -> None:
    done: list[str] = []
    earlier = Command("batch")
    earlier.undo = lambda: done.append("undone")  # type: ignore[method-assign]
    page.current.do(earlier)
    with qtbot.waitSignal(page.content.work.keywords_written, timeout=_TIMEOUT_MS):
        page.content.work.write_keywords(Pictures(opened))
    page.current.take_back()
    assert "不能撤销" in page.told()[-1]
    assert not done
    page.current.take_back()
    assert done == ["undone"]


def test_pictures_that_are_gone_are_named_when_keywords_are_written(
    page: Page, qtbot: QtBot, opened: StoredRun
) -> None:
    (opened.folder / f"{PANDA}.jpg").unlink()
    with qtbot.waitSignal(page.content.work.keywords_written, timeout=_TIMEOUT_MS):
        page.content.work.write_keywords(Pictures(opened))
    (notice,) = page.current.notices.shown
    assert notice.is_warning
    assert f"{PANDA}.jpg" in notice.sentence


def planned(page: Page, qtbot: QtBot, into: Path, how: How = How.MOVE, depth: str = "label") -> SortDialog:
    """The dialog, when it knows what would happen."""
    pictures = page.content.pictures(only_listed=True)
    assert pictures is not None
    dialog = SortDialog(page.content, page.content.files, page.content.work, pictures)
    qtbot.addWidget(dialog)
    dialog.target.setText(str(into))
    dialog.choose(how=how, depth=depth)
    qtbot.waitUntil(lambda: dialog.plan is not None and dialog.plan.wish.into == into, timeout=_TIMEOUT_MS)
    return dialog


def rows(dialog: SortDialog) -> list[tuple[str, str]]:
    """The folders of the preview."""
    items = [dialog._tree.topLevelItem(row) for row in range(dialog._tree.topLevelItemCount())]
    return [(item.text(0), item.text(1)) for item in items if item is not None]


def test_the_preview_follows_how_deep_folders_are_wanted(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    assert opened
    dialog = planned(page, qtbot, page.folder / "整理", depth="top")
    assert [name for name, _ in rows(dialog)] == ["动物", "食物饮料"] or len(rows(dialog)) == 2
    assert "2 个文件夹" in dialog.summary.text()
    dialog.choose(depth="label")
    qtbot.waitUntil(lambda: len(rows(dialog)) == 3, timeout=_TIMEOUT_MS)
    assert ("大熊猫", "1") in rows(dialog)


def test_a_sorting_is_told_and_undone_from_there(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    into = page.folder / "整理"
    planned(page, qtbot, into).start.click()
    settled(qtbot, page)
    assert len(list(into.rglob("*.jpg"))) == 3
    assert page.told() == [f"已移动 3 张到 {into}"]
    page.press("撤销")
    (activity,) = page.current.activities
    assert str(into) in activity.question
    settled(qtbot, page)
    assert len(list(opened.folder.glob("*.jpg"))) == 3
    assert [action.text for action in page.current.notices.shown[-1].actions] == []


def test_closing_the_dialog_of_sortings_stops_no_undo(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    planned(page, qtbot, page.folder / "整理").start.click()
    settled(qtbot, page)
    busy = Busy(page)
    history = SortingsDialog(page.content, page.content.files, page.content.work, opened)
    undo = button(qtbot, history, "undo")
    undo.click()
    qtbot.waitUntil(lambda: history.findChildren(QPushButton, "undo") == [], timeout=_TIMEOUT_MS)
    history.reject()
    busy.go_on.set()
    settled(qtbot, page)
    with Database(database_file()) as database:
        assert [each.state for each in Sortings(database).all()] == [SortingState.UNDONE]


def button(qtbot: QtBot, dialog: SortingsDialog, name: str) -> QPushButton:
    """A button of a sorting, once it is there."""
    qtbot.waitUntil(lambda: dialog.findChild(QPushButton, name) is not None, timeout=_TIMEOUT_MS)
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    return found


def test_the_sorting_of_a_deleted_run_can_be_undone(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    planned(page, qtbot, page.folder / "整理").start.click()
    settled(qtbot, page)
    with Database(database_file()) as database:
        Runs(database).delete(opened.id)
    page.content.list.sortings_requested.emit()
    (history,) = page.content.findChildren(SortingsDialog)
    button(qtbot, history, "undo").click()
    settled(qtbot, page)
    assert len(list(opened.folder.glob("*.jpg"))) == 3
    history.reject()


def test_where_nothing_was_sorted_the_dialog_says_what_to_do(
    page: Page, qtbot: QtBot, opened: StoredRun
) -> None:
    history = SortingsDialog(page.content, page.content.files, page.content.work, opened)
    history.show()
    qtbot.waitUntil(history.empty.isVisible, timeout=_TIMEOUT_MS)
    assert history.empty.title.text() == "还没有整理过"
    history.reject()


def test_a_stopped_sorting_says_what_can_be_done_with_it(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    assert opened
    dialog, busy = planned(page, qtbot, page.folder / "整理"), Busy(page)
    dialog.start.click()
    page.press("停止")
    busy.go_on.set()
    settled(qtbot, page)
    assert page.told() == ["整理已停止。已整理的可以在“整理记录”中撤销，其余的可以继续。"]


@pytest.mark.parametrize("opens", [True, False])
def test_a_file_that_no_program_opens_is_told(
    page: Page, monkeypatch: pytest.MonkeyPatch, opens: bool
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: opens)
    files_module.open_file(page.folder, page.current.notices)
    assert bool(page.told()) is not opens


def test_without_a_file_manager_that_selects_the_folder_is_opened(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def open_url(url: object) -> bool:
        seen.append(str(url))
        return True

    monkeypatch.setattr(files_module, "_shown_by_manager", lambda _path: False)
    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    files_module.show_in_folder(page.folder / "out.csv", page.current.notices)
    assert len(seen) == 1
    assert "out.csv" not in seen[0]


def test_ctrl_z_takes_a_sorting_back_like_everything_else(
    page: Page, qtbot: QtBot, opened: StoredRun
) -> None:
    planned(page, qtbot, page.folder / "整理").start.click()
    settled(qtbot, page)
    page.current.take_back()
    settled(qtbot, page)
    assert len(list(opened.folder.glob("*.jpg"))) == 3
    assert "已撤销" in page.told()[-1]
    page.current.redo()
    settled(qtbot, page)
    assert len(list(opened.folder.glob("*.jpg"))) == 3, "a worker's deed is not repeated by a key"


def earlier(page: Page) -> list[str]:
    """Do something else that Ctrl+Z takes back; what has become of it."""
    done: list[str] = []
    command = Command("batch")
    command.undo = lambda: done.append("undone")  # type: ignore[method-assign]
    page.current.do(command)
    return done


def test_ctrl_z_goes_on_to_what_was_done_before_a_sorting_that_was_taken_back_elsewhere(
    page: Page, qtbot: QtBot, opened: StoredRun
) -> None:
    done = earlier(page)
    planned(page, qtbot, page.folder / "整理").start.click()
    settled(qtbot, page)
    page.press("撤销")
    settled(qtbot, page)
    page.current.take_back()
    assert done == ["undone"]
    assert opened


def test_ctrl_z_tries_once_more_to_take_back_a_sorting_that_could_not_be(
    page: Page, qtbot: QtBot, opened: StoredRun
) -> None:
    done = earlier(page)
    planned(page, qtbot, page.folder / "整理").start.click()
    settled(qtbot, page)
    lock = database_file().with_name("sorting.lock")
    with held(lock, StoreError(ErrorCode.SORTING_BUSY)):  # by another window
        page.current.take_back()
        settled(qtbot, page)
    page.current.take_back()
    settled(qtbot, page)
    assert len(list(opened.folder.glob("*.jpg"))) == 3
    assert done == []


def test_ctrl_z_takes_back_what_was_sorted_until_the_disk_was_full(
    page: Page, qtbot: QtBot, opened: StoredRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: Any) -> None:
        carry_out(*arguments)
        raise WanwuError(ErrorCode.DISK_FULL, path="x")

    monkeypatch.setattr(work_module, "carry_out", full)
    done = earlier(page)
    planned(page, qtbot, page.folder / "整理").start.click()
    settled(qtbot, page)
    assert not list(opened.folder.glob("*.jpg"))
    page.current.take_back()
    settled(qtbot, page)
    assert len(list(opened.folder.glob("*.jpg"))) == 3
    assert done == []


@pytest.mark.usefixtures("opened")
def test_ctrl_z_passes_over_a_sorting_that_was_stopped_before_its_first_picture(
    page: Page, qtbot: QtBot
) -> None:
    done = earlier(page)
    dialog, busy = planned(page, qtbot, page.folder / "整理"), Busy(page)
    dialog.start.click()
    page.press("停止")
    busy.go_on.set()
    settled(qtbot, page)
    page.current.take_back()
    assert done == ["undone"]


def test_ctrl_z_takes_back_a_sorting_whose_undo_was_stopped(
    page: Page, qtbot: QtBot, opened: StoredRun
) -> None:
    planned(page, qtbot, page.folder / "整理").start.click()
    settled(qtbot, page)
    busy = Busy(page)
    page.current.take_back()
    page.press("停止")
    busy.go_on.set()
    settled(qtbot, page)
    page.current.take_back()
    settled(qtbot, page)
    assert len(list(opened.folder.glob("*.jpg"))) == 3


def test_an_export_of_nothing_is_not_begun(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    items = page.content.items
    qtbot.waitUntil(lambda: len(items.ids()) == 3, timeout=_TIMEOUT_MS)
    items.filters.look_for("nowhere")
    qtbot.waitUntil(lambda: not len(items.ids()), timeout=_TIMEOUT_MS)
    page.content.asked.do_with("export", None)
    assert page.told() == [tr("batch.nothing_listed")]
    assert opened


def test_the_run_that_was_open_is_open_again(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    page.content.shown.open(None)
    page.content.open_again(opened.id)
    page.runs.refresh()
    qtbot.waitUntil(lambda: page.content.stored is not None, timeout=_TIMEOUT_MS)
    page.content.shown.open(None)
    page.content.open_again(opened.id + 99)
    with qtbot.waitSignal(page.runs.changed, timeout=_TIMEOUT_MS):
        page.runs.refresh()
    assert page.content.stored is None, "it was deleted meanwhile"


def test_a_run_that_was_had_back_has_the_keyboard(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    page.run("another", PANDA)
    page.content.shown.open(None)
    page.content.show()
    qtbot.waitExposed(page.content)
    page.content.list.new.setFocus()
    page.runs.refresh()
    cards = page.content.list.cards
    qtbot.waitUntil(lambda: len(cards) == 2, timeout=_TIMEOUT_MS)
    assert page.content.focusWidget() is not page.content.list.new, "the runs have it once they are known"
    page.content.asked.forget([opened])
    assert len(cards) == 1
    page.current.take_back()
    assert page.content.focusWidget() is cards[opened.id]


def test_while_a_folder_is_looked_through_numbers_are_so_far() -> None:
    counts = Counts(total=500)
    assert counts_line(counts, so_far=True) == "0 / 已找到 500 张"
    assert counts_line(Counts(total=2, done=2), so_far=True) == "已找到 2 张"


def test_enter_in_the_field_of_a_sorting_goes_on(page: Page, qtbot: QtBot, opened: StoredRun) -> None:
    assert opened
    pictures = page.content.pictures(only_listed=True)
    assert pictures is not None
    dialog = SortDialog(page.content, page.content.files, page.content.work, pictures)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert dialog.target.selectedText() == dialog.target.text()
    dialog.target.setFocus()
    QTest.keyClicks(dialog.target, str(page.folder / "others"))
    assert not dialog.start.isEnabled()
    QTest.keyClick(dialog.target, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert not dialog.target.hasFocus()
    dialog.reject()
