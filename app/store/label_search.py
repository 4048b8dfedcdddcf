"""Labels as lists look for them and sort by them: each made once for a set, which may have 54,092.

A list is read again every second while a run works.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate

from app.labels import Label, LabelSet, group_in

_QUOTES = re.compile(r'["“”]')
_SETS = 4  # of the run that is shown, and a few that were shown before


def quoted(label: str) -> str:
    """The words of a filter that find exactly this label."""
    # A filter has no way to write a quotation mark within others.
    return f'"{_QUOTES.sub(" ", label)}"'


def labels_called(labels: LabelSet, name: str) -> list[int]:
    """The numbers of the labels with this name in either language; several may share one."""
    return _by_name(labels).get(_normal(name), []) if name else []


class Hit(IntEnum):
    """How a word occurs in a label's names or those of its groups, the best first."""

    NAME = 0  # the whole of one
    WORD = 1
    START = 2  # of a word
    INSIDE = 3


def label_hits(labels: LabelSet, word: str) -> dict[int, Hit]:
    """The numbers of the labels in whose names, or groups' names, a word occurs, and how it does."""
    return _hits(_texts(labels), word.casefold())


def best_labels(labels: LabelSet, word: str, language: str, most: int) -> list[Label]:
    """The labels whose own names match a word best, at most so many; equal ones as people look for them.

    All names are one text in that order: a letter is in most of 54,092, and the first of them are enough.
    """
    names = names_in_order(labels, language)
    if not word:
        return names.labels[:most]
    best: dict[Label, None] = {}
    for _, way in _ways(word.casefold()):
        start = 0
        while len(best) < most and (found := way.search(names.text, start)):
            place = bisect_right(names.starts, found.start()) - 1
            best[names.labels[place]] = None
            start = names.starts[place + 1]
    return list(best)


def _hits(texts: Sequence[str], sought: str) -> dict[int, Hit]:
    ways = _ways(sought)
    return {
        index: next(hit for hit, way in ways if way.search(text))
        for index, text in enumerate(texts)
        if sought in text  # a scan in C: patterns are tried on the few that it leaves
    }


def _ways(sought: str) -> tuple[tuple[Hit, re.Pattern[str]], ...]:
    """Patterns for how a word may occur, the best first.

    They look back from behind the word: what a pattern begins with is scanned for in C.
    """
    literal = re.escape(sought)
    # Groups are named by their plural. Chinese has no spaces; what a name is about stands at its end.
    word = rf"{literal}(?<!\w{literal})s?(?!\w)" if sought.isascii() else f"{literal}$"
    return (
        (Hit.NAME, re.compile(f"{literal}(?<!.{literal})s?$", re.MULTILINE)),
        (Hit.WORD, re.compile(word, re.MULTILINE)),
        (Hit.START, re.compile(rf"{literal}(?<!\w{literal})")),
        (Hit.INSIDE, re.compile(literal)),
    )


@lru_cache(_SETS)
def label_places(labels: LabelSet, language: str) -> Mapping[object, int]:
    """Labels by number as people look for them: by pinyin, as GB 18030 has it, or by alphabet."""

    def name(label: Label) -> tuple[bytes, int]:
        said = label.zh.encode("gb18030") if language == "zh" else label.en.casefold().encode()
        return said, label.index

    return {label.index: place for place, label in enumerate(sorted(labels.labels, key=name))}


@lru_cache(_SETS)
def group_places(labels: LabelSet) -> Mapping[object, int]:
    """Groups by path, in their own order."""
    return {"/".join(path): place for place, path in enumerate(labels.groups)}


def _normal(name: str) -> str:
    return _QUOTES.sub(" ", name).casefold()


@lru_cache(_SETS)
def _by_name(labels: LabelSet) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for label in labels.labels:
        # A set: a label of a file with one language has the same name twice.
        for name in {_normal(label.zh), _normal(label.en)}:
            found.setdefault(name, []).append(label.index)
    return found


@dataclass(frozen=True, slots=True)
class Names:
    """Both names of all labels, in one order, with where each label begins in the text, and its end."""

    labels: list[Label]
    text: str
    starts: list[int]


@lru_cache(_SETS)
def names_in_order(labels: LabelSet, language: str) -> Names:
    """What is looked through for labels, as people look for them in a language."""
    places = label_places(labels, language)
    ordered = sorted(labels.labels, key=lambda label: places[label.index])
    names = [f"{label.zh}\n{label.en}\n".casefold() for label in ordered]
    return Names(ordered, "".join(names), list(accumulate(map(len, names), initial=0)))


@lru_cache(_SETS)
def _texts(labels: LabelSet) -> list[str]:
    return [
        "\n".join((label.zh, label.en, *label.group, *group_in("en", label.group))).casefold()
        for label in labels.labels
    ]
