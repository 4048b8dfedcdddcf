"""The engines by name, and the one way to make one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.engines.torch_runtime import load_torch
from app.errors import EngineError, ErrorCode, ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from app.cards import ModelCard
    from app.engines.protocol import Engine

ENGINES = ("eager", "torchscript")


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """What to run where: a card, its built file, a device that works, a number of threads."""

    card: ModelCard
    file: Path
    device: str
    threads: int


def create_engine(name: str, request: EngineRequest) -> Engine:
    """Load the engine `name`. Raises EngineError or ModelError; torch's own errors do not escape.

    Sets the calling thread's number of intra-op threads: use the engine from this thread.
    """
    if name not in ENGINES:
        raise EngineError(ErrorCode.ENGINE_UNKNOWN, engine=name, known=", ".join(ENGINES))
    torch = load_torch()
    try:
        torch.set_num_threads(request.threads)
        return _create(name, request)
    except (ModelError, EngineError):
        raise
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise EngineError(ErrorCode.OUT_OF_MEMORY, engine=name, device=request.device) from error
    except (RuntimeError, ImportError, torch.jit.Error) as error:
        detail = str(error).strip().partition("\n")[0]
        raise EngineError(ErrorCode.ENGINE_UNAVAILABLE, engine=name, detail=detail) from error


def _create(name: str, request: EngineRequest) -> Engine:
    if name == "eager":
        from app.engines.eager import create_eager

        return create_eager(request)
    from app.engines.torchscript import create_torchscript

    return create_torchscript(request)
