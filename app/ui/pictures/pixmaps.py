"""Thumbnails for what is on the screen, kept as ready pixmaps; for the strip and for the list of a run."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from app.ui.pictures.loader import Load, PictureLoader

# 230 KB each at a side of 240 pixels.
_MOST_PIXMAPS = 600
# One is loaded while the next one waits at the loader, so that its process never idles. No more: what has
# been scrolled away until then is not loaded at all.
_IN_FLIGHT = 2


class HasFile(Protocol):
    """What has a thumbnail: its number among its like, its file, and how that was when it was found."""

    @property
    def item(self) -> int: ...
    @property
    def path(self) -> Path: ...
    @property
    def mtime_ns(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Wish:
    """A thumbnail of a file as it was when it was found; `side` in the screen's pixels."""

    item: int
    path: Path
    mtime_ns: int
    side: int
    ratio: float


class Pixmaps(QObject):
    """Has thumbnails loaded, the newest wish first. Belongs to the window's thread.

    `on_screen` tells the items in sight: wishes for others are dropped.

    Signals:
        loaded(int): there is a thumbnail for this item.
    """

    loaded = Signal(int)

    def __init__(self, loader: PictureLoader, on_screen: Callable[[], Collection[int]]) -> None:
        super().__init__()
        self._loader, self._on_screen = loader, on_screen
        self._kept: OrderedDict[_Wish, QPixmap | None] = OrderedDict()
        self._latest: dict[Path, _Wish] = {}  # of each file, in whatever size
        self._wishes: dict[_Wish, None] = {}
        self._loading: set[_Wish] = set()
        self._delayed: set[_Wish] = set()  # they take long, and hold up no others
        self._loads: dict[_Wish, Load] = {}

    def get(self, shown: HasFile, side: float, ratio: float) -> QPixmap | None:
        """The thumbnail of an item, `side` wide on a screen with this pixel ratio; None until it is there.

        Until then it may be one of another size.
        """
        wish = _Wish(shown.item, shown.path, shown.mtime_ns, round(side * ratio), ratio)
        if wish in self._kept:
            self._kept.move_to_end(wish)
            return self._kept[wish]
        if wish not in self._loading and wish not in self._delayed:
            self._wishes.pop(wish, None)  # the newest is the last
            self._wishes[wish] = None
            self._pump()
        other = self._latest.get(shown.path)
        return self._kept[other] if other is not None else None

    def _pump(self) -> None:
        if not self._wishes or len(self._loading) >= _IN_FLIGHT:
            return
        on_screen = self._on_screen()
        # Slow ones wait for a minute each: those out of sight would hold up those in sight.
        for wish in [wish for wish in self._delayed if wish.item not in on_screen]:
            self._cancel(wish)
        while self._wishes and len(self._loading) < _IN_FLIGHT:
            wish, _ = self._wishes.popitem()
            if wish.item in on_screen:
                self._load(wish)

    def _load(self, wish: _Wish) -> None:
        self._loading.add(wish)
        self._loads[wish] = self._loader.thumbnail(
            wish.path,
            lambda loaded: self._on_loaded(wish, loaded.image),
            lambda _error: self._on_loaded(wish, None),
            lambda: self._on_delayed(wish),
        )

    def _on_delayed(self, wish: _Wish) -> None:
        if wish in self._loading:
            self._loading.remove(wish)
            self._delayed.add(wish)
            self._pump()

    def _on_loaded(self, wish: _Wish, image: QImage | None) -> None:
        self._loading.discard(wish)
        self._delayed.discard(wish)
        self._loads.pop(wish, None)
        self._kept[wish] = _rounded(image, wish) if image is not None else None
        self._latest[wish.path] = wish
        while len(self._kept) > _MOST_PIXMAPS:
            oldest, _ = self._kept.popitem(last=False)
            if self._latest.get(oldest.path) == oldest:
                del self._latest[oldest.path]
        self.loaded.emit(wish.item)
        self._pump()

    def forget(self, item: int) -> None:
        """An item is gone: its thumbnail need not be loaded any more."""
        for wish in [wish for wish in self._loads if wish.item == item]:
            self._cancel(wish)
        self._pump()

    def _cancel(self, wish: _Wish) -> None:
        self._loader.cancel(self._loads.pop(wish))
        self._loading.discard(wish)
        self._delayed.discard(wish)

    def try_again(self) -> None:
        """Forget for which files there was no thumbnail."""
        for wish in [wish for wish, pixmap in self._kept.items() if pixmap is None]:
            del self._kept[wish]
            if self._latest.get(wish.path) == wish:
                del self._latest[wish.path]


def _rounded(image: QImage, wish: _Wish) -> QPixmap:
    """A picture as it is painted: scaled and its corners cut once, not with every paint."""
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(wish.side, wish.side, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    pixmap = QPixmap(scaled.size())
    pixmap.fill(Qt.GlobalColor.transparent)
    corner = (8 if wish.side > 64 * wish.ratio else 5) * wish.ratio
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(pixmap.rect()), corner, corner)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(outline)
    painter.drawImage(0, 0, scaled)
    painter.end()
    pixmap.setDevicePixelRatio(wish.ratio)
    return pixmap
