"""What a network has to answer, rows of finite numbers under the names of its card, and what else it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from app.core.errors import EngineError, ErrorCode
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

_MOST_PARTS, _MOST_NAME = 4, 40
# Rounding of many probabilities in half precision, added up.
_SUM_TOLERANCE = 1e-2


def named(answer: object, names: tuple[str, ...], engine: str) -> Mapping[str, object]:
    """The parts of a network's answer by their names: of a table or named tuple by its own, else by order.

    A tensor that comes alone is the logits. Raises EngineError `model_output_wrong` with both forms.
    """
    if isinstance(answer, load_torch().Tensor):
        return {"logits": answer}
    table = answer._asdict() if isinstance(answer, tuple) and hasattr(answer, "_asdict") else answer
    if isinstance(table, dict) and table.keys() >= set(names):
        return {name: table[name] for name in names}
    if isinstance(answer, list | tuple) and len(answer) == len(names):
        return dict(zip(names, answer, strict=True))
    needed = ", ".join(names)
    raise EngineError(ErrorCode.MODEL_OUTPUT_WRONG, engine=engine, found=describe(answer), needed=needed)


def rows_of(part: object, shape: tuple[int, int | None], engine: str) -> Tensor:
    """A part of a network's answer as `float32` of `shape` on the CPU; None is any length of a row.

    Raises EngineError: `model_output_wrong` with both forms, `inference_failed` when a value is not finite.
    """
    count, length = shape
    if not _is_matrix(part) or part.shape[0] != count or length not in (None, part.shape[1]):
        needed = f"float32 [{count}, {length or 'D'}]"
        raise EngineError(ErrorCode.MODEL_OUTPUT_WRONG, engine=engine, found=describe(part), needed=needed)
    rows = part.detach().float().cpu()
    finite = np.isfinite(rows.numpy())
    if not finite.all():
        detail = f"NaN, inf: {finite.size - finite.sum()} / {finite.size}"
        raise EngineError(ErrorCode.INFERENCE_FAILED, engine=engine, detail=detail)
    return rows


def _is_matrix(part: object) -> TypeGuard[Tensor]:
    return isinstance(part, load_torch().Tensor) and part.is_floating_point() and part.dim() == 2


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
    # A probability of exactly 0 or 1 has no finite logit.
    limits = load_torch().finfo(probabilities.dtype)
    if activation == "sigmoid":
        return probabilities.clamp(limits.tiny, 1 - limits.eps).logit()
    return probabilities.clamp_min(limits.tiny).log()
