"""Start and stop, what the measurement is at, and how long it will go on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.core.language_in_use import tr
from app.ui.kit.icons import icon
from app.ui.kit.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.bench.measure import Progress

_STEPS = 1000
# A time that is guessed is not told to the second.
_ROUND_TO = 5
# What counts no pictures counts seconds: that it goes on is seen.
_TICK_MS = 1000


class StartBar(QWidget):
    """One button that starts or stops, one that unfolds the choices, and a bar.

    Attributes:
        text: what is going on, never cut; the page places it below the choices, which would jump under the
            mouse when it grows by a line.

    Signals:
        start_requested(), stop_requested(): the user pressed the button.
        unfolded(bool): the choices are to be seen, or not.
        told(str, float): what is said of the progress, and its share, are others.
    """

    start_requested = Signal()
    stop_requested = Signal()
    unfolded = Signal(bool)
    told = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self._running = self._stopping = False
        self._progress: Progress | None = None
        self._is_waiting, self._new = False, tuple[str, ...]()
        self._since = self._told_at = 0.0  # when the step began, and was last told of
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tell)
        self.button, self.fold = QPushButton(), QPushButton()
        self.button.setObjectName("primary")
        self.fold.setCheckable(True)
        for button in (self.button, self.fold):
            button.setIconSize(QSize(16, 16))
        self.button.clicked.connect(self._on_clicked)
        self.fold.toggled.connect(self._on_folded)
        self._bar, self._percent = QProgressBar(), Text(name="muted")
        self.text = Text(name="muted", wrap=True)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedWidth(160)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for widget in (self.button, self.fold, self._bar, self._percent):
            row.addWidget(widget)
        row.addStretch()
        self.show_running(False)

    def show_running(self, running: bool, *, is_waiting: bool = False) -> None:
        """Offer to stop, or to start; where it `is_waiting`, it begins when nothing else runs."""
        self._running, self._stopping, self._progress, self._is_waiting = running, False, None, is_waiting
        self._bar.setValue(0)
        self._percent.clear()
        if running:
            self._timer.start()
        else:
            self._timer.stop()
        self.refresh()

    def show_new(self, engines: Sequence[str]) -> None:
        """Say before the start which engines have to be checked first, for that takes a while."""
        self._new = tuple(engines)
        self.text.setText(self.line())

    def show_progress(self, progress: Progress) -> None:
        """Show share, stage, engine and what is left."""
        before, now = self._progress, time.monotonic()
        if before is None or (before.stage, before.engine) != (progress.stage, progress.engine):
            self._since = now
        self._progress, self._told_at = progress, now
        self._bar.setValue(round(progress.share * _STEPS))
        self._percent.setText(f"{progress.share:.0%}")
        self._tell()

    def _tell(self) -> None:
        self.text.setText(self.line())
        if self._progress is not None:
            self.told.emit(self.line(), self._progress.share)

    def refresh(self) -> None:
        """Set all texts in the language in use."""
        self.button.setIcon(icon("square" if self._running else "play", "on_accent"))
        self.button.setText(" " + tr("performance.stop" if self._running else "performance.start"))
        self.button.setAccessibleName(tr("performance.stop" if self._running else "performance.start"))
        self.fold.setIcon(icon("chevron-down" if self.fold.isChecked() else "chevron-right"))
        self.fold.setText(" " + tr("performance.settings"))
        for widget in (self._bar, self._percent):
            widget.setVisible(self._running)
        self.text.setText(self.line())

    def line(self) -> str:
        """What is going on, the engine first."""
        progress = self._progress
        if self._stopping:
            return tr("performance.stopping")
        if progress is None:
            if self._running:
                return tr("performance.waiting" if self._is_waiting else "performance.starting")
            named = tr.join(tr(f"engine.{name}") for name in self._new)
            hint = tr("performance.hint_new", engines=named, count=len(self._new))
            return hint if named else tr("performance.hint")
        doing = stage_text(progress.stage).rstrip(".…")  # in the middle of a line
        if progress.engine:
            doing = tr("performance.doing", engine=tr(f"engine.{progress.engine}"), stage=doing)
        return tr.join((doing, self._count(progress), self._left(progress)), "facts")

    def _count(self, progress: Progress) -> str:
        """Pictures of the step, or else its seconds: something that goes on."""
        if progress.total:
            return tr("performance.counted", done=progress.done, total=progress.total)
        seconds = time.monotonic() - self._since
        return duration(seconds) if progress.engine and seconds >= 1 else ""

    def _left(self, progress: Progress) -> str:
        gone = time.monotonic() - self._told_at
        if progress.before > 0:
            return tr("performance.left_before", time=_about(progress.before - gone))
        return tr("performance.left", time=_about(progress.left - gone))

    def _on_clicked(self) -> None:
        if self._stopping:
            return  # it stays enabled: the focus would go to another button, which the next key would press
        if not self._running:
            self.start_requested.emit()
            return
        self._stopping = True
        self.refresh()
        self.stop_requested.emit()

    def _on_folded(self, unfolded: bool) -> None:
        self.refresh()
        self.unfolded.emit(unfolded)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()


def stage_text(stage: str) -> str:
    """What an engine is at."""
    section = next(name for name in ("bench", "build") if tr.has(f"{name}.{stage}"))
    return tr(f"{section}.{stage}")


def _about(seconds: float) -> str:
    return duration(max(_ROUND_TO, -(-seconds // _ROUND_TO) * _ROUND_TO))


def duration(seconds: float) -> str:
    """`45 s`, `2 min`, `2 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return tr("performance.under_a_minute", seconds=rest)
    if not rest:
        return tr("performance.whole_minutes", minutes=minutes)
    return tr("performance.minutes", minutes=minutes, seconds=rest)
