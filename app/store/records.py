"""Rows of the database as plain values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


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
    `quarantined` took two down.
    """

    FOUND = "found"
    STARTED = "started"
    SUSPECT = "suspect"
    DONE = "done"
    FAILED = "failed"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run. `options` is what decides its answers; `seconds` is working time, pauses not counted."""

    id: int
    folder: Path
    created: float
    options: dict[str, Any]
    state: RunState
    wanted: Wanted
    scanned: bool
    skipped: int
    seconds: float
    error: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as a scan saw it."""

    path: Path
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Task:
    """A file to be recognised."""

    item: int
    path: Path
    attempts: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files of a run are in which state, and how many of the answered ones are certain."""

    found: int = 0
    done: int = 0
    failed: int = 0
    uncertain: int = 0

    @property
    def total(self) -> int:
        """All files."""
        return self.found + self.done + self.failed


def encode_path(path: Path) -> bytes:
    """The bytes that the system has for a path."""
    return os.fsencode(path)


def decode_path(raw: bytes) -> Path:
    """The path that `encode_path` was given."""
    return Path(os.fsdecode(raw))
