"""An engine around a torch module, eager or scripted. See `app.engines.protocol`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.engines.devices import synchronise
from app.engines.torch_runtime import load_torch
from app.errors import EngineError, ErrorCode
from app.results import EngineInfo

if TYPE_CHECKING:
    from torch import Tensor, nn

    from app.engines.registry import EngineRequest


class ModuleEngine:
    """Runs `network`, whose weights are on the request's device already.

    Attributes:
        info: who computes.
    """

    def __init__(self, name: str, network: nn.Module, request: EngineRequest, warm_up_runs: int) -> None:
        self.info = EngineInfo(name, request.device, "float32", request.threads, request.card.id)
        self._network: nn.Module | None = network
        self._size = request.card.input.size
        self._warm_up_runs = warm_up_runs

    def warm_up(self, batch_size: int) -> float:
        """Seconds that the slow first runs over a blank batch take."""
        blank = load_torch().zeros(batch_size, 3, self._size, self._size)
        start = time.perf_counter()
        for _ in range(self._warm_up_runs):
            self.scores(blank)
        return time.perf_counter() - start

    def scores(self, batch: Tensor) -> Tensor:
        """Logits `float32 [N, C]` on the CPU; the copies to and from the device and the wait are included.

        Raises EngineError: the engine is closed, out of memory, or whatever else the network threw.
        """
        if self._network is None:
            raise EngineError(
                ErrorCode.INFERENCE_FAILED, engine=self.info.name, detail="the engine is closed"
            )
        torch = load_torch()
        try:
            with torch.inference_mode():
                logits: Tensor = self._network(batch.to(self.info.device)).float().cpu()
            synchronise(self.info.device)
        except (MemoryError, torch.OutOfMemoryError) as error:
            facts = {"engine": self.info.name, "device": self.info.device}
            raise EngineError(ErrorCode.OUT_OF_MEMORY, **facts) from error
        except Exception as error:
            detail = next((line for line in reversed(str(error).splitlines()) if line.strip()), "")
            raise EngineError(ErrorCode.INFERENCE_FAILED, engine=self.info.name, detail=detail) from error
        return logits

    def close(self) -> None:
        """Let go of the network."""
        self._network = None
