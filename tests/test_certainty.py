"""The answer is a label, else a group, else honest: the three branches of the rule."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.certainty import judge
from app.labels import load_labels

LABELS = load_labels("imagenet1k")
THRESHOLDS = 0.85, 0.6


def logits(**shares: float) -> NDArray[np.float32]:
    """Logits whose softmax gives the classes `i<index>` these shares, and the others next to nothing."""
    values = np.full(1000, 1e-9)
    for name, share in shares.items():
        values[int(name[1:])] = share
    return np.asarray(np.log(values), np.float32)


def test_likely_label_is_certain_and_comes_with_its_own_group() -> None:
    predictions, group, certain = judge(logits(i281=0.9, i207=0.1), LABELS, 1, 5, THRESHOLDS)
    assert certain
    assert len(predictions) == 5
    assert predictions[0].label == "虎斑猫"
    assert group is not None
    assert group.path == ("动物", "猫科")
    assert group.score == pytest.approx(0.9, abs=1e-4)


def test_unlikely_label_gives_way_to_a_likely_group() -> None:
    predictions, group, certain = judge(logits(i151=0.4, i207=0.3, i281=0.3), LABELS, 1, 3, THRESHOLDS)
    assert not certain
    assert predictions[0].label == "吉娃娃"
    assert group is not None
    assert group.path == ("动物", "犬科", "家犬")
    assert group.score == pytest.approx(0.7, abs=1e-4)


def test_nothing_likely_is_just_uncertain() -> None:
    _, group, certain = judge(logits(i151=0.4, i400=0.3, i900=0.3), LABELS, 1, 5, THRESHOLDS)
    assert not certain
    assert group is None


def test_threshold_itself_is_enough() -> None:
    exact = judge(np.zeros(1000, np.float32), LABELS, 1, 1, (1 / 1000, 0.6))
    assert exact[2]


def test_temperature_below_one_makes_more_certain() -> None:
    doubtful = logits(i281=0.7, i285=0.3)
    assert not judge(doubtful, LABELS, 1.0, 5, THRESHOLDS)[2]
    assert judge(doubtful, LABELS, 0.4, 5, THRESHOLDS)[2]
