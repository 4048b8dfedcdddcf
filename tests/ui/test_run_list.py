"""The list of runs: found, selected, and asked for things by mouse and by keys."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.store.records import Counts, RunState, StoredRun, Wanted
from app.ui.kit.page import EDGE_PX
from app.ui.pages.batch.head import RunHead
from app.ui.pages.batch.run_card import RunCard
from app.ui.pages.batch.run_list import RunList
from app.ui.pages.batch.texts import standings

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def run(number: int, folder: str = "", state: RunState = RunState.DONE) -> StoredRun:
    return StoredRun(
        id=number, folder=Path(folder or f"/照片/{number}"), state=state, wanted=Wanted.RUN,
        counts=Counts(total=9, done=9), options={"model": "efficientnet_lite2", "engine": "eager"},
    )  # fmt: skip


class Listed:
    """The list with some runs, the newest first, and what was asked for there."""

    def __init__(self, qtbot: QtBot, runs: Sequence[StoredRun]) -> None:
        self.list, self.asked, self.opened = RunList(), list[tuple[str, list[int]]](), list[int]()
        qtbot.addWidget(self.list)
        self.list.asked.connect(lambda action, runs: self.asked.append((action, [each.id for each in runs])))
        self.refused = list[str]()
        self.list.refused.connect(self.refused.append)
        self.list.opened.connect(lambda run: self.opened.append(run.id))
        self.list.resize(808, 560)
        self.list.show()
        qtbot.waitExposed(self.list)
        self.show(runs)
        qtbot.wait(1)

    def show(self, runs: Sequence[StoredRun]) -> None:
        self.list.show_runs(standings(runs, None))

    def card(self, number: int) -> RunCard:
        return self.list.cards[number]

    def selected(self) -> list[int]:
        return [each.id for each in self.list.selected()]

    def focused(self) -> int | None:
        focused = QApplication.focusWidget()
        return focused.run if isinstance(focused, RunCard) else None


def test_list_and_head_show_the_same_parts_of_a_run(qtbot: QtBot) -> None:
    unsure = replace(run(1), counts=Counts(total=80, done=80, uncertain=40))
    (standing,) = standings([unsure], None)
    card, head = RunCard(), RunHead()
    for widget in (card, head):
        qtbot.addWidget(widget)
        widget.show_run(standing)
    assert card._bar._parts == head._bar._parts
    assert len({colour for share, colour in card._bar._parts if share}) == 2


@pytest.fixture
def listed(qtbot: QtBot) -> Listed:
    return Listed(qtbot, [run(3), run(2), run(1)])


def test_a_click_opens_and_with_control_or_shift_it_selects(listed: Listed) -> None:
    QTest.mouseClick(listed.card(3), LEFT, CONTROL)
    QTest.mouseClick(listed.card(1), LEFT, SHIFT)
    assert (listed.selected(), listed.opened) == ([3, 2, 1], [])
    QTest.mouseClick(listed.card(2), LEFT, CONTROL)
    assert listed.selected() == [3, 1]
    assert "已选中" in listed.card(1).accessibleName()
    QTest.mouseClick(listed.card(2), LEFT)
    assert (listed.selected(), listed.opened) == ([], [2])


def test_everything_works_by_keys(listed: Listed) -> None:
    listed.list.take_focus()
    assert listed.focused() == 3
    QTest.keyClick(listed.card(3), Qt.Key.Key_Down)
    assert listed.focused() == 2
    QTest.keyClick(listed.card(2), Qt.Key.Key_Down, SHIFT)
    assert (listed.focused(), listed.selected()) == (1, [2, 1])
    QTest.keyClick(listed.card(1), Qt.Key.Key_Delete)
    assert listed.asked == [("forget", [2, 1])]
    QTest.keyClick(listed.card(1), Qt.Key.Key_Escape)
    assert listed.selected() == []
    QTest.keyClick(listed.card(1), Qt.Key.Key_Home)
    QTest.keyClick(listed.card(3), Qt.Key.Key_Return)
    assert listed.opened == [3]
    QTest.keyClick(listed.card(3), Qt.Key.Key_A, CONTROL)
    assert listed.selected() == [3, 2, 1]


def test_a_run_that_is_worked_on_is_not_deleted_with_the_others(qtbot: QtBot) -> None:
    listed = Listed(qtbot, [run(2), run(1, state=RunState.RUNNING)])
    QTest.keyClick(listed.card(2), Qt.Key.Key_A, CONTROL)
    QTest.keyClick(listed.card(2), Qt.Key.Key_Delete)
    assert listed.asked == [("forget", [2])]
    assert listed.refused == ["请先暂停这个任务"], "nothing is left out in silence"


def test_the_keyboard_goes_to_the_card_that_takes_the_place_of_a_deleted_one(listed: Listed) -> None:
    listed.card(2).setFocus()
    listed.show([run(3), run(1)])
    assert listed.focused() == 1
    listed.show([])
    assert listed.list.new.hasFocus()


def test_a_run_that_was_had_back_stands_where_it_stood(listed: Listed) -> None:
    listed.show([run(3), run(1)])
    listed.show([run(3), run(2), run(1)])
    assert [card.run for card in listed.list._shown()] == [3, 2, 1]


def menu(listed: Listed) -> dict[str, bool]:
    """The entries of the menu on the screen, and whether they can be chosen."""
    (shown,) = listed.list.findChildren(QMenu)
    entries = {action.text(): action.isEnabled() for action in shown.actions() if action.text()}
    shown.close()
    return entries


def test_the_menu_of_a_card_offers_what_can_be_done_with_the_run(listed: Listed) -> None:
    card = listed.card(2)
    card.menu_wanted.emit(card, card.mapToGlobal(card.rect().center()))
    assert menu(listed) == dict.fromkeys(
        ("打开", "打开所在文件夹", "检查新图片", "导出全部结果…", "删除任务"), True
    )


def test_the_menu_of_several_selected_cards_is_for_all_of_them(listed: Listed) -> None:
    for number in (3, 1):
        QTest.mouseClick(listed.card(number), LEFT, CONTROL)
    listed.card(1).menu_wanted.emit(listed.card(1), listed.card(1).mapToGlobal(listed.card(1).pos()))
    assert menu(listed) == {"删除 2 个任务": True}


def test_of_many_runs_one_is_looked_for(qtbot: QtBot) -> None:
    listed = Listed(qtbot, [run(number, f"/照片/{2000 + number}/旅行") for number in range(20, 0, -1)])
    assert listed.list.search.isVisible()
    listed.list.search.setText("2007 旅行")
    assert [number for number, card in listed.list.cards.items() if card.isVisible()] == [7]
    assert listed.card(7).name.text() == str(Path("2007/旅行"))
    listed.list.search.setText("没有")
    assert listed.list._none.isVisible()
    listed.show([run(1)])
    assert listed.card(1).isVisible(), "a search box that is gone hides nothing"


def test_a_queued_run_says_how_many_come_before_it(qtbot: QtBot) -> None:
    waiting = [replace(run(number), state=RunState.WAITING) for number in (2, 1)]
    listed = Listed(qtbot, waiting)
    assert "前面还有 1 个" in listed.card(2).accessibleName()
    assert "前面还有" not in listed.card(1).accessibleName()


def test_runs_of_one_folder_say_in_what_they_differ(qtbot: QtBot) -> None:
    first, second, other = run(2, "/照片/旅行"), run(1, "/照片/旅行"), run(3)
    more = replace(first, options=first.options | {"top_k": 3})
    less = replace(second, options=second.options | {"top_k": 5})
    listed = Listed(qtbot, [other, more, less])
    assert [listed.card(number).path.text() for number in (2, 1)] == [
        "显示标签数 3 · /照片/旅行",
        "显示标签数 5 · /照片/旅行",
    ]
    assert listed.card(3).path.text() == "/照片/3"


@pytest.mark.parametrize("count", [1, 30])
def test_cards_end_where_the_buttons_above_do(qtbot: QtBot, count: int) -> None:
    listed = Listed(qtbot, [run(number) for number in range(count, 0, -1)])
    card, button = listed.card(count), listed.list.new

    def ends() -> set[int]:
        return {widget.mapTo(listed.list, widget.rect().topRight()).x() for widget in (card, button)}

    qtbot.waitUntil(lambda: ends() == {listed.list.width() - EDGE_PX - 1})


def test_what_cannot_be_deleted_now_says_why(qtbot: QtBot) -> None:
    listed = Listed(qtbot, [run(1, state=RunState.RUNNING)])
    card = listed.card(1)
    card.menu_wanted.emit(card, card.mapToGlobal(card.rect().center()))
    (shown,) = listed.list.findChildren(QMenu)
    *_, forget = shown.actions()
    assert not forget.isEnabled()
    assert forget.toolTip() == "请先暂停这个任务"
    shown.close()
