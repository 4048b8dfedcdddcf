"""Folders that a sorting makes, and takes away again when it is undone."""

from __future__ import annotations

import os
from collections.abc import Collection
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
        self._known: set[Path] = set()
        with for_user(root):
            # Not by `parents=True`: each folder that is made has to be in the journal before.
            for folder in reversed([root, *root.parents]):
                self._make(folder)

    def need(self, folder: Path) -> None:
        """Make a folder below the root. Raises OSError.

        Raises WanwuError `output_unwritable` when the root has gone, as with a drive that was pulled out: it
        would be made anew where that was mounted.
        """
        if folder in self._known and folder.is_dir():
            return
        if not self._root.is_dir():
            detail = "the folder has gone"
            raise WanwuError(ErrorCode.OUTPUT_UNWRITABLE, path=self._root, detail=detail)
        below = folder.relative_to(self._root)
        for part in reversed([below, *below.parents]):
            self._make(self._root / part)

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            if folder not in self._known and folder.is_relative_to(self._root) and not folder.is_symlink():
                self._journal.use_folder(folder)
            self._known.add(folder)
            return
        # Before and after: a kill in between leaves a folder in the journal whose inode is not known.
        self._journal.add_folder(folder)
        try:
            folder.mkdir()
            self._journal.know_folder(folder, folder.lstat().st_ino)
            self._known.add(folder)
        except OSError:
            self._journal.forget_folder(folder)
            # Somebody else may have made it in the same moment: theirs, and as good.
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


def link_above(path: Path, real: Collection[Path]) -> Path | None:
    """The link that somebody has put in the place of one of the folders `real` on the way to `path`.

    What is behind it is not what a sorting has put there.
    """
    return next((folder for folder in path.parents if folder in real and folder.is_symlink()), None)


def remove_empty(journal: Journal, emptied: Collection[Path]) -> None:
    """Take away the folders that a sorting has made, if an undo has just `emptied` them.

    Only these very ones: not one that somebody has put in their place. Such a one may have the inode of the
    one before, but nothing was taken out of it. Where a drive numbers its files anew each time that it is
    plugged in, an empty folder may stay.
    """
    real = journal.real_folders()
    for folder, inode in journal.folders().items():
        if link_above(folder, real):
            continue
        try:
            # None: of a sorting from before inodes were kept, or of a process that was killed after mkdir.
            if inode in (None, folder.lstat().st_ino) and folder in emptied:
                folder.rmdir()
                journal.forget_folder(folder)
        except FileNotFoundError:
            journal.forget_folder(folder)
        except OSError:
            continue  # it holds something, or may not be removed
