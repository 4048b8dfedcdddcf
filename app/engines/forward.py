"""One forward pass, the same for every engine that runs a torch module."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.engines.devices import synchronise
from app.engines.torch_runtime import load_torch
from app.errors import EngineError, ErrorCode

if TYPE_CHECKING:
    from torch import Tensor, nn

    from app.engines.protocol import Engine
    from app.results import EngineInfo


def forward(network: nn.Module | None, batch: Tensor, info: EngineInfo) -> Tensor:
    """Logits `float32 [N, C]` on the CPU; the copies to and from the device and the wait are included.

    Raises EngineError: the engine is closed, out of memory, or whatever else the network threw.
    """
    if network is None:
        raise EngineError(ErrorCode.INFERENCE_FAILED, engine=info.name, detail="the engine is closed")
    torch = load_torch()
    try:
        with torch.inference_mode():
            logits: Tensor = network(batch.to(info.device)).float().cpu()
        synchronise(info.device)
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise EngineError(ErrorCode.OUT_OF_MEMORY, engine=info.name, device=info.device) from error
    except Exception as error:
        detail = next((line for line in reversed(str(error).splitlines()) if line.strip()), "")
        raise EngineError(ErrorCode.INFERENCE_FAILED, engine=info.name, detail=detail) from error
    return logits


def timed_runs(engine: Engine, shape: tuple[int, int, int, int], runs: int) -> float:
    """Seconds that `runs` forward passes over a blank batch take."""
    blank = load_torch().zeros(shape)
    start = time.perf_counter()
    for _ in range(runs):
        engine.scores(blank)
    return time.perf_counter() - start
