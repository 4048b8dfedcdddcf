"""Eager PyTorch: the network as Python runs it, operator by operator. The yardstick for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engines.architecture import build_network
from app.engines.forward import forward, timed_runs
from app.results import EngineInfo

if TYPE_CHECKING:
    from torch import Tensor, nn

    from app.engines.registry import EngineRequest

_WARM_UP_RUNS = 2


class EagerEngine:
    """Runs a card's network in eager mode. See `app.engines.protocol`."""

    def __init__(self, request: EngineRequest) -> None:
        self.info = EngineInfo("eager", request.device, "float32", request.threads, request.card.id)
        self._size = request.card.input.size
        self._network: nn.Module | None = build_network(request.card).to(request.device)

    def warm_up(self, batch_size: int) -> float:
        return timed_runs(self, (batch_size, 3, self._size, self._size), _WARM_UP_RUNS)

    def scores(self, batch: Tensor) -> Tensor:
        return forward(self._network, batch, self.info)

    def close(self) -> None:
        self._network = None
