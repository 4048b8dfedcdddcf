"""What a text finds among the items of a run, and how well each of them matches.

A label that matches says more than a file's name that does, and a whole word more than a part of one: who
looks for cats wants no "categorization.png" above them.
"""

from __future__ import annotations

import json
import re
import string
from typing import TYPE_CHECKING

from app.store.label_search import Hit, label_hits, labels_called

if TYPE_CHECKING:
    from app.labels import LabelSet

# What stands in quotation marks, or else a word.
_TERMS = re.compile(r'["“”]([^"“”]*)["“”]|(\S+)')
# More, as of a page pasted by mistake, take minutes to look for, or more than SQLite can take in.
_MOST_TERMS, _LONGEST_TERM = 32, 200
LONGEST_TEXT = _MOST_TERMS * (_LONGEST_TERM + 1)
# One step below the worst of labels.
_NO_LABEL = max(Hit) + 1

Condition = tuple[str, tuple[object, ...]]


def words_of(text: str) -> list[str]:
    """What a text looks for: its words, and what stands in quotation marks as one."""
    return [quoted or word for quoted, word in _terms(text)]


def _terms(text: str) -> list[tuple[str, str]]:
    """What stands in quotation marks, or else a word, of each term; equal ones once."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for quoted, word in _TERMS.findall(text):
        term = quoted[:_LONGEST_TERM], word[:_LONGEST_TERM]
        if any(term) and len(found) < _MOST_TERMS:
            found.setdefault((term[0].casefold(), term[1].casefold()), term)
    return list(found.values())


class Search:
    """The words of one text, which must all occur in an item's path below `folder`, label or group."""

    def __init__(self, text: str, labels: LabelSet, folder: str) -> None:
        self._folder = folder
        self._words: list[tuple[str, dict[int, Hit]]] = []
        self._exact: list[list[int]] = []
        for quoted, word in _terms(text):
            named = labels_called(labels, quoted)
            if named:
                self._exact.append(named)
            else:
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
        if not self._may_be_in_folder(word):
            return whole, (pattern,)
        below = "(substr(name, 1, ?) <> ? OR substr(name, ?) LIKE ? ESCAPE '\\')"  # others were moved away
        length = len(self._folder)
        return f"({whole} AND {below})", (pattern, length, self._folder, length + 1, pattern)

    def _may_be_in_folder(self, word: str) -> bool:
        return word.casefold() in self._folder.casefold() or bool({"/", "\\"} & set(word))

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
        cases: list[str] = []
        for word, _ in self._words:
            # GLOB tells capitals apart; SQLite's `lower`, as its LIKE, knows no others than those of English.
            pattern = _GLOB_SIGNS.sub(r"[\g<0>]", word.translate(_LOWER))
            name, cut = self._below_folder() if self._may_be_in_folder(word) else ("name", ())
            for end in ("[^a-z0-9]*", "*"):
                values += [*cut, f"*[^a-z0-9]{pattern}{end}"]
            cases.append(f"CASE WHEN lower({name}) GLOB ? THEN 0 WHEN lower({name}) GLOB ? THEN 1 ELSE 2 END")
        return f"{worst} + {' + '.join(cases)}", tuple(values)

    def _below_folder(self) -> Condition:
        """An expression in SQL for the path below the folder, from the separator before it on."""
        length = len(self._folder)
        return "iif(substr(name, 1, ?) = ?, substr(name, ?), name)", (length, self._folder, length)


_LABEL_IN = "label IN (SELECT value FROM json_each(?))"
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_GLOB_SIGNS = re.compile(r"[*?\[]")


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
