"""A model card is read whole, or refused with what is wrong in it."""

import pytest

from app.cards import load_card, model_ids, parse_card
from app.errors import ErrorCode, ModelError
from app.i18n import LANGUAGES
from app.labels import load_labels

CARD = load_card("efficientnet_lite2").text


def test_two_models_are_shipped() -> None:
    assert model_ids() == ["efficientnet_lite0", "efficientnet_lite2"]


@pytest.mark.parametrize("model_id", model_ids())
def test_shipped_card_says_all_that_users_and_engines_need(model_id: str) -> None:
    card = load_card(model_id)
    assert card.id == model_id
    assert set(card.name) == set(LANGUAGES)
    assert card.architecture == f"timm:tf_{model_id}"
    assert len(load_labels(card.labels)) == 1000
    assert card.licence == "Apache-2.0"
    assert "photographs" in card.calibration.how


def test_unknown_model_is_refused_with_the_ones_that_exist() -> None:
    with pytest.raises(ModelError) as raised:
        load_card("resnet")
    assert raised.value.code is ErrorCode.MODEL_UNKNOWN
    assert raised.value.facts == {"model": "resnet", "known": "efficientnet_lite0, efficientnet_lite2"}


@pytest.mark.parametrize("name", ["", ".", "..", "../models/efficientnet_lite2", "efficientnet_lite2/"])
def test_a_path_is_no_model_id(name: str) -> None:
    with pytest.raises(ModelError) as raised:
        load_card(name)
    assert raised.value.code is ErrorCode.MODEL_UNKNOWN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "', 'no_id = "'),
        ("[calibration]", "[calibrations]"),
        ("size = 260", "size = 0"),
        ("size = 260", 'size = "260"'),
        ("crop = 1.0", "crop = 1.5"),
        ("stretch = 1.2", "stretch = 0.9"),
        ("temperature = 0.65", "temperature = 0.0"),
        ("mean = [0.5, 0.5, 0.5]", "mean = 0.5"),
        ("mean = [0.5, 0.5, 0.5]", "mean = [0.5]"),
        ('interpolation = "bicubic"', 'interpolation = "guess"'),
        ("[input]", "[input"),
    ],
)
def test_card_with_a_mistake_is_refused(old: str, new: str) -> None:
    assert old in CARD
    with pytest.raises(ModelError) as raised:
        parse_card(CARD.replace(old, new))
    assert raised.value.code is ErrorCode.MODEL_CARD_INVALID
    assert raised.value.facts["detail"]
