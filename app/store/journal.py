"""The files of one sorting: what is about to be done to each is on disk before, what was done after."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode
from app.core.printable import printable
from app.core.results import Facts
from app.store.records import decode_path, encode_path
from app.store.sortings import FileState, How

if TYPE_CHECKING:
    import sqlite3

    from app.store.database import Database

_WINDOW = 500
_SELECT = "SELECT *, (SELECT path FROM items WHERE items.id = item) AS original FROM sorted_files"


@dataclass(frozen=True, slots=True)
class SortedFile:
    """One file of a sorting.

    Attributes:
        original: where the picture is today, as far as the program knows; `source` is where it was.
        picture: of a sidecar, the number of its picture's row; it goes with that.
        size, mtime_ns: the source's before it is touched, the target's after.
        error, facts: why it failed, or could not be undone.
    """

    id: int
    item: int | None
    source: Path
    original: Path
    target: Path
    size: int
    mtime_ns: int
    state: FileState
    picture: int | None = None
    error: ErrorCode | None = None
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file and the place that it is meant to get; `item` is None for a sidecar."""

    item: int | None
    source: Path
    target: Path
    size: int
    mtime_ns: int
    sidecars: tuple[PlannedFile, ...] = ()


class Journal:
    """The table of the files of one sorting, through one connection."""

    def __init__(self, database: Database, sorting: int) -> None:
        self._database, self._sorting = database, sorting

    def plan(self, files: Sequence[PlannedFile]) -> None:
        """Remember what is meant to be done."""
        with self._database.transaction():
            for file in files:
                row = self._insert(file, None, FileState.PLANNED)
                for sidecar in file.sidecars:
                    self._insert(sidecar, row, FileState.PLANNED)

    def adopt(self, picture: SortedFile, sidecars: Sequence[PlannedFile]) -> None:
        """Files that have come to a sorted picture since go back with it."""
        with self._database.transaction():
            for sidecar in sidecars:
                self._insert(sidecar, picture.id, FileState.DONE)

    def _insert(self, file: PlannedFile, picture: int | None, state: FileState) -> int:
        cursor = self._database.execute(
            "INSERT INTO sorted_files (sorting, item, picture, source, target, size, mtime_ns, state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._sorting,
                file.item,
                picture,
                encode_path(file.source),
                encode_path(file.target),
                file.size,
                file.mtime_ns,
                state,
            ),
        )
        return int(cursor.lastrowid or 0)

    def get(self, file: int) -> SortedFile:
        """One file."""
        rows = self._database.rows(f"{_SELECT} WHERE sorting = ? AND id = ?", (self._sorting, file))
        with self._database.reading():
            return _file(rows[0])

    def next(self, states: Sequence[FileState], most: int) -> list[SortedFile]:
        """The first files in one of these states."""
        return self._files(states, 0, most)

    def all(self, *states: FileState) -> Iterator[SortedFile]:
        """Every file in one of these states, never all in memory."""
        last = 0
        # By number and not by OFFSET: files leave these states while this goes on.
        while files := self._files(states, last, _WINDOW):
            yield from files
            last = files[-1].id

    def _files(self, states: Sequence[FileState], after: int, most: int) -> list[SortedFile]:
        rows = self._database.rows(
            f"{_SELECT} WHERE sorting = ? AND state IN (SELECT value FROM json_each(?)) AND id > ? "
            "ORDER BY id LIMIT ?",
            (self._sorting, json.dumps(states), after, most),
        )
        with self._database.reading():
            return [_file(row) for row in rows]

    def begin(self, files: Sequence[SortedFile], state: FileState) -> None:
        """Put on disk that these files are about to be touched, and what they look like now."""
        with self._database.transaction():
            self._database.execute_many(
                "UPDATE sorted_files SET state = ?, size = ?, mtime_ns = ? WHERE id = ?",
                [(state, file.size, file.mtime_ns, file.id) for file in files],
            )

    def retarget(self, file: SortedFile, target: Path) -> None:
        """Another name is tried, since the one before was taken meanwhile."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE sorted_files SET target = ? WHERE id = ?", (encode_path(target), file.id)
            )

    def finish(self, files: Sequence[SortedFile], how: How) -> None:
        """Put on disk what has become of files; after a move, runs know them by their new paths."""
        with self._database.transaction():
            self._database.execute_many(
                "UPDATE sorted_files SET state = ?, target = ?, size = ?, mtime_ns = ?, error = ?, facts = ? "
                "WHERE id = ?",
                [_values(file) for file in files],
            )
            for file in files if how is How.MOVE else ():
                if file.picture is not None:
                    continue  # no run knows sidecars
                if file.state is FileState.DONE:
                    self._follow(file.source, file.target)
                elif file.state is FileState.UNDONE:
                    self._follow(file.target, file.source)

    def _follow(self, old: Path, new: Path) -> None:
        """Give the items at `old`, in whatever run, the path `new`.

        A run may know a file of an earlier day at `new`. That one is gone, since the place was free; as paths
        are unique within a run, the two exchange theirs.
        """
        rows = self._database.rows(
            # All runs are named for the index on (run, path): by path alone every item would be looked at.
            "SELECT id, run, path FROM items WHERE run IN (SELECT id FROM runs) AND path IN (?, ?)",
            (encode_path(old), encode_path(new)),
        )
        by_run: dict[int, dict[bytes, int]] = defaultdict(dict)
        for row in rows:
            by_run[row["run"]][row["path"]] = row["id"]
        for items in by_run.values():
            moved, stale = items.get(encode_path(old)), items.get(encode_path(new))
            if moved is None or moved == stale:
                continue
            if stale is not None:
                # A path that no file can have: UNIQUE refuses two items with one path even for a moment.
                self._database.execute("UPDATE items SET path = x'00' WHERE id = ?", (stale,))
            self._rename(moved, new)
            if stale is not None:
                self._rename(stale, old)

    def _rename(self, item: int, path: Path) -> None:
        self._database.execute(
            "UPDATE items SET path = ?, name = ? WHERE id = ?",
            (encode_path(path), printable(str(path)), item),
        )

    def again(self, old: FileState, new: FileState) -> None:
        """What failed, or was kept, is tried once more."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE sorted_files SET state = ?, error = NULL, facts = NULL "
                "WHERE sorting = ? AND state = ?",
                (new, self._sorting, old),
            )

    def add_folder(self, folder: Path) -> None:
        """Remember a folder that is about to be made."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO sorted_folders (sorting, path) VALUES (?, ?) "
                "ON CONFLICT (sorting, path) DO UPDATE SET made = 1, inode = NULL",
                (self._sorting, encode_path(folder)),
            )

    def use_folder(self, folder: Path) -> None:
        """Remember a folder that was there already, and is no link."""
        with self._database.transaction():
            self._database.execute(
                "INSERT OR IGNORE INTO sorted_folders (sorting, path, made) VALUES (?, ?, 0)",
                (self._sorting, encode_path(folder)),
            )

    def know_folder(self, folder: Path, inode: int) -> None:
        """Remember which one a folder that was made is."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE sorted_folders SET inode = ? WHERE sorting = ? AND path = ?",
                (str(inode), self._sorting, encode_path(folder)),
            )

    def forget_folder(self, folder: Path) -> None:
        """It was there already, or is gone again."""
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM sorted_folders WHERE sorting = ? AND path = ?",
                (self._sorting, encode_path(folder)),
            )

    def folders(self) -> dict[Path, int | None]:
        """The folders that were made, inner ones first, with their inodes where these are known."""
        rows = self._database.rows(
            "SELECT path, inode FROM sorted_folders WHERE sorting = ? AND made ORDER BY length(path) DESC",
            (self._sorting,),
        )
        with self._database.reading():
            return {
                decode_path(row["path"]): None if row["inode"] is None else int(row["inode"]) for row in rows
            }

    def real_folders(self) -> frozenset[Path]:
        """All folders into which files were put, with those above them, that were no links then."""
        rows = self._database.rows("SELECT path FROM sorted_folders WHERE sorting = ?", (self._sorting,))
        with self._database.reading():
            return frozenset(decode_path(row["path"]) for row in rows)

    def check(self) -> None:
        """Raise StoreError `store_damaged` for files in an unknown state: nothing would find them."""
        rows = self._database.rows(
            "SELECT DISTINCT state FROM sorted_files WHERE sorting = ?", (self._sorting,)
        )
        with self._database.reading():
            for row in rows:
                FileState(row["state"])


def _file(row: sqlite3.Row) -> SortedFile:
    source = decode_path(row["source"])
    return SortedFile(
        id=row["id"],
        item=row["item"],
        source=source,
        original=decode_path(row["original"]) if row["original"] is not None else source,
        target=decode_path(row["target"]),
        size=int(row["size"]),
        mtime_ns=int(row["mtime_ns"]),
        state=FileState(row["state"]),
        picture=row["picture"],
        error=ErrorCode(row["error"]) if row["error"] else None,
        facts=tuple((name, value) for name, value in json.loads(row["facts"] or "[]")),
    )


def _values(file: SortedFile) -> tuple[object, ...]:
    facts = json.dumps([[name, printable(str(value))] for name, value in file.facts])
    return file.state, encode_path(file.target), file.size, file.mtime_ns, file.error, facts, file.id
