"""Sortings: pictures of a run that were put into folders, and can be put back."""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, StoreError
from app.store.records import decode_path, encode_path, moment

if TYPE_CHECKING:
    import sqlite3

    from app.store.database import Database

log = logging.getLogger(__name__)

# A draft that was previewed and never carried out, as of a window that was closed, is forgotten after this.
_DRAFT_SECONDS = 24 * 3600.0


class How(StrEnum):
    """What is done to a picture."""

    COPY = "copy"
    MOVE = "move"
    LINK = "link"


class By(StrEnum):
    """What the folders are named after: labels, or groups within groups."""

    LABEL = "label"
    GROUP = "group"


class SortingState(StrEnum):
    """What has become of a sorting. `planned` is a draft; `sorting` and `undoing` can go on after a kill."""

    PLANNED = "planned"
    SORTING = "sorting"
    SORTED = "sorted"
    UNDOING = "undoing"
    UNDONE = "undone"


class FileState(StrEnum):
    """What has become of one file.

    `started` and `undoing` are on disk before the file is touched. `kept` could not be undone; its error says
    why.
    """

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class StoredSorting:
    """One sorting. `run` is None when the run has been deleted.

    The numbers count pictures by their state; `done` also those that are just being put back, `failed` and
    `kept` also sidecars that could not follow theirs.
    """

    id: int
    run: int | None
    folder: Path
    how: How
    by: By
    created: float
    state: SortingState
    total: int
    done: int
    failed: int
    undone: int
    kept: int


class Sortings:
    """The table of sortings, through one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, run: int, folder: Path, how: How, by: By) -> int:
        """A new draft; its id. Drafts of yesterday and before, which nobody carried out, are forgotten."""
        now = time.time()
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM sortings WHERE state = 'planned' AND created < ?", (now - _DRAFT_SECONDS,)
            )
            cursor = self._database.execute(
                "INSERT INTO sortings (run, folder, how, sort_by, created, state) "
                "VALUES (?, ?, ?, ?, ?, 'planned')",
                (run, encode_path(folder), how, by, now),
            )
        return int(cursor.lastrowid or 0)

    def get(self, sorting: int) -> StoredSorting:
        """One sorting. Raises StoreError `sorting_unknown`."""
        found = self._select("id = ?", sorting)
        if not found:
            raise StoreError(ErrorCode.SORTING_UNKNOWN, sorting=sorting)
        return found[0]

    def of_run(self, run: int | None) -> list[StoredSorting]:
        """The sortings of a run, the newest first, without drafts; with None, those of deleted runs.

        One that is damaged is logged and left out.
        """
        # IS: it is NULL where the run was deleted.
        return self._listed("run IS ?", run)

    def all(self) -> list[StoredSorting]:
        """As `of_run`, of all runs and of deleted ones."""
        return self._listed("1")

    def _listed(self, where: str, *values: object) -> list[StoredSorting]:
        rows = self._database.rows(
            f"SELECT id FROM sortings WHERE {where} AND state <> 'planned' ORDER BY id DESC", values
        )
        return [stored for row in rows if (stored := self._unless_damaged(row["id"])) is not None]

    def _unless_damaged(self, sorting: int) -> StoredSorting | None:
        try:
            return self.get(sorting)
        except StoreError as error:
            if error.code is not ErrorCode.STORE_DAMAGED:
                raise
            log.error("sorting %d: %s", sorting, error)
        return None

    def unfinished(self, run: int, folder: Path, how: How, by: By) -> StoredSorting | None:
        """The newest sorting of this kind that was begun and did not end."""
        found = self._select(
            "run = ? AND folder = ? AND how = ? AND sort_by = ? AND state = 'sorting'",
            run, encode_path(folder), how, by,
        )  # fmt: skip
        return found[0] if found else None

    def with_folders_left(self) -> list[int]:
        """The sortings that were undone and have left folders behind, the newest first."""
        rows = self._database.rows(
            "SELECT id FROM sortings WHERE state = ? "
            "AND id IN (SELECT sorting FROM sorted_folders WHERE made) ORDER BY id DESC",
            (SortingState.UNDONE,),
        )
        return [row["id"] for row in rows]

    def set_state(self, sorting: int, state: SortingState) -> None:
        """Say what is being done."""
        with self._database.transaction():
            self._database.execute("UPDATE sortings SET state = ? WHERE id = ?", (state, sorting))

    def discard(self, sorting: int) -> None:
        """Forget a draft; what was carried out stays in the journal."""
        with self._database.transaction():
            self._database.execute("DELETE FROM sortings WHERE id = ? AND state = 'planned'", (sorting,))

    def _select(self, where: str, *values: object) -> list[StoredSorting]:
        rows = self._database.rows(f"SELECT * FROM sortings WHERE {where} ORDER BY id DESC", values)
        with self._database.reading():
            return [_sorting(row, *self._counts(row["id"])) for row in rows]

    def _counts(self, sorting: int) -> tuple[Counter[str], Counter[str]]:
        """How many pictures are in each state, and how many files that have an error."""
        rows = self._database.rows(
            "SELECT state, sum(picture IS NULL) AS pictures, count(nullif(error, '')) AS errors "
            "FROM sorted_files WHERE sorting = ? GROUP BY state",
            (sorting,),
        )
        pictures = Counter({row["state"]: row["pictures"] for row in rows})
        return pictures, Counter({row["state"]: row["errors"] for row in rows})


def _sorting(row: sqlite3.Row, pictures: Counter[str], errors: Counter[str]) -> StoredSorting:
    return StoredSorting(
        id=row["id"],
        run=row["run"],
        folder=decode_path(row["folder"]),
        how=How(row["how"]),
        by=By(row["sort_by"]),
        created=moment(row["created"]),
        state=SortingState(row["state"]),
        total=pictures.total(),
        done=pictures[FileState.DONE] + pictures[FileState.UNDOING],
        # Sidecars that only stay with their picture have no error of their own.
        failed=errors[FileState.FAILED],
        undone=pictures[FileState.UNDONE],
        kept=errors[FileState.KEPT],
    )
