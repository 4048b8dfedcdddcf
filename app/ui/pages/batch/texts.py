"""How the page says what a run is doing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.batch.control import is_wanted
from app.core import paths
from app.core.errors import ErrorCode
from app.core.language_in_use import tr
from app.core.printable import printable
from app.labels import group_in
from app.store.listing import Filter
from app.store.records import RunState, Wanted
from app.store.runs import database_file
from app.store.sortings import SortingState
from app.ui.kit.format import moment as local_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.store.records import Counts, StoredRun
    from app.store.sortings import StoredSorting
    from app.ui.pages.batch.files import Pictures

_MINUTE, _HOUR = 60, 3600
# How a search says that a label is meant as a whole.
_EXACTLY = re.compile('"([^"]*)"')
# Those in which runs of one folder may differ, as they are told.
_OPTIONS = (
    "model", "engine", "top_k", "certain_threshold", "group_threshold", "recursive", "device", "threads",
)  # fmt: skip
_STOPPING = {Wanted.PAUSE: "batch.pausing", Wanted.CANCEL: "batch.cancelling"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A run among all that there are.

    Attributes:
        title: what its folder is called, with so much of the path that no other folder is called the same.
        is_current: whether this program works on it.
        ahead: how many runs come before it, while it waits.
        is_held: whether it waits until engines have been measured.
    """

    run: StoredRun
    title: str
    is_current: bool = False
    ahead: int = 0
    is_held: bool = False


def standings(runs: Sequence[StoredRun], current: int | None, *, held: bool = False) -> list[Standing]:
    """Runs in the order in which they are given; `current` is the one that this program works on.

    `held` says whether those that wait are held back here.
    """
    names = titles({run.folder for run in runs})
    queue = sorted((run.id != current, run.id) for run in runs if is_wanted(run))
    places = {run: place for place, (_, run) in enumerate(queue)}
    return [
        Standing(
            run,
            names[run.folder],
            is_current=run.id == current,
            ahead=_ahead(run, places.get(run.id, 0)),
            is_held=held and run.state is RunState.WAITING,
        )
        for run in runs
    ]


def _ahead(run: StoredRun, place: int) -> int:
    return place if run.state is RunState.WAITING else 0


def titles(folders: set[Path]) -> dict[Path, str]:
    """The last parts of the folders' paths, as many as tell them apart; the root is called as it is."""
    titles: dict[Path, str] = {folder: str(folder) for folder in folders if not folder.parts}
    for length in range(1, max((len(folder.parts) for folder in folders), default=0) + 1):
        names = {folder: Path(*folder.parts[-length:]) for folder in folders if folder not in titles}
        counts = Counter(names.values())
        titles |= {
            folder: printable(str(name))
            for folder, name in names.items()
            if counts[name] == 1 or length >= len(folder.parts)
        }
    return titles


def differing(runs: Sequence[StoredRun]) -> dict[int, tuple[str, ...]]:
    """The options in which runs of one folder are not the same, by run; nothing for the only one."""
    by_folder: dict[Path, list[StoredRun]] = {}
    for run in runs:
        by_folder.setdefault(run.folder, []).append(run)
    return {
        run.id: tuple(name for name in _OPTIONS if len({repr(each.options.get(name)) for each in same}) > 1)
        for same in by_folder.values()
        for run in same
    }


def option_line(stored: StoredRun, name: str) -> str:
    """What an option of a run is; empty where it is not known."""
    value = stored.options.get(name)
    if value is None:
        return ""
    if name == "model":
        return stored.model
    if name == "engine":
        return tr(f"engine.{value}")
    return tr("batch.option", name=tr(f"setting.{name}"), value=_option_value(name, value))


def _option_value(name: str, value: object) -> str:
    if name == "recursive":
        return tr("batch.yes" if value else "batch.no")
    if name == "device":
        return tr(f"choice.device_{value}")
    if name in ("certain_threshold", "group_threshold") and isinstance(value, float):
        return f"{value:.0%}" if value else tr("choice.of_any_model")
    return tr("choice.auto") if name == "threads" and not value else str(value)


def file_name(stored: StoredRun) -> str:
    """What files about the run are called after; the root of a disk has no name."""
    return stored.folder.name or "wanwu"


def moment(stored: StoredRun) -> str:
    """When the run was made, in local time."""
    return local_moment(stored.created)


def state(standing: Standing) -> str:
    """What the run is doing, in a few words."""
    stored = standing.run
    if stored.state is RunState.RUNNING:
        if stored.wanted in _STOPPING:
            return tr(_STOPPING[stored.wanted])
        return tr("batch.state_running" if standing.is_current else "batch.state_elsewhere")
    if standing.is_held:
        return tr("batch.state_held")
    if standing.ahead:
        return tr("batch.state_queued", ahead=f"{standing.ahead:,}")
    return tr(f"batch.state_{stored.state}")


def reason(stored: StoredRun) -> str:
    """Why the run does not go on, if something is in its way."""
    if not stored.error or stored.state not in (RunState.FAILED, RunState.PAUSED):
        return ""
    # Of an error the run keeps the code; the folder that it is about may be another than the run's.
    built = stored.error == ErrorCode.MODEL_STORE_UNWRITABLE
    facts = {
        "model": stored.model,
        "folder": printable(str(paths.data_folder() / "models" if built else stored.folder)),
        "file": printable(str(database_file())),
        "detail": f"run {stored.id}",
    }
    return tr.error(stored.error, facts)


def state_color(stored: StoredRun) -> str:
    """The colour of the theme for a run's state."""
    colors = {RunState.RUNNING: "accent", RunState.DONE: "good", RunState.FAILED: "error"}
    return colors.get(stored.state, "muted")


def engine_line(stored: StoredRun) -> str:
    """What computes the answers."""
    engine = stored.engine
    if engine is not None:
        return tr.join([tr(f"engine.{engine.name}"), engine.device.upper(), engine.model], "facts")
    return tr.join([tr(f"engine.{stored.options['engine']}"), stored.model], "facts") if stored.model else ""


def results_line(counts: Counts, skipped: int) -> str:
    """What has become of the files."""
    parts = [tr("batch.done", count=f"{counts.done:,}")]
    return tr.join([*parts, *problem_parts(counts, skipped)], "facts")


def problem_parts(counts: Counts, skipped: int = 0) -> list[str]:
    """What is worth a look: not sure, failed, gone."""
    named = {"uncertain": counts.uncertain, "failed": counts.failed, "gone": counts.gone, "skipped": skipped}
    return [tr(f"batch.{name}", count=f"{count:,}") for name, count in named.items() if count]


def sorting_line(sorting: StoredSorting) -> str:
    """What has become of a sorting, in one sentence."""
    undone = sorting.state is SortingState.UNDONE
    count, key = (sorting.undone, "undone") if undone else (sorting.done, "sorted")
    folder = printable(str(sorting.folder))
    return tr(f"organise.{key}", files=f"{count:,}", folder=folder, how=tr(f"organise.how_{sorting.how}"))


def filter_line(wanted: Filter) -> str:
    """What a list is filtered by."""
    parts = [_EXACTLY.sub(lambda found: tr("items.exactly", text=found[1]), wanted.text)]
    if wanted.group:
        parts.append(" > ".join(group_in(tr.language, wanted.group)))
    if (wanted.lowest, wanted.highest) != (0.0, 1.0):
        parts.append(tr("items.range", low=f"{wanted.lowest:.0%}"[:-1], high=f"{wanted.highest:.0%}"[:-1]))
    parts += [tr(f"items.state_{status}") for status in sorted(wanted.statuses)]
    return tr.join(map(printable, parts), "facts")


def scope(pictures: Pictures) -> str:
    """Which pictures are meant, and how many; empty while it is not known how many."""
    if pictures.is_selection:
        which, count = "selected", pictures.count
    elif pictures.wanted != Filter():
        which, count = "listed", pictures.count
    else:
        which, count = "all", pictures.run.counts.answered
    return tr(f"batch.scope_{which}", count=f"{count:,}") if count is not None else ""


def counts_line(counts: Counts, *, so_far: bool = False) -> str:
    """How many pictures have an answer, of how many; of how many `so_far`, while more are being found."""
    if counts.waiting:
        key = "batch.of_so_far" if so_far else "batch.of"
        return tr(key, done=f"{counts.answered:,}", total=f"{counts.total:,}")
    return tr("batch.so_far" if so_far else "batch.pictures", total=f"{counts.total:,}")


def is_scanning(stored: StoredRun) -> bool:
    """Whether its folder is being looked through: there may be more pictures than are known."""
    return stored.state is RunState.RUNNING and not stored.scanned


def share(counts: Counts) -> float:
    """How much is done, 0–1."""
    return counts.answered / counts.total if counts.total else 0.0


def bar_parts(counts: Counts) -> list[tuple[float, str]]:
    """What a bar shows of the progress: each part with the colour that it has everywhere."""
    total = max(counts.total, 1)
    bad, unsure = counts.failed / total, counts.uncertain / total
    return [(share(counts) - bad - unsure, "good"), (unsure, "decode"), (bad, "error")]


def time_left(seconds: float) -> str:
    """About how long it will take: no more exactly than it can be known."""
    if seconds < _MINUTE:
        return tr("batch.left_soon")
    if seconds < _HOUR:
        return tr("batch.left_minutes", minutes=round(seconds / _MINUTE))
    hours, minutes = divmod(round(seconds / _MINUTE), 60)
    return tr("batch.left_hours", hours=hours, minutes=minutes)
