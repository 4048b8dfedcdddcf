"""Answers as rows of a table, for CSV, spreadsheets and Parquet."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

from app.core.i18n import printable, tr
from app.core.results import Failure, Recognition
from app.labels import group_in, label_in

if TYPE_CHECKING:
    from app.core.results import Answer, GroupPath, Prediction

    Cell = str | float | bool | None

_SCORES = 5
_OTHERS = range(2, _SCORES + 1)
# The columns in their order, and the type of what is in them; any cell can be empty.
COLUMNS: dict[str, type[str] | type[float] | type[bool]] = {
    "path": str,
    "label": str,
    "score": float,
    "certain": bool,
    "group": str,
    "group_score": float,
    "correction": str,
    "correction_group": str,
    **{f"{name}_{place}": kind for place in _OTHERS for name, kind in (("label", str), ("score", float))},
    "error": str,
    "message": str,
    "milliseconds": float,
    "engine": str,
}
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection); East Asian versions of Excel take
# the full-width forms, too.
_FORMULA_STARTS = "=+-@"


def header() -> list[str]:
    """The names of the columns, in the user's language."""
    return [tr(f"column.{name}") for name in COLUMNS]


def row(answer: Answer) -> list[Cell]:
    """One answer in the order of `COLUMNS`; scores have 4 decimals, names are in the user's language."""
    model = answer.model
    cells: dict[str, Cell] = {"path": printable(str(model.path)), **_correction(answer.correction)}
    if isinstance(model, Failure):
        cells |= {"error": str(model.code), "message": tr.error(model.code, model.facts)}
    else:
        cells |= _recognition(model)
    return [_known(cells.get(name)) for name in COLUMNS]


def _known(cell: Cell) -> Cell:
    """Nothing for a number that is none."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _recognition(model: Recognition) -> dict[str, Cell]:
    first, *others = model.predictions
    cells: dict[str, Cell] = {
        "label": label_in(tr.language, first),
        "score": round(first.score, 4),
        "certain": model.certain,
        "milliseconds": round(model.timings.total, 2),
        "engine": model.engine.name,
    }
    if model.group is not None:
        cells |= {"group": _group(model.group.path), "group_score": round(model.group.score, 4)}
    for place, other in zip(_OTHERS, others, strict=False):
        cells |= {f"label_{place}": label_in(tr.language, other), f"score_{place}": round(other.score, 4)}
    return cells


def _correction(label: Prediction | None) -> dict[str, Cell]:
    if label is None:
        return {}
    return {
        "correction": label_in(tr.language, label),
        "correction_group": _group(label.group) if label.group else None,
    }


def _group(path: GroupPath) -> str:
    return " / ".join(group_in(tr.language, path))


def shown(cell: Cell) -> str | float | None:
    """A cell as people read it: yes or no in their language."""
    return tr("column.yes" if cell else "column.no") if isinstance(cell, bool) else cell


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if not isinstance(cell, str):
        return cell
    first = cell.lstrip()[:1]
    if not first.isascii():
        first = unicodedata.normalize("NFKC", first)
    return f"'{cell}" if cell[:1] in tuple("\t\r\n") or first in tuple(_FORMULA_STARTS) else cell
