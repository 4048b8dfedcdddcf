"""What a drop or a paste brings: files, the picture itself, or nothing that can be used."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.core.errors import ErrorCode, WanwuError
from app.ui.kit.urls import path_of
from app.ui.pictures.pictures import pasted_folder

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDropEvent

_KEEP_PASTED_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Dropped:
    """Paths, or a picture without a file; `elsewhere` when it is only an address on the web."""

    paths: tuple[Path, ...] = ()
    image: QImage | None = None
    elsewhere: bool = False


def answer(event: QDropEvent) -> bool:
    """Accept a drag or drop as a copy, or ignore it; whether it was accepted.

    Other programs propose to move, and would delete the user's file after that was accepted. What was dragged
    out of this very window is here already.
    """
    mime = event.mimeData()
    taken = event.source() is None and (mime.hasUrls() or mime.hasImage())
    taken = taken and bool(event.possibleActions() & Qt.DropAction.CopyAction)
    if taken:
        event.setDropAction(Qt.DropAction.CopyAction)
    event.setAccepted(taken)
    return taken


def read(mime: QMimeData) -> Dropped:
    """Files first; then the pixels, as a browser sends them beside an address."""
    files = files_of(mime)
    if files:
        return Dropped(paths=files)
    image = mime.imageData() if mime.hasImage() else None
    if isinstance(image, QImage) and not image.isNull():
        return Dropped(image=image)
    return Dropped(elsewhere=mime.hasUrls())


def files_of(mime: QMimeData) -> tuple[Path, ...]:
    """The files and folders that it names."""
    return tuple(path_of(url) for url in mime.urls() if url.isLocalFile()) if mime.hasUrls() else ()


def keep(image: QImage) -> Path:
    """Write a pasted picture to the cache, where it is kept for a week; its path. Any thread.

    Raises WanwuError `cache_unwritable`.
    """
    folder = pasted_folder()
    seconds, microseconds = divmod(time.time_ns() // 1000, 1_000_000)
    moment = time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(seconds))
    path = folder / f"{moment} {microseconds:06}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _forget_old(folder)
    except OSError as error:
        raise WanwuError(ErrorCode.CACHE_UNWRITABLE, folder=folder, detail=error.strerror) from error
    if not image.save(str(path)):
        raise WanwuError(ErrorCode.CACHE_UNWRITABLE, folder=folder, detail="")
    return path


def _forget_old(folder: Path) -> None:
    for file in folder.glob("*.png"):
        if time.time() - file.stat().st_mtime > _KEEP_PASTED_S:
            file.unlink(missing_ok=True)
