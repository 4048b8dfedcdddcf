"""Round numbers along an axis. No Qt."""

from __future__ import annotations

import math

_STEPS = (1, 2, 5)


def plain(value: float) -> str:
    """A number as it is written at an axis: `0.5`, `20`, `1500`."""
    return f"{value:.6g}"


def even_ticks(high: float, most: int = 6) -> list[tuple[float, str]]:
    """At most `most` equal steps of a round width from 0 to `high`."""
    if high <= 0:
        return [(0.0, "0")]
    power = 10.0 ** math.floor(math.log10(high / most))
    step = next((step * power for step in (*_STEPS, 10) if high / (step * power) <= most), 10 * power)
    return [(number * step, plain(number * step)) for number in range(int(high / step) + 1)]


def log_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """1, 2, 5, 10 … between `low` and `high`, at the place of their logarithm to base 10."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [step * 10.0**power for power in powers for step in _STEPS]
    if sum(low <= value <= high for value in values) < 3:
        values = [step * 10.0**power for power in powers for step in (1, 1.5, 2, 3, 4, 5, 6, 7, 8)]
    return [(math.log10(value), plain(value)) for value in values if low <= value <= high]
