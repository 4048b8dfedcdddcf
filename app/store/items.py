"""The files of a run: found, started, answered."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode
from app.core.files import content_sha256
from app.core.printable import printable
from app.core.results import Failure, Recognition
from app.store.answers import group_text, summary, to_text
from app.store.records import FoundFile, ItemState, Task, decode_path, encode_path

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from app.labels import Label, LabelSet
    from app.store.database import Database

# A file that was being decoded this many times when the process died is not tried again.
_MOST_ATTEMPTS = 2

# Rows that are read at a time: a run of a million is never in memory.
_WINDOW = 500

# What `add_failures` has written; nothing that was looked at is as old as 1970 and empty.
_UNSEEN = "size = 0 AND mtime_ns = 0"

# To be recognised from now on; a person's word stays, until the bytes turn out to be others.
_FRESH = """
    state = 'found', attempts = 0, error = NULL, facts = NULL, score = NULL, milliseconds = NULL,
    label = correction, group_path = iif(correction IS NULL, NULL, group_path),
    certain = iif(correction IS NULL, NULL, 1)
"""


class Items:
    """The table of items of one run, through one connection.

    What makes a file the same is its content: where the time differs and the size does not, the bytes are
    compared. Drives round times, or shift them by an hour in summer.
    """

    def __init__(self, database: Database, run: int) -> None:
        self._database = database
        self._run = run
        self._newest_before: int | None = None  # of this scan, while there is one

    def add(self, files: Sequence[FoundFile]) -> None:
        """Remember files. A known one is left as it is, unless it has changed: then it is done again.

        One that is just being decoded may get the answer of its old content; the next scan finds it changed.
        """
        new: list[FoundFile] = []
        known, same, changed, others = (list[tuple[FoundFile, int]]() for _ in range(4))
        # Before the transaction: comparing reads whole files, and would keep workers from committing.
        for file in files:
            row = self._known(file.path)
            if row is None:
                new.append(file)
                continue
            known.append((file, row["id"]))
            is_same = _same_content(row, file)
            if not is_same:
                changed.append(known[-1])
                if is_same is False:
                    others.append(known[-1])
            elif row["mtime_ns"] != file.mtime_ns or row["state"] == ItemState.GONE:
                same.append(known[-1])
        if new or same or changed:
            with self._database.transaction():
                # New ones are not in `seen`: `end_scan` looks at nothing that came after the scan began.
                self._insert(new)
                self._refresh(same)
                self._forget_said(others)
                # Last: it keeps the corrections that are left.
                self._begin_anew(changed)
        if self._newest_before is not None:
            self._database.execute_many(
                "INSERT OR IGNORE INTO temp.seen VALUES (?)", [(item,) for _, item in known]
            )

    def _known(self, path: Path) -> sqlite3.Row | None:
        rows = self._database.rows(
            "SELECT id, path, size, mtime_ns, sha256, state FROM items WHERE run = ? AND path = ?",
            (self._run, encode_path(path)),
        )
        return rows[0] if rows else None

    def _insert(self, files: Sequence[FoundFile]) -> None:
        self._database.execute_many(
            "INSERT INTO items (run, path, name, size, mtime_ns, state) VALUES (?, ?, ?, ?, ?, 'found') "
            "ON CONFLICT DO NOTHING",  # a folder that is being changed may list a name twice
            [
                (self._run, encode_path(file.path), printable(str(file.path)), file.size, file.mtime_ns)
                for file in files
            ],
        )

    def _refresh(self, files: Sequence[tuple[FoundFile, int]]) -> None:
        """Files with the content that they had: what is known of them is true, also of one that was gone."""
        self._database.execute_many(
            "UPDATE items SET mtime_ns = ? WHERE id = ? AND mtime_ns <> ?",
            [(file.mtime_ns, item, file.mtime_ns) for file, item in files],
        )
        back = [(item,) for _, item in files]
        self._database.execute_many(
            "UPDATE items SET state = 'done' WHERE id = ? AND state = 'gone' "
            "AND EXISTS (SELECT 1 FROM answers WHERE item = items.id)",
            back,
        )
        self._database.execute_many(f"UPDATE items SET {_FRESH} WHERE id = ? AND state = 'gone'", back)

    def _forget_said(self, files: Sequence[tuple[FoundFile, int]]) -> None:
        """Files whose content is another for sure: what a person has said was of the old one."""
        self._database.execute_many(
            "UPDATE items SET correction = NULL, sha256 = NULL WHERE id = ? AND state <> 'started'",
            [(item,) for _, item in files],
        )

    def _begin_anew(self, files: Sequence[tuple[FoundFile, int]]) -> None:
        """Files whose content is another one, or may be."""
        self._database.execute_many(
            f"UPDATE items SET size = ?, mtime_ns = ?, {_FRESH} WHERE id = ? AND state <> 'started'",
            [(file.size, file.mtime_ns, item) for file, item in files],
        )
        self._database.execute_many(
            "DELETE FROM answers WHERE item = ? AND (SELECT state FROM items WHERE id = item) = 'found'",
            [(item,) for _, item in files],
        )

    def add_failures(self, failures: Sequence[Failure]) -> None:
        """Give what cannot even be looked at its row; one that is known keeps what is known of it."""
        values: list[tuple[object, ...]] = [
            (self._run, encode_path(failure.path), printable(str(failure.path)), *_failed_values(failure))
            for failure in failures
        ]
        with self._database.transaction():
            self._database.execute_many(
                "INSERT INTO items (run, path, name, size, mtime_ns, state, error, facts) "
                "VALUES (?, ?, ?, 0, 0, 'failed', ?, ?) ON CONFLICT (run, path) DO NOTHING",
                values,
            )

    def begin_scan(self) -> None:
        """From now on `add` is told of everything that is there, until `end_scan`."""
        self._database.execute("CREATE TEMP TABLE IF NOT EXISTS seen (item INTEGER PRIMARY KEY)")
        self._database.execute("DELETE FROM seen")
        newest = self._database.rows("SELECT max(id) FROM items WHERE run = ?", (self._run,))
        self._newest_before = int(newest[0][0] or 0)

    def end_scan(self, is_gone: Callable[[Path], bool]) -> None:
        """The scan was whole: files that it has not found and that `is_gone` says so of are marked."""
        last = 0
        while rows := self._database.rows(
            "SELECT id, path FROM items WHERE run = ? AND id > ? AND id <= ? "
            "AND state NOT IN ('gone', 'started') AND id NOT IN (SELECT item FROM temp.seen) "
            "ORDER BY id LIMIT ?",
            (self._run, last, self._newest_before, _WINDOW),
        ):
            last = rows[-1]["id"]
            # Outside the transaction: a slow drive would keep all writers waiting.
            gone = [(row["id"],) for row in rows if is_gone(decode_path(row["path"]))]
            with self._database.transaction():
                self._database.execute_many(
                    "UPDATE items SET state = 'gone' WHERE id = ? AND state <> 'started'", gone
                )

    def pass_on_corrections(self) -> None:
        """A file that was renamed keeps a person's word: that on the same bytes, which are gone elsewhere."""
        if not self._database.rows(
            "SELECT 1 FROM items WHERE run = ? AND correction IS NOT NULL AND state = 'gone' LIMIT 1",
            (self._run,),
        ):
            return  # as nearly always; all items would be gone through
        with self._database.transaction():
            self._database.execute(
                "UPDATE items SET correction = other.correction, label = other.correction, "
                "group_path = other.group_path, certain = 1 FROM items AS other "
                "WHERE items.run = ?1 AND items.state = 'done' AND items.correction IS NULL "
                "AND other.run = ?1 AND other.state = 'gone' AND other.correction IS NOT NULL "
                "AND other.sha256 = items.sha256 AND other.id < items.id",
                (self._run,),
            )

    def take_corrections(self, run: int, before: LabelSet, now: LabelSet) -> None:
        """Take over from another run what a person has said, for files with the same bytes.

        What `before` calls by a number that is something else in `now` is left out: a file of a model may
        have been replaced.
        """
        same = [number for number in self._said(run) if now.means_the_same(before, number)]
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO items (run, path, name, size, mtime_ns, state, label, group_path, certain, "
                # 'gone': the scan brings back what is there, and finds renamed files by their bytes.
                "correction, sha256) SELECT ?, path, name, size, mtime_ns, 'gone', label, group_path, 1, "
                "correction, sha256 FROM items "
                "WHERE run = ? AND correction IN (SELECT value FROM json_each(?))",
                (self._run, run, json.dumps(same)),
            )

    def _said(self, run: int) -> list[int]:
        """The labels that a person has chosen in a run."""
        query = "SELECT DISTINCT correction FROM items WHERE run = ? AND correction IS NOT NULL"
        return [row["correction"] for row in self._database.rows(query, (run,))]

    def name_corrections(self, labels: LabelSet) -> None:
        """Give corrections that were taken from a run with other names the groups of today."""
        run = self._run
        groups = [("/".join(labels.labels[said].group) or None, run, said) for said in self._said(run)]
        with self._database.transaction():
            statement = "UPDATE items SET group_path = ? WHERE run = ? AND correction = ?"
            self._database.execute_many(statement, groups)

    def any_there(self, folder: Path) -> bool:
        """Whether one of the files in `folder` that wait, or else of the others, is on disk now.

        The first few tell; True when there are none. Those that were moved elsewhere say nothing of a folder.
        """
        inside = encode_path(folder).rstrip(os.fsencode(os.sep)) + os.fsencode(os.sep)
        rows = self._database.rows(
            "SELECT path FROM items WHERE run = ? AND state <> 'gone' AND substr(path, 1, ?) = ? "
            "ORDER BY state <> 'found', id LIMIT 20",
            (self._run, len(inside), inside),
        )
        return not rows or any(os.path.lexists(row["path"]) for row in rows)

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
                f"DELETE FROM items WHERE run = ? AND state = 'failed' AND correction IS NULL AND {_UNSEEN}",
                (self._run,),
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
            "SELECT id, path, attempts, size, mtime_ns FROM items WHERE run = ? AND state = ? "
            "ORDER BY id LIMIT ?",
            (self._run, state, most),
        )
        return [
            Task(row["id"], decode_path(row["path"]), row["attempts"], row["size"], row["mtime_ns"])
            for row in rows
        ]

    def start(self, tasks: Sequence[Task]) -> None:
        """Put on disk that these files are about to be decoded."""
        with self._database.transaction():
            self._database.execute_many(
                "UPDATE items SET state = 'started' WHERE id = ?", [(task.item,) for task in tasks]
            )

    def put_back(self, tasks: Sequence[Task] | None = None) -> None:
        """These files were not decoded after all, and wait again; without `tasks`, all that were begun."""
        with self._database.transaction():
            if tasks is None:
                self._database.execute(
                    "UPDATE items SET state = 'found' WHERE run = ? AND state = 'started'", (self._run,)
                )
                return
            self._database.execute_many(
                "UPDATE items SET state = 'found' WHERE id = ? AND state = 'started'",
                [(task.item,) for task in tasks],
            )

    def finish(self, answers: Sequence[tuple[Task, Recognition | Failure]]) -> None:
        """Put answers on disk. A person's word stays, unless the bytes are others than it was said of."""
        done = [(task, answer) for task, answer in answers if isinstance(answer, Recognition)]
        failed = [(task, answer) for task, answer in answers if isinstance(answer, Failure)]
        with self._database.transaction():
            self._database.execute_many(
                "UPDATE items SET correction = NULL WHERE id = ? AND sha256 <> ?",
                # NULL differs from nothing: bytes that are not known take no word away.
                [(task.item, task.sha256) for task, _ in done],
            )
            self._database.execute_many(
                "UPDATE items SET state = 'done', error = NULL, facts = NULL, "
                "label = coalesce(correction, ?), score = ?, milliseconds = ?, sha256 = ?, "
                "group_path = iif(correction IS NULL, ?, group_path), "
                "certain = iif(correction IS NULL, ?, 1) WHERE id = ?",
                [_done(task, answer) for task, answer in done],
            )
            # A late answer for a run that was deleted finds no item.
            self._database.execute_many(
                "INSERT OR REPLACE INTO answers SELECT id, ? FROM items WHERE id = ?",
                [(to_text(answer), task.item) for task, answer in done],
            )
            self._database.execute_many(
                "UPDATE items SET state = 'failed', error = ?, facts = ? WHERE id = ?",
                [(*_failed_values(answer), task.item) for task, answer in failed],
            )

    def correct(self, item: int, label: Label | None) -> None:
        """Put a person's label in the place of the model's; None takes the model's answer back."""
        self.say({item: label})

    def say(self, words: Mapping[int, Label | None]) -> dict[int, int | None]:
        """The same for many items; the number of the label that each had from a person before.

        Items that are not of this run are left alone: a run that was deleted may have had these ids."""
        with self._database.transaction():
            query = (
                "SELECT id, correction FROM items WHERE run = ? AND id IN (SELECT value FROM json_each(?))"
            )
            rows = self._database.rows(query, (self._run, json.dumps(list(words))))
            said = [(label, item) for item, label in words.items() if label is not None]
            self._database.execute_many(
                "UPDATE items SET correction = ?1, label = ?1, group_path = ?2, certain = 1 "
                "WHERE id = ?3 AND run = ?4",
                [(label.index, "/".join(label.group) or None, item, self._run) for label, item in said],
            )
            for item in (row["id"] for row in rows if words[row["id"]] is None):
                for each in (item, *self._gone_twins(item)):
                    self._take_back(each)
        return {row["id"]: row["correction"] for row in rows}

    def _gone_twins(self, item: int) -> list[int]:
        """Files with the same bytes that are gone: `pass_on_corrections` takes what was said from them."""
        query = (
            "SELECT twin.id FROM items AS item JOIN items AS twin ON twin.run = item.run AND twin.sha256 = "
            "item.sha256 AND twin.correction IS NOT NULL WHERE item.id = ? AND twin.state = 'gone'"
        )
        return [row["id"] for row in self._database.rows(query, (item,))]

    def _take_back(self, item: int) -> None:
        """Put the model's answer in the place of a person's label."""
        answer = self._database.rows("SELECT answer FROM answers WHERE item = ?", (item,))
        with self._database.reading():
            first = summary(answer[0]["answer"]) if answer else (None, None, None)
        statement = "UPDATE items SET correction = NULL, label = ?, group_path = ?, certain = ? WHERE id = ?"
        self._database.execute(statement, (*first, item))

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
    group, certain = group_text(answer.group), int(answer.certain)
    return first.index, first.score, total, task.sha256, group, certain, task.item


def _failed_values(answer: Failure) -> tuple[str, str]:
    return answer.code, json.dumps([[name, printable(str(value))] for name, value in answer.facts])


def _same_content(known: sqlite3.Row, file: FoundFile) -> bool | None:
    """Whether a file has the bytes that it had; None when that cannot be known."""
    if known["size"] == known["mtime_ns"] == 0:  # it could not be looked at
        return None
    if known["size"] != file.size:
        return False
    if known["mtime_ns"] == file.mtime_ns:
        return True
    try:
        return bool(content_sha256(file.path) == known["sha256"]) if known["sha256"] is not None else None
    except OSError:
        return None
