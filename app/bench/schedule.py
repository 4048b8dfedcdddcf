"""How far a run is, and how long it will go on: by what was timed so far, before that by guess."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.bench.records import Plan

# Seconds that a stage takes for one engine, on two slow cores, until one was timed here.
_GUESSES = {"load": 4.0, "compare": 5.0, "warm_up": 1.0, "finish": 1.5, "sweep": 8.0}
_BEFORE_ROUNDS = ("load", "compare", "warm_up")
# Rounds that are shorter than this share of the time that was asked for say nothing.
_LEAST_ROUNDS = 0.25
_ROUNDS_GUESS = 60.0  # where only a number of runs was asked for


class Schedule:
    """Counts what is left of each stage. `clock` tells seconds.

    Attributes:
        prepared: seconds until the rounds began.
    """

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._start = clock, clock()
        self._seconds = plan.seconds
        engines = len(plan.engines)
        self._left = dict.fromkeys(_GUESSES, engines)
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

    def expect(self, stage: str, count: int) -> None:
        """So many are left of a stage: engines have dropped out."""
        self._left[stage] = count

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """One engine goes through a stage."""
        start = self._clock()
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
        """What is left of the time that was asked for goes to the rounds, and a quarter of it in any case."""
        self.prepared = self.spent
        self._rounds = self._clock(), self._rounds_seconds()

    def _rounds_seconds(self) -> float:
        rest = self._seconds - self.spent - self._estimate(("finish", "sweep"))
        return max(rest, self._seconds * _LEAST_ROUNDS)

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
        return self._estimate(_BEFORE_ROUNDS) + self._rounds_left() + self._estimate(("finish", "sweep"))

    def _rounds_left(self) -> float:
        if self._rounds is None:
            before = self._estimate(_BEFORE_ROUNDS)
            whole = max(self._rounds_seconds() - before, self._seconds * _LEAST_ROUNDS)
            return whole if math.isfinite(whole) else _ROUNDS_GUESS
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
            rest = max(each - gone, 0.0)
        return rest + each * max(left - 1, 0)

    @property
    def share(self) -> float:
        """Of the whole run, 0-1; it only grows."""
        now = self.spent
        left = self.left
        if now + left > 0:
            self._share = max(self._share, now / (now + left))
        return self._share
