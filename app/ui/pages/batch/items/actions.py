"""What can be done with an item's file: open it, show it, copy its path."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from app.core.errors import ErrorCode
from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.urls import is_text, url_of

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {"open": "external-link", "folder": "folder-search", "copy": "copy"}


def perform(name: str, path: Path) -> str:
    """Do one of `NAMES` with a file; a sentence for the user when that cannot be done, else nothing."""
    if name == "copy":
        QApplication.clipboard().setText(as_text(path))
        return ""
    if not path.exists():
        return tr.error(ErrorCode.NOT_FOUND, {"path": path})
    done = _show_in_folder(path) if name == "folder" else _open(path)
    return "" if done else tr("items.not_opened", path=printable(str(path)))


def as_text(path: Path) -> str:
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
