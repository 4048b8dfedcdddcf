"""Which model files from elsewhere may be run: the hashes of their contents, as the user has allowed them."""

from __future__ import annotations

import datetime
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.core import paths
from app.core.errors import ErrorCode, ModelError
from app.core.files import read_json, write_atomically

# Digits of a SHA-256 by which a consent may be named: fewer could be another file's.
_SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Trusted:
    """One consent. `file` is where the content was then: it holds for the same content anywhere else too."""

    sha256: str
    file: str
    since: str


def all_trusted() -> list[Trusted]:
    """Every consent, the oldest first; none when they cannot be read."""
    try:
        found: Any = read_json(_store())
        return [Trusted(str(each["sha256"]), str(each["file"]), str(each["since"])) for each in found]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def is_trusted(sha256: str) -> bool:
    """Whether the user has allowed this content."""
    return any(each.sha256 == sha256 for each in all_trusted())


def trust(sha256: str, file: Path) -> None:
    """Remember that the user allows this content. Raises ModelError `model_store_unwritable`."""
    if not is_trusted(sha256):
        today = datetime.date.today().isoformat()
        _keep([*all_trusted(), Trusted(sha256, _absolute(file), today)])


def revoke(name: str) -> list[Trusted]:
    """Take back consents by the hash, its beginning of eight digits or more, or the path; those that ended.

    Raises ModelError `model_store_unwritable`.
    """
    path = _absolute(name)
    ended = [
        each
        for each in all_trusted()
        if each.file == path or (len(name) >= _SHORTEST and each.sha256.startswith(name.lower()))
    ]
    if ended:
        _keep([each for each in all_trusted() if each not in ended])
    return ended


def _absolute(name: Path | str) -> str:
    return os.path.abspath(name)  # noqa: PTH100 - pathlib's keeps `..` or follows links


def _store() -> Path:
    return paths.data_folder() / "trusted.json"


def _keep(consents: list[Trusted]) -> None:
    try:
        write_atomically(_store(), json.dumps([asdict(each) for each in consents], indent=1).encode())
    except OSError as error:
        folder, detail = _store().parent, error.strerror or str(error)
        raise ModelError(ErrorCode.MODEL_STORE_UNWRITABLE, folder=folder, detail=detail) from error
