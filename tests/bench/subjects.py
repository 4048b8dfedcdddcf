"""Engines that only pretend, for `app.bench`: no torch, figures as told, and some that fail on the way."""

import os
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.bench.records import Subject, Throughput
from app.bench.subject import EngineSubject, SubjectRequest
from app.core.errors import EngineError, ErrorCode
from app.core.results import Fallback, Parity
from app.core.stages import Report


@dataclass
class Pretend:
    """Says that a run takes `times_ms[engine]`; an engine that is not in there cannot run here.

    Attributes:
        disagreeing: engines whose answers on the check pictures are not eager's.
        victim: the engine to which whatever a subclass does happens.
    """

    times_ms: dict[str, float]
    disagreeing: tuple[str, ...] = ()
    victim: str = "torchscript"

    def load(self, request: SubjectRequest, report: Report) -> Subject:
        self.name = request.engine
        self.runs = 0
        if self.name not in self.times_ms:
            raise EngineError(
                ErrorCode.ENGINE_NOT_HERE, engine=self.name, reason="needs_device", detail="CUDA"
            )
        report("load")
        return Subject(self.name, "cpu", "float32", 2, 100.0, 23.5)

    def answers(self, _report: Report) -> NDArray[np.float64]:
        return np.eye(3)

    def check(self, _report: Report) -> tuple[Parity, Fallback | None]:
        if self.name not in self.disagreeing:
            return Parity(self.name, 108, 1.0, 1e-6, 1e-9), None
        facts = (("engine", self.name), ("agreement", "50.0%"), ("pictures", 108), ("needed", "99%"))
        refusal = Fallback(self.name, ErrorCode.ENGINE_DISAGREES, facts)
        return Parity(self.name, 108, 0.5, 0.9, 0.1), refusal

    def warm_up(self, batch_size: int, _report: Report) -> list[float]:
        return [3 * self.times_ms[self.name] * batch_size] * 3

    def sample(self, batch_size: int, _start: int, runs: int, _report: Report) -> list[float]:
        self.runs += runs
        return [self.times_ms[self.name] * batch_size] * runs

    def steps(self, _report: Report) -> dict[str, float]:
        return {"decode": 1.0, "forward": self.times_ms[self.name]}

    def memory(self, _report: Report) -> tuple[float, float]:
        return 300.0, 0.0

    def sweep(self, _report: Report) -> list[Throughput]:
        return [Throughput(1, 1, 30.0), Throughput(2, 1, 50.0)]


class FailsLater(Pretend):
    """The victim throws at its 50th picture."""

    def sample(self, batch_size: int, start: int, runs: int, report: Report) -> list[float]:
        if self.name == self.victim and self.runs + runs >= 50:
            raise EngineError(ErrorCode.INFERENCE_FAILED, engine=self.name, detail="the 50th picture")
        return super().sample(batch_size, start, runs, report)


class OutOfMemory(Pretend):
    """The victim has memory for one picture at a time."""

    def warm_up(self, batch_size: int, report: Report) -> list[float]:
        if self.name == self.victim and batch_size > 1:
            raise EngineError(ErrorCode.OUT_OF_MEMORY, engine=self.name, device="cpu")
        return super().warm_up(batch_size, report)


class Endless(Pretend):
    """Times that differ so much that rounds go on as long as they may."""

    def sample(self, batch_size: int, start: int, runs: int, report: Report) -> list[float]:
        time.sleep(0.05)
        middle = super().sample(batch_size, start, 1, report)[0]
        return [middle * (1 + (start + run) % 7) for run in range(runs)]


class Stuck(Pretend):
    """Loads, and never ends its first turn."""

    def sample(self, batch_size: int, start: int, runs: int, report: Report) -> list[float]:
        report("rounds")
        time.sleep(600)
        return super().sample(batch_size, start, runs, report)


class NeverLoads(Pretend):
    """Does not get as far as being loaded."""

    def load(self, request: SubjectRequest, report: Report) -> Subject:
        report("load")
        time.sleep(600)
        return super().load(request, report)


class DiesInASample(EngineSubject):
    """A real engine whose process ends in the middle of a turn, as if killed for lack of memory."""

    def sample(self, batch_size: int, start: int, runs: int, report: Report) -> list[float]:
        if self._ready.info.name == "torchscript":
            os._exit(9)
        return super().sample(batch_size, start, runs, report)


class DiesWhileLoading(Pretend):
    """The victim's process ends before it is loaded."""

    def load(self, request: SubjectRequest, report: Report) -> Subject:
        if request.engine == self.victim:
            os._exit(9)
        return super().load(request, report)


class DiesWhileMeasured(Pretend):
    """The victim's process ends in a turn, and does so in every new one."""

    def sample(self, batch_size: int, start: int, runs: int, report: Report) -> list[float]:
        if getattr(self, "name", self.victim) == self.victim:
            os._exit(9)
        return super().sample(batch_size, start, runs, report)
