"""How much room the files of a folder take, and how it is made free again: for what can be made anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from app.core.files import is_link

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path


def size_of(folder: Path, check: Callable[[], None] = lambda: None) -> int:
    """Bytes in all files below `folder`; 0 where there is none. `check` raises to give up."""
    total = 0
    for file in _files(folder, check):
        try:
            total += file.lstat().st_size
        except FileNotFoundError:
            continue  # a cache: it is used meanwhile
    return total


def clear(folder: Path, keep: Collection[Path] = (), check: Callable[[], None] = lambda: None) -> int:
    """Delete all files below `folder` but those in `keep`; the bytes that are free again.

    Locks and files that are being made stay, too: another thread or program is at work on them.
    Folders stay: somebody may be about to write into them. Links are deleted, never what they lead to.
    Raises OSError for the first file that cannot be deleted, after having tried the others.
    """
    kept, freed = set(keep), 0
    refused: OSError | None = None
    for file in _files(folder, check):
        if file in kept:
            continue
        try:
            size = file.lstat().st_size
            file.unlink()
            freed += size
        except FileNotFoundError:
            continue
        except OSError as error:
            refused = refused or error
    if refused is not None:
        raise refused
    return freed


def _files(folder: Path, check: Callable[[], None]) -> Iterator[Path]:
    """Files and links; what cannot be looked into is left out, and so is what work is going on with."""
    for parent, folders, names in os.walk(folder):
        check()
        here = folder / parent
        yield from (here / name for name in names if not _is_at_work(name))
        yield from (here / name for name in folders if is_link(here / name))


def _is_at_work(name: str) -> bool:
    """Whether a file is a lock, or is given its name when it is whole: see `app.models.building`."""
    return name.endswith(".lock") or name.startswith("partial.")
