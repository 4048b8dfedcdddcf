"""The foot of the recognise page: how many pictures are done, and what else the engine is at."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.core.language_in_use import tr
from app.ui.kit.texts import Elided, Text


class Foot(QWidget):
    """A thin progress line with its counts at the left, a stage such as "loading the engine" at the right.

    Each has its own place, so that none erases the other; what the user is told stands elsewhere (`Notices`).
    """

    def __init__(self) -> None:
        super().__init__()
        self._counts = 0, 0, 0
        self._stages: dict[str, str] = {}
        self._progress, self._count, self._busy = QProgressBar(), Text(name="muted"), Elided("muted")
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(160)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for widget in (self._progress, self._count):
            layout.addWidget(widget)
        layout.addWidget(self._busy, 1)
        # Or the page would jump when there is nothing to say.
        self.setMinimumHeight(self.fontMetrics().height())
        self._show_counts()

    def show_counts(self, ended: int, failed: int, total: int) -> None:
        """Show how many of all pictures have been answered; of one picture the answer says enough."""
        if (ended, failed, total) != self._counts:  # told more often than it changes
            self._counts = ended, failed, total
            self._show_counts()

    def show_stage(self, work: str, stage: str) -> None:
        """Show what some work is at, a key of the section `build`; empty when it has ended."""
        if stage != self._stages.get(work, ""):
            self._stages[work] = stage
            self._show_stage()

    def _show_stage(self) -> None:
        """The first that there is: two sentences have no room."""
        stage = next(filter(None, self._stages.values()), "")
        self._busy.setText(tr(f"build.{stage}") if stage else "")

    def _show_counts(self) -> None:
        ended, failed, total = self._counts
        self._progress.setVisible(ended < total)
        self._progress.setRange(0, max(total, 1))
        self._progress.setValue(ended)
        key = "notice.progress_failed" if failed else "notice.progress"
        self._count.setText(tr(key, done=ended, total=total, failed=failed) if total > 1 else "")
        self._progress.setAccessibleName(self._count.text() or tr("answer.running"))
        self._count.setVisible(total > 1)
        layout = self.layout()
        if layout is not None:
            layout.activate()  # now: the window may be busy for a while, with the old width on the screen

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show_counts()
            self._show_stage()
