"""How far a run is, and how long it will go on: by what was timed so far, before that by guess.

A run prepares (engines are loaded, compared and warmed up), measures in rounds for as long as was asked for,
and ends. What an engine needs once, when it is new here, is a stage of its own: it takes many times as long.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from app.bench.records import Plan

# Seconds that a stage takes for one engine, on two slow cores, until one was timed here.
_GUESSES = {
    "load": 4.0, "first_load": 12.0, "compare": 4.0, "first_compare": 18.0, "warm_up": 1.0, "finish": 1.5,
    "sweep": 8.0,
}  # fmt: skip
_BEFORE_ROUNDS = ("load", "first_load", "compare", "first_compare", "warm_up")
_AFTER_ROUNDS = ("finish", "sweep")
# What takes longer than was thought goes on for this share of what it has taken, at the least.
_OVERRUN = 0.2
_ROUNDS_GUESS = 60.0  # where only a number of runs was asked for


class Schedule:
    """Counts what is left of each stage. `new` are engines to be checked first; `clock` tells seconds.

    Attributes:
        prepared: seconds until the rounds began.
    """

    def __init__(
        self, plan: Plan, new: Collection[str] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock, self._start = clock, clock()
        self._seconds = plan.seconds
        self._new = frozenset(new)
        self._left = dict.fromkeys(_GUESSES, len(plan.engines))
        for stage in ("load", "compare"):
            self.expect(stage, plan.engines)
        self._left["warm_up"] *= len(plan.batch_sizes)
        self._left["sweep"] *= plan.sweep
        self._times: dict[str, list[float]] = {stage: [] for stage in _GUESSES}
        self._unit: tuple[str, float] | None = None  # the stage under way, and since when
        self._part, self._counting_since = 0.0, 0.0
        self._rounds: tuple[float, float] | None = None  # since when, and how many seconds
        self._rounds_share = 0.0
        self._share = 0.0
        self.prepared = 0.0

    @property
    def spent(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._start

    def expect(self, stage: str, engines: Sequence[str]) -> None:
        """These are left of a stage: others have dropped out."""
        new = [name for name in engines if self._place(stage, name) != stage]
        self._left[stage] = len(engines) - len(new)
        if f"first_{stage}" in _GUESSES:
            self._left[f"first_{stage}"] = len(new)

    def _place(self, stage: str, engine: str) -> str:
        """The stage itself, or the one of those that are new."""
        first = f"first_{stage}"
        return first if engine in self._new and first in _GUESSES else stage

    @contextmanager
    def timed(self, stage: str, engine: str = "") -> Iterator[None]:
        """One engine goes through a stage."""
        stage, start = self._place(stage, engine), self._clock()
        self._unit, self._part, self._counting_since = (stage, start), 0.0, start
        try:
            yield
        finally:
            self._unit = None
            self._left[stage] = max(self._left[stage] - 1, 0)
            self._times[stage].append(self._clock() - start)

    def part(self, share: float) -> None:
        """This share of the unit under way is done, counted from when it was told that none was."""
        if share <= 0:
            self._counting_since = self._clock()
        self._part = share

    def begin_rounds(self) -> None:
        """All is prepared: the time that was asked for begins."""
        self.prepared = self.spent
        self._rounds = self._clock(), self._seconds

    def rounds(self, settled: float) -> float:
        """The share of the rounds that is done, given how near the medians are to being certain."""
        if self._rounds is None:
            raise RuntimeError("the rounds have not begun")
        since, seconds = self._rounds
        self._rounds_share = min(max((self._clock() - since) / seconds, settled), 1.0)
        return self._rounds_share

    @property
    def left(self) -> float:
        """Seconds until the run will be over."""
        return self.left_before + self._rounds_left() + self._estimate(_AFTER_ROUNDS)

    @property
    def left_before(self) -> float:
        """Seconds until the rounds begin."""
        return self._estimate(_BEFORE_ROUNDS) if self._rounds is None else 0.0

    def _rounds_left(self) -> float:
        if self._rounds is None:
            return self._seconds if math.isfinite(self._seconds) else _ROUNDS_GUESS
        since, seconds = self._rounds
        gone, share = self._clock() - since, self._rounds_share
        by_share = gone * (1 - share) / share if share > 0 else _ROUNDS_GUESS
        return max(min(by_share, seconds - gone), 0.0) if share < 1 else 0.0

    def _estimate(self, stages: tuple[str, ...]) -> float:
        return sum(self._estimate_of(stage) for stage in stages)

    def _estimate_of(self, stage: str) -> float:
        times, left = self._times[stage], self._left[stage]
        each = sum(times) / len(times) if times else _GUESSES[stage]
        if self._unit is None or self._unit[0] != stage:
            return each * left
        gone = self._clock() - self._unit[1]
        if self._part > 0:  # counted: it says how long the others will take too
            rest = (self._clock() - self._counting_since) * (1 - self._part) / self._part
            each = each if times else gone + rest
        else:
            rest = max(each - gone, _OVERRUN * gone)
        return rest + each * max(left - 1, 0)

    @property
    def share(self) -> float:
        """Of the whole run, 0-1; it only grows."""
        now = self.spent
        left = self.left
        if now + left > 0:
            self._share = max(self._share, now / (now + left))
        return self._share
