"""One engine in a process of its own, doing what a run asks it to.

A process for each engine: their thread pools do not disturb each other (OpenVINO takes twice as long beside
spinning OpenMP threads, docs/benchmarks.md), its peak memory is its own, and one that crashes or is killed
for lack of memory takes nothing else along.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from app.bench.records import Subject, Throughput
from app.core.errors import EngineError, PictureError
from app.core.probabilities import probabilities_of
from app.core.results import Fallback, Parity
from app.core.stages import Report, counted
from app.engines.agreement import probabilities, require_agreement, verdict
from app.engines.devices import peak_memory, resolve, send
from app.engines.factory import create_engine, require
from app.engines.preprocess import crop_pixels, join, to_batch
from app.engines.spare import LOOK_SECONDS, Spare
from app.engines.threads import resolve_threads, set_threads, usable_cores
from app.engines.timing import timed_run
from app.models.library import Model, open_model
from app.recognition.prepare import decode_for, load_picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from app.engines.protocol import Engine
    from app.engines.selection import EnginesKey

log = logging.getLogger(__name__)
STEPS = ("decode", "resize", "copy", "forward", "softmax")
_MEGABYTE = 2**20
_STEP_ROUNDS = 5
_STEP_SECONDS = 1.5
_TOLD_EACH = 4  # pictures between reports
_SWEEP_SECONDS = 0.6
# After a pause a processor takes about as long to be as fast as it was.
_WAKE_SECONDS = 0.03
# Looks at what else runs before the number of threads is believed, and how long a program for it may take.
_SETTLE_LOOKS, _SETTLE_SECONDS = 4, 10.0


@dataclass(frozen=True, slots=True)
class SubjectRequest:
    """Which engine, of which model, on which pictures."""

    engine: str
    key: EnginesKey
    pictures: tuple[Path, ...]


class EngineSubject:
    """Everything that can be found out about one engine. The methods are called in a child process."""

    def __init__(self) -> None:
        self._engine: Engine | None = None

    def load(self, request: SubjectRequest, report: Report) -> Subject:
        """Make the engine ready. Raises WanwuError: it cannot run, or a picture cannot be read."""
        name, key = request.engine, request.key
        device, threads = resolve(key.device), resolve_threads(key.threads)
        require(name, device)
        self._model: Model = open_model(key.model, report=report)
        self._spare = Spare.of(key.threads, device)
        self._request = replace(self._model.request(name, device, threads, report), spare=self._spare)
        report("load")
        start = time.perf_counter()
        self._engine = create_engine(name, self._request)
        loaded = time.perf_counter() - start
        self._read(request.pictures)
        info = self._engine.info
        return Subject(
            name,
            info.device,
            info.precision,
            threads,
            loaded * 1000,
            self._request.file.stat().st_size / _MEGABYTE,
        )

    def _read(self, pictures: Sequence[Path]) -> None:
        """Load the pictures that can be read; PictureError when that is none of them."""
        self._pictures: list[Path] = []
        self._batches: list[Tensor] = []
        failure: PictureError | None = None
        for path in pictures:
            try:
                self._batches.append(load_picture(path, self._model.card.input).batch)
                self._pictures.append(path)
            except PictureError as error:
                failure = error
                log.warning("left out: %s", error)
        if failure is not None and not self._batches:
            raise failure

    def warm_up(self, batch_size: int, _report: Report) -> list[float]:
        """Milliseconds of the first runs at a batch size."""
        times = self._ready.warm_up(batch_size)
        self._settle(batch_size)
        return times

    def _settle(self, batch_size: int) -> None:
        """Run until the number of threads fits what else runs, and what runs on so many is ready."""
        if self._spare is None:
            return
        self._spare.forget()
        start = time.perf_counter()
        least, most = start + _SETTLE_LOOKS * LOOK_SECONDS, start + _SETTLE_SECONDS
        while (now := time.perf_counter()) < least or (self._ready.is_preparing and now < most):
            self._time(batch_size, 0)

    def sample(self, batch_size: int, start: int, runs: int, _report: Report) -> list[float]:
        """Milliseconds of `runs` runs, after some that are not counted: the process was idle before.

        `start` says with which picture the first batch begins.
        """
        if self._spare is not None:
            self._spare.forget()  # the other engines of the run have been measured meanwhile
        awake = time.perf_counter() + _WAKE_SECONDS
        self._time(batch_size, start)
        while time.perf_counter() < awake:
            self._time(batch_size, start)
        return [self._time(batch_size, start + run) for run in range(runs)]

    def _time(self, batch_size: int, first: int) -> float:
        chosen = [self._batches[(first + row) % len(self._batches)] for row in range(batch_size)]
        return timed_run(self._ready, join(chosen))[1]

    def answers(self, _report: Report) -> NDArray[np.float64]:
        """Probabilities `[N, C]` of the pictures of the run."""
        return probabilities(self._ready, self._batches, self._model.card)

    def check(self, report: Report) -> tuple[Parity, Fallback | None]:
        """The verdict on the check pictures, and the refusal if it is not good enough."""
        name = self._ready.info.name

        def listen(done: int, total: int) -> None:
            if done % _TOLD_EACH == 0 or done == total:
                report(counted("check", done, total))

        found = verdict(self._model.card, self._model.version, self._ready, self._reference, listen)
        try:
            require_agreement(found)
        except EngineError as error:
            return found, Fallback(name, error.code, tuple(error.facts.items()))
        return found, None

    def _reference(self) -> Engine:
        """The model's reference; this engine itself if it is that."""
        name = self._model.card.reference
        if name == self._ready.info.name:
            return self._ready
        request = self._request
        return create_engine(name, self._model.request(name, request.device, request.threads))

    def steps(self, _report: Report) -> dict[str, float]:
        """Median milliseconds of each step of one picture, from the file to probabilities."""
        rounds: list[dict[str, float]] = []
        end = time.perf_counter() + _STEP_SECONDS
        for path in self._pictures[:_STEP_ROUNDS] * _STEP_ROUNDS:
            if not rounds or time.perf_counter() < end:
                rounds.append(self._steps_of(path))
        return {step: median(times[step] for times in rounds) for step in rounds[0]} if rounds else {}

    def _steps_of(self, path: Path) -> dict[str, float]:
        card = self._model.card
        clock = [time.perf_counter_ns()]

        def tick() -> None:
            clock.append(time.perf_counter_ns())

        image = decode_for(path, card.input)
        tick()
        batch = to_batch(crop_pixels(image.pixels, card.input, image.content_box))
        tick()
        sent = send(batch, self._request.device)
        tick()
        logits = self._ready.run(sent).logits
        tick()
        probabilities_of(logits[0].numpy(), card)
        tick()
        return {name: (end - begin) / 1e6 for name, begin, end in zip(STEPS, clock, clock[1:], strict=False)}

    def memory(self, _report: Report) -> tuple[float, float]:
        """Peaks of this process's resident memory and of device memory so far, in MiB."""
        resident, device = peak_memory(self._request.device)
        return resident / _MEGABYTE, device / _MEGABYTE

    def sweep(self, report: Report) -> list[Throughput]:
        """Pictures a second with 1…cores intra-op threads, and with several workers of one thread each."""
        cores = usable_cores()
        counts = sorted({1, *(2**power for power in range(1, cores.bit_length())), cores})
        wide = [self._throughput(1, threads) for threads in counts if threads <= cores]
        report("workers")
        several = [self._throughput(workers, 1) for workers in counts if 1 < workers <= cores]
        return wide + several

    def _throughput(self, workers: int, threads: int) -> Throughput:
        engine = create_engine(self._ready.info.name, replace(self._request, threads=threads, spare=None))
        engine.warm_up(1)
        done = [0] * workers

        def work(worker: int) -> None:
            set_threads(threads)
            end = time.perf_counter() + _SWEEP_SECONDS
            while time.perf_counter() < end:
                engine.run(self._batches[done[worker] % len(self._batches)])
                done[worker] += 1

        start = time.perf_counter()
        if workers == 1:  # libgomp is slower in a process where several threads have started teams
            work(0)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(work, range(workers)))
        rate = sum(done) / (time.perf_counter() - start)
        engine.close()
        return Throughput(workers, threads, rate)

    @property
    def _ready(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("load first")
        return self._engine
