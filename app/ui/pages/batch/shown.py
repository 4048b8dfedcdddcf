"""Which run the page shows: head, list, charts, exports and dialogs take it from here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.batch.control import labels_of_run
from app.core.errors import WanwuError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.labels import LabelSet
    from app.store.records import StoredRun


class Shown(QObject):
    """One run, or none. Belongs to the window's thread.

    Signals:
        opened(): another run is shown from now on, or none.
        changed(): it is the same run, and it may look different.
        deleted(StoredRun): somebody else has deleted the run that was shown; none is shown now.

    Attributes:
        run: the run as it was when it was last looked at.
        labels: the names of its answers; None when they cannot be read, for the reason in `error`.
    """

    opened = Signal()
    changed = Signal()
    deleted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.run: StoredRun | None = None
        self.labels: LabelSet | None = None
        self.error: WanwuError | None = None

    def open(self, run: StoredRun | None) -> None:
        """Show this run from now on; None shows none."""
        self.run, self.labels, self.error = run, None, None
        if run is not None:
            try:
                self.labels = labels_of_run(run)
            except WanwuError as error:
                self.error = error
        self.opened.emit()

    def renew(self, runs: Sequence[StoredRun]) -> None:
        """Take the run as it is among `runs`, which are all that there are now."""
        before = self.run
        if before is None:
            return
        now = next((run for run in runs if run.id == before.id), None)
        if now is None:
            self.open(None)
            self.deleted.emit(before)
            return
        if now.labels is not None and (self.labels is None or now.labels.sha256 != self.labels.sha256):
            self.open(now)  # its answers have got names
            return
        self.run = now
        self.changed.emit()
