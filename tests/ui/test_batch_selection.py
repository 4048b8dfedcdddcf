"""Several pictures of a run at once: selected, corrected, copied, taken back; by mouse and by keys."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QMouseEvent, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.core.language_in_use import tr
from app.labels import LabelSet
from app.store.database import Database
from app.store.items import Items
from app.store.listing import Column, Status
from app.ui.pages.batch.items.model import COLUMNS
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
    groups,
    label_field,
    look_at,
    texts,
    visible_texts,
    wait_for,
    wait_for_text,
)
from tests.ui.pages import made

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def click(view: ItemsView, row: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    shown = view.browser.view
    place = shown.visualRect(view.model.index(row, 0)).center()
    QTest.mouseClick(shown.viewport(), LEFT, keys, place)


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def press(view: ItemsView, *path: str) -> None:
    """Choose an entry of the menu, or of a menu in it."""
    press_in(view._doing.menu(), *path)


def press_in(menu: QMenu, *path: str) -> None:
    for text in path:
        action = next(each for each in menu.actions() if each.text() == text)
        assert action.isEnabled()
        inner = action.menu()
        if isinstance(inner, QMenu):
            menu = inner
        else:
            action.trigger()


@pytest.mark.parametrize("look", ["table", "grid"])
def test_several_are_selected_with_mouse_and_keys(view: ItemsView, qtbot: QtBot, look: str) -> None:
    view.browser.show_look(look)
    click(view, 0)
    assert view.selected() is None, "one is no selection of several"
    click(view, 2, CTRL)
    assert view.selected() == (1, 3)
    wait_for_text(qtbot, view, "已选 2 / 5 张")
    click(view, 4, SHIFT)
    assert view.selected() == (1, 3, 4, 5), "as everywhere in Qt"
    QTest.keyClick(view.browser.view, Qt.Key.Key_A, CTRL)
    assert view.selected() == (1, 2, 3, 4, 5)
    QTest.keyClick(view.browser.view, Qt.Key.Key_Home)
    assert view.selected() is None
    QTest.keyClick(view.browser.view, Qt.Key.Key_Right if look == "grid" else Qt.Key.Key_Down, SHIFT)
    assert view.selected() == (1, 2)
    view.browser.show_look("grid" if look == "table" else "table")
    assert view.selected() == (1, 2), "both looks have one selection"


def test_a_band_drawn_in_the_grid_selects_what_it_touches(view: ItemsView) -> None:
    view.resize(1340, 800)
    view.browser.show_look("grid")
    grid = view.browser.grid
    rects = [grid.visualRect(view.model.index(row, 0)) for row in range(5)]
    across = sum(rect.top() == rects[0].top() for rect in rects)
    start = QPoint(rects[4].right() + 20, rects[4].center().y())  # beside the last one
    end = rects[across].center() if across < 5 else rects[2].center()
    drag(grid.viewport(), start, end)
    wanted = tuple(row + 1 for row in range(5) if rects[row].intersects(QRect(end, start).normalized()))
    assert view.selected() == wanted
    assert len(wanted) > 1


def drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    """With the left button down from one place to another."""
    steps = ((QEvent.Type.MouseButtonPress, start), (QEvent.Type.MouseMove, (start + end) / 2))
    for kind, place in (*steps, (QEvent.Type.MouseMove, end), (QEvent.Type.MouseButtonRelease, end)):
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
        at = place.toPointF()
        QApplication.sendEvent(
            widget,
            QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier),
        )


def test_what_is_selected_stays_selected_while_the_run_goes_on(
    view: ItemsView, batch: Batch, qtbot: QtBot
) -> None:
    click(view, 1)
    click(view, 3, CTRL)
    batch.add(20)
    batch.answer_waiting()
    view.refresh()
    qtbot.waitUntil(lambda: view.model.rowCount() == 25, timeout=TIMEOUT_MS)
    assert view.selected() == (2, 4)
    assert "已选 2 / 25 张" in visible_texts(view)


def correct(qtbot: QtBot, view: ItemsView, label: int) -> None:
    """With the keyboard, from the list."""
    view.browser.view.setFocus()
    QTest.keyClick(view.browser.view, Qt.Key.Key_Return)
    field = label_field(qtbot, view)
    QTest.keyClicks(field, LABELS.labels[label].en)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_many_are_corrected_at_once_and_taken_back_as_they_were(
    view: ItemsView, undo: QUndoStack, qtbot: QtBot
) -> None:
    look_at(qtbot, view, "mug.jpg")
    correct(qtbot, view, EAGLE)
    eagle, mug, panda = (LABELS.labels[at].zh for at in (EAGLE, MUG, PANDA))
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[2:3] == [eagle], timeout=TIMEOUT_MS)
    click(view, 0)
    click(view, 2, CTRL)
    correct(qtbot, view, MUG)
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[:3] == [mug, eagle, mug], timeout=TIMEOUT_MS)
    assert done_last(undo) == f"已将 2 张图片更正为 {mug}"
    undo.undo()
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[:3] == [panda, eagle, eagle], timeout=TIMEOUT_MS)
    undo.redo()
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[:3] == [mug, eagle, mug], timeout=TIMEOUT_MS)
    undo.setIndex(0)
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[:3] == [panda, eagle, mug], timeout=TIMEOUT_MS)
    assert texts(view, Column.STATUS)[:3] == ["确定", "不确定", "确定"]


def test_a_corrected_picture_stays_where_it_is_until_the_filter_changes_and_is_selected_when_taken_back(
    view: ItemsView, undo: QUndoStack, qtbot: QtBot
) -> None:
    view.filters.chips[Status.UNCERTAIN].click()
    wait_for(qtbot, view, "eagle.jpg")
    look_at(qtbot, view, "eagle.jpg")
    correct(qtbot, view, PANDA)
    qtbot.waitUntil(lambda: texts(view, Column.STATUS) == ["已更正"], timeout=TIMEOUT_MS)
    assert view.browser.selected() == (2,)
    view.filters.chips[Status.FAILED].click()
    wait_for(qtbot, view, "坏.jpg")
    assert done_last(undo) == f"已将 eagle.jpg 更正为 {LABELS.labels[PANDA].zh}"
    undo.undo()
    wait_for(qtbot, view, "eagle.jpg", "坏.jpg")
    qtbot.waitUntil(lambda: view.browser.selected() == (2,), timeout=TIMEOUT_MS)


def test_a_correction_is_taken_back_in_its_own_run_with_another_one_on_the_screen(
    view: ItemsView, undo: QUndoStack, qtbot: QtBot
) -> None:
    look_at(qtbot, view, "panda.jpg")
    correct(qtbot, view, EAGLE)
    qtbot.waitUntil(lambda: texts(view, Column.STATUS)[:1] == ["已更正"], timeout=TIMEOUT_MS)
    view.show_run(99, LabelSet("index\tzh\ten\n0\t猫\tcat\n"))
    undo.undo()
    view.show_run(1, LABELS)
    qtbot.waitUntil(lambda: texts(view, Column.STATUS)[:1] == ["确定"], timeout=TIMEOUT_MS)


def test_a_corrected_picture_shows_no_probability_of_the_models_label(view: ItemsView, qtbot: QtBot) -> None:
    view._doing.correct((1,), LABELS.labels[EAGLE])
    qtbot.waitUntil(lambda: texts(view, Column.STATUS)[:1] == ["已更正"], timeout=TIMEOUT_MS)
    assert texts(view, Column.SCORE)[0] == ""
    assert "95.0%" not in str(view.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def test_pictures_without_a_group_are_listed_and_counted(view: ItemsView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: groups(view).get("没有类别") == "1", timeout=TIMEOUT_MS)
    view.groups.choose(("",))
    wait_for(qtbot, view, "坏.jpg")
    view._doing.correct((4,), LABELS.labels[EAGLE])
    qtbot.waitUntil(lambda: groups(view).get("没有类别") == "0", timeout=TIMEOUT_MS)


@pytest.mark.parametrize("look", ["table", "grid"])
def test_a_menu_opens_at_the_mouse_and_with_keys(
    view: ItemsView, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QPoint] = []
    monkeypatch.setattr(QMenu, "popup", lambda _menu, place: shown.append(place))
    view.browser.show_look(look)
    list_view = view.browser.view
    click(view, 1)
    center = list_view.visualRect(view.model.index(1, 0)).center()
    place = list_view.viewport().mapToGlobal(center)
    mouse = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, center, place)
    QApplication.sendEvent(list_view.viewport(), mouse)
    keys = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(list_view, keys)
    QTest.keyClick(list_view, Qt.Key.Key_F10, SHIFT)
    assert shown == [place] * 3


def test_an_open_menu_acts_on_the_picture_that_it_was_opened_on(
    view: ItemsView, batch: Batch, qtbot: QtBot
) -> None:
    view.filters.chips[Status.UNCERTAIN].click()
    view.filters.chips[Status.FAILED].click()
    wait_for(qtbot, view, "eagle.jpg", "坏.jpg")
    click(view, 0)
    menu = view._doing.menu()
    with Database(batch.database_file) as database:  # another program
        Items(database, 1).correct(2, LABELS.labels[PANDA])
    view.refresh()
    wait_for(qtbot, view, "坏.jpg")
    assert view.browser.selected() == (4,), "the other one has taken its place"
    press_in(menu, tr("items.copy_what"), tr("items.copy_path"))
    clipboard = QApplication.clipboard()
    qtbot.waitUntil(lambda: clipboard.text() == f"{batch.folder}/eagle.jpg", timeout=TIMEOUT_MS)
    press_in(menu, tr("items.correct_more"))
    label_field(qtbot, view)
    assert shown_name(view) == "eagle.jpg"
    assert view.preview.correction._asked_for == (2,)


def shown_name(view: ItemsView) -> str:
    return view.preview.row.name if view.preview.row is not None else ""


def test_a_single_selected_picture_is_the_one_that_is_corrected(view: ItemsView, qtbot: QtBot) -> None:
    click(view, 0)
    click(view, 2, CTRL)
    click(view, 2, CTRL)
    qtbot.waitUntil(lambda: shown_name(view) == "mug.jpg", timeout=TIMEOUT_MS)
    correct(qtbot, view, EAGLE)
    eagle, mug = LABELS.labels[EAGLE].zh, LABELS.labels[MUG].zh
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[:3] == [eagle, eagle, mug], timeout=TIMEOUT_MS)
    assert shown_name(view) == "panda.jpg"


@pytest.mark.parametrize(("clicks", "selected"), [((2, 2), (1,)), ((0,), ())])
def test_a_selection_of_one_or_none_stays_while_the_run_goes_on(
    view: ItemsView, batch: Batch, qtbot: QtBot, clicks: tuple[int, ...], selected: tuple[int, ...]
) -> None:
    click(view, 0)
    for row in clicks:
        click(view, row, CTRL)
    batch.add(20)
    view.refresh()
    qtbot.waitUntil(lambda: view.model.rowCount() == 25, timeout=TIMEOUT_MS)
    assert view.browser.selected() == selected
    assert view.browser.current == clicks[-1] + 1


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_a_menu_with_nothing_selected_is_for_the_row_it_is_opened_on(
    view: ItemsView, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda _menu, _place: None)
    table = view.browser.table
    click(view, 1)
    click(view, 1, CTRL)
    assert view.browser.selected() == ()
    if way == "keys":
        QTest.keyClick(table, Qt.Key.Key_F10, SHIFT)
    else:
        place = table.visualRect(view.model.index(1, 0)).center()
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(table.viewport(), QContextMenuEvent(reason, place, QPoint()))
    assert view.browser.selected() == (2,)


def test_the_menu_offers_what_can_be_done(view: ItemsView) -> None:
    wished: list[tuple[str, object]] = []
    view.wished.connect(lambda wish, items: wished.append((wish, items)))
    click(view, 0)
    menu = view._doing.menu()
    words = ("open", "folder", "copy_what", "correct_more", "take_back")
    wishes = ("wish_sort", "wish_export", "wish_keywords")
    assert entries(menu) == [tr(f"items.{word}") for word in (*words, *wishes)]
    able = {action.text(): action.isEnabled() for action in menu.actions()}
    assert not able[tr("items.take_back")], "nobody has corrected it"
    click(view, 2, SHIFT)
    able = {action.text(): action.isEnabled() for action in view._doing.menu().actions()}
    assert not able[tr("items.open")]
    for wish in wishes:
        press(view, tr(f"items.{wish}"))
    assert wished == [(wish.removeprefix("wish_"), (1, 2, 3)) for wish in wishes]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("path", lambda batch: f"{batch.folder}/panda.jpg\n{batch.folder}/eagle.jpg"),
        ("label", lambda _: f"{LABELS.labels[PANDA].zh}\n{LABELS.labels[EAGLE].zh}"),
    ],
)
def test_paths_and_labels_of_several_are_copied(
    view: ItemsView, batch: Batch, qtbot: QtBot, what: str, expected: Callable[[Batch], str]
) -> None:
    click(view, 0)
    click(view, 1, SHIFT)
    press(view, tr("items.copy_what"), tr(f"items.copy_{what}"))
    qtbot.waitUntil(lambda: QApplication.clipboard().text() == expected(batch), timeout=TIMEOUT_MS)


def test_answers_files_and_rows_are_copied(view: ItemsView, qtbot: QtBot) -> None:
    click(view, 0)
    press(view, tr("items.copy_what"), tr("items.copy_answer"))
    clipboard = QApplication.clipboard()
    qtbot.waitUntil(lambda: "95.0%" in clipboard.text(), timeout=TIMEOUT_MS)
    press(view, tr("items.copy_what"), tr("items.copy_picture"))
    qtbot.waitUntil(lambda: clipboard.mimeData().hasUrls(), timeout=TIMEOUT_MS)
    assert [url.fileName() for url in clipboard.mimeData().urls()] == ["panda.jpg"]
    QTest.keyClick(view.browser.table, Qt.Key.Key_A, CTRL)
    QTest.keyClick(view.browser.table, Qt.Key.Key_C, CTRL)
    qtbot.waitUntil(lambda: "\t" in clipboard.text(), timeout=TIMEOUT_MS)
    lines = clipboard.text().split("\n")
    assert len(lines) == 5
    assert lines[0].split("\t")[:3] == ["panda.jpg", LABELS.labels[PANDA].zh, "95.0%"]


@pytest.mark.parametrize("look", ["table", "grid"])
def test_a_screen_reader_finds_the_pictures_by_name(view: ItemsView, look: str) -> None:
    view.browser.show_look(look)
    tree = QAccessible.queryAccessibleInterface(view.browser.view)
    heads = len(COLUMNS) if look == "table" else 0
    columns = len(COLUMNS) - sum(map(view.browser.table.isColumnHidden, range(len(COLUMNS))))
    assert tree.text(QAccessible.Text.Name) == tr(f"items.{look}")
    assert tree.childCount() >= 5
    names = [str(tree.child(at).text(QAccessible.Text.Name)) for at in range(tree.childCount())]
    panda = f"panda.jpg，{LABELS.labels[PANDA].zh}，95.0%，确定"
    assert panda in names, (names[:10], heads, columns)


def test_the_arrangement_comes_back(
    view: ItemsView, batch: Batch, loader: PictureLoader, qtbot: QtBot
) -> None:
    head = view.browser.table.horizontalHeader()
    head.resizeSection(COLUMNS.index(Column.LABEL), 187)
    view.filters.panels["preview"].click()
    view.filters.look.chosen.emit("grid")
    arrangement = view.arrangement()
    other = made(ItemsView(loader, lambda: batch.database_file))
    other.resize(1300, 800)
    other.show()
    qtbot.waitExposed(other)
    other.arrange(arrangement)
    assert other.browser.look == "grid"
    assert not other.preview.isVisible()
    width = other.browser.table.horizontalHeader().sectionSize(COLUMNS.index(Column.LABEL))
    other.arrange({"columns": "none of a table", "widths": "?"})
    assert other.browser.table.columnWidth(COLUMNS.index(Column.LABEL)) == width == 187
    other.shut_down()
    other.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_in_a_small_window(view: ItemsView, qtbot: QtBot, language: str) -> None:
    tr.use(language)
    QApplication.sendEvent(view, QEvent(QEvent.Type.LanguageChange))
    view.filters.chips[Status.CERTAIN].click()
    view.filters.offer_gone(True)
    view.resize(772, 420)
    filters = view.filters
    controls = (
        *filters.chips.values(), filters.clear_button, filters.slider, filters.order.box, filters.look,
    )  # fmt: skip

    def is_whole(control: QWidget) -> bool:
        right = control.mapTo(view, QPoint(control.width(), 0)).x()
        return control.width() >= control.minimumSizeHint().width() and right <= 772

    qtbot.waitUntil(lambda: all(map(is_whole, controls)))
    assert not view.preview.isVisible(), "it gives way to the list"
    view.filters.panels["preview"].click()
    assert view.preview.isVisible(), "and comes when it is asked for"
    view.resize(1300, 800)
    qtbot.waitUntil(view.preview.isVisible)
