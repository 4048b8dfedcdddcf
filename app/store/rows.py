"""Reading the items of a run back, in order, a window at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.errors import ErrorCode
from app.results import Failure, Recognition
from app.store.answers import from_text
from app.store.records import ItemState, decode_path

if TYPE_CHECKING:
    from app.labels import LabelSet
    from app.store.database import Database

_WINDOW = 500


def answers(database: Database, run: int, labels: LabelSet) -> Iterator[Recognition | Failure]:
    """Every answer of a run, in the order in which its files were found; never all in memory."""
    last = 0
    while rows := database.rows(
        "SELECT id, path, state, error, facts, answer FROM items LEFT JOIN answers ON item = id "
        "WHERE run = ? AND id > ? AND state IN ('done', 'failed', 'quarantined') ORDER BY id LIMIT ?",
        (run, last, _WINDOW),
    ):
        for row in rows:
            path = decode_path(row["path"])
            if row["state"] == ItemState.DONE:
                yield from_text(row["answer"], path, labels)
            else:
                facts = tuple((name, value) for name, value in json.loads(row["facts"]))
                yield Failure(path, ErrorCode(row["error"]), facts)
        last = rows[-1]["id"]
