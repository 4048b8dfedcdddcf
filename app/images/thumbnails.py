"""Small pictures, kept on disk so that each is decoded once."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

from app.core import paths
from app.images.decode import decode

THUMBNAIL_SIDE = 240
_QUALITY = 85
_MOST_BYTES = 256 * 1024 * 1024
# Tidied up further than to the limit: the next thumbnail would have the folder looked through again.
_AFTER_TIDYING = 0.9
_CUT_SHORT = (OSError, SyntaxError, ValueError)


class Thumbnails:
    """Makes thumbnails and keeps them as JPEG files; the least recently used are deleted first.

    Several processes may share the folder. A folder that cannot be written to only costs time.
    """

    def __init__(self, folder: Path | None = None, most_bytes: int = _MOST_BYTES) -> None:
        self._folder = folder or paths.cache_folder() / "thumbnails"
        self._most_bytes = most_bytes
        self._room: int | None = None  # bytes until the folder is tidied; not known before it was

    def get(self, path: Path) -> Image.Image:
        """The middle of a picture as a square of 240 pixels, RGB. Raises PictureError."""
        kept = self._file(path)
        picture = _read(kept) if kept is not None else None
        if picture is None:
            picture = _made(path)
            if kept is not None:
                with contextlib.suppress(OSError):
                    self._keep(picture, kept)
        return picture

    def _file(self, path: Path) -> Path | None:
        """Where the thumbnail of a file, as it is now, is kept; None for a file that is not there."""
        try:
            found = path.stat()
        except (OSError, ValueError):
            return None
        version = f"{THUMBNAIL_SIDE} {found.st_size} {found.st_mtime_ns} ".encode()
        name = hashlib.blake2b(version + os.fsencode(path.absolute()), digest_size=16).hexdigest()
        return self._folder / name[:2] / f"{name}.jpg"

    def _keep(self, picture: Image.Image, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=file.parent, suffix=".part")
        # Not synced to disk as `app.core.files` does: what a power cut damages is made anew.
        with os.fdopen(handle, "wb") as stream:
            picture.save(stream, "JPEG", quality=_QUALITY)
            size = stream.tell()
        Path(partial).replace(file)
        if self._room is None or self._room < size:
            self._room = self._tidied()
        else:
            self._room -= size

    def _tidied(self) -> int:
        """Delete what was not used for the longest time until there is room; how many bytes are left."""
        found = []
        # Also what a process that was killed has left half written.
        for file in self._folder.glob("*/*"):
            with contextlib.suppress(OSError):
                seen = file.stat()
                found.append((seen.st_mtime_ns, seen.st_size, file))
        total = sum(size for _, size, _ in found)
        if total > self._most_bytes:
            for _, size, file in sorted(found):
                if total <= self._most_bytes * _AFTER_TIDYING:
                    break
                with contextlib.suppress(OSError):
                    file.unlink()
                    total -= size
        return self._most_bytes - total


def _made(path: Path) -> Image.Image:
    picture = Image.fromarray(decode(path, min_side=THUMBNAIL_SIDE).rgb)
    return ImageOps.fit(picture, (THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BICUBIC)


def _read(file: Path) -> Image.Image | None:
    """A kept thumbnail, which counts as used now; None when there is none that is whole."""
    try:
        with Image.open(file, formats=["JPEG"]) as picture:
            picture.load()
            whole = picture.mode == "RGB" and picture.size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    except _CUT_SHORT:
        return None
    with contextlib.suppress(OSError):
        os.utime(file)
    return picture if whole else None
