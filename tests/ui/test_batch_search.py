"""Searching in a run: the best matches first and marked; choosing a label by its name; what is drawn."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListView
from pytestqt.qtbot import QtBot

from app.core.language_in_use import tr
from app.labels import LabelSet
from app.store.listing import Column, Order
from app.ui.kit.drawing import cut_name, places_of
from app.ui.kit.theme import theme
from app.ui.pages.batch.items.label_picker import LabelPicker
from app.ui.pages.batch.items.view import ItemsView
from app.ui.pictures.loader import PictureLoader
from tests.ui.items import (
    EAGLE,
    LABELS,
    MUG,
    PANDA,
    TIMEOUT_MS,
    Batch,
    label_field,
    look_at,
    texts,
    wait_for,
    wait_for_text,
)
from tests.ui.pages import made


def search(view: ItemsView, text: str) -> None:
    view.filters.search.setText(text)


def test_a_label_comes_before_a_file_name_and_says_so(view: ItemsView, batch: Batch, qtbot: QtBot) -> None:
    batch.add_named("mugshot.jpg", "cup of eagle.jpg")
    view.refresh()
    qtbot.waitUntil(lambda: len(texts(view)) == 7, timeout=TIMEOUT_MS)
    search(view, "mug")
    wait_for(qtbot, view, "mug.jpg", "mugshot.jpg")
    tips = [str(view.model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)) for row in range(2)]
    assert tips[0].endswith("匹配：标签、文件名")
    assert tips[1].endswith("匹配：文件名")


def test_what_was_found_in_another_language_or_a_group_stands_beside_the_label(
    view: ItemsView, qtbot: QtBot
) -> None:
    search(view, "Giant PANDA")
    wait_for(qtbot, view, "panda.jpg")
    label = LABELS.labels[PANDA]
    assert texts(view, Column.LABEL) == [f"{label.zh} · {label.en}"]
    search(view, "鸟类")
    wait_for(qtbot, view, "eagle.jpg")
    assert texts(view, Column.LABEL)[0].startswith(f"{LABELS.labels[EAGLE].zh} · ")
    search(view, "")
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[:1] == [label.zh], timeout=TIMEOUT_MS)


@pytest.mark.parametrize("look", ["table", "grid"])
def test_the_words_that_were_found_are_marked(view: ItemsView, qtbot: QtBot, look: str) -> None:
    view.browser.show_look(look)
    assert not is_underlined(view)
    search(view, "mug.jpg")
    wait_for(qtbot, view, "mug.jpg")
    assert is_underlined(view)


def is_underlined(view: ItemsView) -> bool:
    """Whether ten pixels beside each other have the colour of the marks: no glyph is as wide."""
    image, color = view.browser.view.viewport().grab().toImage(), theme.color("warning").rgb()
    rows = ([image.pixel(x, y) == color for x in range(image.width())] for y in range(image.height()))
    return any(all(row[x : x + 10]) for row in rows for x in range(len(row) - 10))


def test_a_page_pasted_into_the_search_field_is_cut(view: ItemsView, qtbot: QtBot) -> None:
    failures: list[str] = []
    view.failed.connect(failures.append)
    search(view, " ".join(f"word{number}" for number in range(5000)))
    wait_for_text(qtbot, view, "没有符合条件的图片")
    assert len(view.filters.search.text()) < 7000
    assert not failures


def test_a_search_is_sorted_by_relevance_until_another_order_is_chosen(view: ItemsView, qtbot: QtBot) -> None:
    box = view.filters.order.box
    assert box.currentText() == "按扫描顺序"
    assert "按相关度" not in [box.itemText(row) for row in range(box.count())]
    search(view, "jpg")
    qtbot.waitUntil(lambda: box.currentText() == "按相关度", timeout=TIMEOUT_MS)
    assert view.order() == Order(Column.RELEVANCE)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert view.order().column is Column.NAME
    wait_for(qtbot, view, "eagle.jpg", "mug.jpg", "panda.jpg", "waits.jpg", "坏.jpg")
    QTest.mouseClick(view.filters.order.way, Qt.MouseButton.LeftButton)
    wait_for(qtbot, view, "坏.jpg", "waits.jpg", "panda.jpg", "mug.jpg", "eagle.jpg")
    assert view.browser.table.horizontalHeader().isSortIndicatorShown(), "the heads say the same"
    search(view, "")
    qtbot.waitUntil(lambda: box.currentText() == "按文件名", timeout=TIMEOUT_MS)


def test_one_click_shows_everything_again(view: ItemsView, qtbot: QtBot) -> None:
    assert not view.filters.clear_button.isVisible()
    view.filters.slider.show_values(50, 100)
    view.filters.changed.emit()
    view.groups.choose(LABELS.labels[MUG].group[:1])
    search(view, "mug")
    wait_for(qtbot, view, "mug.jpg")
    assert view.filters.clear_button.isVisible()
    QTest.mouseClick(view.filters.clear_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(texts(view)) == 5, timeout=TIMEOUT_MS)
    assert not view.filters.clear_button.isVisible()


def picker(view: ItemsView) -> LabelPicker:
    return view.findChildren(LabelPicker)[0]


def open_picker(view: ItemsView, qtbot: QtBot) -> LabelPicker:
    look_at(qtbot, view, "mug.jpg")
    view.browser.table.setFocus()
    QTest.keyClick(view.browser.table, Qt.Key.Key_Return)
    label_field(qtbot, view)
    return picker(view)


def test_enter_on_a_word_that_is_no_label_says_so_and_chooses_nothing(view: ItemsView, qtbot: QtBot) -> None:
    asked = open_picker(view, qtbot)
    QTest.keyClicks(asked.field, "qqqq")
    said = next(label for label in asked.findChildren(QLabel) if label.text() == tr("items.no_label"))
    assert said.isVisible()
    assert said.objectName() == "muted"
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    assert asked.isVisible()
    assert said.objectName() == "notice"
    assert asked.field.selectedText() == "qqqq", "the next key replaces it"
    QTest.keyClicks(asked.field, "cup")
    assert not said.isVisible()


def test_the_best_match_is_taken_with_enter_and_any_other_with_the_mouse(
    view: ItemsView, qtbot: QtBot
) -> None:
    asked = open_picker(view, qtbot)
    QTest.keyClicks(asked.field, "pug")
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    pug = next(label for label in LABELS.labels if label.en == "pug")
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[2:3] == [pug.zh], timeout=TIMEOUT_MS)
    asked = open_picker(view, qtbot)
    QTest.keyClicks(asked.field, "cat")
    names = [str(asked.list.model().index(row, 0).data()) for row in range(asked.list.model().rowCount())]
    catamaran = next(row for row, name in enumerate(names) if "catamaran" in name)
    assert all("cat" in name.split() or "猫" in name for name in names[:3]), names[:3]
    asked.list.scrollTo(asked.list.model().index(catamaran, 0))
    place = asked.list.visualRect(asked.list.model().index(catamaran, 0)).center()
    QTest.mouseClick(asked.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    boat = next(label for label in LABELS.labels if label.en == "catamaran")
    qtbot.waitUntil(lambda: texts(view, Column.LABEL)[2:3] == [boat.zh], timeout=TIMEOUT_MS)


@pytest.mark.usefixtures("qapp")
def test_of_very_many_labels_the_best_hundred_are_offered(qtbot: QtBot) -> None:
    rows = "".join(f"{number}\t第{number}种\tkind {number}\n" for number in range(54_092))
    labels = LabelSet(f"index\tzh\ten\n{rows}")
    window = QListView()
    window.resize(600, 600)
    qtbot.addWidget(window)
    asked = LabelPicker(window)
    window.show()
    asked.open_below(window, labels, [7, 54_000])
    model = asked.list.model()
    assert str(model.index(0, 0).data()) == "第7种 kind 7", "what the model thinks comes first"
    assert model.rowCount() <= 102
    QTest.keyClicks(asked.field, "kind 53")
    assert str(model.index(0, 0).data()) == "第53种 kind 53"
    assert model.rowCount() == 100


def test_names_keep_what_tells_them_apart(qapp: QApplication) -> None:
    metrics = QFontMetrics(qapp.font())
    names = [f"DSC_2024_summer_holiday_{number:04}.jpg" for number in (1, 2)]
    room = metrics.horizontalAdvance("…liday_0001.jpg")
    cut = [cut_name(name, metrics, room, len("DSC_2024_summer_holiday_000")) for name in names]
    assert [name[-8:] for name in cut] == ["0001.jpg", "0002.jpg"]
    assert cut[0].startswith("…")
    different = "a very long name in the middle of nowhere.jpg"
    assert cut_name(different, metrics, room, 0).startswith("a")
    assert cut_name("short.jpg", metrics, 500, 3) == "short.jpg"
    assert cut_name("some/folders/in/the/way/0001.jpg", metrics, room, 0).endswith("0001.jpg")


def test_places_of_words_are_those_of_the_text_as_it_is_written() -> None:
    assert places_of("Cat and CATAMARAN", ["cat"]) == [(0, 3), (8, 11)]
    assert places_of("猫和猫", ["猫"]) == [(0, 1), (2, 3)]
    assert places_of("Straße", ["e"]) == []
    assert places_of("x", [""]) == []


@pytest.mark.parametrize("look", ["table", "grid"])
def test_larger_text_of_the_system_is_not_cut(
    batch: Batch, loader: PictureLoader, qapp: QApplication, qtbot: QtBot, look: str
) -> None:
    font = qapp.font()
    heights = []
    for factor in (1, 2):
        larger = qapp.font()
        larger.setPointSizeF(font.pointSizeF() * factor)
        qapp.setFont(larger)
        shown = made(ItemsView(loader, lambda: batch.database_file))
        shown.browser.show_look(look)
        shown.show_run(1, LABELS)
        qtbot.waitUntil(lambda shown=shown: shown.model.rowCount() == 5, timeout=TIMEOUT_MS)  # type: ignore[misc]
        heights.append(shown.browser.view.visualRect(shown.model.index(0, 0)).height())
        shown.shut_down()
        shown.deleteLater()
    qapp.setFont(font)
    grown = QFontMetrics(larger).height() - QFontMetrics(font).height()
    assert heights[1] - heights[0] >= grown
