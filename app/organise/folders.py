"""Folders that a sorting makes, and takes away again when it is undone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, WanwuError
from app.core.files import for_user

if TYPE_CHECKING:
    from app.store.journal import Journal


class Folders:
    """Makes folders under `root`, which is made itself, and remembers each before it is there.

    Raises WanwuError `output_unwritable` when the root cannot be made.
    """

    def __init__(self, root: Path, journal: Journal) -> None:
        self._root, self._journal = root, journal
        with for_user(root):
            for folder in reversed([root, *root.parents]):
                self._make(folder)

    def need(self, folder: Path) -> None:
        """Make a folder below the root. Raises OSError.

        Raises WanwuError `output_unwritable` when the root has gone, as with a drive that was pulled out: it
        would be made anew where that was mounted.
        """
        if folder.is_dir():
            return
        if not self._root.is_dir():
            detail = "the folder has gone"
            raise WanwuError(ErrorCode.OUTPUT_UNWRITABLE, path=self._root, detail=detail)
        below = folder.relative_to(self._root)
        for part in reversed([below, *below.parents]):
            self._make(self._root / part)

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._journal.add_folder(folder)
        try:
            folder.mkdir()
        except OSError:
            self._journal.forget_folder(folder)
            if not folder.is_dir():
                raise


def leads_outside(picture: Path, run_folder: Path) -> bool:
    """Whether a link to a folder, on the way to a picture, leads out of the run's folder.

    Where an earlier sorting has moved a picture there are no links.
    """
    folder, real = picture.parent, Path(os.path.realpath(picture.parent))  # resolve() fails for circles
    if folder.is_relative_to(run_folder):
        return not real.is_relative_to(os.path.realpath(run_folder))
    return real != folder


def remove_empty(journal: Journal, root: Path) -> None:
    """Take away the folders that a sorting into `root` has made and that are empty now.

    Not one behind a link that somebody has put in the place of a folder: it is another one.
    """
    for folder in journal.folders():
        below = [each for each in folder.parents if each != root and each.is_relative_to(root)]
        if any(each.is_symlink() for each in below):
            continue
        with suppress(OSError):
            folder.rmdir()
            journal.forget_folder(folder)
