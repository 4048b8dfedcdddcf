"""Looking through a folder: a stream of pictures, in the order of their names, however large it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import ErrorCode
from app.images import PICTURE_SUFFIXES
from app.results import Failure
from app.store.records import FoundFile

if TYPE_CHECKING:
    from collections.abc import Callable


class Scan:
    """Iterates over a folder: files to be recognised, and a Failure for what cannot be looked into.

    Hidden entries, other kinds of files, pipes, sockets and devices are counted and left out. Links are
    followed; a folder that was seen already, by device and inode, is not entered again.

    Attributes:
        skipped: how many entries were left out so far.
    """

    def __init__(self, folder: Path, *, recursive: bool) -> None:
        self._folder, self._recursive = folder, recursive
        self._seen: set[tuple[int, int]] = set()
        self.skipped = 0

    def __iter__(self) -> Iterator[FoundFile | Failure]:
        waiting = [self._folder]
        while waiting:
            folder = waiting.pop()
            try:
                pictures, folders = self._look_into(folder)
            except OSError as error:
                yield _failure(folder, error)
                continue
            for name in pictures:
                yield _found(folder / os.fsdecode(name))
            if self._recursive:
                waiting += [folder / os.fsdecode(name) for name in reversed(folders)]

    def _look_into(self, folder: Path) -> tuple[list[bytes], list[bytes]]:
        """The names of the pictures and of the folders in a folder, sorted; none when it was here before.

        Only names are kept: a folder may have a hundred thousand entries.
        """
        status = folder.stat()
        pictures: list[bytes] = []
        folders: list[bytes] = []
        if (status.st_dev, status.st_ino) in self._seen:
            return pictures, folders
        self._seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    self.skipped += 1
                elif _is(entry.is_dir):
                    folders.append(os.fsencode(entry.name))
                elif Path(entry.name).suffix.lower() in PICTURE_SUFFIXES and _is(entry.is_file):
                    pictures.append(os.fsencode(entry.name))
                else:
                    self.skipped += 1
        return sorted(pictures), sorted(folders)


def _found(path: Path) -> FoundFile | Failure:
    try:
        status = path.stat()
    except OSError as error:
        return _failure(path, error)
    return FoundFile(path, status.st_size, status.st_mtime_ns)


def _is(kind: Callable[[], bool]) -> bool:
    """Whether an entry is of a kind; one that cannot be asked, such as a circle of links, is of none."""
    try:
        return kind()
    except OSError:
        return False


def _failure(path: Path, error: OSError) -> Failure:
    facts = (("path", path), ("detail", error.strerror or str(error)))
    denied = isinstance(error, PermissionError)
    return Failure(path, ErrorCode.PERMISSION_DENIED if denied else ErrorCode.READ_FAILED, facts)
