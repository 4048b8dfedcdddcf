"""Texts for users in Chinese and English: `resources/i18n/<language>.toml`, one key, one sentence."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

from app.core import paths
from app.core.errors import WanwuError
from app.core.files import read_small_text
from app.core.printable import printable
from app.core.results import Facts

LANGUAGES = ("zh", "en")


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
    """

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The text for `key`, its `{names}` filled, those that are texts by `printable`.

        KeyError for an unknown key is a bug.
        """
        shown = {name: _one_line(value) for name, value in values.items()}
        return catalogue(self.language)[key].format_map(shown)

    def has(self, key: str) -> bool:
        """Whether there is a text for `key`."""
        return key in catalogue(self.language)

    def error(self, code: str, facts: Mapping[str, object] | Facts) -> str:
        """The sentence for an error code. A fact `reason` is a key of the section `reason`."""
        shown = {name: printable(str(value)) for name, value in dict(facts).items()}
        reason = f"reason.{shown.get('reason')}"
        if self.has(reason):
            shown["reason"] = self(reason, detail=shown.get("detail", ""))
        return catalogue(self.language)[f"error.{code}"].format_map(_Lenient(shown))

    def describe(self, error: WanwuError) -> str:
        """The sentence for an error: what was wrong, with what, and what to do."""
        return self.error(error.code, error.facts)


class _Lenient(dict[str, str]):
    """A fact that is missing shows as a question mark: an error message must never fail itself."""

    def __missing__(self, key: str) -> str:
        return "?"


def _one_line(value: object) -> object:
    return printable(str(value)) if isinstance(value, str | PurePath) else value
