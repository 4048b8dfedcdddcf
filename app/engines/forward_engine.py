"""The one engine class: a forward function with warm-up, errors with codes, and an end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from app.engines.devices import synchronise
from app.engines.kinds import KINDS
from app.engines.torch_runtime import load_torch
from app.errors import EngineError, ErrorCode
from app.results import EngineInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn

    from app.engines.registry import EngineRequest

    Forward = Callable[[Tensor], Tensor]

Module = TypeVar("Module", bound="nn.Module")

# The profiling executor of TorchScript records, then optimises, then settles: the first three runs of every
# new batch size are slow (docs/benchmarks.md). Other engines settle sooner.
WARM_UP_RUNS = 3


class ForwardEngine:
    """Runs `forward`, which takes a batch on the CPU and returns logits on any device.

    Attributes:
        info: who computes.
    """

    def __init__(self, name: str, request: EngineRequest, forward: Forward) -> None:
        precision = KINDS[name].precision
        self.info = EngineInfo(name, request.device, precision, request.threads, request.card.id)
        self._forward: Forward | None = forward
        self._size = request.card.input.size

    def warm_up(self, batch_size: int) -> list[float]:
        """Milliseconds of each of the slow first runs over a blank batch."""
        blank = load_torch().zeros(batch_size, 3, self._size, self._size)
        times = []
        for _ in range(WARM_UP_RUNS):
            start = time.perf_counter_ns()
            self.scores(blank)
            times.append((time.perf_counter_ns() - start) / 1e6)
        return times

    def scores(self, batch: Tensor) -> Tensor:
        """Logits `float32 [N, C]` on the CPU; the copies to and from the device and the wait are included.

        Raises EngineError: the engine is closed, out of memory, or whatever else the network threw.
        """
        if self._forward is None:
            raise EngineError(
                ErrorCode.INFERENCE_FAILED, engine=self.info.name, detail="the engine is closed"
            )
        torch = load_torch()
        try:
            with torch.inference_mode():
                logits: Tensor = self._forward(batch).float().cpu()
            synchronise(self.info.device)
        except (MemoryError, torch.OutOfMemoryError) as error:
            raise self._out_of_memory() from error
        except Exception as error:
            detail = next((line for line in reversed(str(error).splitlines()) if line.strip()), "")
            if "can't allocate memory" in str(error) or "bad_alloc" in str(error):
                raise self._out_of_memory() from error
            raise EngineError(ErrorCode.INFERENCE_FAILED, engine=self.info.name, detail=detail) from error
        return logits

    def _out_of_memory(self) -> EngineError:
        return EngineError(ErrorCode.OUT_OF_MEMORY, engine=self.info.name, device=self.info.device)

    def close(self) -> None:
        """Let go of the network."""
        self._forward = None


def module_forward(network: nn.Module, device: str, *, fused: bool = False) -> Forward:
    """The forward function of a torch module on `device`, fed with channels_last batches.

    `fused` is whether oneDNN Graph may fuse its operators, a switch of the whole process that the executor
    looks at whenever it meets a new shape.
    """
    torch = load_torch()

    def forward(batch: Tensor) -> Tensor:
        torch.jit.enable_onednn_fusion(fused)
        logits: Tensor = network(batch.to(device, memory_format=torch.channels_last))
        return logits

    return forward


def to_channels_last(network: Module) -> Module:
    """Lay out the weights as channels_last batches need them, in place; the same network."""
    torch = load_torch()
    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.dim() == 4:
            tensor.data = tensor.data.contiguous(memory_format=torch.channels_last)
    return network
