"""Names that every system takes: Windows, macOS, Linux, and the drives that travel between them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from app.files import shortened

# Stray bytes of a name that is not text come as U+DC80 to U+DCFF; neither Windows nor macOS can have them.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """`name` with `_` for what some system refuses: forbidden characters, device names, ends, length."""
    composed = unicodedata.normalize("NFC", _FORBIDDEN.sub("_", name)).rstrip(". ") or "_"
    return shortened(f"_{composed}" if _RESERVED.match(composed) else composed).rstrip(". ")


def numbered(name: str, number: int) -> str:
    """`name` with ` (number)` before its ending, within the length that a name can have."""
    return shortened(name, f" ({number})").rstrip(". ")


class Names:
    """Gives out names in folders, none twice, whatever its case; what is on disk is taken."""

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, int]] = {}

    def taken(self, folder: Path, name: str) -> bool:
        """Whether a name is in use, on disk or by an earlier `claim`."""
        return _key(name) in self._in(folder)

    def claim(self, folder: Path, name: str) -> str:
        """`name`, or with the first number that makes it free."""
        taken = self._in(folder)
        number, free = taken.get(_key(name), 1), name
        while _key(free) in taken:
            number += 1
            free = numbered(name, number)
        taken[_key(name)] = number
        taken.setdefault(_key(free), 1)
        return free

    def _in(self, folder: Path) -> dict[str, int]:
        """The names that are taken, each with the last number that was tried for it."""
        if folder not in self._folders:
            try:
                self._folders[folder] = {_key(entry.name): 1 for entry in folder.iterdir()}
            except OSError:
                self._folders[folder] = {}
        return self._folders[folder]


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
