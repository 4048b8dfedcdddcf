"""What comes back at the next start: size and place of the window, and how the user has arranged it."""

from __future__ import annotations

import base64
import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QByteArray, QMargins, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QSplitter, QWidget

from app.core import paths
from app.core.files import read_json, write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QScreen

    from app.ui.kit.page import Page

log = logging.getLogger(__name__)

_W = TypeVar("_W", bound=QWidget)

SMALLEST = QSize(900, 560)
_FIRST = QSize(1180, 800)
# What the desktop puts around a window is known once it is on the screen; title bars are lower than this.
_FRAME = QMargins(0, 40, 0, 0)


class Remembered:
    """One small file, read at the start and written at the end. What is wrong in it is as on a first start.

    Attributes:
        last_folders: where dialogs for files were closed, by purpose.
    """

    def __init__(self) -> None:
        self._table = _read()
        self.last_folders: dict[str, str] = {
            purpose: folder
            for purpose, folder in self._part("last_folders").items()
            if isinstance(folder, str)
        }

    def _part(self, *names: str) -> dict[str, Any]:
        """A table within the table; an empty one in place of anything else."""
        part = self._table
        for name in names:
            found = part.get(name)
            if not isinstance(found, dict):
                return {}
            part = found
        return part

    def place(self, window: QWidget) -> None:
        """Put the window where it was, or in the middle of the screen, and never beyond what can be seen."""
        saved = _rect(self._table.get("window"))
        screen = _screen_of(saved) if saved is not None else QGuiApplication.primaryScreen()
        room = screen.availableGeometry().marginsRemoved(_FRAME)
        if saved is None:
            saved = QRect(room.topLeft(), _FIRST.boundedTo(room.size()))
            saved.moveCenter(room.center())
        limit(window, screen)
        window.setGeometry(_moved_into(saved, room))
        if self._table.get("maximised") is True:
            window.setWindowState(Qt.WindowState.WindowMaximized)

    @property
    def page(self) -> str:
        """The page that was shown last; empty for none."""
        page = self._table.get("page")
        return page if isinstance(page, str) else ""

    @property
    def recent(self) -> tuple[Path, ...]:
        """What was opened last, also what is gone meanwhile."""
        names = self._table.get("recent")
        return tuple(filter(None, map(_path, names))) if isinstance(names, list) else ()

    def arrange(self, name: str, page: Page) -> None:
        """Give a page that was just made the arrangement that it had."""
        splitters, headers = self._part("pages", name, "splitters"), self._part("pages", name, "headers")
        for splitter in _named(page, QSplitter):
            if _fits(splitters.get(splitter.objectName()), splitter):
                splitter.setSizes(splitters[splitter.objectName()]["sizes"])
        for header in _named(page, QHeaderView):
            saved = headers.get(header.objectName())
            # Qt would take the state of a table with other columns, too.
            if isinstance(saved, dict) and saved.get("count") == header.count():
                header.restoreState(QByteArray.fromBase64(str(saved.get("state")).encode("ascii", "ignore")))
        page.restore(self._part("pages", name, "own"))

    def note(self, window: QWidget, pages: dict[str, Page], page: str, recent: Sequence[Path]) -> None:
        """Take note of how everything is now, and write it down."""
        place = (
            window.normalGeometry() if window.isMaximized() or window.isFullScreen() else window.geometry()
        )
        made = {name: self._arrangement(name, page) for name, page in pages.items() if page.was_opened}
        self._table = {
            "window": [place.x(), place.y(), place.width(), place.height()],
            "maximised": window.isMaximized(),
            "page": page,
            # A page that was not opened this time is as it was.
            "pages": self._part("pages") | made,
            "recent": [quote_from_bytes(os.fsencode(path)) for path in recent],
            "last_folders": dict(self.last_folders),
        }
        try:
            write_atomically(_file(), json.dumps(self._table, indent=1).encode())
        except OSError as error:
            log.warning("how the window was is not kept: %s", error)

    def _arrangement(self, name: str, page: Page) -> dict[str, Any]:
        # Nobody has chosen the sizes of a splitter of which a part is hidden just now: that part has none.
        splitters = {
            splitter.objectName(): {"horizontal": _is_horizontal(splitter), "sizes": splitter.sizes()}
            for splitter in _named(page, QSplitter)
            if not any(part.isHidden() for part in map(splitter.widget, range(splitter.count())) if part)
        }
        headers = {
            header.objectName(): {
                "count": header.count(),
                "state": base64.b64encode(header.saveState().data()).decode(),
            }
            for header in _named(page, QHeaderView)
        }
        splitters = self._part("pages", name, "splitters") | splitters
        return {"splitters": splitters, "headers": headers, "own": page.state()}


def limit(window: QWidget, screen: QScreen) -> None:
    """Let the window be as small as its pages can be, or as the screen is, if that is smaller."""
    window.setMinimumSize(SMALLEST.boundedTo(screen.availableGeometry().marginsRemoved(_FRAME).size()))


def _file() -> Path:
    return paths.config_folder() / "window.json"


def _read() -> dict[str, Any]:
    try:
        table = read_json(_file())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.warning("how the window was cannot be read: %s", error)
        return {}
    return table if isinstance(table, dict) else {}


def _rect(saved: object) -> QRect | None:
    if not isinstance(saved, list) or len(saved) != 4 or not all(_is_pixels(value) for value in saved):
        return None
    rect = QRect(*saved)
    return rect if rect.isValid() else None


def _path(saved: object) -> Path | None:
    try:
        return Path(os.fsdecode(unquote_to_bytes(saved))) if isinstance(saved, str) else None
    except ValueError:  # no text that could be written
        return None


def _is_pixels(value: object) -> bool:
    return type(value) is int and abs(value) < 1 << 20


def _screen_of(rect: QRect) -> QScreen:
    """The screen that shows most of it; the first one if none does, since its own may be gone."""

    def seen(screen: QScreen) -> int:
        both = screen.geometry().intersected(rect)
        return both.width() * both.height() if both.isValid() else 0

    primary = QGuiApplication.primaryScreen()
    return max((primary, *QGuiApplication.screens()), key=seen)


def _moved_into(rect: QRect, room: QRect) -> QRect:
    fitted = QRect(rect.topLeft(), rect.size().boundedTo(room.size()))
    fitted.moveLeft(max(room.left(), min(fitted.left(), room.right() + 1 - fitted.width())))
    fitted.moveTop(max(room.top(), min(fitted.top(), room.bottom() + 1 - fitted.height())))
    return fitted


def _named(page: Page, kind: type[_W]) -> list[_W]:
    return [widget for widget in page.findChildren(kind) if widget.objectName()]


def _fits(saved: object, splitter: QSplitter) -> bool:
    """Whether sizes are of this splitter as it lies now: a narrow page puts side by side below each other."""
    if not isinstance(saved, dict) or saved.get("horizontal") is not _is_horizontal(splitter):
        return False
    sizes = saved.get("sizes")
    return isinstance(sizes, list) and len(sizes) == splitter.count() and all(map(_is_pixels, sizes))


def _is_horizontal(splitter: QSplitter) -> bool:
    return splitter.orientation() == Qt.Orientation.Horizontal
