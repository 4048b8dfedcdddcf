"""The runs measured on this machine, one JSON file each."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.bench.records import Run, from_json, to_json
from app.core import paths
from app.core.files import for_user, read_small_text, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)
# Older ones are deleted: a run with all samples takes up to a few hundred kilobytes.
_MOST = 50
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A saved run: its file and when it was, ISO 8601."""

    file: Path
    when: str


def entries() -> list[Entry]:
    """All saved runs, the newest first."""
    files = sorted(_folder().glob("*.json"), reverse=True)
    return [Entry(file, file.stem.replace("_", ":")) for file in files]


def save(run: Run) -> Entry:
    """Keep a run. Raises WanwuError `output_unwritable`."""
    # Windows takes no colon in a name.
    file = _folder() / f"{run.when.replace(':', '_')}.json"
    with for_user(file):
        write_atomically(file, to_json(run).encode())
        for old in entries()[_MOST:]:
            old.file.unlink(missing_ok=True)
    return Entry(file, run.when)


def load(entry: Entry) -> Run | None:
    """A saved run; None, with a line in the log, when its file is damaged or gone."""
    try:
        return from_json(read_small_text(entry.file, _MOST_BYTES))
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read: %s", entry.file, error)
        return None


def _folder() -> Path:
    return paths.data_folder() / "benchmarks"
