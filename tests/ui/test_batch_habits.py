"""What hands expect of a list: keys lead into it, it keeps its place, borders can be dragged."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetrics, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.core.language_in_use import tr
from app.store.listing import Column, Order, Status
from app.ui.kit.drawing import cut_name, sized
from app.ui.pages.batch.items.filter_bar import FilterBar
from app.ui.pages.batch.items.model import COLUMNS
from app.ui.pages.batch.items.places import keep_places
from app.ui.pages.batch.items.view import ItemsView
from app.ui.pictures.loader import PictureLoader
from tests.ui.items import (
    EAGLE,
    LABELS,
    MUG,
    PANDA,
    TIMEOUT_MS,
    Batch,
    done_last,
    label_field,
    look_at,
    texts,
    visible_texts,
    wait_for,
    wait_for_text,
)
from tests.ui.pages import made

NAME, LABEL, GROUP, STATUS = (
    COLUMNS.index(column) for column in (Column.NAME, Column.LABEL, Column.GROUP, Column.STATUS)
)


def test_a_label_for_many_is_never_given_by_enter_alone(
    view: ItemsView, undo: QUndoStack, qtbot: QtBot
) -> None:
    table = view.browser.table
    table.setFocus()
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_Return)
    field = label_field(qtbot, view)
    assert "更正 5 张图片" in visible_texts(view)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    assert undo.count() == 0
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert undo.count() == 1


def test_the_details_say_that_they_are_of_one_of_several(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "panda.jpg")
    assert "已选中" not in visible_texts(view)
    view.browser.table.selectAll()
    assert "已选中 5 张，这里显示其中一张" in visible_texts(view)


def test_the_count_of_a_group_is_never_cut(view: ItemsView) -> None:
    view._splitter.setSizes([1, 2000, 300])
    groups = view.groups
    room = groups.visualRect(groups.index_of(())).width()
    assert groups.viewport().width() >= room, "what is drawn at its right end is seen"
    assert room > groups.fontMetrics().horizontalAdvance("1,000,000") + 40


def drag_border(view: ItemsView, column: int, by: int) -> None:
    head = view.browser.table.horizontalHeader()
    right = head.sectionViewportPosition(column) + head.sectionSize(column)
    start = QPoint(right - 1, head.height() // 2)
    QTest.mousePress(head.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in (by // 2, by):
        QTest.mouseMove(head.viewport(), start + QPoint(step, 0))
    QTest.mouseRelease(head.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(by, 0))


def test_a_border_drags_the_column_on_its_left(view: ItemsView) -> None:
    head = view.browser.table.horizontalHeader()
    before = [head.sectionSize(each) for each in range(head.count())]
    drag_border(view, NAME, 20)
    assert head.sectionSize(NAME) == before[NAME] + 20
    assert head.sectionSize(LABEL) == before[LABEL] - 20, "its neighbour makes room"


@pytest.mark.parametrize("column", [NAME, LABEL])
def test_no_border_squeezes_a_neighbour_until_its_number_is_gone(view: ItemsView, column: int) -> None:
    table = view.browser.table
    head, score = table.horizontalHeader(), COLUMNS.index(Column.SCORE)
    number = QFontMetrics(sized(table.font(), 13)).horizontalAdvance("100.0%")
    before = head.sectionSize(STATUS)
    drag_border(view, column, 300)
    assert head.sectionSize(score) >= number + 16
    assert head.sectionSize(STATUS) >= before
    drag_border(view, score, -80)
    assert head.sectionSize(score) >= number + 16
    assert head.textElideMode() == Qt.TextElideMode.ElideRight


def test_the_state_stays_in_a_small_window(view: ItemsView, qtbot: QtBot) -> None:
    view.resize(1000, 560)
    qtbot.wait(20)
    assert view.preview.isVisible()
    assert not view.browser.table.isColumnHidden(STATUS)


@pytest.mark.parametrize("width", [800, 1000, 1100, 1200])
def test_the_list_does_not_jump_when_it_is_filtered(view: ItemsView, qtbot: QtBot, width: int) -> None:
    view.resize(width, 640)
    qtbot.wait(20)
    before = view.browser.mapTo(view, QPoint()).y()
    view.filters.chips[Status.CERTAIN].click()
    qtbot.waitUntil(lambda: len(texts(view)) == 2, timeout=TIMEOUT_MS)
    qtbot.wait(20)
    assert view.filters.clear_button.isVisible()
    assert view.browser.mapTo(view, QPoint()).y() == before


def entry(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()


@pytest.mark.parametrize("folded", [True, False])
def test_a_double_click_puts_the_panels_back(view: ItemsView, qtbot: QtBot, folded: bool) -> None:
    view.resize(1500, 700)
    view.show()
    view.filters.panels["groups"].setChecked(not folded)
    qtbot.wait(1)
    before = view._splitter.sizes()
    view._splitter.setSizes([400, 500, 500])
    assert view._splitter.sizes() != before
    QTest.mouseDClick(view._splitter.handle(2), Qt.MouseButton.LeftButton)
    assert view._splitter.sizes() == before


def test_a_column_dragged_wide_never_has_the_table_scroll_sideways(view: ItemsView, qtbot: QtBot) -> None:
    view.show()
    view.resize(1500, 700)
    table = view.browser.table
    table.horizontalHeader().resizeSection(GROUP, 420)
    for again in range(2):
        for width in (1000, 1250, 1400):
            view.resize(width, 700)
            qtbot.wait(1)
            assert table.horizontalScrollBar().maximum() == 0
        if not again:  # at the next start
            view.arrange(view.arrangement())
    view.resize(1900, 700)
    assert table.horizontalHeader().sectionSize(GROUP) == 420


def test_columns_are_chosen_at_the_head_and_come_back(
    view: ItemsView, batch: Batch, loader: PictureLoader, qtbot: QtBot
) -> None:
    table = view.browser.table
    able = {action.text(): action.isEnabled() for action in table.arranged.menu().actions()}
    assert not able[tr("items.column_name")], "a row without its name is nothing"
    entry(table.arranged.menu(), tr("items.column_group"))
    view.resize(760, 600)
    view.filters.panels["preview"].setChecked(True)
    time = COLUMNS.index(Column.MILLISECONDS)
    qtbot.waitUntil(lambda: table.isColumnHidden(time))
    entry(table.arranged.menu(), tr("items.column_milliseconds"))
    assert not table.isColumnHidden(time), "who asks for it gets it, though the table has to scroll"
    other = made(ItemsView(loader, lambda: batch.database_file))
    other.resize(1300, 800)
    other.show()
    qtbot.waitExposed(other)
    other.arrange(view.arrangement())
    again = other.browser.table
    assert again.isColumnHidden(GROUP)
    entry(again.arranged.menu(), tr("items.columns_reset"))
    assert not again.isColumnHidden(GROUP)
    other.shut_down()
    other.close()


@pytest.mark.parametrize("shared", [0, 8])
@pytest.mark.parametrize("width", range(60, 140, 7))
def test_a_cut_name_uses_its_room(width: int, shared: int, qapp: QApplication) -> None:
    assert qapp
    name = "darknet_a_herd_of_horses_in_the_rain.jpg"
    metrics = QFontMetrics(QFont())
    cut = cut_name(name, metrics, width, shared)
    assert width - 16 <= metrics.horizontalAdvance(cut) <= width


def test_a_letter_that_all_names_begin_with_is_not_replaced_by_a_sign_as_wide(qapp: QApplication) -> None:
    assert qapp
    cut = cut_name("10_gcompris_fish21.webp", QFontMetrics(QFont()), 90, 1)
    assert cut.startswith("10_")
    assert cut.count("…") == 1


def test_states_fold_below_when_something_beside_them_grows(qtbot: QtBot) -> None:
    window, filters = QWidget(), FilterBar()
    qtbot.addWidget(window)
    filters.setParent(window)
    filters.show_counts(1, 1)
    window.resize(1200, 200)
    window.show()
    qtbot.waitExposed(window)
    needed = sum(part.sizeHint().width() for part in filters._parts) + filters._below.spacing()
    filters.resize(needed + 2, 100)
    chips = [chip for chip in filters.chips.values() if chip.isVisible()]

    def are_whole() -> bool:
        return all(chip.width() >= chip.sizeHint().width() for chip in chips)

    qtbot.waitUntil(are_whole)
    filters.show_counts(1_000_000_000, 1_000_000_000)
    filters.allow_clearing(True)
    QApplication.processEvents()
    qtbot.waitUntil(are_whole)


def test_the_current_row_stays_in_sight_when_the_list_gets_less_high(
    view: ItemsView, batch: Batch, qtbot: QtBot
) -> None:
    batch.add(300)
    view.refresh()
    qtbot.waitUntil(lambda: view.model.rowCount() == 305, timeout=TIMEOUT_MS)
    view.browser.look_at(200)  # Qt scrolls just so far that it is the last in sight
    assert 200 in view.browser.items_in_sight()
    view.resize(view.width(), view.height() - 60)
    assert 200 in view.browser.items_in_sight()


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return])
def test_from_the_search_a_key_leads_to_the_first_hit(view: ItemsView, qtbot: QtBot, key: Qt.Key) -> None:
    look_at(qtbot, view, "mug.jpg")
    view.filters.search.setFocus()
    QTest.keyClicks(view.filters.search, "jpg")
    QTest.keyClick(view.filters.search, key)
    assert view.browser.table.hasFocus()
    qtbot.waitUntil(lambda: view.browser.selected() == (1,), timeout=TIMEOUT_MS)


@pytest.mark.parametrize("look", ["table", "grid"])
def test_escape_in_the_list_clears_the_search_that_led_there(
    view: ItemsView, qtbot: QtBot, look: str
) -> None:
    view.browser.show_look(look)
    view.filters.search.setFocus()
    QTest.keyClicks(view.filters.search, "panda")
    QTest.keyClick(view.filters.search, Qt.Key.Key_Return)
    wait_for(qtbot, view, "panda.jpg")
    assert view.browser.view.hasFocus()
    QTest.keyClick(view.browser.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(view.ids()) == 5, timeout=TIMEOUT_MS)
    assert view.browser.view.hasFocus()


def test_arrows_on_the_way_of_sorting_do_not_leave_it(view: ItemsView) -> None:
    view._sort(Order(Column.NAME))
    way = view.filters.order.way
    way.setFocus()
    for key, descending in ((Qt.Key.Key_Down, True), (Qt.Key.Key_Right, True), (Qt.Key.Key_Up, False)):
        QTest.keyClick(way, key)
        assert view.order().descending is descending
        assert way.hasFocus()


def test_escape_clears_the_search_and_then_leads_to_the_list(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "mug.jpg")
    search = view.filters.search
    search.setFocus()
    QTest.keyClicks(search, "j")
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert search.hasFocus()
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert view.browser.table.hasFocus()
    assert view.browser.selected() == (3,), "one is where one was"


def test_a_correction_moves_nothing_in_a_list_that_is_sorted_by_probability(
    view: ItemsView, undo: QUndoStack, qtbot: QtBot
) -> None:
    view.browser.table.sorted.emit(Order(Column.SCORE, True))
    wait_for(qtbot, view, "panda.jpg", "mug.jpg", "eagle.jpg", "坏.jpg", "waits.jpg")
    look_at(qtbot, view, "panda.jpg")
    view._doing.correct((1,), LABELS.labels[MUG])
    qtbot.waitUntil(lambda: texts(view, Column.STATUS)[:1] == ["已更正"], timeout=TIMEOUT_MS)
    assert texts(view)[:2] == ["panda.jpg", "mug.jpg"]
    look_at(qtbot, view, "mug.jpg")
    undo.undo()
    qtbot.waitUntil(lambda: view.browser.selected() == (1,), timeout=TIMEOUT_MS)
    look_at(qtbot, view, "mug.jpg")
    view.browser.table.sorted.emit(Order(Column.SCORE))
    wait_for(qtbot, view, "eagle.jpg", "mug.jpg", "panda.jpg", "坏.jpg", "waits.jpg")


@pytest.mark.parametrize(
    ("before", "now", "held", "expected"),
    [
        ([1, 2, 3], [1, 3], {2}, [1, 2, 3]),
        ([1, 2, 3], [2, 3, 1], {1}, [1, 2, 3]),
        ([1, 2, 3], [4, 3], {2}, [2, 4, 3]),
        ([1, 2, 3], [5, 1, 4, 3], {2, 3}, [5, 1, 2, 3, 4]),
        ([1, 2], [], {1, 2}, [1, 2]),
        ([1], [2, 1], {7}, [2, 1]),
        ([], [3], {3}, [3]),
    ],
)
def test_held_items_keep_their_places(
    before: list[int], now: list[int], held: set[int], expected: list[int]
) -> None:
    kept = keep_places(np.array(before, np.int64), np.array(now, np.int64), held)
    assert kept.tolist() == expected


@pytest.mark.parametrize("look", ["table", "grid"])
def test_after_a_filter_change_the_current_picture_is_in_sight(
    view: ItemsView, batch: Batch, qtbot: QtBot, look: str
) -> None:
    batch.add(300)
    batch.answer_waiting()
    view.refresh()
    qtbot.waitUntil(lambda: view.model.rowCount() == 305, timeout=TIMEOUT_MS)
    view.browser.show_look(look)
    view.browser.look_at(200)
    view.browser.view.verticalScrollBar().setValue(view.browser.view.verticalScrollBar().maximum() // 4)
    view.filters.chips[Status.CERTAIN].click()
    qtbot.waitUntil(lambda: view.model.rowCount() == 303, timeout=TIMEOUT_MS)
    assert view.browser.current == 200
    qtbot.waitUntil(lambda: 200 in view.browser.items_in_sight())


def test_the_reason_of_a_failure_is_said_without_the_path(view: ItemsView) -> None:
    (reason,) = (label for label, name in zip(texts(view, Column.LABEL), texts(view), strict=True)
                 if name == "坏.jpg")  # fmt: skip
    assert reason == "图片不完整。文件可能没有下载完，请重新获取。"


def test_a_correction_to_the_models_own_label_confirms_it(
    view: ItemsView, undo: QUndoStack, qtbot: QtBot
) -> None:
    look_at(qtbot, view, "eagle.jpg")
    view._doing.correct((2,), LABELS.labels[EAGLE])
    wait_for_text(qtbot, view, f"已确认为 {LABELS.labels[EAGLE].zh}")
    assert done_last(undo) == f"已确认 eagle.jpg 为 {LABELS.labels[EAGLE].zh}"
    view._doing.correct((2,), LABELS.labels[PANDA])
    wait_for_text(qtbot, view, f"已更正为 {LABELS.labels[PANDA].zh}（模型：{LABELS.labels[EAGLE].zh}）")


def test_a_scroll_bar_has_a_handle_only_where_there_is_more_to_see(
    view: ItemsView, batch: Batch, qtbot: QtBot
) -> None:
    assert not view.browser.table.verticalScrollBar().isEnabled()
    batch.add(300)
    view.refresh()
    qtbot.waitUntil(lambda: view.model.rowCount() == 305, timeout=TIMEOUT_MS)
    assert view.browser.table.verticalScrollBar().isEnabled()


@pytest.mark.parametrize("width", [754, 922, 1034, 1200])
def test_names_can_be_read_and_numbers_are_whole_in_every_window(
    view: ItemsView, qtbot: QtBot, width: int
) -> None:
    view.resize(width, 600)
    for name in ("preview", "groups"):
        if not view.filters.panels[name].isChecked():
            view.filters.panels[name].click()
    table = view.browser.table
    qtbot.wait(50)
    letters = table.columnWidth(NAME) - 32 - 10 - 2 * 8  # beside the thumbnail
    assert letters >= table.fontMetrics().horizontalAdvance("n" * 12)
    score = COLUMNS.index(Column.SCORE)
    assert table.columnWidth(score) - 16 >= QFontMetrics(sized(table.font(), 13)).horizontalAdvance("100.0%")
    assert table.horizontalScrollBar().maximum() == 0


def test_a_column_that_was_widened_and_left_out_never_makes_the_table_scroll(
    view: ItemsView, qtbot: QtBot
) -> None:
    view.resize(1500, 700)
    table = view.browser.table
    qtbot.waitUntil(lambda: not table.isColumnHidden(GROUP))
    table.horizontalHeader().resizeSection(GROUP, 420)
    for width in (1000, 1250, 1300, 1350, 1400, 1700):
        view.resize(width, 700)
        qtbot.wait(50)
        assert table.horizontalScrollBar().maximum() == 0, width
    assert table.columnWidth(GROUP) == 420, "as wide as it was made"


def test_where_there_is_no_room_for_both_a_panel_folds_away_for_the_other(
    view: ItemsView, qtbot: QtBot
) -> None:
    view.resize(760, 600)
    groups, preview = (view.filters.panels[name] for name in ("groups", "preview"))
    for asked, other in ((groups, preview), (preview, groups)):
        asked.click()
        assert (asked.isChecked(), other.isChecked()) == (True, False)
    view.resize(1300, 600)
    qtbot.waitUntil(lambda: groups.isChecked() and preview.isChecked())
