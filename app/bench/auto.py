"""The fastest engine that may be used here: measured once for each machine, model and version, then kept."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, cast

from app import paths
from app.bench.measure import thinned
from app.bench.subject import EngineSubject, SubjectRequest
from app.cards import load_card
from app.engines.devices import machine_key
from app.engines.kinds import package_version
from app.errors import CancelledError, ModelError, WanwuError
from app.files import read_kept, write_atomically
from app.models import fingerprint, ignore, is_file
from app.remote import Remote

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.engine_shelf import ShelfKey
    from app.models import Report
    from app.results import Fallback, Parity

log = logging.getLogger(__name__)

# In the order in which they are tried, the likeliest winners first. Not here: torch.compile, which compiles
# for longer than all others take together; int8, which calibrates as long; the traced program, as fast as the
# scripted one.
CANDIDATES = (
    "torchscript-graph", "torchscript-bf16", "openvino-bf16", "torchscript-fp16", "openvino", "onnxruntime",
    "torchscript",
)  # fmt: skip
# What is used until a choice has been made, and when none can be made.
STANDARD = "torchscript"
_SECONDS = 18.0
_ROUNDS, _RUNS = 6, 8
# An engine this much faster than the standard one is worth another program; less is noise.
_WORTH = 0.97


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine to use, and the milliseconds a picture of all that were measured."""

    engine: str
    medians_ms: tuple[tuple[str, float], ...]


def remembered(key: ShelfKey) -> Choice | None:
    """The choice made here earlier for this model, device and number of threads. Without torch.

    For a file from elsewhere there is no choice: only the standard engine runs it fast.
    """
    if is_file(key.model):
        return Choice(STANDARD, ())
    found = read_kept(_file()).get(_name(key), {})
    try:
        choice = Choice(found["engine"], tuple((name, float(ms)) for name, ms in found["medians_ms"]))
        return choice if choice.engine in CANDIDATES else None
    except (TypeError, KeyError, ValueError):
        return None


class Chooser:
    """Measures the candidates, each in a process of its own. `choose` belongs to one thread."""

    def __init__(self, key: ShelfKey, make_subject: Callable[[], object] = EngineSubject) -> None:
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
        _keep(self._key, choice)
        return choice

    def _load(self) -> list[str]:
        """Load candidates, two at a time, until the time for it is over; the ones that are ready."""
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
        """The fastest whose answers agree with eager's."""
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


def _name(key: ShelfKey) -> str:
    versions = "+".join(dict.fromkeys(package_version(name) for name in CANDIDATES))
    model = fingerprint(load_card(key.model))
    return "/".join((machine_key(), key.model, model, versions, key.device, str(key.threads)))


def _file() -> Path:
    return paths.data_folder() / "choices.json"


def _keep(key: ShelfKey, choice: Choice) -> None:
    """Remember a choice; a disk that cannot be written only costs the next measurement."""
    record = {"engine": choice.engine, "medians_ms": choice.medians_ms}
    try:
        write_atomically(_file(), json.dumps(read_kept(_file()) | {_name(key): record}, indent=1).encode())
    except OSError as error:
        log.warning("the choice of engine is not kept: %s", error)
