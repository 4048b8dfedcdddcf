"""Names that every system takes: Windows, macOS, Linux, and the drives that travel between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.core.files import shortened
from app.organise.sidecars import belongs_to

# Stray bytes of a name that is not text come as U+DC80 to U+DCFF; neither Windows nor macOS can have them.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<=.) \(\d+\)(?=(\.[^.]*)?$)")


def safe_name(name: str) -> str:
    """`name` with `_` for what some system refuses: forbidden characters, device names, ends, length."""
    # NFC, since macOS may give names in parts that other systems take for other names. Windows drops dots and
    # spaces at the end.
    composed = unicodedata.normalize("NFC", _FORBIDDEN.sub("_", name)).rstrip(". ") or "_"
    # Once more: the cut may have left a dot or a space at the end.
    return shortened(f"_{composed}" if _RESERVED.match(composed) else composed).rstrip(". ")


def numbered(name: str, number: int) -> str:
    """`name` with ` (number)` before its ending, within the length that a name can have."""
    return shortened(name, f" ({number})").rstrip(". ")


@dataclass(slots=True)
class _Folder:
    """What is in a folder.

    Attributes:
        names: each with the last number that was tried for it.
        found: what was there before anything was claimed, by its own name and by that without its number.
        stems: of everything that is no sidecar.
        described: what sidecars are for, a name or a stem.
    """

    names: dict[str, int] = field(default_factory=dict)
    found: dict[str, list[str]] = field(default_factory=dict)
    stems: set[str] = field(default_factory=set)
    described: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        self.names.setdefault(_key(name), 1)
        owner = belongs_to(name)
        if owner is None:
            self.stems.add(_key(Path(name).stem))
        else:
            self.described.add(_key(owner))

    def is_free(self, name: str, alone: bool) -> bool:
        stem = _key(Path(name).stem)
        if _key(name) in self.names or not self.described.isdisjoint((_key(name), stem)):
            return False
        return not (alone and stem in self.stems)


class Names:
    """Gives out names in folders, none twice, whatever its case; what is on disk is taken.

    A name is taken as well where a sidecar waits for a picture that is called so.
    """

    def __init__(self) -> None:
        self._folders: dict[Path, _Folder] = {}

    def on_disk(self, folder: Path, name: str) -> Sequence[str]:
        """The names on disk that are `name`, or a numbered form of it, in whatever case."""
        found = self._in(folder).found
        # A long name gives way to its number, by a character for each digit.
        forms = {_key(name)} | {_key(_unnumbered(numbered(name, number))) for number in (2, 10, 100, 1000)}
        return [each for form in forms for each in found.get(form, ())]

    def claim(self, folder: Path, name: str, *, alone: bool = False) -> str:
        """`name`, or with the first number that makes it free; `alone`: no other picture has its stem."""
        there = self._in(folder)
        # On from the last number: of ten thousand pictures with one name each would try all before it.
        number, free = there.names.get(_key(name), 1), name
        while not there.is_free(free, alone):
            number += 1
            free = numbered(name, number)
        there.names[_key(name)] = number
        there.add(free)
        if alone:
            there.described.add(_key(Path(free).stem))
        return free

    def _in(self, folder: Path) -> _Folder:
        if folder not in self._folders:
            self._folders[folder] = there = _Folder()
            with suppress(OSError):
                for entry in folder.iterdir():
                    there.add(entry.name)
                    for form in {_key(entry.name), _key(_unnumbered(entry.name))}:
                        there.found.setdefault(form, []).append(entry.name)
        return self._folders[folder]


def _unnumbered(name: str) -> str:
    return _NUMBERED.sub("", name)


def _key(name: str) -> str:
    # Windows and macOS take names that differ in case for one, macOS also those that differ in how their
    # accents are put together.
    return unicodedata.normalize("NFC", name).casefold()
