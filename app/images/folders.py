"""From what a user named, files and folders, to the pictures in it; and what is left out on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath

from app.core.files import is_folder
from app.images import PICTURE_SUFFIXES

# Folders in which systems and programs keep copies, previews and what was thrown away, in small letters: of
# Synology and QNAP, NetApp, Windows, ext4 and macOS; of Lightroom, Photos, iPhoto, Aperture and Capture One.
_SYSTEM_FOLDERS = frozenset(
    (
        "@eadir", "@synoresource", "@recycle", "@recently-snapshot", "#recycle", "#snapshot", "~snapshot",
        "$recycle.bin", "recycler", "recycled", "system volume information", "lost+found", "__macosx",
    )
)  # fmt: skip
_SYSTEM_SUFFIXES = (
    ".lrdata", ".lrcat-data", ".lrlibrary", ".photoslibrary", ".photolibrary", ".migratedphotolibrary",
    ".aplibrary", ".cocatalog",
)  # fmt: skip


def is_left_out(name: str) -> bool:
    """Whether what has this name, inside a folder that is looked through, is hidden or a system's folder."""
    folded = name.casefold()
    return name.startswith(".") or folded in _SYSTEM_FOLDERS or folded.endswith(_SYSTEM_SUFFIXES)


def has_left_out(path: PurePath, folder: PurePath) -> bool:
    """Whether a path below `folder` leads through something that is left out."""
    return path.is_relative_to(folder) and any(map(is_left_out, path.relative_to(folder).parts))


def expand(
    paths: Iterable[Path], *, recursive: bool, check: Callable[[], None] = lambda: None
) -> Iterator[Path]:
    """Files as they were named; a folder is replaced by the pictures in it, in order of their names.

    A folder without pictures, or that cannot be looked into, stays itself, so that it gets its own error.
    Nothing is opened: what is not a picture after all, or cannot be read, is found out when it is decoded.
    `check` is called at every entry and may raise.
    """
    for path in paths:
        if not is_folder(path):
            yield path
            continue
        found = (each if isinstance(each, Path) else each[0] for each in Walk(path, recursive, check))
        first = next(found, None)
        yield first or path
        yield from found


class Walk:
    """Iterates over the pictures in a folder, those of each folder first, in the order of their names.

    Yields paths, and (folder, OSError) for a folder that cannot be looked into. Hidden entries, folders of
    systems and programs, other kinds of files, pipes, sockets and devices are counted and left out. Links are
    followed, also out of the folder; a folder that was seen already, by device and inode, is not entered
    again. `check` is called at every entry and may raise.

    Attributes:
        skipped: how many entries were left out so far.
    """

    def __init__(self, folder: Path, recursive: bool, check: Callable[[], None] = lambda: None) -> None:
        self._folder, self._recursive, self._check = folder, recursive, check
        self._seen: set[tuple[int, int]] = set()
        self.skipped = 0

    def __iter__(self) -> Iterator[Path | tuple[Path, OSError]]:
        waiting = [self._folder]
        while waiting:
            folder = waiting.pop()
            try:
                pictures, folders = self._look_into(folder)
            except OSError as error:
                yield folder, error
                continue
            for name in pictures:
                self._check()
                yield folder / os.fsdecode(name)
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
                self._check()
                if is_left_out(entry.name):
                    self.skipped += 1
                elif _is(entry.is_dir):
                    folders.append(os.fsencode(entry.name))
                elif Path(entry.name).suffix.lower() in PICTURE_SUFFIXES and _is(entry.is_file):
                    pictures.append(os.fsencode(entry.name))
                else:
                    self.skipped += 1
        return sorted(pictures), sorted(folders)


def _is(kind: Callable[[], bool]) -> bool:
    """Whether an entry is of a kind; one that cannot be asked, such as a circle of links, is of none."""
    try:
        return kind()
    except OSError:
        return False
