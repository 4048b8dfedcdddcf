"""The answer is a label, else a group, else honest: the three branches of the rule."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.model_card import ModelCard, OutputSpec, load_card
from app.core.settings import CERTAIN_THRESHOLD, GROUP_THRESHOLD, thresholds_for
from app.labels import LabelSet, load_labels
from app.recognition.certainty import judge

LABELS = load_labels("imagenet1k")
THRESHOLDS = 0.85, 0.6


def calibrated(temperature: float) -> ModelCard:
    """A card with a softmax of this temperature."""
    card = load_card("efficientnet_lite2")
    return replace(card, calibration=replace(card.calibration, temperature=temperature))


CARD = calibrated(1)


def logits(**shares: float) -> NDArray[np.float32]:
    """Logits whose softmax gives the classes `i<index>` these shares, and the others next to nothing."""
    values = np.full(1000, 1e-9)
    for name, share in shares.items():
        values[int(name[1:])] = share
    return np.asarray(np.log(values), np.float32)


def test_likely_label_is_certain_and_comes_with_its_own_group() -> None:
    predictions, group, certain = judge(logits(i281=0.9, i207=0.1), LABELS, CARD, 5, THRESHOLDS)
    assert certain
    assert len(predictions) == 5
    assert predictions[0].label == "虎斑猫"
    assert group is not None
    assert group.path == ("动物", "哺乳动物", "家猫")
    assert group.score == pytest.approx(0.9, abs=1e-4)


def test_unlikely_label_gives_way_to_a_likely_group() -> None:
    predictions, group, certain = judge(logits(i151=0.4, i207=0.3, i281=0.3), LABELS, CARD, 3, THRESHOLDS)
    assert not certain
    assert predictions[0].label == "吉娃娃"
    assert group is not None
    assert group.path == ("动物", "哺乳动物", "狗")
    assert group.score == pytest.approx(0.7, abs=1e-4)


def test_uncertain_answer_names_the_parent_instead_of_what_is_left_in_it() -> None:
    hummingbird, bee_eater = 94, 92
    assert LABELS.labels[hummingbird].group == LABELS.labels[bee_eater].group == ("动物", "鸟类", "其他鸟类")
    _, group, certain = judge(logits(i94=0.5, i92=0.4, i7=0.1), LABELS, CARD, 5, THRESHOLDS)
    assert not certain
    assert group is not None
    assert group.path == ("动物", "鸟类")
    assert group.score == pytest.approx(1, abs=1e-4)
    assert LABELS.labels[506].group == LABELS.labels[616].group == ("其他",)
    assert judge(logits(i506=0.5, i616=0.5), LABELS, CARD, 5, THRESHOLDS)[1] is None


def test_nothing_likely_is_just_uncertain() -> None:
    _, group, certain = judge(logits(i151=0.4, i400=0.3, i900=0.3), LABELS, CARD, 5, THRESHOLDS)
    assert not certain
    assert group is None


def test_label_without_a_group_is_certain_all_the_same() -> None:
    labels = LabelSet("index\ten\n0\tcat\n1\tdog")
    predictions, group, certain = judge(np.array([5, 0], np.float32), labels, CARD, 5, THRESHOLDS)
    assert (predictions[0].label, group, certain) == ("cat", None, True)
    assert judge(np.zeros(2, np.float32), labels, CARD, 5, THRESHOLDS)[1:] == (None, False)


def test_threshold_itself_is_enough() -> None:
    exact = judge(np.zeros(1000, np.float32), LABELS, CARD, 1, (1 / 1000, 0.6))
    assert exact[2]


def test_temperature_below_one_makes_more_certain() -> None:
    doubtful = logits(i281=0.7, i285=0.3)
    assert not judge(doubtful, LABELS, CARD, 5, THRESHOLDS)[2]
    assert judge(doubtful, LABELS, calibrated(0.4), 5, THRESHOLDS)[2]


def test_surest_of_labels_that_are_all_right_comes_first() -> None:
    sigmoid = replace(CARD, outputs=OutputSpec("sigmoid"))
    labels = LabelSet("index\ten\n0\tcat\n1\tdog\n2\tcar")
    predictions, _, _ = judge(np.array([50, 90, -9], np.float32), labels, sigmoid, 3, THRESHOLDS)
    assert [each.label for each in predictions] == ["dog", "cat", "car"]


@pytest.mark.parametrize(
    ("own", "chosen", "used"),
    [
        ((None, None), (0, 0), (CERTAIN_THRESHOLD, GROUP_THRESHOLD)),
        ((0.4, 0.3), (0, 0), (0.4, 0.3)),
        ((0.4, None), (0, 0.7), (0.4, 0.7)),
        ((0.4, 0.3), (0.9, 0.8), (0.9, 0.8)),
    ],
)
def test_threshold_is_the_users_else_the_models_else_the_programs(
    own: tuple[float | None, float | None], chosen: tuple[float, float], used: tuple[float, float]
) -> None:
    card = replace(CARD, calibration=replace(CARD.calibration, certain=own[0], group=own[1]))
    assert thresholds_for(card, *chosen) == used
