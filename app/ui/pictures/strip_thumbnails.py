"""Thumbnails of the strip: loaded when they are first seen, and not kept for ever."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from app.ui.pictures.pictures import Picture
    from app.ui.pictures.thumbnails import Load, ThumbnailLoader

# 230 KB each.
_MOST_KEPT = 300


class StripThumbnails:
    """Gives pictures their thumbnails, and takes those back that were not looked at for the longest time.

    Belongs to the window's thread. `tell` hears of each picture that got one.
    """

    def __init__(self, loader: ThumbnailLoader, tell: Callable[[Picture], None]) -> None:
        self._loader, self._tell = loader, tell
        self._wanted: OrderedDict[int, tuple[Picture, Load]] = OrderedDict()

    def request(self, picture: Picture) -> None:
        """Load a thumbnail unless that has been asked for already."""
        if id(picture) in self._wanted:
            self._wanted.move_to_end(id(picture))
            return
        load = self._loader.load(picture.path, lambda image: self._on_loaded(picture, image))
        self._wanted[id(picture)] = picture, load
        while len(self._wanted) > _MOST_KEPT:
            self.forget(next(iter(self._wanted.values()))[0])

    def _on_loaded(self, picture: Picture, image: QImage | None) -> None:
        picture.thumbnail = image
        self._tell(picture)

    def forget(self, picture: Picture) -> None:
        """Give up the thumbnail of a picture."""
        picture.thumbnail = None
        if id(picture) in self._wanted:
            self._loader.cancel(self._wanted.pop(id(picture))[1])

    def shut_down(self) -> None:
        """Stop loading."""
        self._loader.shut_down()
