"""Label files: what each output of a network is called, and the groups that the labels belong to."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from app.core import paths
from app.core.files import read_small_text
from app.core.model_card import card_error
from app.core.printable import printable
from app.core.results import GroupPath, GroupScore, Prediction

# How the groups are called that hold what no other group of their parent does.
_REST = "其他"
_SYNSET = re.compile(r"n\d{8}")


@dataclass(frozen=True, slots=True)
class Label:
    """One row of a label file. One name stands for both languages; `group` is empty without one."""

    index: int
    wnid: str
    zh: str
    en: str
    group: GroupPath


# A file from elsewhere is read before it is trusted; there are lists of 54,092 animals and plants.
_MOST_LABELS, _MOST_COLUMNS, _DEEPEST_GROUP = 250_000, 100, 10


class LabelSet:
    """The labels of one network, in the order of its outputs.

    Attributes:
        text: the file as written; it travels inside the built model, and with the runs that it has named.
        labels: one for each output.
        groups: every group path and its parents, in the order of `groups.tsv`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        if text.count("\n") > _MOST_LABELS + 1:  # before anything is made of each
            raise ValueError(f"more than {_MOST_LABELS} labels")
        header, *lines = text.removeprefix("\ufeff").split("\n")
        columns = header.rstrip("\r").split("\t")
        if "index" not in columns or len(columns) > _MOST_COLUMNS:  # each of them costs time in every row
            raise ValueError("the first row of a label file names its columns: index, and zh or en")
        self.labels = tuple(_label(dict(zip(columns, _cells(line), strict=False))) for line in lines if line)
        if [label.index for label in self.labels] != list(range(len(self.labels))):
            raise ValueError("the rows of a label file must be numbered 0, 1, 2, …")
        if max((len(label.group) for label in self.labels), default=0) > _DEEPEST_GROUP:
            raise ValueError(f"groups more than {_DEEPEST_GROUP} deep")
        paths_in_use = {path for label in self.labels for path in _with_parents(label.group)}
        if len(paths_in_use) > _MOST_LABELS:
            raise ValueError(f"more than {_MOST_LABELS} groups")
        self.groups = sorted(paths_in_use, key=group_place)
        numbers = {path: number for number, path in enumerate(self.groups)}
        pairs = [(label.index, numbers[path]) for label in self.labels for path in _with_parents(label.group)]
        self._members = np.array(pairs, np.intp).reshape(-1, 2)

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def sha256(self) -> str:
        """What tells one set from another."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def means_the_same(self, other: "LabelSet", index: int) -> bool:
        """Whether a label is the same thing here as in another set: its synset or both its names are."""
        if index >= min(len(self), len(other)):
            return False
        mine, theirs = self.labels[index], other.labels[index]
        if _SYNSET.fullmatch(mine.wnid) and _SYNSET.fullmatch(theirs.wnid):
            return mine.wnid == theirs.wnid
        return (mine.zh, mine.en) == (theirs.zh, theirs.en)

    def top_k(
        self, probabilities: NDArray[np.float64], k: int, logits: NDArray[np.float32] | None = None
    ) -> tuple[Prediction, ...]:
        """The `k` likeliest labels of `probabilities [C]`, likeliest first.

        `logits [C]` tell apart what rounding has made equal: several labels may have a probability of 1.
        """
        order = np.argsort(-(probabilities if logits is None else logits), kind="stable")[:k]
        return tuple(self._prediction(int(index), float(probabilities[index])) for index in order)

    def _prediction(self, index: int, score: float) -> Prediction:
        label = self.labels[index]
        return Prediction(index, label.zh, label.en, label.group, score)

    def group_scores(
        self, probabilities: NDArray[np.float64], *, exclusive: bool = True, at_least: float = 0.0
    ) -> list[GroupScore]:
        """Each of `groups` with the probability that one of the labels in it or its sub-groups is right.

        That is the sum of theirs; of labels that do not exclude each other the highest, its lower bound.
        Groups that are less likely than `at_least` are left out.
        """
        members, groups = self._members.T
        scores = np.zeros(len(self.groups))
        if exclusive:
            scores += np.bincount(groups, probabilities[members], len(self.groups))
        else:
            np.maximum.at(scores, groups, probabilities[members])
        likely = np.flatnonzero(scores >= at_least)
        return [GroupScore(self.groups[number], float(scores[number])) for number in likely]

    def likely_group(self, scores: Iterable[GroupScore], threshold: float) -> GroupScore | None:
        """The deepest group with a score of at least `threshold`; of equally deep ones, the likeliest.

        "Other birds" says less than "birds" of a picture that is not certain: a rest gives way to its parent.
        """
        likely = (score for score in scores if score.score >= threshold and not _is_rest(score.path))
        return max(likely, key=lambda score: (len(score.path), score.score), default=None)


def _cells(line: str) -> list[str]:
    cells = line.removesuffix("\r").split("\t", _MOST_COLUMNS)
    if any("\r" in cell for cell in cells):
        raise ValueError("a line break inside a row of a label file")
    return cells


def _label(row: dict[str, str]) -> Label:
    """Raises ValueError without a number or a name."""
    zh, en = ((row.get(column) or "").strip() for column in ("zh", "en"))
    group = tuple(filter(None, map(str.strip, (row.get("group") or "").split("/"))))
    index = row.get("index", "")
    if not zh and not en:
        raise ValueError(f"label {index} has no name")
    if not index.isdecimal():
        raise ValueError(f"label {index} has no number")
    return Label(int(index), row.get("wnid") or "", zh or en, en or zh, group)


def _with_parents(path: GroupPath) -> Iterable[GroupPath]:
    return (path[:depth] for depth in range(1, len(path) + 1))


def _is_rest(path: GroupPath) -> bool:
    return path[-1].startswith(_REST)


@cache
def load_labels(name: str) -> LabelSet:
    """A label file of `resources/labels`, by its name without the ending.

    Raises ModelError `model_card_invalid`: the card that names it names no file with labels.
    """
    file = paths.resource("labels", f"{name}.tsv")
    try:
        return LabelSet(read_small_text(file))
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else str(error)
        raise card_error("labels", f"{name}: {detail}", str(file)) from error


@cache
def _group_names() -> dict[str, str]:
    """English names of all groups, of today and of earlier runs, in the order in which they are shown."""
    lines = read_small_text(paths.resource("labels", "groups.tsv")).splitlines()[1:]
    return dict(line.split("\t") for line in lines)


@cache
def _group_places() -> dict[str, int]:
    return {name: place for place, name in enumerate(_group_names())}


def group_place(path: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """A key that sorts group paths as `groups.tsv` does, parents first; unknown groups come last, by name."""
    places = _group_places()
    return tuple((places.get(name, len(places)), name) for name in path)


def group_in(language: str, path: Sequence[str]) -> tuple[str, ...]:
    """A group path as shown in `language`: Chinese as stored, English from `groups.tsv`."""
    names = path if language == "zh" else (_group_names().get(name, name) for name in path)
    return tuple(map(printable, names))


def label_in(language: str, prediction: Prediction) -> str:
    """A prediction's label as shown in `language`."""
    return printable(prediction.label if language == "zh" else prediction.label_en)


def other_label(language: str, prediction: Prediction) -> str:
    """A prediction's label in the language that is not `language`."""
    return label_in("en" if language == "zh" else "zh", prediction)
