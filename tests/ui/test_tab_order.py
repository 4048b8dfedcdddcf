"""Tab goes through the pages as they are read, and to the navigation once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.bench import history
from app.ui.kit.scroll import Scroll
from app.ui.pages.batch.head import TABS
from app.ui.pages.performance.content import Content
from app.ui.shell.window import MainWindow
from tests.ui.batch_pages import Page
from tests.ui.items import EAGLE, MUG, PANDA, TIMEOUT_MS
from tests.ui.pages import performance
from tests.ui.tab_order import against_reading, stops
from tests.ui.test_performance_page import made_up_run


@pytest.fixture
def page(qtbot: QtBot, home: Path, tmp_path: Path) -> Iterator[Page]:
    """A run with three pictures, on the screen."""
    assert home
    made = Page(tmp_path)
    content = made.content
    qtbot.addWidget(content)
    content.resize(1280, 720)
    with qtbot.waitActive(content):
        content.show()
        content.activateWindow()
    content.shown.open(made.run("zoo", PANDA, EAGLE, MUG))
    qtbot.waitUntil(lambda: content.items.preview.row is not None, timeout=TIMEOUT_MS)
    yield made
    made.runs.shut_down()
    content.shut_down()
    made.current.shut_down()


def test_tab_goes_over_a_run_as_it_is_read(page: Page) -> None:
    content = page.content
    items = content.items
    walked = stops(content.head._back, content)
    assert not against_reading(walked)
    wanted = [
        *(content.head._back, items.filters.panels["groups"], items.filters.search, items.groups),
        *(items.browser.table, items.preview),
    ]
    assert [widget for widget in walked if widget in wanted] == wanted


def test_tab_comes_to_the_details_and_the_arrows_scroll_them(page: Page) -> None:
    preview: Scroll = page.content.items.preview
    page.content.resize(1280, 500)
    assert preview in stops(page.content.head._back, page.content)
    preview.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(preview, Qt.Key.Key_End)
    bar = preview.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0


@pytest.mark.parametrize("tab", TABS)
def test_ctrl_f_leads_to_the_search(page: Page, tab: str) -> None:
    content = page.content
    content.show_tab(tab)
    QTest.keyClick(content, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert content.items.isVisible()
    assert content.items.filters.search.hasFocus()


def test_tab_goes_over_performance_as_it_is_read(window: MainWindow, qtbot: QtBot) -> None:
    entry = history.save(made_up_run())
    with qtbot.waitActive(window):
        window.activateWindow()
    window.show_page("performance")
    content = performance(window).content
    assert isinstance(content, Content)
    qtbot.waitUntil(lambda: content.figures is not None)
    content.start_bar.fold.setChecked(False)
    QApplication.processEvents()
    walked = stops(content.head._history, content)
    entry.file.unlink()
    assert content.results.table in walked
    assert not against_reading(walked)


def test_tab_comes_to_the_button_of_the_page_and_arrows_to_the_others(
    window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    window.show_page("settings")
    buttons = window.rail.findChildren(QToolButton)
    reached = [button for button in buttons if button.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [button.isChecked() for button in reached] == [True]
    reached[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(reached[0], Qt.Key.Key_Up)
    other = QApplication.focusWidget()
    assert other in buttons
    assert other is not reached[0]
    QTest.keyClick(other, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() not in buttons
    assert [button for button in buttons if button.focusPolicy() & Qt.FocusPolicy.TabFocus] == reached
