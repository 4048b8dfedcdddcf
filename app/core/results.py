"""What flows between the layers: plain, frozen, picklable values."""

from dataclasses import dataclass
from pathlib import Path

from app.core.errors import ErrorCode, WanwuError

GroupPath = tuple[str, ...]
# What fills the sentence of an error code.
Facts = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """One label for a picture. `score` is a calibrated probability, 0–1."""

    index: int
    label: str
    label_en: str
    group: GroupPath
    score: float


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A group of labels (`("动物", "鸟类")`) and its probability, 0–1.

    That is the sum of its members'; of labels that do not exclude each other, the highest.
    """

    path: GroupPath
    score: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of wall time for each step of one picture. Cold starts are not in here."""

    decode: float
    preprocess: float
    inference: float
    postprocess: float

    @property
    def total(self) -> float:
        return self.decode + self.preprocess + self.inference + self.postprocess


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Who computed a result: the engine's name, its device, number type, threads and model."""

    name: str
    device: str
    precision: str
    threads: int
    model: str


@dataclass(frozen=True, slots=True)
class Fallback:
    """The engine that was asked for, and the error because of which another one answered."""

    wanted: str
    code: ErrorCode
    facts: Facts


@dataclass(frozen=True, slots=True)
class Parity:
    """How an engine's answers differ from the reference's on `pictures` pictures.

    Attributes:
        agreement: the share of pictures with the same first label, 0–1.
        largest, mean: differences of probabilities, 0–1, over all pictures and labels.
    """

    engine: str
    pictures: int
    agreement: float
    largest: float
    mean: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """The answer for one picture.

    `group` is the group the answer belongs to or, when `certain` is false, the one that the picture
    most likely belongs to; None when not even a group is likely enough. `predictions` are in
    descending order of score. `warnings` are keys of `resources/i18n`, section `warning`.
    """

    path: Path
    predictions: tuple[Prediction, ...]
    group: GroupScore | None
    certain: bool
    timings: Timings
    engine: EngineInfo
    source_size: tuple[int, int]
    warnings: tuple[str, ...] = ()
    fallback: Fallback | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same pixels through the model's reference and through the engine in use."""

    reference: Recognition
    other: Recognition

    @property
    def ratio(self) -> float:
        """The other engine's inference time as a share of the reference's; below 1 is faster."""
        return self.other.timings.inference / self.reference.timings.inference

    @property
    def agrees(self) -> bool:
        """Whether both give the same first label."""
        return self.reference.predictions[0].index == self.other.predictions[0].index


@dataclass(frozen=True, slots=True)
class Failure:
    """A file without an answer: the code, and the facts for the sentence in the user's language."""

    path: Path
    code: ErrorCode
    facts: Facts = ()

    @classmethod
    def of(cls, path: Path, error: WanwuError) -> "Failure":
        """The failure that `error` means for a file."""
        return cls(path, error.code, tuple(error.facts.items()))


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is known of a file of a run: what the model said, and what a person said after it.

    `correction` is the label that a person has chosen, with a score of 1; None where nobody has.
    """

    model: Recognition | Failure
    correction: Prediction | None = None
