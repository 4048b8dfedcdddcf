"""Runs: made, found, changed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core import paths
from app.core.errors import StoreError
from app.core.results import EngineInfo
from app.labels import LabelSet, load_labels
from app.store.records import (
    Counts,
    RunState,
    StoredRun,
    Wanted,
    decode_path,
    encode_path,
    moment,
    run_options,
)

if TYPE_CHECKING:
    import sqlite3

    from app.store.database import Database

# Items that one step deletes: other writers get in between.
_DELETED_AT_ONCE = 2000
# By the hash of their text: what is here is never out of date.
_label_sets: dict[str, LabelSet] = {}


def database_file() -> Path:
    """The one database of this user."""
    return paths.data_folder() / "runs.sqlite3"


class Runs:
    """The table of runs, through one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, folder: Path, options: dict[str, Any]) -> int:
        """A new run, waiting; its id."""
        values = (encode_path(folder), time.time(), _text(options), RunState.WAITING, Wanted.RUN)
        with self._database.transaction():
            cursor = self._database.execute(
                "INSERT INTO runs (folder, created, options, state, wanted) VALUES (?, ?, ?, ?, ?)", values
            )
        return int(cursor.lastrowid or 0)

    def get(self, run: int) -> StoredRun | None:
        """One run."""
        found = self._database.rows("SELECT * FROM runs WHERE id = ?", (run,))
        return self._read(found[0]) if found else None

    def all(self) -> list[StoredRun]:
        """All runs but deleted ones, the newest first; a damaged one has failed, and hides no other."""
        query = "SELECT * FROM runs WHERE deleted IS NULL ORDER BY id DESC"
        return [self._listed(row) for row in self._database.rows(query)]

    def set_deleted(self, run: int, when: float | None) -> None:
        """Hide a run from everybody as deleted `when`, seconds since 1970; None takes that back."""
        self._set(run, "deleted = ?", when)

    def is_deleted(self, run: int) -> bool:
        """Whether a run is hidden so, or gone for good."""
        return not self._database.rows("SELECT 1 FROM runs WHERE id = ? AND deleted IS NULL", (run,))

    def deleted_before(self, when: float) -> list[int]:
        """The runs that were hidden before then."""
        return [row["id"] for row in self._database.rows("SELECT id FROM runs WHERE deleted < ?", (when,))]

    def _listed(self, row: sqlite3.Row) -> StoredRun:
        try:
            return self._read(row)
        except StoreError as error:
            folder = decode_path(row["folder"]) if isinstance(row["folder"], bytes) else Path()
            return StoredRun(id=row["id"], folder=folder, state=RunState.FAILED, error=error.code)

    def exists(self, run: int) -> bool:
        """Whether there is such a run, damaged or not."""
        return bool(self._database.rows("SELECT 1 FROM runs WHERE id = ?", (run,)))

    def of_folder(self, folder: Path) -> Iterator[tuple[int, dict[str, Any]]]:
        """The ids and options of a folder's runs, the newest first; not of deleted ones."""
        query = "SELECT id, options FROM runs WHERE folder = ? AND deleted IS NULL ORDER BY id DESC"
        for row in self._database.rows(query, (encode_path(folder),)):
            yield row["id"], _options(row["options"])

    def _read(self, row: sqlite3.Row) -> StoredRun:
        with self._database.reading():
            return self._run(row)

    def delete(self, run: int) -> None:
        """Forget a run and its items, in steps that let other writers in between; the pictures stay."""
        # The run last: after a kill in between it is still listed, and can be deleted once more. Deleting
        # the run alone would take its items along in one transaction.
        while self._database.rows("SELECT 1 FROM items WHERE run = ? LIMIT 1", (run,)):
            with self._database.transaction():
                self._database.execute(
                    # DELETE … LIMIT exists only where SQLite was built with it.
                    "DELETE FROM items WHERE id IN (SELECT id FROM items WHERE run = ? LIMIT ?)",
                    (run, _DELETED_AT_ONCE),
                )
        with self._database.transaction():
            self._database.execute("DELETE FROM runs WHERE id = ?", (run,))

    def want(self, run: int, wanted: Wanted) -> None:
        """Ask whoever works on a run to go on, to pause or to stop."""
        self._set(run, "wanted = ?", wanted)

    def wanted(self, run: int) -> Wanted:
        """What the user wants of a run; of a deleted one, that it stops."""
        found = self._database.rows("SELECT wanted FROM runs WHERE id = ?", (run,))
        return Wanted(found[0][0]) if found else Wanted.CANCEL

    def set_state(self, run: int, state: RunState, error: str = "") -> None:
        """Say what a run is doing."""
        self._set(run, "state = ?, error = ?", state, error)

    def set_engine(self, run: int, model_hash: str, engine: EngineInfo) -> None:
        """Say what computes the answers of a run from now on."""
        self._set(run, "model_hash = ?, engine = ?", model_hash, json.dumps(asdict(engine)))

    def set_labels(self, run: int, labels: LabelSet) -> None:
        """Keep the names that a run is made with: an update of the program must not change them."""
        with self._database.transaction():
            self._database.execute(
                "INSERT OR IGNORE INTO label_sets (sha256, text) VALUES (?, ?)", (labels.sha256, labels.text)
            )
            self._database.execute("UPDATE runs SET labels = ? WHERE id = ?", (labels.sha256, run))

    def add_seconds(self, run: int, seconds: float) -> None:
        """Count working time."""
        self._set(run, "seconds = seconds + ?", seconds)

    def end(self, run: int) -> RunState | None:
        """Write down what a run has come to, and return it; None when it is to go on.

        It is done when its folder has been looked through to the end and nothing waits, whatever was wanted
        meanwhile. A deleted run is cancelled.
        """
        with self._database.transaction():
            stored = self.get(run)
            if stored is None:
                return RunState.CANCELLED
            if stored.scanned and not stored.rescan and not stored.counts.waiting:
                state = RunState.DONE
            elif stored.wanted is Wanted.RUN:
                return None
            else:
                state = RunState.PAUSED if stored.wanted is Wanted.PAUSE else RunState.CANCELLED
            self._database.execute("UPDATE runs SET state = ?, error = '' WHERE id = ?", (state, run))
        return state

    def ask_scan(self, run: int) -> None:
        """Have the folder looked through once more, also when that is just being done."""
        self._set(run, "rescan = 1")

    def begin_scan(self, run: int) -> None:
        """The folder is being looked through from now on."""
        self._set(run, "scanned = 0, rescan = 0")

    def wants_scan(self, run: int) -> bool:
        """Whether the folder has not been looked through to the end since it was given last."""
        stored = self.get(run)
        return stored is not None and (stored.rescan or not stored.scanned)

    def finish_scan(self, run: int, skipped: int) -> None:
        """The folder has been looked through to the end; `skipped` entries were left out."""
        self._set(run, "scanned = 1, skipped = ?", skipped)

    def _set(self, run: int, assignments: str, *values: object) -> None:
        with self._database.transaction():
            self._database.execute(f"UPDATE runs SET {assignments} WHERE id = ?", (*values, run))

    def counts(self, run: int) -> Counts:
        """How far a run is."""
        found = self.get(run)
        return found.counts if found else Counts()

    def _run(self, row: sqlite3.Row) -> StoredRun:
        return StoredRun(
            id=row["id"],
            folder=decode_path(row["folder"]),
            created=moment(row["created"]),
            options=_options(row["options"]),
            model_hash=row["model_hash"] or "",
            labels=self._labels(row["labels"]) if row["labels"] else None,
            engine=_engine(row["engine"]) if row["engine"] else None,
            state=RunState(row["state"]),
            wanted=Wanted(row["wanted"]),
            scanned=bool(row["scanned"]),
            rescan=bool(row["rescan"]),
            skipped=int(row["skipped"]),
            seconds=float(row["seconds"]),
            error=row["error"] or "",
            counts=_counts(row),
        )

    def _labels(self, sha256: str) -> LabelSet:
        """A set of labels; of runs from before sets were kept, the one that the program had then."""
        if sha256 not in _label_sets:
            found = self._database.rows("SELECT text FROM label_sets WHERE sha256 = ?", (sha256,))
            _label_sets[sha256] = LabelSet(found[0]["text"]) if found else load_labels("imagenet1k-1")
        return _label_sets[sha256]


def _options(text: object) -> dict[str, Any]:
    """The options of a run; none where they are damaged: its answers are still worth reading."""
    try:
        options = json.loads(str(text))
    except (ValueError, RecursionError):
        return {}
    return run_options(options) if isinstance(options, dict) else {}


def _counts(row: sqlite3.Row) -> Counts:
    counts = Counts(*(int(row[name]) for name in ("total", "done", "failed", "uncertain", "gone")))
    if min(counts.waiting, counts.done - counts.uncertain, counts.uncertain, counts.failed, counts.gone) < 0:
        raise ValueError(f"counts {counts}")
    return counts


def _engine(text: object) -> EngineInfo | None:
    """What computed the answers of a run; None where that is damaged or of a later version."""
    try:
        return EngineInfo(**json.loads(str(text)))
    except (ValueError, TypeError, RecursionError):
        return None


def _text(options: dict[str, Any]) -> str:
    return json.dumps(options, sort_keys=True)
