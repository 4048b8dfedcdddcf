"""What a network has to answer, `[N, C]` finite numbers, and what else it may answer instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.core.errors import EngineError, ErrorCode
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from torch import Tensor

_MOST_PARTS, _MOST_NAME = 4, 40
# Rounding of many probabilities in half precision, added up.
_SUM_TOLERANCE = 1e-2


def logits_of(answer: object, shape: tuple[int, int], engine: str) -> Tensor:
    """A network's answer as `float32` of `shape` on the CPU.

    Raises EngineError: `model_output_wrong` with both forms, `inference_failed` when a value is not finite.
    """
    torch = load_torch()
    fits = isinstance(answer, torch.Tensor) and answer.is_floating_point() and tuple(answer.shape) == shape
    if not fits:
        needed = f"float32 {list(shape)}"
        raise EngineError(ErrorCode.MODEL_OUTPUT_WRONG, engine=engine, found=describe(answer), needed=needed)
    logits: Tensor = answer.float().cpu()  # type: ignore[attr-defined]
    finite = np.isfinite(logits.numpy())
    if not finite.all():
        detail = f"NaN, inf: {finite.size - finite.sum()} / {finite.size}"
        raise EngineError(ErrorCode.INFERENCE_FAILED, engine=engine, detail=detail)
    return logits


def describe(answer: object) -> str:
    """The form of a network's answer: `float32 [1, 10]`, `tuple (…, …)`, `dict (name: …)`."""
    if isinstance(answer, load_torch().Tensor):
        return f"{str(answer.dtype).removeprefix('torch.')} {list(answer.shape)}"
    if isinstance(answer, dict):
        parts = [f"{str(name)[:_MOST_NAME]}: {describe(part)}" for name, part in answer.items()]
    elif isinstance(answer, list | tuple):
        parts = [describe(part) for part in answer]
    else:
        return type(answer).__name__
    shown = ", ".join(parts[:_MOST_PARTS]) + (", …" if len(parts) > _MOST_PARTS else "")
    return f"{type(answer).__name__} ({shown})"


def activation_of(rows: Tensor, activation: str) -> bool:
    """Whether every row of `rows [N, C]` has the form of what `softmax` or `sigmoid` makes."""
    between = bool((rows >= 0).all()) and bool((rows <= 1 + _SUM_TOLERANCE).all())
    return between and (activation == "sigmoid" or bool(((rows.sum(1) - 1).abs() < _SUM_TOLERANCE).all()))


def logits_of_probabilities(probabilities: Tensor, activation: str, engine: str) -> Tensor:
    """Logits whose softmax or sigmoid is `probabilities [N, C]`; those of softmax but for a constant.

    Raises EngineError `model_no_probabilities`.
    """
    if not activation_of(probabilities, activation):
        lowest, highest = (f"{float(each):.3g}" for each in (probabilities.min(), probabilities.max()))
        raise EngineError(
            ErrorCode.MODEL_NO_PROBABILITIES,
            engine=engine,
            lowest=lowest,
            highest=highest,
            activation=activation,
        )
    limits = load_torch().finfo(probabilities.dtype)
    if activation == "sigmoid":
        return probabilities.clamp(limits.tiny, 1 - limits.eps).logit()
    return probabilities.clamp_min(limits.tiny).log()
