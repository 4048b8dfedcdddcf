"""Texts for users in Chinese and English: `resources/i18n/<language>.toml`, one key, one sentence."""

import locale
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import PurePath
from unicodedata import category

from app.core import paths
from app.core.errors import WanwuError
from app.core.files import read_small_text
from app.core.results import Facts

LANGUAGES = ("zh", "en")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of one language, keyed by `section.name`."""
    sections: dict[str, dict[str, str]] = tomllib.loads(
        read_small_text(paths.resource("i18n", f"{language}.toml"))
    )
    return {f"{section}.{name}": text for section, texts in sections.items() for name, text in texts.items()}


def system_language() -> str:
    """`zh` when the system speaks Chinese, else `en`."""
    names = [os.environ.get(key, "") for key in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")]
    spoken = next((name for name in names if name and name != "C"), "") or (locale.getlocale()[0] or "")
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"


class Translator:
    """The language in use. One instance, `tr`, serves the window and the command line.

    Attributes:
        language: `zh` or `en`.
    """

    def __init__(self) -> None:
        self.language = "zh"

    def use(self, language: str) -> None:
        """Switch to `zh`, `en` or, with `auto`, to what the system speaks."""
        self.language = language if language in LANGUAGES else system_language()

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
        if "reason" in shown:
            shown["reason"] = self(f"reason.{shown['reason']}", detail=shown.get("detail", ""))
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


def printable(text: str) -> str:
    """`text` on one line that any stream can print: control characters and stray bytes are escaped."""
    if text.isprintable():
        return text
    escaped = "".join(
        char if char.isprintable() or category(char) == "Zs" else char.encode("unicode_escape").decode()
        for char in text
    )
    return escaped.encode("utf-8", "backslashreplace").decode("utf-8")


tr = Translator()
