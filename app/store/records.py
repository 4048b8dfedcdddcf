"""Rows of the database as plain values."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.core.results import EngineInfo
from app.labels import LabelSet

_DAY = 86_400


# Of the record in which the options of a run are kept.
OPTIONS_VERSION = 2
# Both thresholds were settings for every model before version 2, which knows those of each model: 0.
_FORMER_THRESHOLDS = {"certain_threshold": 0.85, "group_threshold": 0.6}


def run_options(record: dict[str, Any]) -> dict[str, Any]:
    """The options of a run as a record of today's version; of a damaged one what there is."""
    loaded = record.get("shelf")
    if "version" in record or not isinstance(loaded, dict):
        return record
    rest = {name: value for name, value in record.items() if name != "shelf"}
    unchosen = {name: 0.0 for name, value in _FORMER_THRESHOLDS.items() if rest.get(name) == value}
    return {"version": OPTIONS_VERSION} | loaded | rest | unchosen


class RunState(StrEnum):
    """What a run is doing. One that says `running` and has no process was killed; it can go on."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"


class Wanted(StrEnum):
    """What the user wants of a run; whoever works on it looks here."""

    RUN = "run"
    PAUSE = "pause"
    CANCEL = "cancel"


class ItemState(StrEnum):
    """What has become of a file.

    `started` is on disk before a decoder touches the file. `suspect` was started when a process ended;
    `quarantined` took two down. `gone` was not in the folder any more when that was looked through; its
    answer and what a person said are kept.
    """

    FOUND = "found"
    STARTED = "started"
    SUSPECT = "suspect"
    DONE = "done"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files a run has found and answered.

    `done` holds the `uncertain` ones; `total` does not hold those that are `gone`.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    uncertain: int = 0
    gone: int = 0

    @property
    def answered(self) -> int:
        """Files with a result or an error."""
        return self.done + self.failed

    @property
    def waiting(self) -> int:
        """Files without an answer so far."""
        return self.total - self.answered


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run.

    `options` is what decides its answers besides the model, which `model_hash` tells from others; `engine`
    computed them last. `labels` are the names that it was made with, None before its first answer.
    `scanned` says that the folder was looked through to the end, `rescan` that it was given again since that
    began. `seconds` is working time, pauses not counted.
    """

    id: int
    state: RunState
    folder: Path = Path()
    created: float = 0.0
    options: dict[str, Any] = field(default_factory=dict)
    model_hash: str = ""
    labels: LabelSet | None = None
    engine: EngineInfo | None = None
    # So that nobody works on a run whose row is damaged, of which only id and folder are known.
    wanted: Wanted = Wanted.CANCEL
    scanned: bool = False
    rescan: bool = False
    skipped: int = 0
    seconds: float = 0.0
    error: str = ""
    counts: Counts = Counts()

    @property
    def model(self) -> str:
        """The model that was asked for, its id or its file; empty where the options are damaged."""
        return str(self.options.get("model", ""))


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as a scan saw it; `mtime_ns` is what `kept_time` makes of its time."""

    path: Path
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Task:
    """A file to be recognised.

    `size` and `mtime_ns` are the scan's; `sha256` is of the bytes that were recognised, where it is known.
    """

    item: int
    path: Path
    attempts: int
    size: int = 0
    mtime_ns: int = 0
    sha256: bytes | None = None


def kept_time(mtime_ns: int) -> int:
    """A time as the database can hold it: its numbers have 64 bits, file systems know times after 2262."""
    return max(-(2**63), min(mtime_ns, 2**63 - 1))


def encode_path(path: Path) -> bytes:
    """The bytes that the system has for a path."""
    return os.fsencode(path)


def decode_path(raw: bytes) -> Path:
    """The path that `encode_path` was given. Raises ValueError for what no system takes for one."""
    if b"\0" in raw:
        raise ValueError("a path with a null byte")
    return Path(os.fsdecode(raw))


def moment(seconds: float) -> float:
    """A time since 1970 that can be shown; ValueError, TypeError or OverflowError for any other."""
    try:
        for day in (-_DAY, _DAY):  # in whatever time zone
            datetime.fromtimestamp(seconds + day, UTC)
    except OSError as error:  # a year that the system does not know
        raise ValueError(str(error)) from error
    return seconds
