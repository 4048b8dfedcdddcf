"""The charts of a run, the same on the performance page and in the report.

Colours are names: `series<n>` for the engine at place n of `ENGINES`, `step<n>` for the n-th step.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from app.charts.bars import BarChart, Part, Row
from app.charts.lines import Curve, LineChart, Spot
from app.charts.scale import Axis, even_ticks, log_ticks
from app.core.engine_kinds import ENGINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.bench.figures import Figures
    from app.bench.figures import Row as Figure
    from app.bench.records import Subject, Throughput
    from app.core.sentences import Translator

_SHARES = np.linspace(0, 1, 101)
# Where a curve of times can be pointed at.
_TOLD = (25, 50, 75, 90, 99)


def medians(figures: Figures, size: int, tr: Translator) -> BarChart:
    """The median of each engine at a batch size, for one picture, how certain it is, and an earlier one."""
    rows = []
    for row in figures.at(size):
        if row.summary is None:
            rows.append(Row(_name(row, tr), (), ""))
            continue
        middle, low, high = (value / size for value in (row.summary.p50, row.summary.low, row.summary.high))
        before = (row.earlier_ms or 0.0) / size
        told = tr(
            "chart.median", engine=_name(row, tr), time=_milliseconds(middle),
            low=_milliseconds(low), high=_milliseconds(high), count=row.summary.count,
        )  # fmt: skip
        shown, more = _behind(row, figures.run.reference, tr), _compared(row, figures.run.reference, tr)
        bar = Part(middle, _colour(row.subject.engine), told + more)
        faded = row.refusal is not None or row.is_unsteady
        rows.append(Row(_name(row, tr), (bar,), shown, (low, high), before, faded))
    return BarChart(tuple(rows), tr("performance.axis_ms"), empty=tr("chart.empty"))


def medians_note(figures: Figures, tr: Translator) -> str:
    """What the lines in `medians` are."""
    if figures.earlier is None:
        return tr("performance.note_medians")
    when = datetime.fromisoformat(figures.earlier.when).astimezone().strftime("%Y-%m-%d %H:%M")
    return tr("performance.note_medians_compared", when=when)


def steps(figures: Figures, tr: Translator) -> BarChart:
    """The steps of one picture, end to end."""
    subjects = [each for each in figures.run.subjects if each.steps_ms]
    places = {step: place for place, step in enumerate(_steps_of(figures))}
    rows = []
    for subject in subjects:
        engine = tr(f"engine.{subject.engine}")
        times = _told_steps(figures, subject)
        parts = tuple(
            Part(value, f"step{places[step]}", _told(engine, tr(f"performance.step_{step}"), value, tr))
            for step, value in times
        )
        rows.append(Row(engine, parts, _milliseconds(sum(value for _, value in times))))
    legend = tuple((tr(f"performance.step_{step}"), f"step{place}") for step, place in places.items())
    return BarChart(tuple(rows), tr("performance.axis_ms"), legend, tr("chart.empty"))


def _told_steps(figures: Figures, subject: Subject) -> list[tuple[str, float]]:
    """The steps with the median as their inference, copies included, where single pictures were measured.

    Steps are timed a few times at the end of a run, one engine after the other: two figures for one thing, of
    which one is less certain, would only contradict each other.
    """
    row = next((row for row in figures.at(1) if row.subject is subject and row.summary), None)
    if row is None or row.summary is None:
        return list(subject.steps_ms)
    whole = max(row.summary.p50 - dict(subject.steps_ms).get("copy", 0.0), 0.0)
    return [(step, whole if step == "forward" else value) for step, value in subject.steps_ms]


def spread(figures: Figures, size: int, tr: Translator) -> LineChart:
    """The cumulative distribution of times at a batch size, on a logarithmic axis."""
    curves, low, high = [], math.inf, 0.0
    for row in figures.at(size):
        if row.summary is None or row.series is None:
            continue
        times = (np.quantile(row.series.samples_ms, _SHARES) / size).tolist()
        spots = tuple(
            Spot(times[share], share / 100, tr(
                "chart.spread", engine=_name(row, tr), share=f"{share}%", time=_milliseconds(times[share]),
            )) for share in _TOLD
        )  # fmt: skip
        points = tuple(zip(times, _SHARES.tolist(), strict=True))
        curves.append(Curve(_name(row, tr), _colour(row.subject.engine), points, spots))
        low, high = min(low, row.summary.best / size), max(high, row.summary.p99 / size)
    low, high = (low * 0.92, high * 1.12) if curves else (1.0, 100.0)
    across = Axis(low, high, log_ticks(low, high), tr("performance.axis_ms"), log=True)
    shares = tuple((share / 4, f"{share / 4:.0%}") for share in range(5))
    return LineChart(
        tuple(curves), across, Axis(0, 1, shares, tr("performance.axis_share")), tr("chart.empty")
    )


def rates(figures: Figures, tr: Translator) -> LineChart | BarChart:
    """Pictures a second by batch size; bars where there is only one."""
    sizes = figures.batch_sizes
    if len(sizes) == 1:
        return _rates_at(figures, sizes[0], tr)
    curves, highest = [], 0.0
    for engine in dict.fromkeys(row.subject.engine for row in figures.rows if row.summary):
        rows = [row for row in figures.rows if row.subject.engine == engine and row.summary]
        spots, band = [], []
        for row in rows:
            place = float(sizes.index(row.batch_size))
            rate, low, high = _rate(row)
            spots.append(Spot(place, rate, _told_rate(row, tr)))
            band.append((place, low, high))
            highest = max(highest, rate)
        points = tuple((spot.x, spot.y) for spot in spots)
        curves.append(
            Curve(
                tr(f"engine.{engine}"), _colour(engine), points, tuple(spots), dotted=True, band=tuple(band)
            )
        )
    ticks = tuple((float(place), str(size)) for place, size in enumerate(sizes))
    across = Axis(-0.3, max(len(sizes), 1) - 0.7, ticks, tr("performance.axis_batch"))
    return LineChart(tuple(curves), across, _rate_axis(highest, tr), tr("chart.empty"))


def _rates_at(figures: Figures, size: int, tr: Translator) -> BarChart:
    rows = tuple(
        Row(
            _name(row, tr),
            (Part(row.rate, _colour(row.subject.engine), _told_rate(row, tr)),),
            _number(row.rate),
            _rate(row)[1:],
            faded=row.refusal is not None or row.is_unsteady,
        )
        for row in figures.at(size)
        if row.rate is not None
    )
    return BarChart(rows, tr("performance.axis_rate"), empty=tr("chart.empty"))


def sweep(figures: Figures, tr: Translator) -> LineChart:
    """Pictures a second by threads: sharing a picture (solid), each with its own (dashed)."""
    curves, counts, highest = [], {1}, 0.0
    for subject in figures.run.subjects:
        name, colour = tr(f"engine.{subject.engine}"), _colour(subject.engine)
        for several in (False, True) if subject.throughputs else ():
            chosen = _alike(subject.throughputs, several=several)
            key = "chart.sweep_workers" if several else "chart.sweep_threads"
            spots = tuple(
                Spot(float(count), rate, tr(key, engine=name, count=count, rate=_number(rate)))
                for count, rate in chosen
            )
            points = tuple((spot.x, spot.y) for spot in spots)
            curves.append(Curve(name, colour, points, spots, dotted=True, dashed=several))
            counts |= {count for count, _ in chosen}
            highest = max(highest, *(rate for _, rate in chosen), 0.0)
    ticks = tuple((float(count), str(count)) for count in sorted(counts))
    across = Axis(0.85, max(counts) * 1.15, ticks, tr("performance.axis_threads"), log=True)
    return LineChart(tuple(curves), across, _rate_axis(highest, tr), tr("chart.empty"))


def _alike(found: Sequence[Throughput], *, several: bool) -> list[tuple[int, float]]:
    """Rates by the number of threads that share a picture or, with `several`, that have their own."""
    return sorted(
        (each.workers if several else each.threads, each.rate)
        for each in found
        if (each.threads if several else each.workers) == 1
    )


def _steps_of(figures: Figures) -> list[str]:
    return list(dict.fromkeys(step for each in figures.run.subjects for step, _ in each.steps_ms))


def _rate(row: Figure) -> tuple[float, float, float]:
    """Pictures a second at the median, and at the ends of its interval."""
    if row.summary is None:
        raise ValueError("nothing was measured")
    middle, high, low = (
        1000 * row.batch_size / value for value in (row.summary.p50, row.summary.low, row.summary.high)
    )
    return middle, low, high


def _rate_axis(highest: float, tr: Translator) -> Axis:
    return Axis(0, highest * 1.08 or 1.0, even_ticks(highest * 1.08), tr("performance.axis_rate"))


def _name(row: Figure, tr: Translator) -> str:
    return tr(f"engine.{row.subject.engine}")


def _colour(engine: str) -> str:
    return f"series{ENGINES.index(engine) if engine in ENGINES else 0}"


def _behind(row: Figure, reference: str, tr: Translator) -> str:
    """The text behind a bar: the time, and how it compares."""
    if row.summary is None:
        return ""
    text = _milliseconds(row.summary.p50 / row.batch_size)
    if row.is_unsteady:
        return f"{text} · {tr('performance.status_unsteady')}"
    if row.change is not None:
        return f"{text} · {row.change:+.1%}"
    if row.ratio is None or row.subject.engine == reference:
        return text
    return f"{text} · {tr('chart.times', times=times_as_fast(row.ratio))}"


def _compared(row: Figure, reference: str, tr: Translator) -> str:
    """What is told besides, in a line of its own."""
    if row.ratio is None or row.subject.engine == reference:
        return ""
    return "\n" + tr("chart.speed", reference=tr(f"engine.{reference}"), times=times_as_fast(row.ratio))


def times_as_fast(share: float) -> str:
    """How many times as fast something is that takes this share of the time."""
    times = 1 / share
    return f"{times:.{2 if times < 10 else 1}f}"


def _told(engine: str, step: str, value: float, tr: Translator) -> str:
    return tr("chart.step", engine=engine, step=step, time=_milliseconds(value))


def _told_rate(row: Figure, tr: Translator) -> str:
    return tr("chart.rate", engine=_name(row, tr), batch=row.batch_size, rate=_number(row.rate or 0.0))


def _number(value: float) -> str:
    return f"{value:.{1 if value < 100 else 0}f}"


def _milliseconds(value: float) -> str:
    return f"{value:.{2 if value < 100 else 1}f} ms"
