"""The columns of the table: what each shows, as a number and as text. No Qt."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.bench.verdict import noise
from app.core.errors import ErrorCode
from app.core.language_in_use import tr

if TYPE_CHECKING:
    from app.bench.figures import Row

Value = str | float | int | None
NO_VALUE = "—"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `column_`, `about_` and, if it has one, `unit_` followed by `name` are its texts.

    Attributes:
        form: how a number is written.
        widest: the longest text that is to be expected, if there is such a thing.
        brief: what is shown in place of a long value.
    """

    name: str
    value: Callable[[Row], Value]
    form: str = ""
    widest: str = ""
    brief: Callable[[Row], str] | None = None

    @property
    def title(self) -> str:
        """Name and unit, on two lines."""
        return "\n".join(part for part in (tr(f"performance.column_{self.name}"), self.unit) if part)

    @property
    def unit(self) -> str:
        """The unit, or nothing."""
        key = f"performance.unit_{self.name}"
        return tr(key) if tr.has(key) else ""

    def text(self, row: Row) -> str:
        """What is shown in a row."""
        value = self.brief(row) if self.brief else self.value(row)
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return NO_VALUE
        if isinstance(value, str):
            return value
        return format(value, self.form) if value else "0"  # and not 0e+00


def _of_summary(name: str) -> Callable[[Row], Value]:
    return lambda row: getattr(row.summary, name) if row.summary else None


def _of_subject(name: str) -> Callable[[Row], Value]:
    return lambda row: getattr(row.subject, name) or None


def _of_check(name: str) -> Callable[[Row], Value]:
    return lambda row: getattr(row.subject.check, name) if row.subject.check else None


def _first_run(row: Row) -> Value:
    return row.series.warm_up_ms[0] if row.series and row.series.warm_up_ms else None


def status(row: Row) -> str:
    """Whether an engine can be used and its times be relied upon, in a sentence if not."""
    reason = row.refusal
    if reason is not None:
        return tr.error(reason.code, reason.facts)
    if not row.is_unsteady:
        return _status_word(row)
    engine = tr(f"engine.{row.subject.engine}")
    return tr("performance.unsteady", engine=engine, batch=row.batch_size, noise=noise(row))


def _status_word(row: Row) -> str:
    reason = row.refusal
    if reason is None:
        if row.is_unsteady:
            return tr("performance.status_unsteady")
        return tr("performance.status_ok" if row.summary else "performance.status_waiting")
    if reason.code == ErrorCode.ENGINE_DISAGREES:
        return tr("performance.status_off")
    return tr("performance.status_failed" if row.batch_size else "performance.status_missing")


def is_muted(row: Row) -> bool:
    """Whether a row is of an engine that is not to be used."""
    return row.refusal is not None


CHANGE = Column("change", lambda row: row.change, "+.1%", "+100.0%")
COLUMNS = (
    Column("engine", lambda row: tr(f"engine.{row.subject.engine}")),
    Column("status", status, brief=_status_word),
    Column("precision", _of_subject("precision"), "", "bfloat16"),
    Column("batch", lambda row: row.batch_size or None, "d", "16"),
    Column("median", _of_summary("p50"), ".2f", "100.00"),
    Column("uncertainty", _of_summary("uncertainty"), ".1%", "10.0%"),
    CHANGE,
    Column("p90", _of_summary("p90"), ".2f", "100.00"),
    Column("p95", _of_summary("p95"), ".2f", "100.00"),
    Column("p99", _of_summary("p99"), ".2f", "100.00"),
    Column("rate", lambda row: row.rate, ".1f", "1000.0"),
    Column("ratio", lambda row: 1 / row.ratio if row.ratio else None, ".2f", "10.00"),
    Column("load", _of_subject("load_ms"), ".0f", "10000"),
    Column("first", _first_run, ".0f", "10000"),
    Column("memory", _of_subject("memory_mb"), ".0f", "1000"),
    Column("file", _of_subject("file_mb"), ".1f", "100.0"),
    Column("agreement", _of_check("agreement"), ".1%", "100.0%"),
    Column("largest", _of_check("largest"), ".0e", "1e-06"),
    Column("mean", _of_check("mean"), ".0e", "1e-06"),
)
