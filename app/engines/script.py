"""Turning a card's network into a TorchScript file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engines import model_file
from app.engines.architecture import build_network
from app.engines.torch_runtime import load_torch
from app.errors import ErrorCode, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.cards import ModelCard
    from app.labels import LabelSet


def write_model_file(card: ModelCard, labels: LabelSet, file: Path, report: Callable[[str], None]) -> None:
    """Build the network of `card`, script it, and save it with its labels to `file`.

    Raises ModelError when the network cannot be made or has other outputs than labels; OSError.
    """
    network = build_network(card)
    torch = load_torch()
    report("script")
    module = torch.jit.script(network)
    with torch.inference_mode():
        outputs = network(torch.zeros(1, 3, card.input.size, card.input.size)).shape[1]
    if outputs != len(labels):
        raise ModelError(ErrorCode.MODEL_LABELS_MISMATCH, file=file, outputs=outputs, labels=len(labels))
    model_file.save(module, card, labels, outputs, file)
