"""What can be done with a picture's file: open it, show it, copy its path or the picture, drag it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QMenu

from app.core.files import is_there, not_there
from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.files import opened, shown_in_folder
from app.ui.kit.icons import icon
from app.ui.kit.urls import is_text, url_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QObject

NAMES = {"open": "external-link", "folder": "folder-search", "copy": "copy"}


def perform(name: str, path: Path) -> str:
    """Do one of `NAMES` with a file; a sentence for the user when that cannot be done, else nothing."""
    if name == "copy":
        QApplication.clipboard().setText(as_text(path))
        return ""
    if not is_there(path):
        return tr.describe(not_there(path))
    done = shown_in_folder(path) if name == "folder" else opened(path)
    return "" if done else tr("items.not_opened", path=printable(str(path)))


def as_text(path: Path) -> str:
    """A path; as a URL if its bytes are no text, of which Qt would leave some out."""
    return str(path) if is_text(path) else url_of(path).toString(QUrl.ComponentFormattingOption.FullyEncoded)


def copy_picture(image: QImage, path: Path) -> None:
    """Put a picture on the clipboard: its pixels for a drawing or a letter, its file for a folder."""
    mime = QMimeData()
    mime.setImageData(image)
    mime.setUrls([url_of(path)])
    QApplication.clipboard().setMimeData(mime)


def drag_out(source: QObject, path: Path, pixmap: QPixmap) -> None:
    """Have the mouse draw a picture's file to another program; returns when it was dropped.

    As a copy only: where a move is accepted, the other program takes the user's file away.
    """
    drag, mime = QDrag(source), QMimeData()
    mime.setUrls([url_of(path)])
    drag.setMimeData(mime)
    drag.setPixmap(pixmap)
    drag.exec(Qt.DropAction.CopyAction)


def add(menu: QMenu, picture: str, key: str, do: Callable[[], object], *, keys: str = "") -> None:
    """Add an entry to a context menu: an icon, a text of `resources/i18n`, and the keys that do the same."""
    action = menu.addAction(icon(picture), f"{tr(key)}\t{keys}" if keys else tr(key))
    action.triggered.connect(lambda: do())
