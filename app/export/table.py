"""Answers as rows of a table, for CSV, spreadsheets and Parquet."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

from app.core.printable import printable
from app.core.results import Failure, Recognition
from app.labels import group_in, label_in, other_label

if TYPE_CHECKING:
    from app.core.results import Answer, GroupPath, Prediction
    from app.core.sentences import Translator

    Cell = str | float | bool | None

_SCORES = 5
_OTHERS = range(2, _SCORES + 1)
_PREDICTION: dict[str, type[str] | type[float]] = {"label_{}": str, "label_{}_other": str, "score_{}": float}
# The columns in their order, and the type of what is in them; any cell can be empty. Labels are in the
# reader's language, and in columns of their own in the other one: both are searched for.
COLUMNS: dict[str, type[str] | type[float] | type[bool]] = {
    "path": str,
    "label": str,
    "label_other": str,
    "score": float,
    "certain": bool,
    "group": str,
    "group_score": float,
    "correction": str,
    "correction_other": str,
    "correction_group": str,
    **{name.format(place): kind for place in _OTHERS for name, kind in _PREDICTION.items()},
    "error": str,
    "message": str,
    "milliseconds": float,
    "engine": str,
}
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection); East Asian versions of Excel take
# the full-width forms, too.
_FORMULA_STARTS = "=+-@"


class Table:
    """Rows and their header, for readers of one language."""

    def __init__(self, tr: Translator) -> None:
        self._tr = tr

    def header(self) -> list[str]:
        """The names of the columns."""
        return [self._tr(f"column.{name}") for name in COLUMNS]

    def row(self, answer: Answer) -> list[Cell]:
        """One answer in the order of `COLUMNS`; scores have 4 decimals."""
        model = answer.model
        cells: dict[str, Cell] = {"path": printable(str(model.path)), **self._correction(answer.correction)}
        if isinstance(model, Failure):
            cells |= {"error": str(model.code), "message": self._tr.error(model.code, model.facts)}
        else:
            cells |= self._recognition(model)
        return [_known(cells.get(name)) for name in COLUMNS]

    def shown(self, cell: Cell) -> str | float | None:
        """A cell as people read it: yes or no in their language."""
        return self._tr("column.yes" if cell else "column.no") if isinstance(cell, bool) else cell

    def _recognition(self, model: Recognition) -> dict[str, Cell]:
        first, *others = model.predictions
        cells: dict[str, Cell] = {
            **self._both("label", first),
            "score": round(first.score, 4),
            "certain": model.certain,
            "milliseconds": round(model.timings.total, 2),
            "engine": model.engine.name,
        }
        if model.group is not None:
            cells |= {"group": self._group(model.group.path), "group_score": round(model.group.score, 4)}
        for place, other in zip(_OTHERS, others, strict=False):
            cells |= self._both(f"label_{place}", other) | {f"score_{place}": round(other.score, 4)}
        return cells

    def _correction(self, label: Prediction | None) -> dict[str, Cell]:
        if label is None:
            return {}
        return {
            **self._both("correction", label),
            "correction_group": self._group(label.group) if label.group else None,
        }

    def _both(self, column: str, prediction: Prediction) -> dict[str, Cell]:
        """A label in two columns; the second one is empty where both languages call it the same."""
        label, other = label_in(self._tr.language, prediction), other_label(self._tr.language, prediction)
        return {column: label, f"{column}_other": other if other != label else None}

    def _group(self, path: GroupPath) -> str:
        return " / ".join(group_in(self._tr.language, path))


def _known(cell: Cell) -> Cell:
    """Nothing for a number that is none."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if not isinstance(cell, str):
        return cell
    # Spreadsheets pass over spaces in front of a formula.
    first = cell.lstrip()[:1]
    if not first.isascii():
        first = unicodedata.normalize("NFKC", first)
    return f"'{cell}" if cell[:1] in tuple("\t\r\n") or first in tuple(_FORMULA_STARTS) else cell
