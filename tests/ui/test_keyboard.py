"""The keyboard everywhere: Enter presses what has the focus, and a ring says what that is, for keys only."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core import paths
from app.labels import load_labels
from app.ui.kit.keyboard import shows_ring
from app.ui.kit.segments import Segments
from app.ui.pages.batch.items.label_picker import LabelPicker
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Drop
from tests.ui.pages import recognise, settings_page
from tests.ui.tab_order import stops

SAMPLES = sorted(paths.resource("samples").glob("*.jpg"))


def click(widget: QWidget) -> None:
    """A click as the system tells the window of it."""
    window = widget.window()
    QTest.mouseClick(
        window.windowHandle(), Qt.MouseButton.LeftButton, pos=widget.mapTo(window, widget.rect().center())
    )


def ringed(window: QWidget) -> list[QWidget]:
    return [widget for widget in window.findChildren(QWidget) if shows_ring(widget)]


def shown(qtbot: QtBot, window: QWidget, *widgets: QWidget) -> None:
    column = QVBoxLayout(window)
    for widget in widgets:
        column.addWidget(widget)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()


def test_enter_presses_the_button_that_has_the_focus_as_space_does(qtbot: QtBot) -> None:
    pressed: list[str] = []
    for button in (QPushButton("a"), QToolButton()):
        button.clicked.connect(lambda: pressed.append("pressed"))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window = QWidget()
        shown(qtbot, window, button)
        button.setFocus()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            QTest.keyClick(button, key)
        assert len(pressed) == 3
        pressed.clear()


def test_enter_in_a_dialog_presses_one_button_once(qtbot: QtBot) -> None:
    pressed: list[str] = []
    dialog, default, other = QDialog(), QPushButton("default"), QToolButton()
    default.setDefault(True)
    default.clicked.connect(lambda: pressed.append("default"))
    other.clicked.connect(lambda: pressed.append("other"))
    shown(qtbot, dialog, default, other)
    for button in (default, other):
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["default", "default"]


def test_a_click_draws_no_ring_and_a_key_draws_one(window: MainWindow, drop: Drop, qtbot: QtBot) -> None:
    drop(window, SAMPLES)
    page = recognise(window)
    with qtbot.waitActive(window):
        window.activateWindow()
    for widget in (page.panel.viewport(), page.strip.viewport(), page.pane.view.viewport()):
        click(widget)
        assert QApplication.focusWidget() is widget.parentWidget()
        assert ringed(window) == []
    QTest.keyClick(page.pane.view, Qt.Key.Key_Plus)
    assert ringed(window) == [page.pane.view]
    QTest.keyClick(page.pane.view, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not page.pane.view
    assert ringed(window) == [focused]


def test_one_ring_at_a_time_also_when_something_pops_up(qtbot: QtBot) -> None:
    before, other, window = QPushButton("before"), QPushButton("other"), QWidget()
    shown(qtbot, window, before, other)
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_A)
    assert ringed(window) == [before]
    picker = LabelPicker(window)
    picker.open_below(before, load_labels("imagenet1k"), [])
    assert ringed(window) == [picker.field]
    picker.close_again()
    assert ringed(window) == [before]
    picker.open_below(before, load_labels("imagenet1k"), [])
    click(other)
    assert ringed(window) == []


def test_a_menu_leaves_the_ring_where_it_was(qtbot: QtBot) -> None:
    button, window, menu = QPushButton("button"), QWidget(), QMenu()
    shown(qtbot, window, button)
    qtbot.addWidget(menu)
    menu.addAction("a")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_A)
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    menu.close()
    assert ringed(window) == [button]


def test_no_page_opens_with_a_ring_around_all_of_it(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    for name in window.pages:
        window.show_page(name)
        assert not [widget for widget in ringed(window) if isinstance(widget, QScrollArea)]
    window.show_page("settings")
    settings_page(window).area.setFocus()
    assert not ringed(window)


@pytest.mark.parametrize("name", ["settings", "performance"])
def test_tab_stops_at_what_is_on_a_page_and_never_at_all_of_it(window: MainWindow, name: str) -> None:
    window.show_page(name)
    first = window.pages[name].first
    assert first is not None
    reached = stops(first, window)
    assert len(reached) > 5
    assert not [widget for widget in reached if isinstance(widget, QScrollArea)]


def test_home_and_end_go_to_the_ends_of_what_is_scrolled(window: MainWindow) -> None:
    window.resize(900, 560)
    window.show_page("settings")
    area = settings_page(window).area
    QTest.keyClick(area, Qt.Key.Key_End)
    assert area.verticalScrollBar().value() == area.verticalScrollBar().maximum() > 0
    QTest.keyClick(area, Qt.Key.Key_Home)
    assert area.verticalScrollBar().value() == 0


def test_a_switch_is_one_stop_at_its_chosen_part_and_arrows_choose(qtbot: QtBot) -> None:
    before, switch, holder = QPushButton("before"), Segments(("a", "b", "c"), str), QWidget()
    layout = QHBoxLayout(holder)
    layout.addWidget(before)
    layout.addWidget(switch)
    qtbot.addWidget(holder)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    switch.show_value("b")
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "b"
    with qtbot.waitSignal(switch.chosen) as chosen:
        QTest.keyClick(focused, Qt.Key.Key_Right)
    assert chosen.args == ["c"]
    QTest.keyClick(holder, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is before
