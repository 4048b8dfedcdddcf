"""Charts of a run as SVG, for reports that any browser can show."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.bench.records import Run

_WIDTH, _ROW, _LEFT, _RIGHT = 760, 30, 190, 110
_HEIGHT, _MARGIN = 300, 46
_COLOURS = ("#8792a3", "#0b6bcb", "#e0a030", "#1a7f4b", "#8a6fd1", "#c0362c", "#5aa897", "#b05fa8", "#6b8e23",
            "#4a5568", "#d2691e")  # fmt: skip


def bars(run: Run, batch_size: int, name: Mapping[str, str]) -> str:
    """Median milliseconds a picture of each engine, with confidence interval and ratio to the reference."""
    found = [series for series in run.series if series.batch_size == batch_size and series.samples_ms]
    if not found:
        return ""
    longest = max(series.summary.high for series in found)
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    parts = []
    for row, series in enumerate(found):
        summary, middle = series.summary, row * _ROW + _ROW / 2
        ratio = run.ratio(series)
        shown = f"{summary.p50 / batch_size:.2f} ms" + (f" · {ratio:.2f}×" if ratio else "")
        start, end = (_LEFT + value * scale for value in (summary.low, summary.high))
        parts += [
            _text(_LEFT - 10, middle + 4, name[series.engine], "end"),
            f'<rect x="{_LEFT}" y="{middle - 9}" width="{summary.p50 * scale:.1f}" height="18" rx="3" '
            f'fill="{_colour(run, series.engine)}"/>',
            f'<path d="M{start:.1f} {middle}H{end:.1f}M{start:.1f} {middle - 4}v8M{end:.1f} {middle - 4}v8" '
            f'stroke="currentColor"/>',
            _text(end + 8, middle + 4, shown),
        ]
    return _svg(len(found) * _ROW, parts)


def distributions(run: Run, batch_size: int, name: Mapping[str, str]) -> str:
    """The share of runs that were faster than a time, for each engine."""
    curves = {}
    for series in run.series:
        if series.batch_size == batch_size and series.samples_ms:
            times = np.sort(np.asarray(series.samples_ms)) / batch_size
            kept = times[: math.ceil(len(times) * 0.99)]  # the slowest hundredth would squeeze the rest
            shares = (np.arange(len(kept)) + 1) / len(times) * 100
            curves[series.engine] = list(zip(kept.tolist(), shares.tolist(), strict=True))
    return _lines(run, curves, name, "ms", "%", marked=False)


def throughputs(run: Run, name: Mapping[str, str]) -> str:
    """Pictures a second by batch size, for each engine."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for series in run.series:
        if series.samples_ms:
            curves.setdefault(series.engine, []).append((series.batch_size, series.rate))
    return _lines(run, curves, name, "batch", "/s", marked=True)


def _lines(
    run: Run,
    curves: Mapping[str, Sequence[tuple[float, float]]],
    name: Mapping[str, str],
    across: str,
    up: str,
    *,
    marked: bool,
) -> str:
    points = [point for curve in curves.values() for point in curve]
    if not points:
        return ""
    right, top = max(x for x, _ in points), max(y for _, y in points)
    wide, high = _WIDTH - _MARGIN - _LEFT, _HEIGHT - 2 * _MARGIN

    def place(x: float, y: float) -> tuple[float, float]:
        return _MARGIN + x / right * wide, _HEIGHT - _MARGIN - y / top * high

    parts = [_axes(right, top, across, up, wide, high)]
    for row, (engine, curve) in enumerate(curves.items()):
        colour = _colour(run, engine)
        places = [place(x, y) for x, y in curve]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if marked:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
        parts.append(f'<rect x="{_WIDTH - _LEFT + 24}" y="{row * 22 + 14}" width="12" height="12" '
                     f'rx="3" fill="{colour}"/>')  # fmt: skip
        parts.append(_text(_WIDTH - _LEFT + 44, row * 22 + 24, name[engine]))
    return _svg(_HEIGHT, parts)


def _axes(right: float, top: float, across: str, up: str, wide: float, high: float) -> str:
    floor = _HEIGHT - _MARGIN
    lines = [
        f'<path d="M{_MARGIN} {_MARGIN}V{floor}h{wide}" fill="none" stroke="currentColor" opacity=".4"/>'
    ]
    lines += [
        _text(_MARGIN + tick / right * wide, floor + 20, f"{tick:g}", "middle") for tick in _ticks(right)
    ]
    lines += [_text(_MARGIN - 6, floor - tick / top * high + 4, f"{tick:g}", "end") for tick in _ticks(top)]
    lines.append(_text(_MARGIN + wide, floor + 38, across, "end"))
    lines.append(_text(_MARGIN, _MARGIN - 16, up, "middle"))
    return "".join(lines)


def _ticks(high: float) -> list[float]:
    """Up to five round numbers between 0 and `high`."""
    power: float = 10 ** math.floor(math.log10(high))
    step = next(step for step in (0.2 * power, 0.5 * power, power, 2 * power) if high / step < 6)
    return [round(step * number, 6) for number in range(1, int(high / step) + 1)]


def _colour(run: Run, engine: str) -> str:
    names = [subject.engine for subject in run.subjects]
    return _COLOURS[names.index(engine) % len(_COLOURS)]


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(text)}</text>'


def _svg(height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
    )
