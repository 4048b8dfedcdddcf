"""Answers as rows of a table, for CSV and spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import printable, tr
from app.labels import group_in, label_in
from app.results import Failure, Recognition

if TYPE_CHECKING:
    Cell = str | float | None

_SCORES = 5
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def header() -> list[str]:
    """The names of the columns, in the user's language."""
    names = ["path", "label", "score", "certain", "group", "group_score"]
    for place in range(2, _SCORES + 1):
        names += [f"label_{place}", f"score_{place}"]
    return [tr(f"column.{name}") for name in (*names, "error", "message", "milliseconds", "engine")]


def row(answer: Recognition | Failure) -> list[Cell]:
    """One answer in the order of `header`; numbers stay numbers."""
    path = printable(str(answer.path))
    if isinstance(answer, Failure):
        empty: list[Cell] = [None] * (5 + 2 * (_SCORES - 1))
        return [path, *empty, str(answer.code), tr.error(answer.code, answer.facts), None, None]
    first, *others = answer.predictions
    group = answer.group
    cells: list[Cell] = [
        path,
        label_in(tr.language, first),
        round(first.score, 4),
        tr("column.yes" if answer.certain else "column.no"),
        " / ".join(group_in(tr.language, group.path)) if group else None,
        round(group.score, 4) if group else None,
    ]
    for place in range(_SCORES - 1):
        known = place < len(others)
        cells.append(label_in(tr.language, others[place]) if known else None)
        cells.append(round(others[place].score, 4) if known else None)
    return [*cells, None, None, round(answer.timings.total, 2), answer.engine.name]


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
