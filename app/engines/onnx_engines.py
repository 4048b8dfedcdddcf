"""ONNX Runtime and OpenVINO: other people's engines on our own ONNX file, for comparison."""

from __future__ import annotations

import threading
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from app.core.engine_kinds import KINDS
from app.engines import onnx_file
from app.engines.forward_engine import ForwardEngine
from app.engines.threads import usable_cores
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from torch import Tensor

    from app.engines.factory import EngineRequest


def create_onnxruntime(name: str, request: EngineRequest) -> ForwardEngine:
    """A session on the CPU."""
    torch, runtime = load_torch(), import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = request.threads
    options.log_severity_level = 3
    content, sha256 = onnx_file.load(request.file)
    session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    feed, names = session.get_inputs()[0].name, request.card.outputs.names

    def forward(batch: Tensor) -> object:
        found = session.run(names, {feed: batch.contiguous().numpy()})
        return {name: torch.from_numpy(part) for name, part in zip(names, found, strict=True)}

    return ForwardEngine(name, request, forward, sha256)


def create_openvino(name: str, request: EngineRequest) -> ForwardEngine:
    """A model compiled for the CPU, tuned for single requests, in the engine's precision.

    Each calling thread has a request of its own. With one thread a picture there is a stream for each core,
    so that callers do not wait for each other.
    """
    torch, core = load_torch(), _openvino()
    streams = usable_cores() if request.threads == 1 else 1
    settings = {
        "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[KINDS[name].precision],
        "INFERENCE_NUM_THREADS": request.threads * streams,
        "NUM_STREAMS": streams,
    }
    content, sha256 = onnx_file.load(request.file)
    model = core.compile_model(core.read_model(content), "CPU", settings)
    own = threading.local()

    def forward(batch: Tensor) -> object:
        if not hasattr(own, "request"):
            own.request = model.create_infer_request()
        # share_inputs: the batch is not copied, since it outlives the call.
        results = own.request.infer({0: batch.contiguous().numpy()}, share_inputs=True)
        return {name: torch.from_numpy(results[name].copy()) for name in request.card.outputs.names}

    return ForwardEngine(name, request, forward, sha256)


_making_core = threading.Lock()


def _openvino() -> Any:
    """The one core of this process, which stays.

    On CPUs with AMX a core gives the thread that makes it a stack for signals, and takes it away again with
    itself. Of two cores that end in the order in which they began, the second one puts the first one's back,
    which is gone by then: the next signal, a Ctrl+C, kills the process without a word.
    """
    with _making_core:
        return _core()


@cache
def _core() -> Any:
    return import_module("openvino").Core()
