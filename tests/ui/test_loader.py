"""The loader of pictures: what is looked at comes soon, whatever was asked for; parts have real pixels."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import images
from app.core.errors import WanwuError
from app.core.stages import ignore
from app.ui.pictures import decoder as decoder_module
from app.ui.pictures import pixmaps as pixmaps_module
from app.ui.pictures.decoder import Decoder, Pixels
from app.ui.pictures.loader import Load, Loaded, PictureLoader
from app.ui.pictures.pictures import Picture
from app.ui.pictures.pixmaps import Pixmaps
from tests.ui.stand_ins import StandInDecoder

_TIMEOUT_MS = 60_000


class Ear(QObject):
    """Hears what a loader tells: the width of each picture, or the code of its error."""

    def __init__(self, loader: PictureLoader) -> None:
        super().__init__()
        self._loader = loader
        self.heard: list[object] = []
        self.delayed = 0

    def view(self, name: str) -> Load:
        return self._loader.view(Path(name), self._done, self._failed)

    def thumbnail(self, name: str) -> Load:
        return self._loader.thumbnail(Path(name), self._done, self._failed, self._on_delayed)

    def _done(self, loaded: Loaded) -> None:
        self.heard.append(loaded.image.width())

    def _failed(self, error: WanwuError) -> None:
        self.heard.append(str(error.code))

    def _on_delayed(self) -> None:
        self.delayed += 1


@pytest.fixture
def loader(qapp: QApplication) -> Iterator[PictureLoader]:
    """Loads from a stand-in."""
    assert qapp
    made = PictureLoader(StandInDecoder)
    yield made
    made.shut_down()


@pytest.fixture
def ear(loader: PictureLoader) -> Ear:
    return Ear(loader)


def test_of_many_quick_selections_only_the_last_is_shown(
    loader: PictureLoader, ear: Ear, qtbot: QtBot
) -> None:
    load = None
    for number in range(1, 13):
        loader.cancel(load)
        load = ear.view(str(number))
    qtbot.waitUntil(lambda: bool(ear.heard), timeout=_TIMEOUT_MS)
    assert ear.heard == [12]


def test_a_view_that_takes_for_ever_and_is_wanted_no_more_holds_up_no_other(
    loader: PictureLoader, ear: Ear, qtbot: QtBot
) -> None:
    stuck = ear.view("stuck")
    qtbot.waitUntil(lambda: loader._slow._running is stuck, timeout=_TIMEOUT_MS)
    loader.cancel(stuck)
    ear.view("7")
    qtbot.waitUntil(lambda: ear.heard == [7], timeout=_TIMEOUT_MS)
    qtbot.waitUntil(lambda: loader._slow._running is None, timeout=_TIMEOUT_MS)


def test_one_slow_picture_holds_up_no_other(ear: Ear, qtbot: QtBot) -> None:
    ear.thumbnail("stuck")
    for name in ("1", "2", "3"):
        ear.thumbnail(name)
    qtbot.waitUntil(lambda: ear.heard == [1, 2, 3], timeout=_TIMEOUT_MS)
    assert ear.delayed == 1


def test_what_is_looked_at_does_not_wait_for_a_slow_thumbnail(
    loader: PictureLoader, ear: Ear, qtbot: QtBot
) -> None:
    stuck = ear.thumbnail("stuck")
    qtbot.waitUntil(lambda: loader._slow._running is stuck, timeout=_TIMEOUT_MS)
    loader._slow_files[Path("9")] = None
    ear.view("9")
    qtbot.waitUntil(lambda: ear.heard == [9], timeout=_TIMEOUT_MS)
    assert loader._slow._running is stuck, "its turn comes again"


def test_the_second_process_starts_only_when_it_is_needed(
    loader: PictureLoader, ear: Ear, qtbot: QtBot
) -> None:
    ear.thumbnail("1")
    ear.view("2")
    qtbot.waitUntil(lambda: sorted(ear.heard, key=str) == [1, 2], timeout=_TIMEOUT_MS)
    assert loader._slow._remote._child is None


def test_a_process_that_died_while_idle_makes_no_picture_a_broken_one(
    loader: PictureLoader, ear: Ear, qtbot: QtBot
) -> None:
    ear.view("1")
    qtbot.waitUntil(lambda: ear.heard == [1], timeout=_TIMEOUT_MS)
    child = loader._quick._remote._child
    assert child is not None
    child._process.kill()
    child._process.join()
    ear.view("2")
    qtbot.waitUntil(lambda: ear.heard == [1, 2], timeout=_TIMEOUT_MS)


def test_thumbnails_kept_are_bounded_and_come_again(
    loader: PictureLoader, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixmaps_module, "_MOST_PIXMAPS", 3)
    pictures = [Picture(Path(str(number))) for number in range(1, 6)]
    pixmaps = Pixmaps(loader, lambda: {picture.item for picture in pictures})
    for picture in pictures:
        pixmaps.get(picture, 10, 1.0)
    qtbot.waitUntil(lambda: len(pixmaps._latest) == 3 and not pixmaps._loads, timeout=_TIMEOUT_MS)
    missing = next(each for each in pictures if pixmaps.get(each, 10, 1.0) is None)
    qtbot.waitUntil(lambda: pixmaps.get(missing, 10, 1.0) is not None, timeout=_TIMEOUT_MS)


def test_a_thumbnail_out_of_sight_is_not_loaded(loader: PictureLoader, qtbot: QtBot) -> None:
    pictures = [Picture(Path(str(number))) for number in range(1, 6)]
    pixmaps = Pixmaps(loader, lambda: {pictures[0].item})
    loaded: list[int] = []
    pixmaps.loaded.connect(loaded.append)
    for picture in reversed(pictures):
        pixmaps.get(picture, 10, 1.0)
    qtbot.waitUntil(lambda: bool(loaded) and not pixmaps._wishes, timeout=_TIMEOUT_MS)
    assert loaded == [pictures[0].item]


def test_hundreds_of_slow_files_in_sight_get_their_thumbnails(loader: PictureLoader, qtbot: QtBot) -> None:
    pictures = [Picture(Path(str(number))) for number in range(1, 401)]
    loader._slow_files.update(dict.fromkeys(picture.path for picture in pictures[:-2]))
    pixmaps = Pixmaps(loader, lambda: {picture.item for picture in pictures})
    for picture in reversed(pictures):
        pixmaps.get(picture, 10, 1.0)
    qtbot.waitUntil(lambda: len(pixmaps._kept) == 400, timeout=_TIMEOUT_MS)
    assert not loader._slow_files, "they are slow no more"


def test_a_slow_thumbnail_that_is_out_of_sight_is_waited_for_no_more(
    loader: PictureLoader, qtbot: QtBot
) -> None:
    slow, other = Picture(Path("stuck")), Picture(Path("7"))
    loader._slow_files[slow.path] = None
    in_sight = {slow.item}
    pixmaps = Pixmaps(loader, lambda: in_sight)
    pixmaps.get(slow, 10, 1.0)
    load = loader._slow._running
    qtbot.waitUntil(lambda: bool(pixmaps._delayed), timeout=_TIMEOUT_MS)
    in_sight = {other.item}
    pixmaps.get(other, 10, 1.0)
    assert load is not None
    assert not load.wanted


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A picture larger than its view, in which every pixel differs from its neighbours."""
    rgb = np.random.default_rng(1).integers(0, 255, (1200, 3000, 3), np.uint8)
    Image.fromarray(rgb).save(tmp_path / "large.png")
    return tmp_path / "large.png"


def rgb_of(pixels: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    data = np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.width, 4)
    return data[:, :, 2::-1]


def test_a_view_is_small_and_says_how_large_the_picture_is(large: Path) -> None:
    view = Decoder().view(large, ignore)
    assert (view.width, view.height, view.source_size) == (2048, 819, (3000, 1200))


def test_a_part_has_the_pixels_of_the_file(large: Path) -> None:
    part = Decoder().part(large, (100, 50, 164, 82), (64, 32), ignore)
    with Image.open(large) as whole:
        assert (rgb_of(part) == np.asarray(whole)[50:82, 100:164]).all()


def test_the_whole_picture_is_kept_for_its_next_part_but_never_a_huge_one(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[Path] = []

    def decode(path: Path) -> object:
        decoded.append(path)
        return images.decode(path)

    monkeypatch.setattr("app.ui.pictures.decoder.decode", decode)
    decoder = Decoder()
    for left in (0, 10):
        decoder.part(large, (left, 0, left + 10, 10), (10, 10), ignore)
    assert len(decoded) == 1
    monkeypatch.setattr(decoder_module, "_MOST_KEPT_BYTES", 1000)
    decoder = Decoder()
    for left in (0, 10):
        decoder.part(large, (left, 0, left + 10, 10), (10, 10), ignore)
    assert len(decoded) == 3
