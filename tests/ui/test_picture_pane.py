"""A picture's file on the screen: what is seen while it loads, when it cannot, and what it is good for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QDrag, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import paths
from app.core.language_in_use import tr
from app.ui.kit.texts import Text
from app.ui.kit.urls import path_of
from app.ui.pictures.loader import PictureLoader
from app.ui.pictures.picture_pane import PicturePane

PANDA, COFFEE = (paths.resource("samples", f"{name}.jpg") for name in ("panda", "coffee"))
_TIMEOUT_MS = 60_000


@pytest.fixture
def pane(loader: PictureLoader, qtbot: QtBot) -> PicturePane:
    tr.use("zh")
    made = PicturePane(loader, bar=True, removable=True)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def see(pane: PicturePane, qtbot: QtBot, path: Path) -> None:
    pane.show_file(path, path.name)
    qtbot.waitUntil(lambda: pane._shown is not None and pane._shown[0] == path, timeout=_TIMEOUT_MS)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    (tmp_path / "broken.jpg").write_bytes(PANDA.read_bytes()[:20_000])
    return tmp_path / "broken.jpg"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A picture with more pixels than its view has, each a different one."""
    rgb = np.random.default_rng(1).integers(0, 255, (1200, 4000, 3), np.uint8)
    Image.fromarray(rgb).save(tmp_path / "large.png")
    return tmp_path / "large.png"


def test_the_old_picture_stays_until_the_new_one_is_there(pane: PicturePane, qtbot: QtBot) -> None:
    see(pane, qtbot, PANDA)
    pane.show_file(COFFEE)
    assert not pane.view.sceneRect().isEmpty()
    see(pane, qtbot, COFFEE)


def test_what_cannot_be_loaded_says_so_and_is_tried_again_when_it_is_looked_at_again(
    pane: PicturePane, qtbot: QtBot, broken: Path
) -> None:
    pane.show_file(broken)
    qtbot.waitUntil(pane.broken.isVisible, timeout=_TIMEOUT_MS)
    assert "图片不完整" in pane.broken.sentence.text()
    see(pane, qtbot, COFFEE)
    broken.write_bytes(PANDA.read_bytes())
    see(pane, qtbot, broken)
    assert pane.view.isVisible()


def test_an_error_goes_at_once_when_another_picture_is_wanted_which_is_announced(
    pane: PicturePane, qtbot: QtBot, broken: Path, large: Path
) -> None:
    pane.show_file(broken)
    qtbot.waitUntil(pane.broken.isVisible, timeout=_TIMEOUT_MS)
    pane.show_file(large)
    assert not pane.broken.isVisible()
    pane._announcing.timeout.emit()  # it may be loaded sooner
    (sign,) = (text for text in pane.findChildren(Text) if text.text() == "正在加载图片…")
    assert sign.isVisible()
    see(pane, qtbot, large)
    assert not sign.isVisible()


def test_what_could_not_be_loaded_is_tried_again_when_the_page_is_shown_again(
    pane: PicturePane, qtbot: QtBot, broken: Path
) -> None:
    pane.show_file(broken)
    qtbot.waitUntil(pane.broken.isVisible, timeout=_TIMEOUT_MS)
    broken.write_bytes(PANDA.read_bytes())
    pane.hide()
    pane.show()
    qtbot.waitUntil(pane.view.isVisible, timeout=_TIMEOUT_MS)


def paint(path: Path, width: int, height: int, color: str) -> Path:
    Image.new("RGB", (width, height), color).save(path)
    return path


def test_a_picture_that_another_program_has_saved_is_shown_as_it_is_now(
    pane: PicturePane, qtbot: QtBot, tmp_path: Path
) -> None:
    path = paint(tmp_path / "a.png", 400, 300, "red")
    see(pane, qtbot, path)
    paint(path, 300, 200, "lime")
    pane.show_file(path)
    qtbot.waitUntil(lambda: pane.view.sceneRect().width() == 300, timeout=_TIMEOUT_MS)


@pytest.mark.parametrize("size", [(3000, 2500), (500, 400)])
def test_new_pixels_are_never_painted_over_old_ones(
    pane: PicturePane, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = paint(tmp_path / "a.png", 3000, 2500, "red")
    see(pane, qtbot, path)
    before = pane._shown
    paint(path, *size, "lime")
    pane.view.show_pixels()
    qtbot.waitUntil(lambda: pane._shown is not before, timeout=_TIMEOUT_MS)
    assert pane.view._part.pixmap().isNull()
    assert pane.view.sceneRect().size().toSize().toTuple() == size


def test_zoomed_to_its_pixels_it_shows_those_of_the_file(
    pane: PicturePane, qtbot: QtBot, large: Path
) -> None:
    see(pane, qtbot, large)
    pane.view.show_pixels()
    place = pane.view.viewport().rect().center()
    point = pane.view.mapToScene(place)
    color = QImage(str(large)).pixelColor(int(point.x()), int(point.y()))

    def seen() -> bool:
        return pane.view.viewport().grab().toImage().pixelColor(place) == color

    qtbot.waitUntil(seen, timeout=_TIMEOUT_MS)


def test_a_part_that_was_on_its_way_when_the_page_was_left_comes_when_it_is_shown_again(
    pane: PicturePane, qtbot: QtBot, large: Path
) -> None:
    see(pane, qtbot, large)
    pane.view.show_pixels()
    qtbot.waitUntil(lambda: pane._part is not None)
    pane.hide()
    pane.show()
    qtbot.waitUntil(lambda: not pane.view._part.pixmap().isNull(), timeout=_TIMEOUT_MS)


def test_the_picture_itself_is_copied_with_all_its_pixels_and_its_file(
    pane: PicturePane, qtbot: QtBot, large: Path
) -> None:
    see(pane, qtbot, large)
    with qtbot.waitSignal(pane.told, timeout=_TIMEOUT_MS):
        pane.copy_picture()
    mime = QApplication.clipboard().mimeData()
    assert [path_of(url) for url in mime.urls()] == [large]
    assert mime.imageData().size().width() == 4000


def test_the_wanted_picture_is_copied_and_not_the_one_before_it(
    pane: PicturePane, qtbot: QtBot, large: Path
) -> None:
    see(pane, qtbot, PANDA)
    pane.show_file(large)
    with qtbot.waitSignal(pane.told, timeout=_TIMEOUT_MS):
        pane.copy_picture()
    mime = QApplication.clipboard().mimeData()
    assert [path_of(url) for url in mime.urls()] == [large]
    assert mime.imageData().size().width() == 4000


@pytest.mark.parametrize("size", [(3000, 2500), (500, 400)])
def test_a_picture_that_was_saved_meanwhile_is_copied_as_it_is_now(
    pane: PicturePane, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    see(pane, qtbot, paint(tmp_path / "a.png", 2900, 2400, "red"))
    paint(tmp_path / "a.png", *size, "lime")
    with qtbot.waitSignal(pane.told, timeout=_TIMEOUT_MS):
        pane.copy_picture()
    assert QApplication.clipboard().mimeData().imageData().size().toTuple() == size


def test_copying_what_cannot_be_read_says_so(pane: PicturePane, qtbot: QtBot, broken: Path) -> None:
    pane.show_file(broken)
    qtbot.waitUntil(pane.broken.isVisible, timeout=_TIMEOUT_MS)
    with qtbot.waitSignal(pane.failed, timeout=_TIMEOUT_MS) as told:
        pane.copy_picture()
    assert "图片不完整" in told.args[0]


def test_it_is_drawn_out_as_a_copy_of_its_file(
    pane: PicturePane, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[Path, Qt.DropAction]] = []

    def exec_(drag: QDrag, actions: Qt.DropAction) -> None:
        drawn.append((path_of(drag.mimeData().urls()[0]), actions))

    monkeypatch.setattr(QDrag, "exec", exec_)
    see(pane, qtbot, PANDA)
    pane.view.drag_wanted.emit()
    pane.show_file(COFFEE)
    pane.view.drag_wanted.emit()  # which of the two?
    assert drawn == [(PANDA, Qt.DropAction.CopyAction)]


def test_screen_readers_hear_its_name_and_zoom(pane: PicturePane, qtbot: QtBot) -> None:
    see(pane, qtbot, PANDA)
    pane.view.show_pixels()
    assert pane.view.accessibleName() == "panda.jpg, 100%"
    assert "方向键" in pane.view.accessibleDescription()


def test_its_menu_offers_what_can_be_done_now(pane: PicturePane, qtbot: QtBot, broken: Path) -> None:
    def offered() -> str:
        return "\n".join(action.text() for action in pane.make_menu().actions())

    see(pane, qtbot, PANDA)
    for entry in ("适合窗口", "1:1", "复制图片", "复制路径", "在文件夹中显示", "打开", "移除"):
        assert entry in offered()
    pane.show_file(broken)
    qtbot.waitUntil(pane.broken.isVisible, timeout=_TIMEOUT_MS)
    assert "复制图片" not in offered()
    assert "复制路径" in offered()
