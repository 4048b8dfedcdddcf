"""The folders and pictures that were opened last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.paths import resource

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

_MOST = 12
# Of many that were opened at once, so that one drop does not push out everything else.
_MOST_AT_ONCE = 3


class Recent(QObject):
    """What the user may want to open once more, the newest first. Belongs to the window's thread.

    Signals:
        changed(): `paths` are others.
        cleared(): all is forgotten, also what is not known yet.
    """

    changed = Signal()
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.paths: tuple[Path, ...] = ()
        self._folders: set[Path] = set()

    @property
    def folders(self) -> list[Path]:
        """Those of `paths` that were folders when they were looked at: a drive may be away by now."""
        return [path for path in self.paths if path in self._folders]

    def add(self, opened: Sequence[Path], folders: Collection[Path] = ()) -> None:
        """These were opened just now; some of them are folders."""
        self._folders.update(folders)
        samples = resource("samples")  # they are offered anyway
        own = [path for path in opened[:_MOST_AT_ONCE] if samples not in path.parents]
        self._use((*own, *self.paths))

    def add_older(self, paths: Sequence[Path], folders: Collection[Path] = ()) -> None:
        """These were opened before everything that is known; some of them are folders."""
        self._folders.update(folders)
        self._use((*self.paths, *paths))

    def clear(self) -> None:
        """Forget all."""
        self._use(())
        self.cleared.emit()

    def _use(self, paths: Sequence[Path]) -> None:
        paths = newest(paths)
        self._folders.intersection_update(paths)
        if paths != self.paths:
            self.paths = paths
            self.changed.emit()


def newest(paths: Sequence[Path]) -> tuple[Path, ...]:
    """As many as are remembered, each once."""
    return tuple(dict.fromkeys(paths))[:_MOST]
