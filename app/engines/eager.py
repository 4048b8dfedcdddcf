"""Eager PyTorch: a model operator by operator, as it is. The reference of most models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engines import model_file
from app.engines.adaptive import adapted
from app.engines.architecture import build_network, weights_sha256
from app.engines.forward_engine import ForwardEngine, in_layout
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from torch import Tensor

    from app.engines.factory import EngineRequest


def create_eager(name: str, request: EngineRequest) -> ForwardEngine:
    """Build the network of the request's card from the installed weights, in torch's default layout.

    A file from elsewhere has no network but the program in it: that is run as it is, not frozen, not fused.
    """
    return _of_package(name, request) if request.ours else _of_file(name, request)


def _of_package(name: str, request: EngineRequest) -> ForwardEngine:
    built = build_network(request.card)
    sha256 = weights_sha256(built)
    network = built.to(request.device)

    def forward(batch: Tensor) -> object:
        return network(batch.contiguous())

    return ForwardEngine(name, request, adapted(forward, request), sha256)


def _of_file(name: str, request: EngineRequest) -> ForwardEngine:
    torch = load_torch()
    program, sha256 = model_file.load(request)

    def forward(batch: Tensor) -> object:
        # A switch of the whole process, which a TorchScript engine beside it turns on.
        torch.jit.enable_onednn_fusion(False)
        return program(in_layout(batch, request.card.input))

    return ForwardEngine(name, request, adapted(forward, request), sha256)
