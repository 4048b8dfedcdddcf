"""A run as a file: table, samples or picture."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

from app.bench.records import to_json
from app.errors import ErrorCode, WanwuError
from app.settings import write_atomically
from app.ui.performance.columns import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from app.bench.records import Run
    from app.ui.performance.columns import Value
    from app.ui.performance.figures import Figures


def write(path: Path, content: bytes) -> None:
    """Write a file whole. Raises WanwuError `output_unwritable`."""
    try:
        write_atomically(path, content)
    except OSError as error:
        raise WanwuError(ErrorCode.OUTPUT_UNWRITABLE, path=path, detail=error.strerror) from error


def to_csv(figures: Figures) -> bytes:
    """One row for each engine and batch size, headed in the language in use.

    UTF-8 with a byte order mark: without it Excel takes Chinese for something else.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_heading(column.title) for column in COLUMNS)
    for row in figures.rows:
        writer.writerow(_plain(column.value(row)) for column in COLUMNS)
    return text.getvalue().encode("utf-8-sig")


def _heading(title: str) -> str:
    name, _, unit = title.partition("\n")
    return f"{name} ({unit})" if unit else name


def _plain(value: Value) -> Value:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return round(value, 9) if isinstance(value, float) else value


def to_samples(run: Run) -> bytes:
    """Everything that was measured, as JSON."""
    return to_json(run).encode()
