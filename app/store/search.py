"""What a text finds among the items of a run, and how well each of them matches.

A label that matches says more than a file's name that does, and a whole word more than a part of one: who
looks for cats wants no "categorization.png" above them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from app.store.label_search import Hit, label_hits, labels_called

if TYPE_CHECKING:
    from app.labels import LabelSet

# What stands in quotation marks, or else a word.
_TERMS = re.compile(r'["“”]([^"“”]*)["“”]|(\S+)')
# One step below the worst of labels.
_NO_LABEL = max(Hit) + 1

Condition = tuple[str, tuple[object, ...]]


def words_of(text: str) -> list[str]:
    """What a text looks for: its words, and what stands in quotation marks as one."""
    return [term for pair in _TERMS.findall(text) if (term := pair[0] or pair[1])]


class Search:
    """The words of one text, which must all occur in an item's path below `folder`, label or group."""

    def __init__(self, text: str, labels: LabelSet, folder: str) -> None:
        self._folder = folder
        self._words: list[tuple[str, dict[int, Hit]]] = []
        self._exact: list[list[int]] = []
        for quoted, word in _TERMS.findall(text):
            named = labels_called(labels, quoted)
            if named:
                self._exact.append(named)
            elif quoted or word:
                self._words.append((quoted or word, label_hits(labels, quoted or word)))

    def conditions(self) -> list[Condition]:
        """Conditions in SQL, with their values; an item that is found meets all of them."""
        called = [(_LABEL_IN, (json.dumps(numbers),)) for numbers in self._exact]
        return [*called, *(self._occurs(word, hits) for word, hits in self._words)]

    def _occurs(self, word: str, hits: dict[int, Hit]) -> Condition:
        in_name, values = self._name_has(word)
        return f"({_LABEL_IN} OR {in_name})", (json.dumps(list(hits)), *values)

    def _name_has(self, word: str) -> Condition:
        """A condition for a word in the path below the folder.

        Cutting the folder off a million paths costs as much as searching them; it is left out for a word that
        does not occur in the folder's own path.
        """
        pattern = f"%{_escaped(word)}%"
        whole = "name LIKE ? ESCAPE '\\'"
        if word.casefold() not in self._folder.casefold() and not {"/", "\\"} & set(word):
            return whole, (pattern,)
        below = "(substr(name, 1, ?) <> ? OR substr(name, ?) LIKE ? ESCAPE '\\')"  # others were moved away
        length = len(self._folder)
        return f"({whole} AND {below})", (pattern, length, self._folder, length + 1, pattern)

    def places(self) -> dict[int, int]:
        """How well the labels match that do, by number: the smaller the better."""
        found = {label for _, hits in self._words for label in hits}
        return {label: sum(hits.get(label, _NO_LABEL) for _, hits in self._words) for label in found}

    def place(self) -> Condition:
        """An expression in SQL for how well the name of an item matches whose label does not.

        It comes after every label of `places`.
        """
        worst = _NO_LABEL * len(self._words)
        if not self._words:
            return "0", ()
        values: list[object] = []
        for word, _ in self._words:
            # GLOB tells capitals apart, `lower` knows those of English, as LIKE does.
            pattern = _GLOB_SIGNS.sub(r"[\g<0>]", word.lower())
            values += [f"*[^a-z0-9]{pattern}[^a-z0-9]*", f"*[^a-z0-9]{pattern}*"]
        cases = " + ".join(
            ["CASE WHEN lower(name) GLOB ? THEN 0 WHEN lower(name) GLOB ? THEN 1 ELSE 2 END"]
            * len(self._words)
        )
        return f"{worst} + {cases}", tuple(values)


_LABEL_IN = "label IN (SELECT value FROM json_each(?))"
_GLOB_SIGNS = re.compile(r"[*?\[]")


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
