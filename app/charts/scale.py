"""Axes: which part of them is shown, round numbers along them, and where a value lies."""

from __future__ import annotations

import math
from dataclasses import dataclass

_STEPS = (1, 2, 5)
Ticks = tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, with texts at some values and a unit; `log` is logarithmic."""

    low: float
    high: float
    ticks: Ticks = ()
    unit: str = ""
    log: bool = False

    def share(self, value: float) -> float:
        """Where a value lies, 0 at `low` and 1 at `high`."""
        low, high, place = (
            map(_power, (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        )
        return (place - low) / (high - low) if high > low else 0.5


def _power(value: float) -> float:
    """The logarithm; what has none lies before every axis."""
    return math.log10(value) if value > 0 else -math.inf


def plain(value: float) -> str:
    """A number as it is written at an axis: `0.5`, `20`, `1500`."""
    return f"{value:.6g}"


def even_ticks(high: float, most: int = 6, low: float = 0.0) -> Ticks:
    """At most `most` steps of one round width between `low` and `high`."""
    if not low < high < math.inf:
        return ((low, plain(low)),)
    least = (high - low) / most
    power = 10.0 ** math.floor(math.log10(least))
    step = next(step * power for step in (*_STEPS, 10, 20) if step * power >= least)
    numbers = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return tuple((number * step, plain(number * step)) for number in numbers)


def log_ticks(low: float, high: float, most: int = 8) -> Ticks:
    """Round numbers along a logarithmic axis: 1, 2, 5, 10 …; where that is too few or too many, others."""
    if not 0 < low <= high < math.inf:
        return ()
    powers = [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    for steps in ((1, 1.5, 2, 3, 4, 5, 6, 8), _STEPS, (1, 3), (1,)):
        values = [step * power for power in powers for step in steps if low <= step * power <= high]
        if len(values) <= most:
            break
    if len(values) < 3:  # from 20 to 25, say
        return even_ticks(high, most // 2, low)
    return tuple((value, plain(value)) for value in values)
