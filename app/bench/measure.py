"""Engines side by side on the same pictures: cold start apart, then rounds A B A B …"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from app.bench.statistics import Summary, summarise
from app.engine_shelf import EngineShelf, ShelfKey
from app.engines.preprocess import join
from app.labels import softmax
from app.loading import load_picture
from app.models import Report, ignore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from app.engines.protocol import Engine
    from app.results import EngineInfo, Fallback

_YARDSTICK = "eager"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. Each of `runs` rounds runs every engine once on every batch size."""

    shelf: ShelfKey
    engines: tuple[str, ...]
    pictures: tuple[Path, ...]
    batch_sizes: tuple[int, ...]
    runs: int


@dataclass(slots=True)
class Measurement:
    """One engine at one batch size.

    Attributes:
        cold_ms: loading and warming up for one picture.
        warm_up_ms: the further warm-up for this batch size.
        samples_ms: one inference of a whole batch each, copies and synchronisation included.
    """

    engine: EngineInfo
    batch_size: int
    cold_ms: float
    warm_up_ms: float
    samples_ms: list[float] = field(default_factory=list)

    @property
    def summary(self) -> Summary:
        return summarise(self.samples_ms)


@dataclass(frozen=True, slots=True)
class Parity:
    """How an engine's answers differ from eager's on the pictures; probabilities 0–1."""

    engine: str
    pictures: int
    top1_agreement: float
    largest_difference: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a run found. `refused` are engines that could not run, with the reason."""

    measurements: list[Measurement]
    parity: list[Parity]
    refused: dict[str, Fallback]


def run(plan: Plan, report: Report = ignore, progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Measure a plan. Raises PictureError, ModelError, EngineError (eager itself cannot run)."""
    shelf = EngineShelf(plan.shelf, report)
    spec = shelf.model.card.input
    batches = [load_picture(path, spec).batch for path in plan.pictures]
    engines, refused = _engines(shelf, plan.engines, report)
    measurements = [
        Measurement(engine.info, size, shelf.cold_seconds[name] * 1000, engine.warm_up(size) * 1000)
        for size in plan.batch_sizes
        for name, engine in engines.items()
    ]
    parity = [
        _compare(name, engine, shelf, batches) for name, engine in engines.items() if name != _YARDSTICK
    ]
    for done in range(plan.runs):
        for measurement in measurements:
            batch = join(
                [batches[(done + offset) % len(batches)] for offset in range(measurement.batch_size)]
            )
            measurement.samples_ms.append(_time(engines[measurement.engine.name], batch))
        if progress is not None:
            progress(done + 1, plan.runs)
    shelf.close()
    return Outcome(measurements, parity, refused)


def _engines(
    shelf: EngineShelf, names: Sequence[str], report: Report
) -> tuple[dict[str, Engine], dict[str, Fallback]]:
    engines: dict[str, Engine] = {}
    refused: dict[str, Fallback] = {}
    for name in dict.fromkeys((_YARDSTICK, *names)):
        engine, fallback = shelf.get(name, report)
        if fallback is None:
            engines[name] = engine
        else:
            refused[name] = fallback
    return engines, refused


def _time(engine: Engine, batch: Tensor) -> float:
    start = time.perf_counter_ns()
    engine.scores(batch)
    return (time.perf_counter_ns() - start) / 1e6


def _compare(name: str, engine: Engine, shelf: EngineShelf, batches: Sequence[Tensor]) -> Parity:
    eager, _ = shelf.get(_YARDSTICK)
    temperature = shelf.model.card.calibration.temperature
    pairs = [
        (expected, actual)
        for batch in batches
        for expected, actual in zip(
            _probabilities(eager, batch, temperature), _probabilities(engine, batch, temperature), strict=True
        )
    ]
    agreeing = sum(int(expected.argmax() == actual.argmax()) for expected, actual in pairs)
    largest = max(float(np.abs(expected - actual).max()) for expected, actual in pairs)
    return Parity(name, len(pairs), agreeing / len(pairs), largest)


def _probabilities(engine: Engine, batch: Tensor, temperature: float) -> Iterator[NDArray[np.float64]]:
    return (softmax(row, temperature) for row in engine.scores(batch).numpy())
