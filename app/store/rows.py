"""Reading the answers of a run back, in order, a window at a time."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, StoreError
from app.core.results import Answer, Failure, Prediction, Recognition
from app.store.answers import from_text, group_of
from app.store.records import ItemState, decode_path

if TYPE_CHECKING:
    import sqlite3

    from app.core.results import GroupPath
    from app.labels import Label, LabelSet
    from app.store.database import Database

log = logging.getLogger(__name__)

_WINDOW = 500
_ANSWERED = "state IN ('done', 'failed', 'quarantined')"


def answers(
    database: Database, run: int, labels: LabelSet, items: Iterable[int] | None = None
) -> Iterator[Answer]:
    """The answers of a run, in the order in which its files were found; never all in memory.

    With `items`, only those with these ids, in this order. What has no answer yet is left out, and what is
    gone, unless it is among `items`.
    """
    windows = _all(database, run) if items is None else _some(database, run, items)
    for rows in windows:
        for row in rows:
            yield _answer(database, row, labels)


def _answer(database: Database, row: sqlite3.Row, labels: LabelSet) -> Answer:
    """One that is damaged is a failure of its picture: the others are still worth reading."""
    with database.reading():
        path, correction = decode_path(row["path"]), _correction(row["correction"], labels)
    try:
        with database.reading():
            return Answer(_model(row, labels), correction)
    except StoreError as error:
        log.warning("the answer for %s is damaged: %s", path, error)
        return Answer(Failure(path, ErrorCode.ANSWER_DAMAGED, (("path", path),)), correction)


def _all(database: Database, run: int) -> Iterator[list[sqlite3.Row]]:
    last = 0
    while rows := database.rows(
        "SELECT items.id, path, state, error, facts, correction, answer "
        f"FROM items LEFT JOIN answers ON item = id WHERE run = ? AND id > ? AND {_ANSWERED} "
        "ORDER BY id LIMIT ?",
        (run, last, _WINDOW),
    ):
        yield rows
        last = rows[-1]["id"]


def _some(database: Database, run: int, items: Iterable[int]) -> Iterator[list[sqlite3.Row]]:
    waiting = iter(items)
    # int(): the ids of a list are numpy's, which are no JSON.
    while window := [int(item) for item in islice(waiting, _WINDOW)]:
        yield database.rows(
            "SELECT items.path, state, error, facts, correction, answer FROM json_each(?) AS wanted "
            "JOIN items ON items.id = wanted.value LEFT JOIN answers ON item = items.id "
            f"WHERE run = ? AND ({_ANSWERED} OR state = 'gone' AND answer IS NOT NULL) ORDER BY wanted.key",
            (json.dumps(window), run),
        )


@dataclass(frozen=True, slots=True)
class Labelled:
    """A file and what it is said to show: the correction, if there is one, else the model's answer.

    Attributes:
        label: None for a file without an answer.
        group: the label's, or the one that the picture looks like; empty without one.
    """

    item: int
    path: Path
    label: Label | None
    group: GroupPath
    certain: bool
    corrected: bool


def labelled(
    database: Database, run: int, labels: LabelSet, items: Iterable[int] | None = None
) -> Iterator[Labelled]:
    """Every file of a run with its label, in the order of `answers`; unanswered ones too, gone ones not."""
    source = _ids(database, run) if items is None else iter(items)
    while window := [int(item) for item in islice(source, _WINDOW)]:
        for row in database.rows(
            "SELECT items.id, items.path, label, group_path, certain, correction FROM json_each(?) AS wanted "
            "JOIN items ON items.id = wanted.value WHERE run = ? AND state <> 'gone' ORDER BY wanted.key",
            (json.dumps(window), run),
        ):
            with database.reading():
                found = _labelled(row, labels)
            yield found


def _labelled(row: sqlite3.Row, labels: LabelSet) -> Labelled:
    return Labelled(
        item=row["id"],
        path=decode_path(row["path"]),
        label=labels.labels[row["label"]] if row["label"] is not None else None,
        group=group_of(row["group_path"]),
        certain=bool(row["certain"]),
        corrected=row["correction"] is not None,
    )


def _ids(database: Database, run: int) -> Iterator[int]:
    last = 0
    while rows := database.rows(
        "SELECT id FROM items WHERE run = ? AND id > ? ORDER BY id LIMIT ?", (run, last, _WINDOW)
    ):
        yield from (row["id"] for row in rows)
        last = rows[-1]["id"]


def _model(row: sqlite3.Row, labels: LabelSet) -> Recognition | Failure:
    path: Path = decode_path(row["path"])
    if row["state"] in (ItemState.DONE, ItemState.GONE):
        return from_text(row["answer"], path, labels)
    facts = tuple((name, value) for name, value in json.loads(row["facts"]))
    return Failure(path, ErrorCode(row["error"]), facts)


def _correction(index: int | None, labels: LabelSet) -> Prediction | None:
    if index is None:
        return None
    label = labels.labels[index]
    return Prediction(index, label.zh, label.en, label.group, score=1.0)
