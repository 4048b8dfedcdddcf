"""From a network's logits to probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.core.model_card import ModelCard


def probabilities_of(logits: NDArray[np.float32], card: ModelCard) -> NDArray[np.float64]:
    """Calibrated probabilities `[C]` of `logits [C]`, as the card says that they are made."""
    temperature = card.calibration.temperature
    activate = sigmoid if card.outputs.activation == "sigmoid" else softmax
    return activate(logits, temperature)


def softmax(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Calibrated probabilities of `logits [C]` that exclude each other: softmax of logits / temperature."""
    scaled = logits.astype(np.float64) / temperature
    # The same softmax: without the difference, exp overflows for large logits.
    exponentials = np.exp(scaled - scaled.max())
    return np.asarray(exponentials / exponentials.sum())


def sigmoid(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Calibrated probabilities of `logits [C]`, each for itself: 1 / (1 + exp(-logits / temperature))."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits.astype(np.float64) / temperature)))  # never overflows
