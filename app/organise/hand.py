"""What is done to one file of a sorting, and how that is found out after a kill."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, PictureError, WanwuError
from app.core.results import Facts
from app.organise import placing
from app.organise.folders import leads_outside, link_above
from app.organise.names import numbered
from app.organise.sidecars import attached, beside
from app.store.records import kept_time
from app.store.sortings import FileState, How, StoredSorting

if TYPE_CHECKING:
    from app.organise.folders import Folders
    from app.store.journal import Journal, SortedFile

_LATE = 100  # more than are written to the journal together
# What the journal says of a copy that somebody had taken away before the undo.
ABSENT: Facts = (("absent", "1"),)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Hand:
    """Sorts single files and puts them back.

    Methods return the file as it is then, with an error where it could not be done. They raise WanwuError
    `disk_full` and `output_unwritable` when the others could not be done either.
    """

    def __init__(self, stored: StoredSorting, journal: Journal, run_folder: Path | None) -> None:
        self._how, self._journal, self._run_folder = stored.how, journal, run_folder
        self._ended: dict[int, SortedFile] = {}
        # The time tells it from a sorting with the same number in another user's database.
        self._mark = f".wanwu-{int(stored.created * 1e6):x}"

    def sort(self, file: SortedFile, folders: Folders) -> SortedFile:
        """Put a file at its target, or under the next free name beside it."""
        picture = self._picture(file)
        if picture is not None and picture.state is not FileState.DONE:
            return replace(file, state=FileState.FAILED)
        return self._remember(self._sorted(self._beside(file, picture), folders))

    def _sorted(self, file: SortedFile, folders: Folders) -> SortedFile:
        try:
            with _translated(file.source, file.target):
                if file.state is FileState.STARTED and self._was_sorted(file):
                    return _done(file, file.target)
                folders.need(file.target.parent)
                return _done(file, self._place(file))
        except PictureError as error:
            return _with_error(file, FileState.FAILED, error)

    def settle(self, file: SortedFile) -> SortedFile:
        """Find out whether a file that a killed process has begun was sorted; if not, it is as planned."""
        file = self._beside(file, self._picture(file))
        try:
            with _translated(file.source, file.target):
                if self._was_sorted(file):
                    return self._remember(_done(file, file.target))
        except PictureError as error:
            return self._remember(_with_error(file, FileState.FAILED, error))
        return self._remember(replace(file, state=FileState.PLANNED))

    def undo(self, file: SortedFile) -> SortedFile:
        """Move a file back, or take its copy or link away."""
        picture = self._picture(file)
        if picture is not None and picture.state is not FileState.UNDONE:
            return replace(file, state=FileState.KEPT)
        return self._remember(self._undone(file, picture))

    @cached_property
    def _real(self) -> frozenset[Path]:
        """The folders that were no links when files were put into them."""
        return self._journal.real_folders()

    def _undone(self, file: SortedFile, picture: SortedFile | None) -> SortedFile:
        facts: Facts = ()
        try:
            if (link := link_above(file.target, self._real)) is not None:
                raise PictureError(ErrorCode.LINK_IN_PLACE, path=link)
            if self._how is How.MOVE:
                with _translated(file.target, file.source):
                    self._move_back(file)
            else:
                with _translated(file.target, file.target):
                    if not self._take_away(file, self._original(file, picture)):
                        facts = ABSENT
        except PictureError as error:
            return _with_error(file, FileState.KEPT, error)
        return replace(file, state=FileState.UNDONE, error=None, facts=facts)

    def _remember(self, file: SortedFile) -> SortedFile:
        """Pictures of late: sidecars may have their turn before the journal knows what became of theirs."""
        if file.picture is None:
            self._ended[file.id] = file
            if len(self._ended) > _LATE:
                del self._ended[next(iter(self._ended))]
        return file

    def _picture(self, file: SortedFile) -> SortedFile | None:
        """The picture that a sidecar belongs to, as it is now."""
        if file.picture is None:
            return None
        return self._ended.get(file.picture) or self._journal.get(file.picture)

    def _beside(self, file: SortedFile, picture: SortedFile | None) -> SortedFile:
        """A sidecar goes where its picture has gone, also when that got another name than planned."""
        if picture is None:
            return file
        target = beside(picture.target, file.source.name, picture.source.name)
        if target != file.target:
            self._journal.retarget(file, target)
        return replace(file, target=target)

    @staticmethod
    def _original(file: SortedFile, picture: SortedFile | None) -> Path:
        if picture is None:
            return file.original
        return beside(picture.original, file.source.name, picture.source.name)

    def _was_sorted(self, file: SortedFile) -> bool:
        spare = self._spare(file)
        # The killed process may have left half a copy, or what was at the target under a name of its own.
        spare.partial(file.target.parent).unlink(missing_ok=True)
        placing.put_back(spare.away(file.target), file.target)
        if self._how is How.MOVE:
            return placing.was_moved(file.source, file.target, file.size, spare)
        if self._how is How.LINK:
            return placing.same_file(file.source, file.target)
        return placing.was_copied(file.source, file.target)

    def _place(self, file: SortedFile) -> Path:
        if self._how is How.MOVE and file.source.is_symlink():
            raise PictureError(ErrorCode.LINK_NOT_MOVED, path=file.source)
        # Asked again: a folder may have become a link since the plan was made.
        if (
            self._how is How.MOVE
            and self._run_folder is not None
            and leads_outside(file.source, self._run_folder)
        ):
            raise PictureError(ErrorCode.LINK_NOT_MOVED, path=file.source)
        target, number = file.target, 1
        while True:
            try:
                # The sidecar of another picture that was called so would become this one's.
                if file.picture is None and attached(target):
                    raise FileExistsError
                self._act(file, target)
            except FileExistsError:
                if file.picture is not None:
                    raise  # it would be another picture's under another name
                number += 1
                target = file.target.with_name(numbered(file.target.name, number))
                # Before it is touched: a kill would leave it under a name that the journal does not know.
                self._journal.retarget(file, target)
            else:
                return target

    def _act(self, file: SortedFile, target: Path) -> None:
        if self._how is How.LINK:
            placing.link(file.source, target)
            return
        act = placing.move if self._how is How.MOVE else placing.copy
        act(file.source, target, self._spare(file))

    def _move_back(self, file: SortedFile) -> None:
        spare = self._spare(file)
        if file.state is FileState.UNDOING:
            spare.partial(file.source.parent).unlink(missing_ok=True)
            placing.put_back(spare.away(file.source), file.source)
            if placing.was_moved(file.target, file.source, file.size, spare):
                return
        if os.path.lexists(file.target) and not placing.is_plain(file.target):
            raise PictureError(ErrorCode.COPY_CHANGED, path=file.target)
        file.source.parent.mkdir(parents=True, exist_ok=True)
        try:
            placing.move(file.target, file.source, spare)
        except FileExistsError as error:
            self._drop_second(file, spare, error)

    @staticmethod
    def _drop_second(file: SortedFile, spare: placing.Spare, error: FileExistsError) -> None:
        """What is in the old place may be the picture itself; otherwise it is `place_taken`."""
        try:
            if not placing.is_plain(file.source):
                raise placing.DiffersError from error
            placing.remove(file.target, spare.away(file.target), file.source)
        except placing.DiffersError:
            raise PictureError(ErrorCode.PLACE_TAKEN, path=file.source) from error

    def _take_away(self, file: SortedFile, original: Path) -> bool:
        """Remove a copy or a link, but never the last one of a picture: its content must be there as well.

        False when it was not there any more.
        """
        away = self._spare(file).away(file.target)
        placing.put_back(away, file.target)
        if not os.path.lexists(file.target):
            return file.state is FileState.UNDOING  # as a process that was killed may have left it
        if not placing.is_plain(file.target):
            raise PictureError(ErrorCode.COPY_CHANGED, path=file.target)
        try:
            placing.remove(file.target, away, original)
        except placing.DiffersError as error:
            status = file.target.stat()
            as_written = (status.st_size, kept_time(status.st_mtime_ns)) == (file.size, file.mtime_ns)
            gone = as_written or not original.is_file()
            code = ErrorCode.ORIGINAL_GONE if gone else ErrorCode.COPY_CHANGED
            raise PictureError(code, path=file.target) from error
        return True

    def _spare(self, file: SortedFile) -> placing.Spare:
        return placing.Spare(f"{self._mark}-{file.id}")


@contextmanager
def _translated(source: Path, target: Path) -> Iterator[None]:
    """From what the system says to PictureError for this file, or WanwuError `disk_full` for all."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise WanwuError(ErrorCode.DISK_FULL, path=target.parent) from error
        if not os.path.lexists(source):
            raise PictureError(ErrorCode.NOT_FOUND, path=source) from error
        if isinstance(error, PermissionError) and not os.access(source, os.R_OK):
            raise PictureError(ErrorCode.PERMISSION_DENIED, path=source) from error
        detail = error.strerror or str(error)
        path = _refused(error, source, target)
        raise PictureError(ErrorCode.OUTPUT_UNWRITABLE, path=path, detail=detail) from error


def _refused(error: OSError, source: Path, target: Path) -> Path:
    """Which of the two could not be written: a move also writes to the folder that it takes a file out of."""
    name = error.filename2 or error.filename
    if isinstance(name, str | os.PathLike) and Path(name).parent == source.parent:
        return source
    return target


def _done(file: SortedFile, target: Path) -> SortedFile:
    status = target.stat()
    return replace(
        file,
        state=FileState.DONE,
        target=target,
        size=status.st_size,
        mtime_ns=kept_time(status.st_mtime_ns),
        error=None,
        facts=(),
    )


def _with_error(file: SortedFile, state: FileState, error: PictureError) -> SortedFile:
    return replace(file, state=state, error=error.code, facts=tuple(error.facts.items()))
