"""The clock around an engine, the same for every figure that the program shows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from app.engines.protocol import Engine, Outputs


def timed_run(engine: Engine, batch: Tensor) -> tuple[Outputs, float]:
    """An engine's outputs for `batch`, and the milliseconds of wall time until they were on the CPU."""
    start = time.perf_counter_ns()
    outputs = engine.run(batch)
    return outputs, (time.perf_counter_ns() - start) / 1e6
