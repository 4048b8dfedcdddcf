"""Logits become probabilities, however large they are."""

import numpy as np
import pytest

from app.core.probabilities import sigmoid, softmax


def test_softmax_survives_huge_logits_and_sharpens_with_low_temperature() -> None:
    logits = np.array([1e4, 1e4 - 1, -1e4], np.float32)
    plain, sharp = softmax(logits, 1), softmax(logits, 0.5)
    assert plain.sum() == pytest.approx(1)
    assert plain[0] == pytest.approx(1 / (1 + np.exp(-1)))
    assert sharp[0] > plain[0]


def test_sigmoid_takes_each_number_for_itself() -> None:
    logits = np.array([0, 2, -1e6, 1e6], np.float32)
    assert sigmoid(logits, 1).tolist() == pytest.approx([0.5, 1 / (1 + np.exp(-2)), 0, 1])
    assert sigmoid(logits, 2)[1] == pytest.approx(1 / (1 + np.exp(-1)))
