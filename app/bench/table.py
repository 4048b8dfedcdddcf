"""The figures of a run as rows, the same for terminal, report and CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.bench.records import Run, Series, Subject

Value = str | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: its name in tables, and the form in which it is worth reading."""

    name: str
    value: Callable[[Run, Subject, Series], Value]
    form: str = ".2f"

    def text(self, value: Value) -> str:
        """`value` as it is shown; nothing for a figure that does not exist."""
        if value is None:
            return ""
        return value if isinstance(value, str) else format(value, self.form)


def _check(subject: Subject, figure: str, factor: float = 1.0) -> float | None:
    """A figure of the comparison with the reference on the check pictures."""
    return None if subject.check is None else float(getattr(subject.check, figure)) * factor


def _uncertainty(series: Series) -> float | None:
    """Of the median, in percent; there is none for few samples."""
    share = series.summary.uncertainty
    return share * 100 if math.isfinite(share) else None


COLUMNS = (
    Column("engine", lambda _run, subject, _: subject.engine),
    Column("precision", lambda _run, subject, _: subject.precision),
    Column("batch", lambda _run, _, series: float(series.batch_size), ".0f"),
    Column("runs", lambda _run, _, series: float(len(series.samples_ms)), ".0f"),
    Column("median ms", lambda _run, _, series: series.summary.p50),
    Column("± %", lambda _run, _, series: _uncertainty(series), ".1f"),
    Column("p90", lambda _run, _, series: series.summary.p90),
    Column("p95", lambda _run, _, series: series.summary.p95),
    Column("p99", lambda _run, _, series: series.summary.p99),
    Column("pictures/s", lambda _run, _, series: series.rate, ".1f"),
    Column("time / reference", lambda run, _, series: run.ratio(series), ".3f"),
    Column("load ms", lambda _run, subject, _: subject.load_ms, ".0f"),
    Column("first ms", lambda _run, _, series: series.warm_up_ms[0] if series.warm_up_ms else None, ".0f"),
    Column("memory MiB", lambda _run, subject, _: subject.memory_mb or None, ".0f"),
    Column("device MiB", lambda _run, subject, _: subject.device_mb or None, ".0f"),
    Column("file MiB", lambda _run, subject, _: subject.file_mb, ".1f"),
    Column("top-1 same %", lambda _run, subject, _: _check(subject, "agreement", 100), ".1f"),
    Column("max diff", lambda _run, subject, _: _check(subject, "largest"), ".1e"),
    Column("mean diff", lambda _run, subject, _: _check(subject, "mean"), ".1e"),
)


def rows(run: Run) -> list[list[Value]]:
    """One row for each engine and batch size that was measured, in the order of the engines."""
    return [
        [column.value(run, subject, series) for column in COLUMNS]
        for subject in run.subjects
        for series in run.series
        if series.engine == subject.engine and series.samples_ms
    ]


def text_rows(run: Run) -> list[list[str]]:
    """The names of the columns that say something in this run, then `rows` as they are shown."""
    found = [[column.text(value) for column, value in zip(COLUMNS, row, strict=True)] for row in rows(run)]
    used = [place for place in range(len(COLUMNS)) if any(row[place] for row in found)]
    return [[COLUMNS[place].name for place in used], *([row[place] for place in used] for row in found)]


def to_csv(run: Run) -> bytes:
    """All rows with plain numbers; the mark at the beginning makes Excel take it for UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(column.name for column in COLUMNS)
    writer.writerows(["" if value is None else value for value in row] for row in rows(run))
    return stream.getvalue().encode("utf-8-sig")
