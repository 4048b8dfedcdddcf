"""Which of the folders and pictures that were opened last are still there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from app.core.files import is_folder
from app.ui.kit.recent import newest
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from app.ui.kit.recent import Recent


class RecentCheck:
    """Looks in a thread of its own, since a network drive that is away may keep it waiting for minutes.

    What is found is offered, the rest is forgotten.
    """

    def __init__(self, recent: Recent) -> None:
        self._recent = recent
        self._unknown: tuple[Path, ...] = ()
        self._tasks: Tasks | None = None
        recent.cleared.connect(self._forget)

    def begin(self, remembered: Sequence[Path]) -> None:
        """Look for what an earlier start has opened."""
        self._unknown = tuple(remembered)
        if remembered:
            self._tasks = Tasks("recent")
            self._tasks.run(lambda _context: _look(remembered), self._found)

    def _found(self, found: Mapping[Path, bool]) -> None:
        self._unknown = ()
        self._recent.add_older(tuple(found), {path for path, folder in found.items() if folder})
        self.stop()

    def _forget(self) -> None:
        self._unknown = ()
        self.stop()

    def all_known(self) -> tuple[Path, ...]:
        """What is to be remembered: also what there was no time to look for."""
        return newest((*self._recent.paths, *self._unknown))

    def stop(self) -> None:
        """Look no further, and do not wait for what may hang."""
        if self._tasks is not None:
            self._tasks.stop()


def _look(paths: Sequence[Path]) -> dict[Path, bool]:
    """Those that are there, and whether they are folders."""
    return {path: is_folder(path) for path in paths if os.path.lexists(path)}
