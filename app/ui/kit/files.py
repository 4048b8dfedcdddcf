"""A file in other programs: opened, or shown where it lies."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtGui import QDesktopServices

from app.core.files import is_there, not_there
from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.notices import Action
from app.ui.kit.urls import url_of

if TYPE_CHECKING:
    from pathlib import Path

    from app.ui.kit.notices import Notices

# https://www.freedesktop.org/wiki/Specifications/file-manager-interface/
_MANAGER, _MANAGER_PATH = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"


def opened(path: Path) -> bool:
    """Open a file or folder with the program that the system has for it; whether there is one."""
    return QDesktopServices.openUrl(url_of(path))


def shown_in_folder(path: Path) -> bool:
    """Show a file in the system's file manager, selected where that can be done; whether there is one."""
    if sys.platform == "win32":
        # One text: Explorer takes no quotation marks around the whole of "/select,PATH".
        subprocess.Popen(f'explorer /select,"{path}"')
        return True
    if sys.platform == "darwin":
        subprocess.Popen(["open", "-R", path])
        return True
    return _shown_by_manager(path) or opened(path.parent)


def open_file(path: Path, notices: Notices) -> None:
    """Open a file or folder, and tell where no program does."""
    _tell_unless(opened(path), path, notices)


def show_in_folder(path: Path, notices: Notices) -> None:
    """Show a file where it lies, and tell where no program does."""
    _tell_unless(shown_in_folder(path), path, notices)


def offered(path: Path, notices: Notices) -> tuple[Action, Action]:
    """What a notice about a file that was written offers."""
    return (
        Action(tr("action.open_file"), lambda: open_file(path, notices)),
        Action(tr("action.show_in_folder"), lambda: show_in_folder(path, notices)),
    )


def _tell_unless(done: bool, path: Path, notices: Notices) -> None:
    if done:
        return
    if is_there(path):
        notices.warn(tr("items.not_opened", path=printable(str(path))), passes=True)
    else:
        notices.warn(tr.describe(not_there(path)), passes=True)


def _shown_by_manager(path: Path) -> bool:
    """Whether a file manager was asked to select a file: most on Linux can be, by D-Bus."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    known = bus.interface().activatableServiceNames().value() if bus.isConnected() else ()
    if _MANAGER not in known:
        return False
    message = QDBusMessage.createMethodCall(_MANAGER, _MANAGER_PATH, _MANAGER, "ShowItems")
    message.setArguments([[bytes(url_of(path).toEncoded().data()).decode()], ""])
    return bus.send(message)  # its answer is not waited for: the program may be starting
