"""Ways through the batch page: into a run, around in it, back to the list; what stands there meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.store.listing import Filter, Status
from app.store.records import RunState, Wanted
from tests.ui.batch_pages import Page, change, found_one_more, shown_page, wait_for
from tests.ui.items import EAGLE, LABELS, MUG, PANDA

_TIMEOUT_MS = 20_000


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The batch page of a user who has done nothing so far; nothing is worked on."""
    with shown_page(tmp_path, qtbot, qapp, monkeypatch) as page:
        yield page


def test_charts_are_saved_beside_their_run_and_called_after_it(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, asked = page.run("first", PANDA), list[tuple[Any, ...]]()
    monkeypatch.setattr("app.ui.charts.chart_card.where_to_save", lambda *what: asked.append(what))
    page.content.shown.open(run)
    page.content.charts.cards["labels"]._ask("png")
    ((*_, proposed, _forms),) = asked
    assert proposed == run.folder.parent / "first 最多的标签.png"


def test_after_a_bar_was_pressed_the_keyboard_is_on_its_pictures(page: Page, qtbot: QtBot) -> None:
    page.content.shown.open(page.run("first", PANDA, EAGLE))
    wait_for(qtbot, page, f"{PANDA}.jpg", f"{EAGLE}.jpg")
    page.content.show_tab("charts")
    page.content.charts.labels.setFocus()
    page.content.charts.searched.emit("大熊猫")
    wait_for(qtbot, page, f"{PANDA}.jpg")
    assert page.content.items.browser.view.hasFocus()


def test_back_from_a_run_that_was_not_opened_in_the_list_leads_to_its_card(page: Page, qtbot: QtBot) -> None:
    first, _second = page.run("first", PANDA), page.run("second", EAGLE)
    page.runs.refresh()
    qtbot.waitUntil(lambda: len(page.content.list.cards) == 2, timeout=_TIMEOUT_MS)
    page.runs.started.emit(first)
    page.content.shown.open(None)
    assert page.content.list.cards[first.id].hasFocus()


def test_what_is_worked_on_stands_above_what_is_done(page: Page, qtbot: QtBot) -> None:
    given_again, newer = page.run("first", PANDA), page.run("second", EAGLE)
    change(given_again, RunState.WAITING)
    page.runs.refresh()
    qtbot.waitUntil(lambda: len(page.content.list.cards) == 2, timeout=_TIMEOUT_MS)
    assert [card.run for card in page.content.list._shown()] == [given_again.id, newer.id]


def test_escape_on_a_run_clears_the_search_among_runs(page: Page, qtbot: QtBot) -> None:
    for number in range(9):
        page.run(f"album{number}", PANDA)
    page.runs.refresh()
    qtbot.waitUntil(lambda: len(page.content.list.cards) == 9, timeout=_TIMEOUT_MS)
    runs = page.content.list
    QTest.keyClick(page.content, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert runs.search.hasFocus()
    QTest.keyClicks(runs.search, "album3")
    QTest.keyClick(runs.search, Qt.Key.Key_Down)
    (card,) = runs._shown()
    assert card.hasFocus()
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert len(runs._shown()) == 9
    assert card.hasFocus()


def test_a_run_that_is_opened_again_is_filtered_as_before(page: Page, qtbot: QtBot) -> None:
    first, second = page.run("first", PANDA, EAGLE, MUG), page.run("second", EAGLE)
    items = page.content.items
    page.content.shown.open(first)
    wait_for(qtbot, page, f"{PANDA}.jpg", f"{EAGLE}.jpg", f"{MUG}.jpg")
    items.filters.search.setText(str(EAGLE))
    items.filters.chips[Status.CERTAIN].click()
    items.groups.choose(LABELS.labels[EAGLE].group)
    wait_for(qtbot, page, f"{EAGLE}.jpg")
    wanted = items.wanted()
    page.content.shown.open(second)
    wait_for(qtbot, page, f"{EAGLE}.jpg")
    assert items.wanted() == Filter()
    page.content.shown.open(first)
    wait_for(qtbot, page, f"{EAGLE}.jpg")
    assert items.wanted() == wanted
    assert items.filters.clear_button.isVisible()
    items.clear_filters()
    wait_for(qtbot, page, f"{PANDA}.jpg", f"{EAGLE}.jpg", f"{MUG}.jpg")


def test_a_run_without_pictures_says_so_and_has_the_keyboard(page: Page, qtbot: QtBot) -> None:
    run = page.run("first")
    change(run, RunState.WAITING)
    page.content.shown.open(replace(run, state=RunState.WAITING, wanted=Wanted.RUN))
    browser = page.content.items.browser
    qtbot.waitUntil(browser.empty.isVisible, timeout=_TIMEOUT_MS)
    assert browser.empty.hasFocus()
    assert browser.empty.title.text() == "还没有图片"
    found_one_more(run)
    page.content.items.refresh()
    wait_for(qtbot, page, "new.jpg")
    assert browser.view.hasFocus()


def test_a_run_that_has_found_no_pictures_does_not_promise_any(page: Page, qtbot: QtBot) -> None:
    page.content.shown.open(page.run("first"))
    browser = page.content.items.browser
    qtbot.waitUntil(browser.empty.isVisible, timeout=_TIMEOUT_MS)
    assert browser.empty.title.text() == "这个任务里没有图片"
