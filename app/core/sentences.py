"""Texts for users in Chinese and English: `resources/i18n/<language>.toml`, one key, one sentence.

In a text `{count}` is filled with a value, and `{count|picture|pictures}` with the word for one or for more.
Chinese has no plural, and its texts need no such blanks.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

from app.core import paths
from app.core.errors import WanwuError
from app.core.files import read_small_text
from app.core.printable import printable
from app.core.results import Facts

LANGUAGES = ("zh", "en")
# Facts of errors that are ids of engines: a sentence calls engines by their names.
_ENGINE_FACTS = ("engine", "wanted", "used")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of one language, keyed by `section.name`."""
    sections: dict[str, dict[str, str]] = tomllib.loads(
        read_small_text(paths.resource("i18n", f"{language}.toml"))
    )
    return {f"{section}.{name}": text for section, texts in sections.items() for name, text in texts.items()}


@dataclass(frozen=True, slots=True)
class Translator:
    """Makes texts in one language; what makes texts below the fronts is given one.

    Attributes:
        language: one of `LANGUAGES`.
        front: `window` where sentences for errors may differ: advice to a command line is of no use there.
    """

    language: str
    front: str = ""

    def __call__(self, key: str, **values: object) -> str:
        """The text for `key`, its `{names}` filled, those that are texts by `printable`.

        KeyError for an unknown key is a bug.
        """
        shown = {name: _one_line(value) for name, value in values.items()}
        return catalogue(self.language)[key].format_map(_Blanks(shown))

    def join(self, parts: Iterable[str], how: str = "list") -> str:
        """`parts` in one line, without the empty ones.

        A `list`, what is `said` of one thing, `facts` beside each other, `clauses` or `sentences`.
        """
        return catalogue(self.language)[f"join.{how}"].join(part for part in parts if part)

    def has(self, key: str) -> bool:
        """Whether there is a text for `key`."""
        return key in catalogue(self.language)

    def error(self, code: str, facts: Mapping[str, object] | Facts) -> str:
        """The sentence for an error code. A fact `reason` is a key of the section `reason`."""
        shown = {name: printable(str(value)) for name, value in dict(facts).items()}
        for name in _ENGINE_FACTS:
            engine = f"engine.{shown.get(name)}"
            if self.has(engine):
                shown[name] = self(engine)
        reason = f"reason.{shown.get('reason')}"
        if self.has(reason):
            shown["reason"] = self(reason, detail=shown.get("detail", ""))
        own = f"in_{self.front}.{code}"
        text = catalogue(self.language)[own if self.has(own) else f"error.{code}"]
        return text.format_map(_Lenient(shown))

    def describe(self, error: WanwuError) -> str:
        """The sentence for an error: what was wrong, with what, and what to do."""
        return self.error(error.code, error.facts)


class _Blanks(dict[str, object]):
    """The values for blanks, and the words that go with numbers."""

    def __missing__(self, blank: str) -> object:
        name, *forms = blank.split("|")
        if not forms:
            raise KeyError(name)
        one, other = forms
        return one if str(self[name]) == "1" else other


class _Lenient(_Blanks):
    """A fact that is missing shows as a question mark: an error message must never fail itself."""

    def __missing__(self, blank: str) -> object:
        return super().__missing__(blank) if "|" in blank else "?"


def _one_line(value: object) -> object:
    return printable(str(value)) if isinstance(value, str | PurePath) else value
