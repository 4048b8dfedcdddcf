"""Labels as lists look for them and sort by them: each made once for a set, which may have 54,092.

A list is read again every second while a run works.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from heapq import nsmallest

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
    """The labels whose own names match a word best, at most so many; equal ones as people look for them."""
    places = label_places(labels, language)
    hits = _hits(_names(labels), word.casefold())
    return [labels.labels[index] for index in nsmallest(most, hits, lambda at: (hits[at], places[at]))]


def _hits(texts: Sequence[str], sought: str) -> dict[int, Hit]:
    if not sought:
        return dict.fromkeys(range(len(texts)), Hit.NAME)
    literal = re.escape(sought)
    # Groups are named by their plural. Chinese has no spaces; what a name is about stands at its end.
    word = rf"(?<!\w){literal}s?(?!\w)" if sought.isascii() else f"{literal}$"
    ways = (
        (Hit.NAME, re.compile(rf"^{literal}s?$", re.MULTILINE)),
        (Hit.WORD, re.compile(word, re.MULTILINE)),
        (Hit.START, re.compile(rf"(?<!\w){literal}")),
    )
    return {
        index: next((hit for hit, way in ways if way.search(text)), Hit.INSIDE)
        for index, text in enumerate(texts)
        if sought in text  # a scan in C: patterns are tried on the few that it leaves
    }


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


@lru_cache(_SETS)
def _names(labels: LabelSet) -> list[str]:
    return [f"{label.zh}\n{label.en}".casefold() for label in labels.labels]


@lru_cache(_SETS)
def _texts(labels: LabelSet) -> list[str]:
    return [
        "\n".join((label.zh, label.en, *label.group, *group_in("en", label.group))).casefold()
        for label in labels.labels
    ]
