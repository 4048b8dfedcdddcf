"""The files of a run: found, started, answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.errors import ErrorCode
from app.i18n import printable
from app.results import Failure, Recognition
from app.store.answers import group_text, summary, to_text
from app.store.records import FoundFile, ItemState, Task, decode_path, encode_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.labels import Label
    from app.store.database import Database

# A file that was being decoded this many times when the process died is not tried again.
_MOST_ATTEMPTS = 2

# What `add_failures` has written; nothing that was looked at is as old as 1970 and empty.
_UNSEEN = "size = 0 AND mtime_ns = 0"

_FRESH = """
    state = 'found', attempts = 0, error = NULL, facts = NULL, label = NULL, score = NULL, group_path = NULL,
    certain = NULL, correction = NULL, milliseconds = NULL
"""


class Items:
    """The table of items of one run, through one connection."""

    def __init__(self, database: Database, run: int) -> None:
        self._database = database
        self._run = run

    def add(self, files: Sequence[FoundFile]) -> None:
        """Remember files. A known one is left as it is, unless it has changed: then it is done again.

        One that is just being decoded may get the answer of its old content; the next scan finds it changed.
        """
        values = [
            (self._run, encode_path(file.path), printable(str(file.path)), file.size, file.mtime_ns)
            for file in files
        ]
        with self._database.transaction():
            self._database.execute_many(
                "INSERT INTO items (run, path, name, size, mtime_ns, state) VALUES (?, ?, ?, ?, ?, 'found') "
                "ON CONFLICT (run, path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns, "
                f"{_FRESH} WHERE state <> 'started' "
                "AND (size <> excluded.size OR mtime_ns <> excluded.mtime_ns)",
                [tuple(value) for value in values],
            )

    def add_failures(self, failures: Sequence[Failure]) -> None:
        """Give what cannot even be looked at its row."""
        values: list[tuple[object, ...]] = [
            (self._run, encode_path(failure.path), printable(str(failure.path)), *_failed_values(failure))
            for failure in failures
        ]
        with self._database.transaction():
            self._database.execute_many(
                "INSERT INTO items (run, path, name, size, mtime_ns, state, error, facts) "
                "VALUES (?, ?, ?, 0, 0, 'failed', ?, ?) "
                "ON CONFLICT (run, path) DO UPDATE SET state = 'failed', error = excluded.error, "
                "facts = excluded.facts",
                values,
            )

    def blame(self) -> list[Path]:
        """Count an attempt for each file that was being decoded when a process died; these files."""
        with self._database.transaction():
            rows = self._database.rows(
                "UPDATE items SET attempts = attempts + 1 WHERE run = ? AND state = 'started' RETURNING path",
                (self._run,),
            )
        return [decode_path(row["path"]) for row in rows]

    def begin(self) -> None:
        """What was being decoded when the last process ended is suspect; what ended two is put aside.

        What could not even be looked at is forgotten: the scan that comes now tells whether that is still so.
        """
        facts = json.dumps([["attempts", _MOST_ATTEMPTS]])
        with self._database.transaction():
            self._database.execute(
                f"DELETE FROM items WHERE run = ? AND state = 'failed' AND {_UNSEEN}", (self._run,)
            )
            self._database.execute(
                "UPDATE items SET state = 'suspect' WHERE run = ? AND state = 'started'", (self._run,)
            )
            self._database.execute(
                "UPDATE items SET state = 'quarantined', error = ?, facts = ? "
                "WHERE run = ? AND state = 'suspect' AND attempts >= ?",
                (ErrorCode.QUARANTINED, facts, self._run, _MOST_ATTEMPTS),
            )

    def suspects(self) -> list[Task]:
        """Files to be tried alone, one by one, so that the next death of a process tells which it was."""
        return self._tasks(ItemState.SUSPECT, -1)

    def waiting(self, most: int) -> list[Task]:
        """The next files that nobody has begun."""
        return self._tasks(ItemState.FOUND, most)

    def _tasks(self, state: ItemState, most: int) -> list[Task]:
        rows = self._database.rows(
            "SELECT id, path, attempts FROM items WHERE run = ? AND state = ? ORDER BY id LIMIT ?",
            (self._run, state, most),
        )
        return [Task(row["id"], decode_path(row["path"]), row["attempts"]) for row in rows]

    def start(self, tasks: Sequence[Task]) -> None:
        """Put on disk that these files are about to be decoded."""
        with self._database.transaction():
            self._database.execute_many(
                "UPDATE items SET state = 'started' WHERE id = ?", [(task.item,) for task in tasks]
            )

    def finish(self, answers: Sequence[tuple[Task, Recognition | Failure]]) -> None:
        """Put answers on disk."""
        done = [_done(task, answer) for task, answer in answers if isinstance(answer, Recognition)]
        failed = [_failed(task, answer) for task, answer in answers if isinstance(answer, Failure)]
        with self._database.transaction():
            self._database.execute_many(
                "UPDATE items SET state = 'done', error = NULL, facts = NULL, label = ?, score = ?, "
                "group_path = ?, certain = ?, milliseconds = ? WHERE id = ?",
                done,
            )
            self._database.execute_many(
                "INSERT OR REPLACE INTO answers (item, answer) VALUES (?, ?)",
                [(task.item, to_text(answer)) for task, answer in answers if isinstance(answer, Recognition)],
            )
            self._database.execute_many(
                "UPDATE items SET state = 'failed', error = ?, facts = ? WHERE id = ?", failed
            )

    def correct(self, item: int, label: Label | None) -> None:
        """Put a person's label in the place of the model's; None takes the model's answer back."""
        with self._database.transaction():
            if label is not None:
                self._database.execute(
                    "UPDATE items SET correction = ?, label = ?, group_path = ?, certain = 1 WHERE id = ?",
                    (label.index, label.index, "/".join(label.group), item),
                )
                return
            answer = self._database.rows("SELECT answer FROM answers WHERE item = ?", (item,))
            first, group, certain = summary(answer[0]["answer"]) if answer else (None, None, None)
            self._database.execute(
                "UPDATE items SET correction = NULL, label = ?, group_path = ?, certain = ? WHERE id = ?",
                (first, group, certain, item),
            )

    def retry_failed(self) -> int:
        """Forget the failures, so that these files are tried again; how many there were."""
        with self._database.transaction():
            cursor = self._database.execute(
                f"UPDATE items SET {_FRESH} WHERE run = ? AND state IN ('failed', 'quarantined') "
                f"AND NOT ({_UNSEEN})",
                (self._run,),
            )
        return cursor.rowcount


def _done(task: Task, answer: Recognition) -> tuple[object, ...]:
    first, total = answer.predictions[0], answer.timings.total
    return first.index, first.score, group_text(answer.group), int(answer.certain), total, task.item


def _failed(task: Task, answer: Failure) -> tuple[object, ...]:
    return (*_failed_values(answer), task.item)


def _failed_values(answer: Failure) -> tuple[str, str]:
    return answer.code, json.dumps([[name, printable(str(value))] for name, value in answer.facts])
