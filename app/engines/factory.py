"""The one way to make an engine."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from app.core.engine_kinds import ENGINES, KINDS
from app.core.errors import EngineError, ErrorCode, ModelError
from app.engines.availability import why_not
from app.engines.forward_engine import ForwardEngine, last_line
from app.engines.threads import set_threads
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.core.model_card import ModelCard
    from app.engines.protocol import Engine
    from app.engines.spare import Spare


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """What to run where.

    Attributes:
        file: the program file of the engine.
        device: one that works.
        model_sha256: which model has to answer (`app.models.library.Model.sha256`).
        outputs: how many labels it has.
        ours: whether this program made the file; else nothing but the program in it is that model.
        spare: says for each run how many of the threads to use; None for all of them.
    """

    card: ModelCard
    file: Path
    device: str
    threads: int
    model_sha256: str
    outputs: int
    ours: bool = True
    spare: Spare | None = None


def require(name: str, device: str) -> None:
    """Raise EngineError unless the engine `name` exists and may be tried on `device`."""
    if name not in ENGINES:
        raise EngineError(ErrorCode.ENGINE_UNKNOWN, engine=name, known=", ".join(ENGINES))
    obstacle = why_not(name, device)
    if obstacle is not None:
        facts = {"reason": obstacle.reason, "detail": obstacle.detail}
        raise EngineError(ErrorCode.ENGINE_NOT_HERE, engine=name, **facts)


def create_engine(name: str, request: EngineRequest) -> Engine:
    """Load the engine `name`. Raises EngineError or ModelError; torch's own errors do not escape.

    Sets the calling thread's number of intra-op threads: use the engine from this thread.
    """
    require(name, request.device)
    if not request.ours and not KINDS[name].any_program:
        raise EngineError(ErrorCode.ENGINE_NOT_HERE, engine=name, reason="foreign_model")
    torch = load_torch()
    try:
        set_threads(request.threads)
        module, function = KINDS[name].maker.split(".")  # imported when it is asked for
        make: Callable[[str, EngineRequest], ForwardEngine] = getattr(
            import_module(f"app.engines.{module}"), function
        )
        engine = make(name, request)
        if not request.ours and request.card.outputs.applied is None:
            engine.look_for_probabilities(request.card.outputs.activation)
        return engine
    except (ModelError, EngineError):
        raise
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise EngineError(ErrorCode.OUT_OF_MEMORY, engine=name, device=request.device) from error
    except Exception as error:  # a program from elsewhere can throw anything
        detail = last_line(error) or type(error).__name__
        raise EngineError(ErrorCode.ENGINE_UNAVAILABLE, engine=name, detail=detail) from error
