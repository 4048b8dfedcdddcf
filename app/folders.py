"""From what a user named, files and folders, to the pictures in it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.images import PICTURE_SUFFIXES


def expand(paths: Iterable[Path], *, recursive: bool) -> Iterator[Path]:
    """Files as they were named; a folder is replaced by the pictures in it, in order of their names.

    A folder without pictures stays itself, so that it gets its own error. Hidden entries are left out,
    links to folders are not followed. Nothing is opened: what is not a picture after all, or cannot be
    read, is found out when it is decoded.
    """
    for path in paths:
        if not is_folder(path):
            yield path
            continue
        pictures = _pictures_in(path, recursive)
        first = next(pictures, None)
        yield first or path
        yield from pictures


def is_folder(path: Path) -> bool:
    """Whether a path is a folder; one that cannot be asked, such as one with an over-long name, is not."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _pictures_in(folder: Path, recursive: bool) -> Iterator[Path]:
    """Depth first; with a stack of its own, because folders can be nested deeper than Python's."""
    levels = [_entries(folder, recursive)]
    while levels:
        entry = next(levels[-1], None)
        if entry is None:
            levels.pop()
        elif isinstance(entry, Path):
            yield entry
        elif entry.is_dir(follow_symlinks=False):
            levels.append(_entries(Path(entry.path), recursive))
        else:
            yield Path(entry.path)


def _entries(folder: Path, recursive: bool) -> "Iterator[os.DirEntry[str] | Path]":
    """What is wanted of a folder, sorted by name; the folder itself when it cannot be looked into."""
    try:
        with os.scandir(folder) as entries:
            return iter(sorted((entry for entry in entries if _wanted(entry, recursive)), key=_name))
    except OSError:
        return iter([folder])


def _wanted(entry: "os.DirEntry[str]", recursive: bool) -> bool:
    if entry.name.startswith("."):
        return False
    if entry.is_dir(follow_symlinks=False):
        return recursive
    return Path(entry.name).suffix.lower() in PICTURE_SUFFIXES


def _name(entry: "os.DirEntry[str]") -> str:
    return entry.name
