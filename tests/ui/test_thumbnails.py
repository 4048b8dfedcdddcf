"""Thumbnails: of the strip only so many, and none that holds up others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.pictures import strip_thumbnails as strip
from app.ui.pictures.pictures import Picture
from app.ui.pictures.strip_thumbnails import StripThumbnails
from app.ui.pictures.thumbnails import ThumbnailLoader
from tests.ui.stand_ins import OnePixelLoader

_TIMEOUT_MS = 60_000


@pytest.fixture
def loader(qapp: QApplication) -> Iterator[ThumbnailLoader]:
    """Loads from a stand-in."""
    assert qapp
    made = ThumbnailLoader("thumbnails", OnePixelLoader)
    yield made
    made.shut_down()


def test_only_the_thumbnails_seen_last_are_kept_and_others_come_again(
    loader: ThumbnailLoader, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strip, "_MOST_KEPT", 3)
    thumbnails = StripThumbnails(loader, lambda _picture: None)
    pictures = [Picture(Path(str(number))) for number in range(5)]
    for picture in pictures:
        thumbnails.request(picture)
    qtbot.waitUntil(lambda: all(each.thumbnail for each in pictures[2:]), timeout=_TIMEOUT_MS)
    assert [each.thumbnail for each in pictures[:2]] == [None, None]
    thumbnails.request(pictures[0])
    qtbot.waitUntil(lambda: pictures[0].thumbnail is not None, timeout=_TIMEOUT_MS)
    assert pictures[2].thumbnail is None


def test_one_slow_picture_holds_up_no_other(loader: ThumbnailLoader, qtbot: QtBot) -> None:
    found: list[QImage | None] = []
    delayed: list[str] = []
    loader.load(Path("stuck"), found.append, lambda: delayed.append("stuck"))
    for name in ("1", "2", "3"):
        loader.load(Path(name), found.append)
    qtbot.waitUntil(lambda: len(found) == 3, timeout=_TIMEOUT_MS)
    assert all(found)
    assert delayed == ["stuck"]
