"""Planning a sorting: which picture goes where, and what stands in the way, before anything is touched."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, StoreError
from app.core.files import is_folder, is_link
from app.images.folders import has_left_out
from app.labels import group_in, group_place
from app.organise.existing import Existing
from app.organise.folders import leads_outside
from app.organise.names import Names, safe_name
from app.organise.placing import same_file
from app.organise.sidecars import Sidecar, Sidecars, beside, is_for_stem
from app.organise.work import Check, Progress, Report
from app.store.journal import Journal, PlannedFile
from app.store.records import kept_time
from app.store.rows import Labelled, labelled
from app.store.runs import Runs
from app.store.sortings import By, How, Sortings

if TYPE_CHECKING:
    from app.core.results import Facts, GroupPath
    from app.core.sentences import Translator
    from app.labels import LabelSet
    from app.store.database import Database

_WINDOW = 500
# The preview is for eyes; the numbers beside it are of all files.
_MOST_EXAMPLES = 200


class ProblemKind(StrEnum):
    """What a user should know before; texts are `sorting.problem_<kind>`."""

    INSIDE_RUN = "inside_run"
    MISSING = "missing"
    LINKS = "links"
    NO_SPACE = "no_space"
    OTHER_DEVICE = "other_device"
    OUTSIDE = "outside"
    SHARED = "shared"
    SYSTEM = "system"
    UNWRITABLE = "unwritable"


_BLOCKING = frozenset({ProblemKind.NO_SPACE, ProblemKind.OTHER_DEVICE, ProblemKind.UNWRITABLE})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the way, and what fills its sentence; with one that `blocks`, do not begin."""

    kind: ProblemKind
    facts: Facts

    @property
    def blocks(self) -> bool:
        """Whether the sorting cannot come to its end."""
        return self.kind in _BLOCKING


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user wants: pictures in folders under `into`, named after labels or groups by `tr`.

    `levels` of groups become folders within folders, at most; 0 for all that there are.
    """

    into: Path
    by: By
    how: How
    tr: Translator
    levels: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen. It is stored as the draft `sorting`.

    Attributes:
        folders: how many pictures go into each folder, by its path under the target; groups in their order,
            labels by name, what is not certain last.
        files, size: pictures and their bytes.
        renamed: how many get another name than they have; `examples` are the first 200 of them, old and new.
        sidecars: files that go with them, such as IMG_1.jpg.xmp.
        unsure: pictures of which neither label nor group is certain; they share the last folder.
        left: pictures that stay where they are because they have no answer.
        there: pictures that are in their place already.
    """

    sorting: int
    wish: Wish
    folders: dict[tuple[str, ...], int]
    files: int
    size: int
    renamed: int
    sidecars: int
    examples: tuple[tuple[Path, Path], ...]
    unsure: int
    left: int
    there: int
    problems: tuple[Problem, ...]


def plan(
    database: Database,
    run: int,
    labels: LabelSet,
    wish: Wish,
    report: Report,
    check: Check,
    items: Collection[int] | None = None,
) -> Plan:
    """Plan the sorting of a run, or of the items with these ids; nothing but the database is written.

    Carry it out with `carry_out(database, plan.sorting, …)` or forget it with `Sortings.discard`. What
    `check` raises ends the planning without a trace. Raises StoreError `run_unknown`.
    """
    wish = replace(wish, into=Path(os.path.realpath(wish.into)))
    stored = Runs(database).get(run)
    if stored is None:
        raise StoreError(ErrorCode.RUN_UNKNOWN, run=run)
    total = stored.counts.total if items is None else len(items)
    sortings = Sortings(database)
    draft = _Draft(wish, stored.folder)
    sorting = sortings.create(run, wish.into, wish.how, wish.by)
    try:
        found, journal = labelled(database, run, labels, items), Journal(database, sorting)
        while window := list(islice(found, _WINDOW)):
            planned = []
            for item in window:
                check()  # before each: what lies in the target already is read
                planned.append(draft.place(item))
            journal.plan([file for file in planned if file is not None])
            report(Progress(draft.looked_at, total))
    except BaseException:
        sortings.discard(sorting)
        raise
    return draft.plan(sorting)


class _Draft:
    """Finds a place for one picture after the other, and counts.

    Attributes:
        looked_at: how many pictures had their turn.
    """

    def __init__(self, wish: Wish, run_folder: Path) -> None:
        self._wish, self._run_folder = wish, run_folder
        self._names, self._sidecars = Names(), Sidecars()
        self._unsure = (safe_name(wish.tr("sorting.folder_unsure")),)
        # The nearest folder that is there: what can be written, on which device, and how much room there is.
        self._ground = next(path for path in (wish.into, *wish.into.parents) if os.path.lexists(path))
        self._device = self._ground.lstat().st_dev
        self._folders: Counter[tuple[str, ...]] = Counter()
        self._places: dict[tuple[str, ...], tuple[int, object]] = {}
        self._existing = Existing(self._names, wish.how)
        self._examples: list[tuple[Path, Path]] = []
        self._size = self._to_copy = self._renamed = 0
        self._left = self._there = self._missing = self._links = self._elsewhere = self._outside = (
            self._system
        ) = 0
        self._along, self._shared = 0, set[Path]()
        self.looked_at = 0

    def place(self, item: Labelled) -> PlannedFile | None:
        """Where a picture goes; None for one that stays."""
        self.looked_at += 1
        if item.label is None:
            self._left += 1
            return None
        try:
            status = item.path.stat()
        except OSError:
            self._missing += 1
            return None
        if self._wish.how is How.MOVE and is_link(item.path):
            self._links += 1
            return None
        if self._wish.how is How.MOVE and leads_outside(item.path, self._run_folder):
            self._outside += 1
            return None
        if self._wish.how is How.MOVE and has_left_out(item.path, self._run_folder):
            self._system += 1
            return None
        return self._claim(item, status)

    def _claim(self, item: Labelled, status: os.stat_result) -> PlannedFile | None:
        parts, name = self._folder(item), safe_name(item.path.name)
        folder = self._wish.into.joinpath(*parts)
        if self._is_there(item.path, status.st_size, folder, name):
            self._there += 1
            return None
        found = self._going_along(item.path)
        alone = any(is_for_stem(sidecar.path, item.path) for sidecar in found)
        target = folder / self._names.claim(folder, name, alone=alone)
        sidecars = tuple(_along(sidecar.path, item.path, target) for sidecar in found)
        size = status.st_size + sum(sidecar.size for sidecar in sidecars)
        self._folders[parts] += 1
        self._places.setdefault(parts, self._place(item))
        self._along += len(sidecars)
        self._size += size
        if status.st_dev != self._device:
            self._elsewhere += 1
        if self._wish.how is How.COPY or (self._wish.how is How.MOVE and status.st_dev != self._device):
            self._to_copy += size
        if target.name != item.path.name:
            self._renamed += 1
            if len(self._examples) < _MOST_EXAMPLES:
                self._examples.append((item.path, target))
        return PlannedFile(
            item.item, item.path, target, status.st_size, kept_time(status.st_mtime_ns), sidecars
        )

    def _going_along(self, picture: Path) -> list[Sidecar]:
        """The sidecars of a picture; one that is not its alone can be copied, but not moved."""
        found = self._sidecars.of(picture)
        if self._wish.how is not How.MOVE:
            return found
        self._shared.update(sidecar.path for sidecar in found if sidecar.shared)
        return [sidecar for sidecar in found if not sidecar.shared]

    def _folder(self, item: Labelled) -> tuple[str, ...]:
        """The names of the folders, from the target down.

        A group that is likely enough to be named counts also where the label is not certain. A label that
        belongs to no group is a folder of its own.
        """
        tr, names = self._wish.tr, tuple[str, ...]()
        if self._wish.by is By.GROUP and item.group:
            names = group_in(tr.language, self._shown(item.group))
        elif item.label is not None and item.certain:
            names = (item.label.zh if tr.language == "zh" else item.label.en,)
        return tuple(safe_name(name) for name in names) or self._unsure

    def _shown(self, group: GroupPath) -> GroupPath:
        """As many levels of a group as were asked for."""
        return group[: self._wish.levels or None]

    def _place(self, item: Labelled) -> tuple[int, object]:
        """What sorts the folder of a picture among others: groups, labels, what is not certain."""
        if self._wish.by is By.GROUP and item.group:
            return 0, group_place(self._shown(item.group))
        (name,) = self._folder(item)
        return 1 if item.certain else 2, name.casefold().encode("gb18030")

    def _is_there(self, path: Path, size: int, folder: Path, name: str) -> bool:
        """Whether nothing is to be done: a second sorting in the same way finds what the first has done."""
        if self._wish.how is How.MOVE:
            return path.name == name and same_file(path.parent, folder)
        going_along = [sidecar.path for sidecar in self._going_along(path)]
        return any(
            all(self._existing.is_at(beside(there, each.name, path.name), each) for each in going_along)
            for there in self._existing.of(path, size, folder, name)
        )

    def plan(self, sorting: int) -> Plan:
        """What has come together."""
        return Plan(
            sorting=sorting,
            wish=self._wish,
            folders={
                parts: self._folders[parts] for parts in sorted(self._folders, key=self._places.__getitem__)
            },
            files=self._folders.total(),
            size=self._size,
            renamed=self._renamed,
            sidecars=self._along,
            examples=tuple(self._examples),
            unsure=self._folders[self._unsure],
            left=self._left,
            there=self._there,
            problems=tuple(self._problems()),
        )

    def _problems(self) -> Iterator[Problem]:
        into, how = self._wish.into, self._wish.how
        if how is not How.MOVE and into.is_relative_to(self._run_folder):
            yield Problem(ProblemKind.INSIDE_RUN, (("folder", into),))
        if self._missing:
            yield Problem(ProblemKind.MISSING, (("files", self._missing),))
        if self._links:
            yield Problem(ProblemKind.LINKS, (("files", self._links),))
        if self._outside:
            yield Problem(ProblemKind.OUTSIDE, (("files", self._outside),))
        if self._system:
            yield Problem(ProblemKind.SYSTEM, (("files", self._system),))
        if self._shared:
            yield Problem(ProblemKind.SHARED, (("files", len(self._shared)),))
        if how is How.LINK and self._elsewhere:
            yield Problem(ProblemKind.OTHER_DEVICE, (("files", self._elsewhere),))
        writable = is_folder(self._ground) and os.access(self._ground, os.W_OK | os.X_OK)
        if not writable or _cannot_be(into):
            yield Problem(ProblemKind.UNWRITABLE, (("folder", into),))
            return
        space = shutil.disk_usage(self._ground)
        if space.total and self._to_copy > space.free:  # phones and some shares do not say
            needed, free = told_apart(self._to_copy, space.free)
            yield Problem(ProblemKind.NO_SPACE, (("needed", needed), ("free", free)))


def _cannot_be(folder: Path) -> bool:
    """Whether there can be no such folder: its name is too long, or has what this system does not allow."""
    try:
        folder.lstat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return False


def _along(source: Path, picture: Path, picture_target: Path) -> PlannedFile:
    target = beside(picture_target, source.name, picture.name)
    try:
        status = source.lstat()
    except OSError:  # it gets its error when it is its turn
        return PlannedFile(None, source, target, 0, 0)
    return PlannedFile(None, source, target, status.st_size, kept_time(status.st_mtime_ns))


def told_apart(needed: int, free: int) -> tuple[str, str]:
    """Two sizes in bytes as text, in the largest unit in which they do not look the same."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        texts = f"{needed / size:.2f} {unit}", f"{free / size:.2f} {unit}"
        if texts[0] != texts[1] and needed >= size:
            return texts
    return f"{needed} B", f"{free} B"
