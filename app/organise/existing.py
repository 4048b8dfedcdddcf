"""What an earlier sorting has put into the target: copies known by their content, links by their file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from app.core.files import content_sha256
from app.organise.placing import is_plain
from app.store.sortings import How

if TYPE_CHECKING:
    from pathlib import Path

    from app.organise.names import Names

Mark = bytes | tuple[int, int]


class Existing:
    """Looks at each file in the target once: ten thousand pictures may be called cover.jpg.

    A file that has other names as well is no copy: what is written to one of them is written to all.
    """

    def __init__(self, names: Names, how: How) -> None:
        self._names, self._how = names, how
        self._mark: Callable[[Path], Mark] = _inode if how is How.LINK else content_sha256
        self._sizes: dict[tuple[Path, str], dict[int, list[Path]]] = {}
        self._marked: dict[tuple[Path, str, int], dict[Mark, list[Path]]] = {}

    def of(self, path: Path, size: int, folder: Path, name: str) -> list[Path]:
        """The files in `folder`, called `name` or with a number, that are a copy, or a link, of `path`."""
        same_size = self._by_size(folder, name).get(size)
        if not same_size:
            return []
        key = folder, name, size
        if key not in self._marked:
            marked = self._marked[key] = {}
            for file in same_size:
                with suppress(OSError):
                    marked.setdefault(self._mark(file), []).append(file)
        try:
            return self._marked[key].get(self._mark(path), [])
        except OSError:  # it gets its error when it is its turn
            return []

    def is_at(self, target: Path, source: Path) -> bool:
        """Whether a file is a copy, or a link, of another one."""
        try:
            return self._counts(target) and self._mark(target) == self._mark(source)
        except OSError:
            return False

    def _by_size(self, folder: Path, name: str) -> dict[int, list[Path]]:
        key = folder, name
        if key not in self._sizes:
            sizes = self._sizes[key] = {}
            for file in (folder / each for each in self._names.on_disk(folder, name)):
                with suppress(OSError):
                    if self._counts(file):
                        sizes.setdefault(file.stat().st_size, []).append(file)
        return self._sizes[key]

    def _counts(self, file: Path) -> bool:
        return is_plain(file) and (self._how is How.LINK or file.stat().st_nlink == 1)


def _inode(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_dev, status.st_ino
