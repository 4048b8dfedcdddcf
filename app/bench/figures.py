"""What tables and charts show of a run: one row for each engine and batch size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.bench.records import Run, Series, Subject

if TYPE_CHECKING:
    from app.bench.statistics import Summary
    from app.core.results import Fallback


# A median that may be a tenth off says little; rounds go on to a fiftieth where there is time.
UNSTEADY = 0.1
# So many waiting programs for each core, when a run began, are in its way.
_BUSY = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """One engine at one batch size.

    Attributes:
        batch_size: 0 for an engine that did not get as far as being measured.
        summary: of the samples in milliseconds; none while there are no samples.
        ratio: the median as a share of the reference's.
        earlier_ms: the median of the run that is compared with.
        is_going_on: it is being measured still.
    """

    subject: Subject
    batch_size: int = 0
    series: Series | None = None
    summary: Summary | None = None
    ratio: float | None = None
    earlier_ms: float | None = None
    is_going_on: bool = False

    @property
    def refusal(self) -> Fallback | None:
        """Why the engine is not to be used, or was not measured to the end."""
        return self.subject.refusal or (self.series.failure if self.series else None)

    @property
    def change(self) -> float | None:
        """How the median has changed since the earlier run, as a share of it; negative is faster."""
        return self.summary.p50 / self.earlier_ms - 1 if self.summary and self.earlier_ms else None

    @property
    def is_unsteady(self) -> bool:
        """Whether its times were so different, or so few, that the median says little."""
        if self.is_going_on:
            return False  # it is too early to tell
        return self.summary is not None and not self.summary.uncertainty <= UNSTEADY

    @property
    def rate(self) -> float | None:
        """Pictures a second at the median."""
        return 1000 * self.batch_size / self.summary.p50 if self.summary else None


@dataclass(frozen=True, slots=True)
class Figures:
    """A run as rows, ordered by batch size and engine, those without figures last.

    Attributes:
        earlier: the run that is compared with.
        is_going_on: the run is not over.
    """

    run: Run
    rows: tuple[Row, ...]
    earlier: Run | None = None
    is_going_on: bool = False

    @property
    def load(self) -> float | None:
        """Programs that waited for a processor when the run began; none if few, or where nobody counts."""
        load, cores = self.run.machine.get("load") or 0.0, self.run.machine.get("cores") or 1
        return load if load > _BUSY * cores else None

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """All that were measured, in order."""
        return tuple(sorted({row.batch_size for row in self.rows if row.batch_size}))

    def at(self, batch_size: int) -> tuple[Row, ...]:
        """The engines at one batch size."""
        return tuple(row for row in self.rows if row.batch_size == batch_size)


class FigureMaker:
    """Makes figures of runs. A run that goes on is summed up again only where it has got new samples."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], tuple[Series, Summary]] = {}

    def make(self, run: Run, earlier: Run | None = None, *, is_going_on: bool = False) -> Figures:
        """The figures of `run`, compared with those of `earlier`."""
        subjects = {subject.engine: subject for subject in run.subjects}
        rows = [
            replace(self._row(run, subjects[series.engine], series, earlier), is_going_on=is_going_on)
            for series in sorted(run.series, key=lambda series: series.batch_size)
            if series.engine in subjects
        ]
        measured = {row.subject.engine for row in rows}
        rows += [Row(subject) for name, subject in subjects.items() if name not in measured]
        return Figures(run, tuple(rows), earlier, is_going_on)

    def _row(self, run: Run, subject: Subject, series: Series, earlier: Run | None) -> Row:
        size = series.batch_size
        summary = self._summary(run, subject.engine, size)
        reference = self._summary(run, run.reference, size)
        before = self._summary(earlier, subject.engine, size) if earlier else None
        return Row(
            subject,
            size,
            series,
            summary,
            summary.p50 / reference.p50 if summary and reference else None,
            before.p50 if before else None,
        )

    def _summary(self, run: Run, engine: str, batch_size: int) -> Summary | None:
        series = run.of(engine, batch_size)
        if series is None:
            return None
        key = run.when, engine, batch_size
        known = self._known.get(key)
        if known is None or known[0] is not series:
            self._known[key] = known = series, series.summary
        return known[1]
