"""TorchScript: the scripted file, frozen and, on the CPU, fused by oneDNN Graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engines import model_file
from app.engines.forward import forward, timed_runs
from app.engines.torch_runtime import load_torch
from app.results import EngineInfo

if TYPE_CHECKING:
    from torch import Tensor, nn

    from app.engines.registry import EngineRequest

# The profiling executor records, then optimises, then settles: the first three runs of every new
# batch size are slow (docs/benchmarks.md).
_WARM_UP_RUNS = 3


class TorchScriptEngine:
    """Runs a model file. See `app.engines.protocol`."""

    def __init__(self, request: EngineRequest) -> None:
        torch = load_torch()
        self.info = EngineInfo("torchscript", request.device, "float32", request.threads, request.card.id)
        self._size = request.card.input.size
        torch.jit.enable_onednn_fusion(request.device == "cpu")
        self._network: nn.Module | None = torch.jit.freeze(model_file.load(request.file, request.device))

    def warm_up(self, batch_size: int) -> float:
        return timed_runs(self, (batch_size, 3, self._size, self._size), _WARM_UP_RUNS)

    def scores(self, batch: Tensor) -> Tensor:
        return forward(self._network, batch, self.info)

    def close(self) -> None:
        self._network = None
