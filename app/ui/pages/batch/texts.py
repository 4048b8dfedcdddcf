"""How the page says what a run is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.language_in_use import tr
from app.core.printable import printable
from app.store.records import RunState, Wanted
from app.store.runs import database_file
from app.ui.kit.format import moment as local_moment

if TYPE_CHECKING:
    from app.store.records import Counts, StoredRun

_MINUTE, _HOUR = 60, 3600
_STOPPING = {Wanted.PAUSE: "batch.pausing", Wanted.CANCEL: "batch.cancelling"}


def folder_name(stored: StoredRun) -> str:
    """The last part of the folder's path; the root is called as it is."""
    return stored.folder.name or str(stored.folder)


def file_name(stored: StoredRun) -> str:
    """What files about the run are called after; the root of a disk has no name."""
    return stored.folder.name or "wanwu"


def moment(stored: StoredRun) -> str:
    """When the run was made, in local time."""
    return local_moment(stored.created)


def state(stored: StoredRun, *, is_current: bool) -> str:
    """What the run is doing, in one or two words."""
    if stored.state is RunState.RUNNING:
        if stored.wanted in _STOPPING:
            return tr(_STOPPING[stored.wanted])
        return tr("batch.state_running" if is_current else "batch.state_elsewhere")
    return tr(f"batch.state_{stored.state}")


def reason(stored: StoredRun) -> str:
    """Why the run does not go on, if something is in its way."""
    if not stored.error or stored.state not in (RunState.FAILED, RunState.PAUSED):
        return ""
    facts = {
        "model": stored.model,
        "folder": printable(str(stored.folder)),
        "file": printable(str(database_file())),
        "detail": f"run {stored.id}",
    }
    return tr.error(stored.error, facts)


def state_color(stored: StoredRun) -> str:
    """The colour of the theme for a run's state."""
    colors = {RunState.RUNNING: "accent", RunState.DONE: "good", RunState.FAILED: "error"}
    return colors.get(stored.state, "muted")


def counts_line(counts: Counts) -> str:
    """How many pictures have an answer, of how many."""
    if counts.waiting:
        return tr("batch.of", done=f"{counts.answered:,}", total=f"{counts.total:,}")
    return tr("batch.pictures", total=f"{counts.total:,}")


def share(counts: Counts) -> float:
    """How much is done, 0–1."""
    return counts.answered / counts.total if counts.total else 0.0


def time_left(seconds: float) -> str:
    """About how long it will take: no more exactly than it can be known."""
    if seconds < _MINUTE:
        return tr("batch.left_soon")
    if seconds < _HOUR:
        return tr("batch.left_minutes", minutes=round(seconds / _MINUTE))
    hours, minutes = divmod(round(seconds / _MINUTE), 60)
    return tr("batch.left_hours", hours=hours, minutes=minutes)
