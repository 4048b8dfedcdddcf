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
                entries = self._entries(folder)
            except OSError as error:
                yield _failure(folder, error)
                continue
            yield from self._files(entries)
            if self._recursive:
                folders = [Path(entry.path) for entry in entries if _is(entry.is_dir)]
                waiting += reversed(folders)

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        """The visible entries of a folder by name; none when it was here before under another name."""
        status = folder.stat()
        if (status.st_dev, status.st_ino) in self._seen:
            return []
        self._seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            everything = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        visible = [entry for entry in everything if not entry.name.startswith(".")]
        self.skipped += len(everything) - len(visible)
        return visible

    def _files(self, entries: list[os.DirEntry[str]]) -> Iterator[FoundFile | Failure]:
        for entry in entries:
            if _is(entry.is_dir):
                continue
            if Path(entry.name).suffix.lower() not in PICTURE_SUFFIXES or not _is(entry.is_file):
                self.skipped += 1
                continue
            try:
                status = entry.stat()
            except OSError as error:
                yield _failure(Path(entry.path), error)
            else:
                yield FoundFile(Path(entry.path), status.st_size, status.st_mtime_ns)


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
