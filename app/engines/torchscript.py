"""TorchScript: the scripted file, frozen and, on the CPU, fused by oneDNN Graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engines import model_file
from app.engines.module_engine import ModuleEngine
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from app.engines.registry import EngineRequest

# The profiling executor records, then optimises, then settles: the first three runs of every new
# batch size are slow (docs/benchmarks.md).
_WARM_UP_RUNS = 3


def create_torchscript(request: EngineRequest) -> ModuleEngine:
    """Load the request's file onto its device."""
    torch = load_torch()
    torch.jit.enable_onednn_fusion(request.device == "cpu")
    network = torch.jit.freeze(model_file.load(request.file, request.device))
    return ModuleEngine("torchscript", network, request, _WARM_UP_RUNS)
