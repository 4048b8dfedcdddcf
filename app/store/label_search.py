"""Labels as lists look for them and sort by them: each made once for a set, which may have 54,092.

A list is read again every second while a run works.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

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


def labels_mentioning(labels: LabelSet, word: str) -> list[int]:
    """The numbers of the labels in whose names, or groups' names, a word occurs."""
    sought = word.casefold()
    return [index for index, text in enumerate(_texts(labels)) if sought in text]


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
def _texts(labels: LabelSet) -> list[str]:
    return [
        "\n".join((label.zh, label.en, *label.group, *group_in("en", label.group))).casefold()
        for label in labels.labels
    ]
