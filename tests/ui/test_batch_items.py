"""The items of a batch run: listed, searched, sorted, looked at and corrected."""

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.core import paths
from app.core.language_in_use import tr
from app.store.database import Database
from app.store.items import Items
from app.store.listing import Column, Filter, Order, Status
from app.ui.kit.theme import theme
from app.ui.pages.batch.items.model import COLUMNS
from app.ui.pages.batch.items.view import ItemsView
from app.ui.pictures import file_actions
from app.ui.pictures.loader import PictureLoader
from tests.ui.items import (
    CHINESE,
    EAGLE,
    LABELS,
    MUG,
    PANDA,
    TIMEOUT_MS,
    Batch,
    crosses,
    groups,
    label_field,
    look_at,
    slow_database,
    texts,
    visible_texts,
    wait_for,
    wait_for_text,
)
from tests.ui.pages import made

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def test_every_item_is_listed_with_what_is_known_of_it(view: ItemsView) -> None:
    assert texts(view) == ["panda.jpg", "eagle.jpg", "mug.jpg", "坏.jpg", "waits.jpg"]
    assert texts(view, Column.LABEL)[:2] == [LABELS.labels[PANDA].zh, LABELS.labels[EAGLE].zh]
    assert texts(view, Column.LABEL)[3].startswith("图片不完整")
    assert texts(view, Column.SCORE) == ["95.0%", "30.0%", "60.0%", "", ""]
    assert texts(view, Column.GROUP)[1] == " > ".join(LABELS.labels[EAGLE].group)
    assert texts(view, Column.STATUS) == ["确定", "不确定", "确定", "失败", "等待中"]
    assert texts(view, Column.MILLISECONDS)[0] == "10.5"
    assert "5 / 5 张" in visible_texts(view)


def test_typing_finds_names_labels_and_groups(view: ItemsView, qtbot: QtBot) -> None:
    view.filters.search.setText("鸟类")
    wait_for(qtbot, view, "eagle.jpg")
    assert "1 / 5 张" in visible_texts(view)
    assert view.wanted() == Filter(text="鸟类")
    assert len(view.ids()) == 1
    view.filters.search.selectAll()
    QTest.keyClicks(view.filters.search, "MUG")
    wait_for(qtbot, view, "mug.jpg")
    QTest.keyClick(view.filters.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(texts(view)) == 5, timeout=TIMEOUT_MS)


def test_nothing_found_is_said_and_undone_with_one_click(view: ItemsView, qtbot: QtBot) -> None:
    view.filters.search.setText("没有这样的图片")
    wait_for_text(qtbot, view, "没有符合条件的图片")
    button = next(each for each in view.browser.findChildren(QPushButton) if each.text() == "清除筛选")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(texts(view)) == 5, timeout=TIMEOUT_MS)
    assert view.filters.search.text() == ""
    assert crosses(view.filters.search) == [], "an empty field has nothing to clear"
    assert "没有符合条件的图片" not in visible_texts(view)
    assert not view.filters.clear_button.isVisible()


def test_where_only_filters_hide_everything_no_other_word_is_asked_for(view: ItemsView, qtbot: QtBot) -> None:
    view.filters.chips[Status.CORRECTED].click()
    wait_for_text(qtbot, view, "请放宽筛选条件。")


def test_states_are_added_up(view: ItemsView, qtbot: QtBot) -> None:
    QTest.mouseClick(view.filters.chips[Status.FAILED], Qt.MouseButton.LeftButton)
    wait_for(qtbot, view, "坏.jpg")
    QTest.mouseClick(view.filters.chips[Status.UNCERTAIN], Qt.MouseButton.LeftButton)
    wait_for(qtbot, view, "eagle.jpg", "坏.jpg")
    assert view.filters.clear_button.isVisible()


def test_probabilities_are_chosen_with_keys_and_with_the_mouse(view: ItemsView, qtbot: QtBot) -> None:
    slider = view.filters.slider
    slider.setFocus()
    low, high = slider.handles
    for _ in range(5):
        QTest.keyClick(low, Qt.Key.Key_PageUp)
    wait_for(qtbot, view, "panda.jpg", "mug.jpg")
    assert "概率 50%–100%" in visible_texts(view)
    middle = slider.width() // 2 + slider.width() // 4
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(middle, slider.height() // 2))
    wait_for(qtbot, view, "mug.jpg" if slider.values[0] == 50 else "panda.jpg")
    QTest.keyClick(high, Qt.Key.Key_Home)
    assert slider.values[0] == slider.values[1], "the handles never pass each other"


def test_groups_count_and_filter_and_stay_chosen(view: ItemsView, batch: Batch, qtbot: QtBot) -> None:
    animals, things = LABELS.labels[PANDA].group[0], LABELS.labels[MUG].group[0]
    qtbot.waitUntil(
        lambda: groups(view) == {"全部": "5", animals: "2", things: "1", "没有类别": "1"}, timeout=TIMEOUT_MS
    )
    view.groups.setCurrentIndex(view.groups.index_of((animals,)))
    wait_for(qtbot, view, "panda.jpg", "eagle.jpg")
    assert view.wanted() == Filter(group=(animals,))
    view.filters.search.setText("panda")
    qtbot.waitUntil(lambda: groups(view) == {"全部": "1", animals: "1"}, timeout=TIMEOUT_MS)
    view.filters.search.setText("")
    batch.answer_waiting()
    view.refresh()
    wait_for(qtbot, view, "panda.jpg", "eagle.jpg", "waits.jpg")
    assert view.groups.group == (animals,)
    qtbot.waitUntil(lambda: groups(view)[animals] == "3", timeout=TIMEOUT_MS)


def test_a_column_head_sorts_one_way_the_other_way_and_not_at_all(view: ItemsView, qtbot: QtBot) -> None:
    head, column = view.browser.table.horizontalHeader(), COLUMNS.index(Column.SCORE)
    place = QPoint(head.sectionViewportPosition(column) + 20, head.height() // 2)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: texts(view)[:3] == ["panda.jpg", "mug.jpg", "eagle.jpg"], timeout=TIMEOUT_MS)
    assert head.isSortIndicatorShown()
    assert head.sortIndicatorSection() == column
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: texts(view)[:3] == ["eagle.jpg", "mug.jpg", "panda.jpg"], timeout=TIMEOUT_MS)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: texts(view)[0] == "panda.jpg", timeout=TIMEOUT_MS)
    assert not head.isSortIndicatorShown()


@pytest.mark.parametrize("look", ["table", "grid"])
def test_new_results_appear_and_nothing_moves(view: ItemsView, batch: Batch, qtbot: QtBot, look: str) -> None:
    view.browser.show_look(look)
    batch.add(300)
    view.refresh()
    qtbot.waitUntil(lambda: view.model.rowCount() == 305, timeout=TIMEOUT_MS)
    list_view = view.browser.view
    list_view.setCurrentIndex(view.model.index(100, 0))
    bar = list_view.verticalScrollBar()
    bar.setValue(bar.value() + 37)
    place, current = bar.value(), view.browser.current
    batch.answer_waiting()
    batch.add(400)
    view.refresh()
    qtbot.waitUntil(lambda: view.model.rowCount() == 405, timeout=TIMEOUT_MS)
    assert (bar.value(), view.browser.current) == (place, current)
    assert list_view.selectionModel().isSelected(list_view.currentIndex())
    label = view.model.index(100, COLUMNS.index(Column.LABEL))
    qtbot.waitUntil(lambda: label.data() == LABELS.labels[EAGLE].zh, timeout=TIMEOUT_MS)


def test_an_item_that_leaves_the_list_makes_room_for_the_next(
    view: ItemsView, batch: Batch, qtbot: QtBot
) -> None:
    QTest.mouseClick(view.filters.chips[Status.WAITING], Qt.MouseButton.LeftButton)
    wait_for(qtbot, view, "waits.jpg")
    batch.answer_waiting()
    view.refresh()
    wait_for_text(qtbot, view, "没有符合条件的图片")
    assert view.browser.current is None


def test_the_preview_shows_picture_answer_and_times(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "eagle.jpg")
    wait_for_text(qtbot, view, "不确定")
    shown = visible_texts(view.preview)
    assert LABELS.labels[EAGLE].en in shown
    assert "30.0%" in shown
    assert "TorchScript" in shown
    qtbot.waitUntil(lambda: not view.preview.pane.view.sceneRect().isEmpty(), timeout=TIMEOUT_MS)


def test_a_failed_item_says_why_and_what_to_do(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "坏.jpg")
    wait_for_text(qtbot, view, "请重新获取")
    assert not view.preview.times.isVisible()


def test_a_label_is_corrected_with_the_keyboard_and_taken_back(view: ItemsView, qtbot: QtBot) -> None:
    heard: list[bool] = []
    view.corrected.connect(lambda: heard.append(True))
    look_at(qtbot, view, "mug.jpg")
    view.browser.table.setFocus()
    QTest.keyClick(view.browser.table, Qt.Key.Key_Return)
    field = label_field(qtbot, view)
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "nothing of that name")
    assert tr("items.no_label") in [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    field.clear()
    QTest.keyClicks(field, LABELS.labels[EAGLE].en)
    QTest.keyClick(field, Qt.Key.Key_Return)
    eagle, mug = LABELS.labels[EAGLE].zh, LABELS.labels[MUG].zh
    wait_for_text(qtbot, view, f"已更正为 {eagle}（模型：{mug}）")
    qtbot.waitUntil(lambda: texts(view, Column.STATUS)[2:3] == ["已更正"], timeout=TIMEOUT_MS)
    assert texts(view, Column.LABEL)[2] == eagle
    animals = LABELS.labels[EAGLE].group[0]
    qtbot.waitUntil(lambda: groups(view)[animals] == "3", timeout=TIMEOUT_MS)
    assert view.browser.table.hasFocus(), "the keyboard is back where it was"
    QTest.mouseClick(view.preview.correction.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[2:3] == [mug], timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: "已更正为" not in visible_texts(view), timeout=TIMEOUT_MS)
    assert len(heard) == 2


def test_choosing_a_label_can_be_given_up(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "mug.jpg")
    view.preview.correction.button.setFocus()
    view.preview.correction.button.click()
    field = label_field(qtbot, view)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert view.preview.correction.button.hasFocus()


def test_keyboard_stays_in_the_list_when_its_last_picture_leaves_it(
    view: ItemsView, batch: Batch, qtbot: QtBot
) -> None:
    view.filters.look_for("mug.jpg")
    wait_for(qtbot, view, "mug.jpg")
    view.filters.chips[Status.CERTAIN].click()
    look_at(qtbot, view, "mug.jpg")
    view.browser.table.setFocus()
    with Database(batch.database_file) as database:  # another program
        Items(database, 1).correct(3, LABELS.labels[EAGLE])
    view.refresh()
    qtbot.waitUntil(view.browser.nothing.isVisible, timeout=TIMEOUT_MS)
    qtbot.waitUntil(view.browser.everything.hasFocus, timeout=TIMEOUT_MS)


def test_field_for_a_label_keeps_its_name_in_another_language(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "mug.jpg")
    view.preview.correction.button.click()
    field = label_field(qtbot, view)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    for language in ("en", "zh"):
        tr.use(language)
        QApplication.sendEvent(view, QEvent(QEvent.Type.LanguageChange))
        QApplication.processEvents()
        said = field.placeholderText(), field.accessibleName(), field.toolTip()
        assert said == (tr("items.find_label"), tr("items.find_label"), "")


def test_grid_shows_pictures_and_obeys_the_arrow_keys(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "eagle.jpg")
    view.filters.look.chosen.emit("grid")
    grid = view.browser.grid
    assert grid.isVisible()
    assert grid.currentIndex().row() == 1, "the current item is the table's"
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert view.browser.table.currentIndex().row() == 2
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert grid.currentIndex().row() == 0
    QTest.mouseClick(
        grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(view.model.index(2, 0)).center()
    )
    assert grid.currentIndex().row() == 2
    blank = QColor(theme.color("raised"))
    center = grid.visualRect(view.model.index(0, 0)).center() - QPoint(0, 20)
    qtbot.waitUntil(lambda: grid.viewport().grab().toImage().pixelColor(center) != blank, timeout=TIMEOUT_MS)


def test_pictures_of_a_drive_that_is_back_are_seen(
    batch: Batch, request: pytest.FixtureRequest, qtbot: QtBot
) -> None:
    away = (batch.folder / "panda.jpg").rename(batch.folder / "away")
    view: ItemsView = request.getfixturevalue("view")
    preview, kept = view.preview, view.pixmaps._kept
    qtbot.waitUntil(lambda: len(kept) == 5, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: preview.pane.currentWidget() is preview.pane.broken, timeout=TIMEOUT_MS)
    away.rename(batch.folder / "panda.jpg")
    view.try_again()
    qtbot.waitUntil(lambda: preview.pane.currentWidget() is preview.pane.view, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: len(kept) == 5, timeout=TIMEOUT_MS)
    assert [wish.path.name for wish, pixmap in kept.items() if pixmap is None] == ["坏.jpg"]


@pytest.mark.usefixtures("view")
def test_thumbnails_are_kept_on_disk(qtbot: QtBot) -> None:
    folder = paths.cache_folder() / "thumbnails"
    qtbot.waitUntil(lambda: len(list(folder.glob("*/*.jpg"))) >= 4, timeout=TIMEOUT_MS)


def test_path_is_copied_and_a_lost_file_is_explained(view: ItemsView, batch: Batch, qtbot: QtBot) -> None:
    heard: list[str] = []
    view.failed.connect(heard.append)
    look_at(qtbot, view, "panda.jpg")
    copy = next(each for each in view.findChildren(QAbstractButton) if each.accessibleName() == "复制路径")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    path = str(batch.folder / "panda.jpg")
    qtbot.waitUntil(lambda: QApplication.clipboard().text() == path, timeout=TIMEOUT_MS)
    (batch.folder / "panda.jpg").unlink()
    opens = next(each for each in view.findChildren(QAbstractButton) if "打开" in each.accessibleName())
    QTest.mouseClick(opens, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=TIMEOUT_MS)
    assert "panda.jpg" in heard[0]


def test_actions_take_the_current_item_and_not_the_one_in_the_preview(
    view: ItemsView, batch: Batch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.fileName())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    look_at(qtbot, view, "panda.jpg")
    table = view.browser.table
    with slow_database(view):
        table.setCurrentIndex(view.model.index(1, 0))
        button = next(each for each in view.findChildren(QAbstractButton) if each.toolTip() == "复制路径")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        place = table.visualRect(view.model.index(2, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        table.setCurrentIndex(view.model.index(0, 0))
        assert view.preview.row is not None
        assert view.preview.row.name == "panda.jpg"
    qtbot.waitUntil(lambda: opened == ["mug.jpg"], timeout=TIMEOUT_MS)
    assert QApplication.clipboard().text() == str(batch.folder / "eagle.jpg")


def test_a_correction_is_of_the_item_that_was_current_when_enter_was_pressed(
    view: ItemsView, qtbot: QtBot
) -> None:
    look_at(qtbot, view, "panda.jpg")
    with slow_database(view):
        view.browser.table.setFocus()
        QTest.keyClick(view.browser.table, Qt.Key.Key_Down)
        QTest.keyClick(view.browser.table, Qt.Key.Key_Return)
    field = label_field(qtbot, view)
    qtbot.waitUntil(lambda: view.preview.row is not None and view.preview.row.name == "eagle.jpg")
    assert field.isVisible(), "the preview that comes later does not close the question"
    QTest.keyClicks(field, LABELS.labels[MUG].en)
    QTest.keyClick(field, Qt.Key.Key_Return)
    mug = LABELS.labels[MUG].zh
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[1:2] == [mug], timeout=TIMEOUT_MS)
    assert texts(view, Column.LABEL)[0] == LABELS.labels[PANDA].zh


def test_only_what_is_seen_of_the_current_item_is_taken_back(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "mug.jpg")
    assert view.preview.row is not None
    view._doing.correct([view.preview.row.item], LABELS.labels[EAGLE])
    qtbot.waitUntil(view.preview.correction.undo.isVisible, timeout=TIMEOUT_MS)
    with slow_database(view):
        view.browser.table.setCurrentIndex(view.model.index(0, 0))
        assert not view.preview.correction.undo.isEnabled()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
@pytest.mark.usefixtures("qapp")
def test_a_path_that_is_no_text_is_copied_whole() -> None:
    file_actions.perform("copy", Path(os.fsdecode("/图/".encode() + b"\xff.jpg")))
    assert QApplication.clipboard().text() == "file:///%E5%9B%BE/%FF.jpg"


def test_no_run_shows_nothing(view: ItemsView, qtbot: QtBot) -> None:
    view.show_run(None, LABELS)
    assert view.model.rowCount() == 0
    assert "没有符合条件的图片" not in visible_texts(view)
    view.show_run(1, LABELS)
    qtbot.waitUntil(lambda: len(texts(view)) == 5, timeout=TIMEOUT_MS)


def test_everything_is_said_in_english_too(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "panda.jpg")
    tr.use("en")
    QApplication.sendEvent(view, QEvent(QEvent.Type.LanguageChange))
    view.filters.search.setText("panda")
    wait_for(qtbot, view, "panda.jpg")
    shown = "\n".join(
        line for line in visible_texts(view).splitlines() if line not in {label.zh for label in LABELS.labels}
    )
    assert not CHINESE.search(shown), shown
    assert texts(view, Column.LABEL) == [LABELS.labels[PANDA].en]
    head = [str(view.model.headerData(number, Qt.Orientation.Horizontal)) for number in range(len(COLUMNS))]
    assert head == ["Picture", "Label", "Probability", "Group", "State", "ms"]
    assert "All" in groups(view)


def test_every_control_has_a_name_for_screen_readers(view: ItemsView, qtbot: QtBot) -> None:
    look_at(qtbot, view, "panda.jpg")
    view.preview.correction.button.click()
    label_field(qtbot, view)
    nameless = [
        widget
        for widget in view.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert nameless == []


def test_database_that_cannot_be_used_is_explained(
    loader: PictureLoader, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "runs.sqlite3").write_bytes(b"no database" * 100)
    view = made(ItemsView(loader, lambda: tmp_path / "runs.sqlite3"))
    heard: list[str] = []
    view.failed.connect(heard.append)
    view.show_run(1, LABELS)
    qtbot.waitUntil(lambda: bool(heard), timeout=TIMEOUT_MS)
    assert "runs.sqlite3" in heard[0]
    view.shut_down()
    view.deleteLater()


def test_after_a_correction_that_was_undone_elsewhere_left_the_list_the_next_key_opens_nothing(
    view: ItemsView, batch: Batch, qtbot: QtBot
) -> None:
    with Database(batch.database_file) as database:
        for item in (1, 3):
            Items(database, 1).correct(item, LABELS.labels[8])
    view.refresh()
    view.filters.chips[Status.CORRECTED].click()
    wait_for(qtbot, view, "panda.jpg", "mug.jpg")
    look_at(qtbot, view, "mug.jpg")
    view.preview.correction.undo.setFocus()
    with Database(batch.database_file) as database:
        Items(database, 1).say({3: None})
    view.refresh()
    wait_for(qtbot, view, "panda.jpg")
    qtbot.waitUntil(lambda: not view.preview.correction.button.hasFocus(), timeout=TIMEOUT_MS)


def test_another_language_leaves_the_current_item_where_it_is(view: ItemsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.listed, timeout=TIMEOUT_MS):
        view.browser.table.sorted.emit(Order(Column.LABEL))
    look_at(qtbot, view, "mug.jpg")
    before = view.browser.current
    tr.use("en")
    with qtbot.waitSignal(view.listed, timeout=TIMEOUT_MS):
        QApplication.sendEvent(view, QEvent(QEvent.Type.LanguageChange))
    assert view.browser.current == before
