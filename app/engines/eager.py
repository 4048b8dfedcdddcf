"""Eager PyTorch: the network as Python runs it, operator by operator. The yardstick for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engines.architecture import build_network
from app.engines.module_engine import ModuleEngine

if TYPE_CHECKING:
    from app.engines.registry import EngineRequest

_WARM_UP_RUNS = 2


def create_eager(request: EngineRequest) -> ModuleEngine:
    """Build the network of the request's card from the installed weights."""
    network = build_network(request.card).to(request.device)
    return ModuleEngine("eager", network, request, _WARM_UP_RUNS)
