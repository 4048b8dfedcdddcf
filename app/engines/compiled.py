"""torch.compile: the eager network, compiled by inductor with its weights frozen in."""

from __future__ import annotations

import os
import threading
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from app.core import paths
from app.engines.architecture import build_network, weights_sha256
from app.engines.forward_engine import ForwardEngine, module_forward, to_channels_last
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from app.engines.factory import EngineRequest


def create_compiled(name: str, request: EngineRequest) -> ForwardEngine:
    """Prepare the network; it is compiled in the first run of each batch size, for many seconds.

    What was compiled is kept in the user's cache folder for the next start.
    """
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(paths.cache_folder() / "inductor"))
    # A pool of compiling processes, or the lock that torch's progress bars make, would outlive
    # an engine's process that is ended at once.
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    if find_spec("tqdm") is not None:
        import_module("tqdm").tqdm.set_lock(threading.RLock())
    torch = load_torch()
    built = build_network(request.card)
    sha256 = weights_sha256(built)
    network = to_channels_last(built.to(request.device))
    compiled = torch.compile(network, dynamic=False, options={"freezing": True})
    return ForwardEngine(name, request, module_forward(compiled, request), sha256)
