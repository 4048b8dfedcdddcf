"""Eager PyTorch: the network as Python runs it, operator by operator. The yardstick for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engines.architecture import build_network
from app.engines.forward_engine import ForwardEngine

if TYPE_CHECKING:
    from torch import Tensor

    from app.engines.registry import EngineRequest


def create_eager(name: str, request: EngineRequest) -> ForwardEngine:
    """Build the network of the request's card from the installed weights, in torch's default layout."""
    network = build_network(request.card).to(request.device)

    def forward(batch: Tensor) -> Tensor:
        logits: Tensor = network(batch.to(request.device).contiguous())
        return logits

    return ForwardEngine(name, request, forward)
