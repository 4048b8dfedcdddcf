"""Engines side by side: each in its own process, cold starts apart, then rounds A B A B … until steady."""

from __future__ import annotations

import datetime
import logging
import math
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

from app.bench.load import Load
from app.bench.machine import record as machine_record
from app.bench.records import Plan, Run, Series, Subject, Throughput
from app.bench.schedule import Schedule
from app.bench.subject import EngineSubject, SubjectRequest
from app.core import paths
from app.core.child_process import Remote
from app.core.errors import CancelledError, ErrorCode, ModelError, PictureError, WanwuError
from app.core.results import Fallback, Parity
from app.core.stages import split_count
from app.engines.agreement import compare, was_checked
from app.models.library import card_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

# They are kept in memory as the network takes them, so that only inference is measured: 48 of 260 × 260
# pixels take 39 MB.
MOST_PICTURES = 48
# A turn is long enough that waking the process, which is not counted, costs little.
_TURN_MS = 150.0
_MOST_A_TURN = 20
_SHOW_SECONDS = 0.5
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: a key of `resources/i18n`, section `build` or `bench`.
        engine: the one that is being worked on; empty in rounds.
        share: of the whole run, 0–1.
        run: what has been found so far.
        left: seconds until it will be over, as far as that can be told.
        before: seconds of these until measuring begins; 0 once it has.
        done, total: pictures of the stage; both 0 where it counts none.
    """

    stage: str
    engine: str
    share: float
    run: Run
    left: float = 0.0
    before: float = 0.0
    done: int = 0
    total: int = 0


Listen = Callable[[Progress], None]


def ignore_progress(_progress: Progress) -> None:
    """Listens to nothing."""


class Benchmark:
    """One run of a plan. `run` belongs to one thread; `cancel` may be called from any.

    `make_subject` makes the object that is called in each engine's process.
    """

    def __init__(self, plan: Plan, make_subject: Callable[[], object] = EngineSubject) -> None:
        self._plan = replace(plan, pictures=thinned(plan.pictures), engines=with_reference(plan))
        self._remotes = {name: Remote(make_subject, f"bench-{name}") for name in self._plan.engines}
        self._load_beside = Load(plan.load)
        self._cancelled = False
        self._dead: set[str] = set()
        self._listen: Listen = ignore_progress
        self._run = Run("", {}, {})
        self._schedule = Schedule(self._plan)
        self._shown = 0.0

    def cancel(self) -> None:
        """Stop at once: `run` then returns what it has, marked as not complete."""
        self._cancelled = True
        self._end_processes()

    def _end_processes(self) -> None:
        self._load_beside.close()
        for remote in self._remotes.values():
            remote.close()

    def run(self, listen: Listen = ignore_progress) -> Run:
        """Measure, telling `listen` how it goes.

        An engine that fails is left out from there on, with the reason. Raises WanwuError when nothing can
        be measured at all: no picture can be read, no such model.
        """
        self._listen = listen
        when = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        self._run = Run(when, machine_record(), _settings(self._plan))
        self._schedule = Schedule(self._plan, new_engines(self._plan))
        try:
            for step in (self._load, self._compare, self._warm_up, self._measure, self._finish):
                step()
            self._run = replace(self._run, complete=True)
        except CancelledError:
            log.info("the run was stopped")
        finally:
            self._end_processes()
        times = {"took": round(self._schedule.spent, 1), "prepared": round(self._schedule.prepared, 1)}
        return replace(self._run, settings=self._run.settings | times)

    def _load(self) -> None:
        for name in self._plan.engines:
            request = SubjectRequest(name, self._plan.key, self._plan.pictures)
            subject = Subject(name)
            with self._schedule.timed("load", name), self._failing(subject) as failed:
                subject = self._ask(name, Subject, "load", request)
            if failed and _concerns_all(failed[0]):
                raise failed[0]
            self._put(replace(subject, refusal=_refusal(name, failed)))
        if not self._alive():
            raise failed[0]

    @contextmanager
    def _failing(self, subject: Subject) -> Iterator[list[WanwuError]]:
        """Collects the error because of which one engine drops out; the run goes on."""
        failed: list[WanwuError] = []
        try:
            yield failed
        except CancelledError:
            raise
        except WanwuError as error:
            if self._cancelled:
                raise CancelledError from error
            log.warning("%s drops out: %s", subject.engine, error)
            if error.code == ErrorCode.PROCESS_DIED:
                self._dead.add(subject.engine)
            failed.append(error)

    def _compare(self) -> None:
        """Agreement with the reference on the check pictures and on the pictures of the run."""
        expected: NDArray[np.float64] | None = None
        self._schedule.expect("compare", self._names())
        for subject in self._alive():
            name = subject.engine
            with self._schedule.timed("compare", name), self._failing(subject) as failed:
                answers = self._ask(name, object, "answers", stage="compare")
                # The reference, which comes first, leaves its answers to the check pictures in the cache: no
                # other process has to load it, and memory is that of one engine.
                check, refusal = cast(
                    "tuple[Parity, Fallback | None]", self._ask(name, tuple, "check", stage="compare")
                )
                subject = replace(subject, check=check, refusal=refusal)
                if name == self._plan.reference:
                    expected = cast("NDArray[np.float64]", answers)
                if expected is not None:
                    parity = compare(name, expected, cast("NDArray[np.float64]", answers))
                    subject = replace(subject, parity=parity)
            self._put(replace(subject, refusal=_refusal(name, failed) or subject.refusal))

    def _warm_up(self) -> None:
        # Only now: loading and checking would take twice as long beside it, and is not what is asked.
        self._load_beside.start()
        self._schedule.expect("warm_up", self._names() * len(self._plan.batch_sizes))
        for size in self._plan.batch_sizes:
            for subject in self._alive():
                series = Series(subject.engine, size)
                with self._schedule.timed("warm_up"), self._failing(subject) as failed:
                    first = self._ask(subject.engine, list, "warm_up", size, stage="warm_up")
                    series = replace(series, warm_up_ms=tuple(first))
                self._add(replace(series, failure=_refusal(subject.engine, failed)))

    def _measure(self) -> None:
        """Rounds over all engines and batch sizes, until all medians are certain enough."""
        self._schedule.begin_rounds()
        while self._schedule.rounds(self._settled()) < 1:
            for series in self._run.series:
                if series.failure is None and len(series.samples_ms) < self._plan.most_runs:
                    self._take_turn(series)

    def _settled(self) -> float:
        """How near the rounds are to their end by the number and the spread of samples, 0–1."""
        plan = self._plan
        running = [each for each in self._run.series if each.failure is None]
        if not running:
            return 1.0
        counts = [len(each.samples_ms) for each in running]
        if min(counts) >= plan.most_runs:
            return 1.0
        if min(counts) >= plan.least_runs:
            widest = max(each.summary.uncertainty for each in running)
            # The interval narrows with the square root of the number of samples.
            return min((plan.uncertainty / widest) ** 2, 1.0) if widest > 0 else 1.0
        return min(counts) / plan.least_runs / 2

    def _take_turn(self, series: Series) -> None:
        done = len(series.samples_ms)
        # The fastest of the first runs is the nearest to those that follow.
        expected = series.summary.p50 if done else min(series.warm_up_ms)
        runs = max(1, min(round(_TURN_MS / expected), _MOST_A_TURN, self._plan.most_runs - done))
        with self._failing(Subject(series.engine)) as failed:
            times = self._ask(series.engine, list, "sample", series.batch_size, done, runs, stage="rounds")
            self._replace(series, replace(series, samples_ms=(*series.samples_ms, *times)))
        if failed:
            self._replace(series, replace(series, failure=_refusal(series.engine, failed)))

    def _finish(self) -> None:
        """Steps, memory and threads, engine by engine."""
        for stage in ("finish", "sweep") if self._plan.sweep else ("finish",):
            self._schedule.expect(stage, self._names())
        for subject in self._alive():
            name = subject.engine
            with self._schedule.timed("finish"), self._failing(subject):
                steps = self._ask(name, dict, "steps", stage="steps")
                resident, device = self._ask(name, tuple, "memory", stage="steps")
                subject = replace(
                    subject, steps_ms=tuple(steps.items()), memory_mb=resident, device_mb=device
                )
                self._put(subject)
            if self._plan.sweep:
                with self._schedule.timed("sweep"), self._failing(subject):
                    found = self._ask(name, list, "sweep", stage="sweep")
                    self._put(replace(subject, throughputs=cast("tuple[Throughput, ...]", tuple(found))))

    def _ask(
        self, name: str, kind: type[_Answer], method: str, *arguments: object, stage: str = ""
    ) -> _Answer:
        """Call a method of an engine's process; its reports are stages of this run."""
        if name in self._dead:  # a new process would know nothing of what was loaded
            raise WanwuError(ErrorCode.PROCESS_DIED, name=name)
        if stage != "rounds" or time.monotonic() - self._shown > _SHOW_SECONDS:
            self._shown = time.monotonic()
            if stage:
                self._show(stage, "" if stage == "rounds" else name)
        answer = self._remotes[name].call(method, *arguments, report=lambda report: self._show(report, name))
        if not isinstance(answer, kind):
            raise TypeError(f"{method} answered {answer!r}")
        return answer

    def _show(self, report: str, engine: str) -> None:
        stage, done, total = split_count(report)
        if total:
            self._schedule.part(done / total)
        share, left, before = self._schedule.share, self._schedule.left, self._schedule.left_before
        self._listen(Progress(stage, engine, share, self._run, left, before, done, total))

    def _alive(self) -> list[Subject]:
        """The engines that could be loaded; one that disagrees is measured all the same."""
        dead = (ErrorCode.ENGINE_DISAGREES, None)
        return [each for each in self._run.subjects if (each.refusal and each.refusal.code) in dead]

    def _names(self) -> list[str]:
        return [subject.engine for subject in self._alive()]

    def _put(self, subject: Subject) -> None:
        others = [each for each in self._run.subjects if each.engine != subject.engine]
        order = {name: place for place, name in enumerate(self._plan.engines)}
        subjects = sorted((*others, subject), key=lambda each: order[each.engine])
        self._run = replace(self._run, subjects=tuple(subjects))

    def _add(self, series: Series) -> None:
        self._run = replace(self._run, series=(*self._run.series, series))

    def _replace(self, old: Series, new: Series) -> None:
        key = old.engine, old.batch_size
        changed = (new if (each.engine, each.batch_size) == key else each for each in self._run.series)
        self._run = replace(self._run, series=tuple(changed))


def _concerns_all(error: WanwuError) -> bool:
    """Whether no other engine would do better."""
    return isinstance(error, PictureError | ModelError)


def _refusal(name: str, failed: Sequence[WanwuError]) -> Fallback | None:
    return Fallback(name, failed[0].code, tuple(failed[0].facts.items())) if failed else None


def with_reference(plan: Plan) -> tuple[str, ...]:
    """The engines that are measured, in the order in which they take their turns."""
    return tuple(dict.fromkeys((plan.reference, *plan.engines)))


def new_engines(plan: Plan) -> tuple[str, ...]:
    """Those that have to be checked first, which takes a while: their answers were never compared here.

    None of a model whose card cannot be read: the run tells that.
    """
    try:
        card_id = card_of(plan.key.model).id
    except ModelError:
        return ()
    return tuple(name for name in with_reference(plan) if not was_checked(name, card_id))


def thinned(pictures: Sequence[Path], most: int = MOST_PICTURES) -> tuple[Path, ...]:
    """At most `most` of `pictures`, spread evenly; the samples when there are none."""
    chosen = pictures or sorted(paths.resource("samples").glob("*.jpg"))
    if len(chosen) <= most:
        return tuple(chosen)
    return tuple(chosen[row * len(chosen) // most] for row in range(most))


def _settings(plan: Plan) -> dict[str, object]:
    return {
        "model": plan.key.model,
        "device": plan.key.device,
        "threads": plan.key.threads,
        "busy_processes": plan.load,
        "reference": plan.reference,
        "pictures": len(plan.pictures),
        "batch_sizes": list(plan.batch_sizes),
        "uncertainty": plan.uncertainty,
        "seconds": plan.seconds if math.isfinite(plan.seconds) else None,  # JSON has no infinity
        "most_runs": plan.most_runs,
    }
