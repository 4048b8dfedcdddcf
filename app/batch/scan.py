"""Looking through a folder: a stream of pictures, in the order of their names, however large it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, WanwuError
from app.core.results import Failure
from app.images.folders import Walk, has_left_out
from app.store.records import FoundFile, kept_time

if TYPE_CHECKING:
    from collections.abc import Callable


class Scan:
    """Iterates over a folder: files to be recognised, and a Failure for what cannot be looked into.

    What is left out, and how links are followed, is told in `app.images.folders.Walk`. `check` is called at
    every entry and may raise.
    """

    def __init__(self, folder: Path, *, recursive: bool, check: Callable[[], None] = lambda: None) -> None:
        self._folder = folder
        self._walk = Walk(folder, recursive, check)

    @property
    def skipped(self) -> int:
        """How many entries were left out so far."""
        return self._walk.skipped

    def __iter__(self) -> Iterator[FoundFile | Failure]:
        for each in self._walk:
            yield _found(each) if isinstance(each, Path) else _failure(*each)

    def is_gone(self, path: Path) -> bool:
        """Whether a file that a whole scan has not found is not there, or among what is left out.

        One that was sorted into another folder is there; one that cannot be asked about may be.
        """
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return has_left_out(path, self._folder)


class Place:
    """A run's folder as it is now, to be known again: a drive that is pulled out leaves nothing, or an empty
    folder in its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._identity = self._identify()
        self.check()

    def check(self) -> None:
        """Raise WanwuError `folder_gone` when the folder is not there any more."""
        if self._identity is None or self._identify() != self._identity:
            raise WanwuError(ErrorCode.FOLDER_GONE, folder=self.folder)

    def _identify(self) -> tuple[int, int] | None:
        try:
            status = self.folder.stat()
            os.scandir(self.folder).close()
        except PermissionError:
            return 0, 0  # it is there, and gets its own error
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _found(path: Path) -> FoundFile | Failure:
    try:
        status = path.stat()
    except OSError as error:
        return _failure(path, error)
    return FoundFile(path, status.st_size, kept_time(status.st_mtime_ns))


def _failure(path: Path, error: OSError) -> Failure:
    facts = (("path", path), ("detail", error.strerror or str(error)))
    denied = isinstance(error, PermissionError)
    return Failure(path, ErrorCode.PERMISSION_DENIED if denied else ErrorCode.READ_FAILED, facts)
