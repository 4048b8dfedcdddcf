"""Files beside a picture that belong to it: ratings, keywords, edits, what an online album knew of it.

`IMG_1.jpg.xmp` belongs to IMG_1.jpg alone; `IMG_1.xmp` to every picture with that stem. Google's takeout has
names of its own: `IMG_1.jpg.supplemental-metadata.json`, cut off anywhere, `IMG_1.jpg(1).json` for
IMG_1(1).jpg, and the first 46 characters of a long name.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_ENDINGS = (".xmp", ".aae", ".json", ".pp3", ".dop", ".on1", ".thm")
# The moving half of a live photo has the photo's name; the sidecars are the photo's.
_FILMS = (".mov", ".mp4", ".m4v")
_TAKEOUT = "supplemental-metadata"
# Google Takeout cuts names of its JSON files off here, the picture's own name included.
_TAKEOUT_LONGEST = 46
_FOLDERS = 64
# darktable's second version of IMG_1.jpg has the sidecar IMG_1_01.jpg.xmp.
_VERSION = re.compile(r"(.+)_\d\d(\.[^.]+)")
_NUMBER = re.compile(r"(.+?)(\(\d+\))?")


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A file that belongs to a picture; `shared` when other pictures have a part in it."""

    path: Path
    shared: bool


def belongs_to(sidecar: str) -> str | None:
    """What stands before the ending in the name of a sidecar; None for a file that is none."""
    base, ending = os.path.splitext(sidecar)  # noqa: PTH122 - of a name, which may be ".xmp"
    return base if ending.lower() in _ENDINGS else None


def is_for_stem(sidecar: Path, picture: Path) -> bool:
    """Whether this is `NAME.xmp`, and not `NAME.EXT.xmp`, of a picture."""
    return sidecar.stem == picture.stem


def attached(picture: Path) -> bool:
    """Whether a sidecar for a picture of this name lies there already."""
    return any(os.path.lexists(f"{picture}{ending}") for ending in _ENDINGS)


def beside(picture: Path, sidecar: str, old: str) -> Path:
    """Where a sidecar of a picture that was called `old` belongs now that it is `picture`."""
    new, old_stem = picture.name, Path(old).stem
    if new == old:
        name = sidecar
    elif sidecar.startswith(old):
        name = new + sidecar[len(old) :]
    elif Path(sidecar).stem == old_stem or sidecar.startswith(f"{old_stem}_"):
        name = picture.stem + sidecar[len(old_stem) :]
    else:
        name = new + Path(sidecar).suffix
    return picture.with_name(name)


class Sidecars:
    """Finds the sidecars of pictures; a folder is looked into once, for as long as it is among the last."""

    def __init__(self) -> None:
        self._in = lru_cache(maxsize=_FOLDERS)(_by_picture)

    def of(self, picture: Path) -> list[Sidecar]:
        """The sidecars of a picture, by name."""
        return self._in(picture.parent).get(picture.name, [])


def _by_picture(folder: Path) -> dict[str, list[Sidecar]]:
    pictures, sidecars = set[str](), list[str]()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if belongs_to(entry.name) is None:
                    pictures.add(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    sidecars.append(entry.name)
    except OSError:
        return {}
    if not sidecars:
        return {}
    owners = _Owners(pictures)
    found: defaultdict[str, list[Sidecar]] = defaultdict(list)
    for name in sorted(sidecars):
        whose = owners.of(name)
        for picture in whose:
            found[picture].append(Sidecar(folder / name, shared=len(whose) > 1))
    return dict(found)


class _Owners:
    """Which of the pictures in a folder a sidecar belongs to."""

    def __init__(self, pictures: set[str]) -> None:
        self._pictures = pictures
        self._stems: defaultdict[str, list[str]] = defaultdict(list)
        for picture in sorted(pictures):
            path = Path(picture)
            if path.suffix.lower() not in _FILMS:
                self._stems[path.stem].append(picture)

    def of(self, sidecar: str) -> list[str]:
        base, ending = Path(sidecar).stem, Path(sidecar).suffix.lower()
        for name in (base, *(_takeout(base) if ending == ".json" else _version(base))):
            if name in self._pictures:
                return [name]
        if base in self._stems:
            return self._stems[base]
        if ending == ".json" and len(base) == _TAKEOUT_LONGEST:
            return sorted(picture for picture in self._pictures if picture.startswith(base))
        return []


def _takeout(base: str) -> Iterable[str]:
    """The names that a picture may have whose takeout says `base`."""
    match = _NUMBER.fullmatch(base)
    name, number = (match[1], match[2] or "") if match else (base, "")
    start, dot, end = name.rpartition(".")
    if dot and _TAKEOUT.startswith(end):
        name = start
    path = Path(name)
    yield f"{path.stem}{number}{path.suffix}"


def _version(base: str) -> Iterable[str]:
    match = _VERSION.fullmatch(base)
    if match:
        yield match[1] + match[2]
