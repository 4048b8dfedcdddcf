"""TorchScript: a program file, frozen, in channels_last and, on the CPU, fused by oneDNN Graph."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.core.engine_kinds import KINDS, Program
from app.engines import model_file
from app.engines.adaptive import adapted
from app.engines.availability import INT8_KERNELS
from app.engines.forward_engine import ForwardEngine, module_forward, to_channels_last
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor
    from torch.cuda import CUDAGraph
    from torch.jit import ScriptModule

    from app.engines.factory import EngineRequest
    from app.engines.forward_engine import Forward


def create_torchscript(name: str, request: EngineRequest) -> ForwardEngine:
    """Load the request's file onto its device."""
    # oneDNN Graph stops at quantised operators; these are fused already.
    fused = request.device == "cpu" and KINDS[name].program is not Program.INT8
    network, sha256, channels_last = _frozen(request)

    def forward(program: Callable[[Tensor], object]) -> Forward:
        return module_forward(program, request, fused=fused, channels_last=channels_last)

    adaptive = adapted(forward(network), request, lambda: forward(_twin(network)))
    return ForwardEngine(name, request, adaptive, sha256)


def _twin(network: ScriptModule) -> Callable[[Tensor], object]:
    """The same frozen program, to be compiled once more: its weights, constants since then, are shared.

    Raises RuntimeError for a program that uses its module still, as one does that changes itself.
    """
    torch = load_torch()
    graph = network.graph.copy()
    if next(graph.inputs()).uses():
        raise RuntimeError("the program is not frozen to the end")
    graph.eraseInput(0)
    twin: Callable[[Tensor], object] = torch._C._create_function_from_graph("forward", graph)
    return twin


def _frozen(request: EngineRequest) -> tuple[ScriptModule, str, bool]:
    """The program, which model it is, and whether it takes channels_last batches."""
    torch = load_torch()
    torch.backends.quantized.engine = INT8_KERNELS  # decides how int8 weights are laid out on loading
    module, sha256 = model_file.load(request)
    channels_last = request.ours or _takes_channels_last(module, request)
    return torch.jit.freeze(to_channels_last(module) if channels_last else module), sha256, channels_last


def _takes_channels_last(module: ScriptModule, request: EngineRequest) -> bool:
    """Whether a program from elsewhere runs with them; one that flattens with `view` does not."""
    torch, spec = load_torch(), request.card.input
    if spec.layout == "nhwc":
        return True  # which are fed as they are
    blank = torch.zeros(1, 3, spec.height, spec.width, device=request.device)
    try:
        with torch.inference_mode():
            module(blank.contiguous(memory_format=torch.channels_last))
    except RuntimeError:
        return False
    return True


def create_cuda_graph(name: str, request: EngineRequest) -> ForwardEngine:
    """TorchScript whose kernels are recorded once for each batch size and then launched as one.

    After https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs.
    """
    torch = load_torch()
    network, sha256, _ = _frozen(request)
    turn = threading.Lock()  # a graph has one place for its input and one for its output
    recorded: dict[int, tuple[CUDAGraph, Tensor, Tensor, list[int]]] = {}

    def record(batch: Tensor) -> None:
        static = batch.to("cuda", memory_format=torch.channels_last)
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            # As often as the executor needs to settle (`WARM_UP_RUNS`): what it still rewrites must not be
            # recorded.
            for _ in range(3):
                network(static)
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            answer = network(static)
            parts = answer if isinstance(answer, tuple) else (answer,)
            # In one piece, since every copy to the CPU is waited for: a second one took 5% of all the time.
            joined = torch.cat(parts, 1)
        recorded[len(batch)] = graph, static, joined, [part.shape[1] for part in parts]

    def forward(batch: Tensor) -> object:
        with turn:
            if len(batch) not in recorded:
                record(batch)
            graph, static, joined, lengths = recorded[len(batch)]
            static.copy_(batch)
            graph.replay()
            parts = torch.split(joined.cpu(), lengths, 1)  # a copy: the next picture is written over it
            return parts if len(parts) > 1 else parts[0]

    return ForwardEngine(name, request, forward, sha256)
