"""What can be done with a picture's file: open it, show it, copy its path or the picture, drag it out."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDrag, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QMenu

from app.core.errors import ErrorCode
from app.core.language_in_use import tr
from app.core.printable import printable
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
        QApplication.clipboard().setText(_as_text(path))
        return ""
    if not path.exists():
        return tr.error(ErrorCode.NOT_FOUND, {"path": path})
    done = _show_in_folder(path) if name == "folder" else _open(path)
    return "" if done else tr("items.not_opened", path=printable(str(path)))


def _as_text(path: Path) -> str:
    """A path; as a URL if its bytes are no text, of which Qt would leave some out."""
    return str(path) if is_text(path) else url_of(path).toString(QUrl.ComponentFormattingOption.FullyEncoded)


def _open(path: Path) -> bool:
    return QDesktopServices.openUrl(url_of(path))


def _show_in_folder(path: Path) -> bool:
    """With the file selected where the system can do that."""
    if sys.platform == "win32":
        subprocess.Popen(["explorer", f"/select,{path}"])
        return True
    if sys.platform == "darwin":
        subprocess.Popen(["open", "-R", path])
        return True
    return _open(path.parent)


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
