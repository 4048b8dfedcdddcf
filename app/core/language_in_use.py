"""The language that window and command line speak. Only these two may know it: others are given `tr.now`."""

import locale
import os
from collections.abc import Iterable, Mapping

from app.core.errors import WanwuError
from app.core.results import Facts
from app.core.sentences import LANGUAGES, Translator


def system_language() -> str:
    """`zh` when the system speaks Chinese, else `en`."""
    names = [os.environ.get(key, "") for key in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")]
    spoken = next((name for name in names if name and name != "C"), "") or (locale.getlocale()[0] or "")
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"


class LanguageInUse:
    """The translator for what is shown at once. One instance, `tr`, serves the window and the command line.

    Attributes:
        now: the language of this moment, for work that goes on while another one is chosen.
    """

    def __init__(self) -> None:
        self.now = Translator("zh")

    @property
    def language(self) -> str:
        """`zh` or `en`."""
        return self.now.language

    def use(self, language: str, front: str = "") -> None:
        """Switch to `zh`, `en` or, with `auto`, to what the system speaks; `front` as in `Translator`."""
        self.now = Translator(language if language in LANGUAGES else system_language(), front)

    def __call__(self, key: str, **values: object) -> str:
        """As `Translator`."""
        return self.now(key, **values)

    def join(self, parts: Iterable[str], how: str = "list") -> str:
        """As `Translator`."""
        return self.now.join(parts, how)

    def has(self, key: str) -> bool:
        """As `Translator`."""
        return self.now.has(key)

    def error(self, code: str, facts: Mapping[str, object] | Facts) -> str:
        """As `Translator`."""
        return self.now.error(code, facts)

    def describe(self, error: WanwuError) -> str:
        """As `Translator`."""
        return self.now.describe(error)


tr = LanguageInUse()
