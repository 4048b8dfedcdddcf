"""Measuring which engine is the fastest that may be used here."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, cast

from app.bench.measure import thinned
from app.bench.subject import EngineSubject, SubjectRequest
from app.core.child_process import Remote
from app.core.engine_kinds import STANDARD
from app.core.errors import CancelledError, ModelError, WanwuError
from app.core.stages import ignore
from app.recognition.fastest import CANDIDATES, Choice, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.results import Fallback, Parity
    from app.core.stages import Report
    from app.engines.selection import EnginesKey

log = logging.getLogger(__name__)

# For all of it. The user is told of 20 seconds, which the check of the winner may need.
_SECONDS = 18.0
# In turn, a few runs each: a machine that is busy for a moment slows all candidates, and not one.
_ROUNDS, _RUNS = 6, 8
# An engine this much faster than the standard one is worth another program; less is noise.
_WORTH = 0.97


class Chooser:
    """Measures the candidates, each in a process of its own. `choose` belongs to one thread."""

    def __init__(self, key: EnginesKey, make_subject: Callable[[], object] = EngineSubject) -> None:
        self._key = key
        self._remotes = {name: Remote(make_subject, f"auto-{name}") for name in CANDIDATES}
        self._cancelled = False

    def cancel(self) -> None:
        """Stop at once, from any thread; `choose` raises CancelledError."""
        self._cancelled = True
        for remote in self._remotes.values():
            remote.close()

    def choose(self, report: Report = ignore) -> Choice:
        """Measure, keep and return the choice, in about 20 seconds at most.

        `report` hears stages, from several threads. Raises CancelledError, WanwuError.
        """
        try:
            report("auto_load")
            ready = self._load()
            report("auto_measure")
            times = self._measure(ready)
            report("auto_check")
            choice = self._decide(times)
        finally:
            for remote in self._remotes.values():
                remote.close()
        keep(self._key, choice)
        return choice

    def _load(self) -> list[str]:
        """Load candidates, two at a time, until the time for it is over; the ones that are ready."""
        # Less than half: what begins to load just before the limit may take as long again (torch, OpenVINO).
        limit = monotonic() + _SECONDS * 0.45
        with ThreadPoolExecutor(2) as pool:
            try:
                loaded = list(
                    pool.map(lambda name: monotonic() < limit and self._make_ready(name), CANDIDATES)
                )
            except BaseException:
                self.cancel()  # the pool waits for its threads, and they for their processes
                raise
        if self._cancelled:
            raise CancelledError
        return [name for name, works in zip(CANDIDATES, loaded, strict=True) if works]

    def _make_ready(self, name: str) -> bool:
        request = SubjectRequest(name, self._key, thinned((), 1))
        try:
            return self._ask(name, "load", request) is not None and self._ask(name, "warm_up", 1) is not None
        except CancelledError:
            return False

    def _ask(self, name: str, method: str, *arguments: object) -> object | None:
        """What a candidate answers; None when it drops out, also because its process has died."""
        try:
            return self._remotes[name].call(method, *arguments, report=ignore)
        except (CancelledError, ModelError):
            raise
        except WanwuError as error:
            log.info("%s is no candidate: %s", name, error)
            return None

    def _measure(self, names: list[str]) -> dict[str, float]:
        """The median of each engine over interleaved rounds."""
        samples: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(_ROUNDS):
            for name in list(samples):
                times = cast("list[float] | None", self._ask(name, "sample", 1, 0, _RUNS))
                if times is None:
                    del samples[name]
                else:
                    samples[name] += times
        return {name: median(times) for name, times in samples.items()}

    def _decide(self, times: dict[str, float]) -> Choice:
        """The fastest whose answers agree with the reference's."""
        order = sorted(times, key=lambda name: times[name])
        worth = times.get(STANDARD, float("inf")) * _WORTH
        medians = tuple((name, times[name]) for name in order)
        for name in order:
            if name == STANDARD or times[name] > worth:
                break
            if self._agrees(name):
                return Choice(name, medians)
        return Choice(STANDARD, medians)

    def _agrees(self, name: str) -> bool:
        answer = cast("tuple[Parity, Fallback | None] | None", self._ask(name, "check"))
        return answer is not None and answer[1] is None
