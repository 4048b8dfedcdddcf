"""Carrying out a sorting and undoing it: journaled file by file, so that a kill costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, StoreError
from app.organise.folders import Folders, remove_empty
from app.organise.hand import ABSENT, Hand
from app.organise.sidecars import Sidecars, beside
from app.store.journal import Journal, PlannedFile, SortedFile
from app.store.locks import held
from app.store.records import kept_time
from app.store.runs import Runs
from app.store.sortings import FileState, How, Sortings, SortingState, StoredSorting

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from app.store.database import Database

# So many files are marked as begun in one transaction, and as done in another one.
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Progress:
    """How many files have been looked at, of how many."""

    done: int
    total: int


Report = Callable[[Progress], None]
Check = Callable[[], None]


def carry_out(database: Database, sorting: int, report: Report, check: Check) -> StoredSorting:
    """Do what was planned, or go on with it, trying again what failed; the sorting as it is then.

    `check` is called between files and may raise: what is done is journaled, and the rest can be done later.
    A file that cannot be sorted is recorded with its error and stays where it is. Raises StoreError
    `sorting_unknown` (also for one that was undone) and `sorting_busy`; WanwuError `disk_full` and
    `output_unwritable`, after which it can go on.
    """
    with _alone(database):
        sortings, journal = Sortings(database), Journal(database, sorting)
        stored = sortings.get(sorting)
        if stored.state in (SortingState.UNDOING, SortingState.UNDONE):
            raise StoreError(ErrorCode.SORTING_UNKNOWN, sorting=sorting)
        journal.check()
        sortings.set_state(sorting, SortingState.SORTING)
        journal.again(FileState.FAILED, FileState.PLANNED)
        hand = Hand(stored, journal, _run_folder(database, stored))
        folders = Folders(stored.folder, journal)
        states = FileState.STARTED, FileState.PLANNED
        work = _Pass(journal, stored.how, report, check)
        work.go(states, lambda file: hand.sort(file, folders), stored.total - stored.done)
        sortings.set_state(sorting, SortingState.SORTED)
        return sortings.get(sorting)


def undo(database: Database, sorting: int, report: Report, check: Check) -> StoredSorting:
    """Put everything back, also of a sorting that did not end; the sorting as it is then.

    Moved pictures go back where they were, if that place is free. Copies and links are taken away if they
    have not changed since and the original is still there. What stays has the state `kept` and an error, and
    is tried again by the next call. Folders that were made and are empty then are removed. Raises as
    `carry_out`, `sorting_unknown` for a draft.
    """
    with _alone(database):
        sortings, journal = Sortings(database), Journal(database, sorting)
        stored = sortings.get(sorting)
        if stored.state is SortingState.PLANNED:
            raise StoreError(ErrorCode.SORTING_UNKNOWN, sorting=sorting)
        journal.check()
        sortings.set_state(sorting, SortingState.UNDOING)
        journal.again(FileState.KEPT, FileState.DONE)
        hand = Hand(stored, journal, _run_folder(database, stored))
        # First what a killed process has left between two states: only what is done can be undone.
        while begun := journal.next([FileState.STARTED], _BATCH):
            journal.finish([hand.settle(file) for file in begun], stored.how)
        if stored.how is How.MOVE:
            _adopt_sidecars(journal)
        states = FileState.UNDOING, FileState.DONE
        _Pass(journal, stored.how, report, check).go(states, hand.undo, sortings.get(sorting).done)
        # From the journal, not from this pass: an undo that was killed before has emptied folders as well.
        emptied = _emptied(journal)
        remove_empty(journal, emptied)
        sortings.set_state(sorting, SortingState.UNDONE)
        for other in sortings.with_folders_left():  # which may have held what this one had put there
            remove_empty(Journal(database, other), emptied)
        return sortings.get(sorting)


def _run_folder(database: Database, stored: StoredSorting) -> Path | None:
    run = Runs(database).get(stored.run) if stored.run is not None else None
    return run.folder if run is not None else None


def _emptied(journal: Journal) -> set[Path]:
    """Every folder that an undo has taken a file out of, or that none was put into, with those above."""
    ended = journal.all(FileState.UNDONE, FileState.PLANNED, FileState.FAILED)
    folders = {file.target.parent for file in ended if file.facts != ABSENT}
    return folders.union(*(folder.parents for folder in folders))


def _adopt_sidecars(journal: Journal) -> None:
    """What was written beside moved pictures since, such as keywords, goes back with them."""
    known = {file.target for file in journal.all(FileState.DONE) if file.picture is not None}
    sidecars = Sidecars()
    for picture in journal.all(FileState.DONE):
        if picture.picture is None:
            new = [
                PlannedFile(None, beside(picture.source, path.name, picture.target.name), path, *_seen(path))
                for path in (each.path for each in sidecars.of(picture.target) if not each.shared)
                if path not in known
            ]
            if new:
                journal.adopt(picture, new)


def _alone(database: Database) -> AbstractContextManager[None]:
    """Nobody else sorts or undoes, in whatever process: two runs may know the same pictures.

    Raises StoreError `sorting_busy`, and `store_unwritable` where there can be no lock.
    """
    return held(database.file.with_name("sorting.lock"), StoreError(ErrorCode.SORTING_BUSY))


class _Pass:
    """One way through the files of a sorting."""

    def __init__(self, journal: Journal, how: How, report: Report, check: Check) -> None:
        self._journal, self._how = journal, how
        self._report, self._check = report, check

    def go(
        self, states: tuple[FileState, FileState], work: Callable[[SortedFile], SortedFile], total: int
    ) -> None:
        """Take every file out of `states`: begun by a process that was killed, and not begun."""
        passed = 0
        while files := self._journal.next(states, _BATCH):
            files = [self._looked_at(file) for file in files]
            self._journal.begin(files, states[0])
            self._batch(files, work)
            passed += sum(file.picture is None for file in files)
            self._report(Progress(passed, total))

    def _batch(self, files: list[SortedFile], work: Callable[[SortedFile], SortedFile]) -> None:
        ended: list[SortedFile] = []
        try:
            for file in files:
                self._check()
                ended.append(work(file))
        finally:
            # Also when `check` or a full disk ends it in the middle: what is done stays known.
            self._journal.finish(ended, self._how)

    def _looked_at(self, file: SortedFile) -> SortedFile:
        """A file with its size and time of now, by which it is known again after a kill."""
        if file.state is FileState.PLANNED:
            path = file.source
        elif file.state is FileState.DONE and self._how is How.MOVE:
            path = file.target
        else:
            return file
        size, mtime_ns = _seen(path, (file.size, file.mtime_ns))
        return replace(file, size=size, mtime_ns=mtime_ns)


def _seen(path: Path, otherwise: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """Size and time; what cannot be looked at cannot be touched either, and gets its error there."""
    try:
        status = path.stat()
    except OSError:
        return otherwise
    return status.st_size, kept_time(status.st_mtime_ns)
