"""The loaded engines of one model on one device, and what happens when one cannot run."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from app.core.errors import ErrorCode, ModelError, WanwuError
from app.core.results import Fallback
from app.core.stages import Report, ignore
from app.engines.agreement import require_agreement, verdict
from app.engines.devices import resolve
from app.engines.factory import create_engine, require
from app.engines.spare import Spare
from app.engines.threads import resolve_threads

if TYPE_CHECKING:
    from app.core.model_card import ModelCard
    from app.engines.factory import EngineRequest
    from app.engines.protocol import Engine

log = logging.getLogger(__name__)
# The program is compared with the network when it is built from that.
_COMPARED_WHEN_BUILT = {"eager", "torchscript"}


@dataclass(frozen=True, slots=True)
class EnginesKey:
    """What decides which engines are loaded. `threads` and `device` are settings, as chosen."""

    model: str
    device: str
    threads: int


class Runnable(Protocol):
    """A model as its engines know it; `app.models.library.Model` is one.

    Attributes:
        version: changes with everything that decides what the model answers.
    """

    @property
    def card(self) -> ModelCard: ...
    @property
    def version(self) -> str: ...
    def request(self, engine: str, device: str, threads: int, report: Report) -> EngineRequest:
        """What `create_engine` needs to run this model. Raises WanwuError."""


class LoadedEngines:
    """Loads engines when they are first asked for and keeps them until the key changes.

    `get` and `fall_back` may be called from several threads at once.

    Attributes:
        model: what the engines run.
    """

    def __init__(self, model: Runnable, key: EnginesKey) -> None:
        self.key = key
        self.model = model
        self._reference = model.card.reference
        self._device = resolve(key.device)
        self._spare = Spare.of(key.threads, self._device)
        self._engines: dict[str, Engine] = {}
        self._failed: dict[str, Fallback] = {}
        # All workers of a batch come here at once: one loads while the others wait. Reentrant, since loading
        # an engine may need the reference for its check, and a failure needs it as the stand-in.
        self._changing = threading.RLock()

    def get(self, name: str, report: Report = ignore) -> tuple[Engine, Fallback | None]:
        """The engine `name`, warm for one picture, or the reference and the reason why it stands in.

        `report` hears what takes time. Raises WanwuError when that cannot run either.
        """
        with self._changing:
            if name in self._failed:
                return self._engines[self._reference], self._failed[name]
            if name not in self._engines:
                try:
                    self._engines[name] = self._load(name, report)
                except WanwuError as error:
                    return self.fall_back(name, error)
            return self._engines[name], None

    def fall_back(self, name: str, error: WanwuError) -> tuple[Engine, Fallback]:
        """Put the reference in the place of an engine that failed; raises `error` when it cannot stand in."""
        # No engine helps against a model that must not be used, and a misspelt name is to be told.
        if name == self._reference or error.code == ErrorCode.ENGINE_UNKNOWN or isinstance(error, ModelError):
            raise error
        with self._changing:
            if name not in self._failed:  # else another worker, at another picture, has had it replaced
                log.warning("%s is replaced by %s: %s", name, self._reference, error)
                broken = self._engines.pop(name, None)
                if broken is not None:
                    broken.close()  # before another is loaded: on a GPU there may be room for one
                try:
                    self.get(self._reference)
                except WanwuError as second:
                    log.warning("%s cannot stand in: %s", self._reference, second)
                    raise error from second
                self._failed[name] = Fallback(name, error.code, tuple(error.facts.items()))
            return self._engines[self._reference], self._failed[name]

    def _load(self, name: str, report: Report) -> Engine:
        require(name, self._device)
        report("load")
        threads = resolve_threads(self.key.threads)
        request = self.model.request(name, self._device, threads, report)
        engine = create_engine(name, replace(request, spare=self._spare))
        try:
            engine.warm_up(1)  # TorchScript compiles in its first runs: nobody's picture is to wait for that
            compared = request.ours and {name, self._reference} == _COMPARED_WHEN_BUILT
            if name != self._reference and not compared:
                report("parity")
                card, version = self.model.card, self.model.version
                require_agreement(verdict(card, version, engine, lambda: self.get(self._reference)[0]))
        except BaseException:
            engine.close()  # before another is loaded in its place
            raise
        return engine

    def close(self) -> None:
        """Let go of all engines."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()
