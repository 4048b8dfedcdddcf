"""The items of a run as a list: filtered, sorted, counted, and read a window at a time.

A list of a million items is one array of ids, made by one pass over a narrow index; whole rows are read only
for what is on the screen. All of this runs inside SQLite, which lets go of the interpreter's lock meanwhile.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.core.errors import ErrorCode
from app.core.printable import printable
from app.core.results import Facts, GroupPath
from app.labels import LabelSet
from app.store.answers import from_text, group_of
from app.store.label_search import group_places, label_places
from app.store.records import ItemState, decode_path
from app.store.search import Search

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.core.results import Recognition
    from app.store.database import Database

CERTAINTY_BINS = 20
_LATENCY_BINS = 400  # of one millisecond; slower ones are in the last
_WAITING = "(state IN ('found', 'started', 'suspect'))"
_FAILED = "state IN ('failed', 'quarantined')"


class Status(StrEnum):
    """What a list says of an item, besides its label."""

    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    CORRECTED = "corrected"
    FAILED = "failed"
    WAITING = "waiting"
    GONE = "gone"


_STATUS_IS = {
    Status.CERTAIN: "(state = 'done' AND certain = 1 AND correction IS NULL)",
    Status.UNCERTAIN: "(state = 'done' AND certain = 0)",  # a correction has made it 1
    Status.CORRECTED: "(correction IS NOT NULL AND state <> 'gone')",
    Status.FAILED: f"({_FAILED})",
    Status.WAITING: _WAITING,
    Status.GONE: "(state = 'gone')",
}


class Column(StrEnum):
    """What a list can be sorted by.

    `found` is the order of the scan; `relevance` how well a text is matched, the best first.
    """

    FOUND = "found"
    RELEVANCE = "relevance"
    NAME = "name"
    LABEL = "label"
    SCORE = "score"
    GROUP = "group"
    STATUS = "status"
    MILLISECONDS = "milliseconds"


# In the place of a group: the pictures whose answer names none.
NO_GROUP: GroupPath = ("",)
_RANKED = {Column.LABEL: "label", Column.GROUP: "group_path"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are wanted; as it is made, all.

    Attributes:
        text: words that must all occur in the path below the run's folder, in the label or in its group, in
            Chinese or English. What stands in quotation marks is a label of exactly this name or, where none
            is called so, words that must occur as they stand there.
        group: items in this group and those below it; empty for all, `NO_GROUP` for answers without one.
        lowest, highest: of the first label's probability; items without one, or that a person has named, are
            left out unless this is 0–1.
        statuses: wanted ones; empty for all but those that are gone.
    """

    text: str = ""
    group: GroupPath = ()
    lowest: float = 0.0
    highest: float = 1.0
    statuses: frozenset[Status] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted; items without a value come last. `language` is that of the labels' names."""

    column: Column = Column.FOUND
    descending: bool = False
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Row:
    """One item as a list shows it. `label` is the correction, if there is one; None without an answer.

    `name` is the path below the run's folder, or below the one into which the picture was moved since.

    `score` and `milliseconds` (decoding to answer) are None without an answer of the model.
    """

    item: int
    path: Path
    name: str
    size: int
    mtime_ns: int
    status: Status
    label: int | None
    group: GroupPath
    score: float | None
    milliseconds: float | None
    error: ErrorCode | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Summary:
    """What is in a filtered list, for charts.

    Attributes:
        labels: how many items have each label, by the label's number.
        groups: how many items are in exactly this group; items without one are under `()`.
        certainty: how many items have a first label with a probability in each 1/20 of 0–1; those that a
            person has named have none.
        milliseconds: how many items took so many whole milliseconds; the last entry holds slower ones too.
    """

    labels: dict[int, int]
    groups: dict[GroupPath, int]
    certainty: tuple[int, ...]
    milliseconds: tuple[int, ...]


class Listing:
    """Reads the items of one run through one connection; belongs to that connection's thread."""

    def __init__(self, database: Database, run: int, labels: LabelSet) -> None:
        self._database, self._run, self._labels = database, run, labels
        folder = database.rows("SELECT folder FROM runs WHERE id = ?", (run,))
        self._folder = _with_separator(decode_path(folder[0]["folder"])) if folder else ""

    def ids(self, wanted: Filter, order: Order) -> NDArray[np.int64]:
        """The items of a list, in its order."""
        if order.column in _RANKED:
            return self._ranked(wanted, order)
        if order.column is Column.RELEVANCE:
            return self._relevant(wanted)
        where, values = self._where(wanted)
        rows = self._database.rows(
            # One text: a million of Python's rows would be made under the interpreter's lock. SQLite promises
            # no order here but takes rows as the inner query gives them; ORDER BY inside came with 3.44.
            f"SELECT group_concat(id) FROM (SELECT id FROM items {self._index(wanted, order)} WHERE {where} "
            f"ORDER BY {_ordering(order)})",
            values,
        )
        found = _numbers(rows[0][0] or "")
        return self._uncorrected_first(found) if order.column is Column.SCORE else found

    def _uncorrected_first(self, found: NDArray[np.int64]) -> NDArray[np.int64]:
        """What a person has named has no probability: it comes last.

        Here and not in SQL, which would have to sort a million that the index holds in their order.
        """
        rows = self._database.rows(
            f"SELECT group_concat(id) FROM items INDEXED BY items_to_filter "
            f"WHERE run = ? AND {_STATUS_IS[Status.CORRECTED]}",
            (self._run,),
        )
        said = np.isin(found, _numbers(rows[0][0] or ""))
        return np.concatenate([found[~said], found[said]])

    def _relevant(self, wanted: Filter) -> NDArray[np.int64]:
        """The best matches of the text first, equal ones in the order of the scan."""
        search, (where, values) = Search(wanted.text, self._labels, self._folder), self._where(wanted)
        places, (name_place, name_values) = search.places(), search.place()
        rows = self._database.rows(
            # By label, of which there are few; a name is looked at only where the label does not match.
            "SELECT iif(known, label, NULL) AS label, iif(known, 0, place) AS place, group_concat(id) AS ids "
            "FROM (SELECT id, label, label IN (SELECT value FROM json_each(?)) IS 1 AS known, "
            f"{name_place} AS place FROM items {self._index(wanted, Order())} WHERE {where} ORDER BY id) "
            "GROUP BY 1, 2",
            (json.dumps(list(places)), *name_values, *values),
        )
        steps: dict[int, list[str]] = {}
        for row in rows:
            step = row["place"] if row["label"] is None else places[row["label"]]
            steps.setdefault(step, []).append(row["ids"])
        parts = [np.sort(_numbers(",".join(steps[step]))) for step in sorted(steps)]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def _ranked(self, wanted: Filter, order: Order) -> NDArray[np.int64]:
        """The same by few values: SQLite puts the items of each together, and the values are sorted here."""
        column, labels = _RANKED[order.column], self._labels
        by_group = order.column is Column.GROUP
        places = group_places(labels) if by_group else label_places(labels, order.language)
        where, values = self._where(wanted)
        rows = self._database.rows(
            # Eight times as fast as a rank that is looked up for each item.
            f"SELECT value, group_concat(id) AS ids FROM (SELECT id, {column} AS value "
            f"FROM items {self._index(wanted, order)} WHERE {where} ORDER BY value, id) GROUP BY value",
            values,
        )
        without = [row["ids"] for row in rows if row["value"] not in places]
        known = [row for row in rows if row["value"] in places]
        known.sort(key=lambda row: places[row["value"]], reverse=order.descending)
        return _numbers(",".join([*(row["ids"] for row in known), *without]))

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Items by their ids, in this order; deleted ones are left out."""
        found = self._database.rows(
            "SELECT id, path, name, size, mtime_ns, state, label, score, group_path, certain, correction, "
            "milliseconds, error, facts FROM items WHERE id IN (SELECT value FROM json_each(?))",
            # As one value: a statement takes a limited number of them. int(): numpy's numbers are no JSON.
            (json.dumps([int(item) for item in ids]),),
        )
        by_id, folders = {row["id"]: row for row in found}, self._folders()
        return [_row(by_id[item], folders) for item in ids if item in by_id]

    def _folders(self) -> list[str]:
        """The run's folder, and those into which its pictures were moved."""
        moved = self._database.rows(
            "SELECT folder FROM sortings WHERE run = ? AND how = 'move' ORDER BY id DESC", (self._run,)
        )
        return [self._folder, *(_with_separator(decode_path(row["folder"])) for row in moved)]

    def answer(self, item: int) -> Recognition | None:
        """The model's whole answer for an item, whatever a person has said since; None without one."""
        found = self._database.rows(
            "SELECT path, answer FROM items JOIN answers ON item = id WHERE id = ?", (item,)
        )
        if not found:
            return None
        with self._database.reading():
            return from_text(found[0]["answer"], decode_path(found[0]["path"]), self._labels)

    def groups(self, wanted: Filter) -> dict[GroupPath, int]:
        """How many of the wanted items are in exactly each group; `()` holds those without one."""
        where, values = self._where(wanted)
        rows = self._database.rows(
            f"SELECT group_path, count(*) AS items FROM items {self._index(wanted, Order(Column.GROUP))} "
            f"WHERE {where} GROUP BY group_path",
            values,
        )
        return {group_of(row["group_path"]): row["items"] for row in rows}

    def summary(self, wanted: Filter) -> Summary:
        """What charts show of the wanted items."""
        # min: a probability of exactly 1 belongs into the last of the bins.
        step = f"min(CAST(score * {CERTAINTY_BINS} AS INTEGER), {CERTAINTY_BINS - 1})"
        certainty = dict(self._histogram(wanted, f"iif(correction IS NULL, {step}, NULL)"))
        latency = dict(self._histogram(wanted, f"min(CAST(milliseconds AS INTEGER), {_LATENCY_BINS - 1})"))
        return Summary(
            labels=dict(self._histogram(wanted, "label")),
            groups=self.groups(wanted),
            certainty=tuple(certainty.get(step, 0) for step in range(CERTAINTY_BINS)),
            milliseconds=tuple(latency.get(step, 0) for step in range(_LATENCY_BINS)),
        )

    def _histogram(self, wanted: Filter, expression: str) -> list[tuple[int, int]]:
        where, values = self._where(wanted)
        rows = self._database.rows(
            f"SELECT {expression} AS step, count(*) AS items FROM items INDEXED BY items_to_filter "
            f"WHERE {where} AND {expression} IS NOT NULL GROUP BY step",
            values,
        )
        return [(row["step"], row["items"]) for row in rows]

    def _where(self, wanted: Filter) -> tuple[str, tuple[object, ...]]:
        conditions: list[str] = ["run = ?"]
        values: list[object] = [self._run]
        for condition, terms in Search(wanted.text, self._labels, self._folder).conditions():
            conditions.append(condition)
            values += terms
        if wanted.group == NO_GROUP:
            conditions.append(f"group_path IS NULL AND NOT {_WAITING}")
        elif wanted.group:
            path = "/".join(wanted.group)
            conditions.append("(group_path = ? OR (group_path > ? AND group_path < ?))")
            values += [path, f"{path}/", f"{path}0"]  # 0 comes after / in every order of bytes
        if (wanted.lowest, wanted.highest) != (0.0, 1.0):
            # A person's word has no probability: the model's was of another label.
            conditions.append("score BETWEEN ? AND ? AND correction IS NULL")
            values += [wanted.lowest, wanted.highest]
        if self._leaves_out_gone(wanted):
            conditions.append("state <> 'gone'")
        if wanted.statuses and wanted.statuses != frozenset(Status):
            conditions.append(
                "(" + " OR ".join(_STATUS_IS[status] for status in sorted(wanted.statuses)) + ")"
            )
        return " AND ".join(conditions), tuple(values)

    def _leaves_out_gone(self, wanted: Filter) -> bool:
        """Whether there are items that are gone and not asked for."""
        if Status.GONE in wanted.statuses:
            return False
        found = self._database.rows("SELECT gone FROM runs WHERE id = ?", (self._run,))
        return bool(found and found[0]["gone"])

    def _index(self, wanted: Filter, order: Order) -> str:
        """The index to read: that of the order where nothing is left out, else the one with everything."""
        plain = {
            Column.NAME: "items_by_name",
            Column.SCORE: "items_by_score",
            Column.LABEL: "items_by_label",
            Column.GROUP: "items_by_group",
        }
        everything = wanted == Filter() and not self._leaves_out_gone(wanted)
        name = plain.get(order.column, "items_to_filter") if everything else "items_to_filter"
        return f"INDEXED BY {name}"


def _numbers(text: str) -> NDArray[np.int64]:
    return np.fromstring(text, np.int64, sep=",") if text else np.empty(0, np.int64)


def group_counts(exact: dict[GroupPath, int]) -> dict[GroupPath, int]:
    """From the items in exactly each group to the items in it and below it."""
    whole: dict[GroupPath, int] = {}
    for path, items in exact.items():
        for depth in range(1, len(path) + 1):
            whole[path[:depth]] = whole.get(path[:depth], 0) + items
    return whole


def _ordering(order: Order) -> str:
    """Terms for ORDER BY: missing values last, equal ones in the order of the scan."""
    way = "DESC" if order.descending else "ASC"
    terms = {
        Column.FOUND: "id",
        Column.NAME: "name",
        Column.SCORE: "score",
        Column.STATUS: f"CASE WHEN {_STATUS_IS[Status.CORRECTED]} THEN 2 WHEN {_FAILED} THEN 3 "
        f"WHEN {_WAITING} THEN 4 WHEN {_STATUS_IS[Status.GONE]} THEN 5 ELSE 1 - certain END",
        Column.MILLISECONDS: "milliseconds",
    }
    term = terms[order.column]
    return f"{term} {way} NULLS LAST, id" if order.column is not Column.FOUND else f"id {way}"


def _row(row: sqlite3.Row, folders: Sequence[str]) -> Row:
    facts = json.loads(row["facts"]) if row["facts"] else []
    return Row(
        item=row["id"],
        path=decode_path(row["path"]),
        name=_name_below(folders, row["name"]),
        size=row["size"],
        mtime_ns=row["mtime_ns"],
        status=_status(row),
        label=row["label"],
        group=group_of(row["group_path"]),
        score=row["score"],
        milliseconds=row["milliseconds"],
        error=ErrorCode(row["error"]) if row["error"] else None,
        facts=tuple((name, value) for name, value in facts),
    )


def _name_below(folders: Sequence[str], name: str) -> str:
    """A path below the first of the folders that it is in; in none of them only the file's name."""
    below = (name.removeprefix(folder) for folder in folders if name.startswith(folder))
    return next(below, Path(name).name)


def _status(row: sqlite3.Row) -> Status:
    if row["state"] == ItemState.GONE:
        return Status.GONE
    if row["correction"] is not None:
        return Status.CORRECTED
    if row["state"] == ItemState.DONE:
        return Status.CERTAIN if row["certain"] else Status.UNCERTAIN
    return Status.FAILED if row["state"] in (ItemState.FAILED, ItemState.QUARANTINED) else Status.WAITING


def _with_separator(folder: Path) -> str:
    """The beginning of the names of the items in a folder."""
    # The root's own path ends in a separator already.
    return printable(str(folder)).rstrip(os.sep) + os.sep
