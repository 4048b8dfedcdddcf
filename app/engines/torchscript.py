"""TorchScript: a program file, frozen, in channels_last and, on the CPU, fused by oneDNN Graph."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from app.core.engine_kinds import KINDS, Program
from app.engines import model_file
from app.engines.adaptive import adapted
from app.engines.availability import INT8_KERNELS
from app.engines.forward_engine import ForwardEngine, module_forward, to_channels_last
from app.engines.preprocess import Normalise
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor
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
    """TorchScript whose kernels are recorded for each batch size and then launched as one.

    Two pictures or batches are on their way at a time: one is copied while the other one is computed.
    """
    network, sha256, _ = _frozen(request)
    normalise = Normalise(request.card.input, request.device)
    two, turn = threading.BoundedSemaphore(2), threading.Lock()
    spare = defaultdict[int, list[_Recording]](list)

    def forward(batch: Tensor) -> object:
        with two:
            with turn:  # nothing else may be recorded meanwhile
                idle = spare[len(batch)]
                recording = idle.pop() if idle else _Recording(network, normalise, batch)
            answer = recording.run(batch)
            idle.append(recording)
        return answer

    return ForwardEngine(name, request, forward, sha256, takes_pixels=True)


class _Recording:
    """A network's kernels for one batch size, with places of their own for pixels and answers.

    After https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs.
    """

    def __init__(self, network: ScriptModule, normalise: Normalise, batch: Tensor) -> None:
        torch = load_torch()
        self._stream = torch.cuda.Stream()
        self._waiting = torch.empty(batch.shape, dtype=batch.dtype, pin_memory=True)
        self._pixels = torch.zeros(batch.shape, dtype=batch.dtype, device="cuda")
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            # As often as the executor needs to settle (`WARM_UP_RUNS`): what it still rewrites must not be
            # recorded.
            for _ in range(3):
                network(normalise(self._pixels))
        self._stream.synchronize()
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, stream=self._stream, capture_error_mode="thread_local"):
            answer = network(normalise(self._pixels))
            parts = answer if isinstance(answer, tuple) else (answer,)
            # In one piece, since every copy to the CPU is waited for: a second one took 5% of all the time.
            self._joined = torch.cat(parts, 1)
        self._lengths = [part.shape[1] for part in parts]

    def run(self, batch: Tensor) -> object:
        """The network's answer for `batch`, on the CPU."""
        torch = load_torch()
        self._waiting.copy_(batch)
        with torch.cuda.stream(self._stream):
            self._pixels.copy_(self._waiting, non_blocking=True)
            self._graph.replay()
            joined = self._joined.cpu()  # a copy, waited for: the next picture is written over it
        parts = torch.split(joined, self._lengths, 1)
        return parts if len(parts) > 1 else parts[0]
