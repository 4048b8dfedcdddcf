"""The strip: what screen readers find in it, selecting several, dragging out, taking a removal back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import paths
from app.core.language_in_use import tr
from app.ui.kit.drawing import cut_unsure
from app.ui.kit.urls import path_of
from app.ui.pages.recognise.page import RecognisePage
from app.ui.pictures.pictures import Picture, PictureModel, State
from app.ui.shell.application import Application
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Drop
from tests.ui.pages import recognise

PANDA, COFFEE, CAT = (paths.resource("samples", f"{name}.jpg") for name in ("panda", "coffee", "cat"))


@pytest.fixture
def page(window: MainWindow, drop: Drop) -> RecognisePage:
    """Three pictures, the first one in sight."""
    drop(window, [PANDA, COFFEE, CAT])
    return recognise(window)


def test_that_a_label_is_not_sure_is_not_cut_off(qapp: Application) -> None:
    metrics = QFontMetrics(qapp.font())
    room = metrics.horizontalAdvance("German shep")
    for text in ("German shepherd", "German shepherd?"):
        cut = cut_unsure(text, metrics, room)
        assert metrics.horizontalAdvance(cut) <= room
        assert cut.endswith("…?" if text.endswith("?") else "…")
    assert cut_unsure("eagle?", metrics, room) == "eagle?"


def names(page: RecognisePage) -> list[str]:
    return [picture.path.stem for picture in page.session.model.pictures]


def select(page: RecognisePage, *rows: int) -> None:
    page.strip.select(rows[0])
    for row in rows[1:]:
        index = page.session.model.index(row)
        page.strip.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.Select)


def test_screen_readers_find_each_picture_with_its_name_and_answer(page: RecognisePage) -> None:
    strip = QAccessible.queryAccessibleInterface(page.strip)
    children = [strip.child(number).text(QAccessible.Text.Name) for number in range(strip.childCount())]
    assert "panda.jpg: 大熊猫" in children
    assert "coffee.jpg: 浓缩咖啡" in children


def test_several_are_removed_at_once_and_come_back_at_once_in_their_places(page: RecognisePage) -> None:
    answers = [picture.answer for picture in page.session.model.pictures]
    select(page, 0, 2)
    QTest.keyClick(page.strip, Qt.Key.Key_Delete)
    assert names(page) == ["coffee"]
    page.current.take_back()
    assert names(page) == ["panda", "coffee", "cat"]
    assert [picture.answer for picture in page.session.model.pictures] == answers
    assert [picture.path.stem for picture in page.strip.selected()] == ["panda", "cat"], "as before"


def test_clearing_is_taken_back(page: RecognisePage) -> None:
    page.clear()
    assert page.empty.isVisible()
    page.current.take_back()
    assert names(page) == ["panda", "coffee", "cat"]
    assert page.pane.isVisible()
    page.current.undo.redo()
    assert page.empty.isVisible()


def test_all_are_selected_with_a_key_and_the_others_removed_from_the_menu(page: RecognisePage) -> None:
    page.strip.setFocus()
    QTest.keyClick(page.strip, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(page.strip.selected()) == 3
    select(page, 1)
    page.strip.wanted.emit("remove_others")
    assert names(page) == ["coffee"]


def test_the_menu_of_several_offers_what_makes_sense_for_several(page: RecognisePage) -> None:
    def offered() -> list[str]:
        return [action.text().split("\t")[0] for action in page.strip.make_menu().actions() if action.text()]

    select(page, 0)
    assert "复制结果" in offered()
    select(page, 0, 1)
    assert offered() == ["从列表中移除所选图片", "移除其他图片"]


def test_the_menu_of_the_large_picture_removes_that_one_only(page: RecognisePage) -> None:
    select(page, 0, 1)
    page.pane.make_menu().actions()[-1].trigger()
    assert names(page) == ["panda", "cat"]


def test_the_menu_of_one_picture_is_about_the_selected_one(page: RecognisePage) -> None:
    select(page, 0, 1)
    page.strip.selectionModel().select(
        page.session.model.index(1), QItemSelectionModel.SelectionFlag.Deselect
    )  # and it is still the current one
    page.strip.wanted.emit("copy")
    assert QApplication.clipboard().text() == str(PANDA)


def test_pictures_are_dragged_out_as_copies_of_their_files(page: RecognisePage) -> None:
    model = page.session.model
    mime = model.mimeData([model.index(0), model.index(2)])
    assert [path_of(url) for url in mime.urls()] == [PANDA, CAT]
    assert page.strip.dragEnabled()
    assert model.supportedDragActions() == Qt.DropAction.CopyAction


def test_a_picture_that_could_not_be_recognised_keeps_its_name_in_the_strip(tmp_path: Path) -> None:
    tr.use("zh")
    picture = Picture(tmp_path / "IMG_0007.jpg", State.FAILED)
    assert picture.caption() == "IMG_0007.jpg"
    assert picture.found == "无法识别"


def test_thumbnails_grow_with_the_strip(page: RecognisePage, qtbot: QtBot) -> None:
    page.window().resize(1200, 800)
    qtbot.waitUntil(lambda: sum(page._rows.sizes()) > 400)
    before = page.strip.side
    total = sum(page._rows.sizes())
    page._rows.setSizes([total - 170, 170])
    qtbot.waitUntil(lambda: page.strip.visualRect(page.session.model.index(0)).height() > before + 60)


def test_a_pasted_picture_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tr.use("zh")
    monkeypatch.setattr("app.ui.pictures.pictures.pasted_folder", lambda: tmp_path)
    model = PictureModel()
    model.append([tmp_path / "2026-11-27 10.00.00 001.png"])
    assert model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole) == "粘贴的图片: 等待中"


def test_the_keyboard_is_in_the_strip_when_pictures_have_come_and_in_the_invitation_when_they_are_gone(
    page: RecognisePage,
) -> None:
    assert page.window().focusWidget() is page.strip
    page.clear()
    assert page.window().focusWidget() is page.empty.primary
