"""Start and stop, what the measurement is at, and how long it will go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.core.language_in_use import tr
from app.ui.kit.icons import icon
from app.ui.kit.texts import Elided

if TYPE_CHECKING:
    from app.bench.measure import Progress

_STEPS = 1000
# A time that is guessed is not told to the second.
_ROUND_TO = 5


class StartBar(QWidget):
    """One button that starts or stops, one that unfolds the choices, a bar, and a line of text.

    Signals:
        start_requested(), stop_requested(): the user pressed the button.
        unfolded(bool): the choices are to be seen, or not.
    """

    start_requested = Signal()
    stop_requested = Signal()
    unfolded = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._running = self._stopping = False
        self._progress: Progress | None = None
        self.button, self.fold = QPushButton(), QPushButton()
        self.button.setObjectName("primary")
        self.fold.setCheckable(True)
        for button in (self.button, self.fold):
            button.setIconSize(QSize(16, 16))
        self.button.clicked.connect(self._on_clicked)
        self.fold.toggled.connect(self._on_folded)
        self._bar, self._text = QProgressBar(), Elided("muted")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedWidth(160)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for widget in (self.button, self.fold, self._bar):
            row.addWidget(widget)
        row.addWidget(self._text, 1)
        self.show_running(False)

    def show_running(self, running: bool) -> None:
        """Offer to stop, or to start."""
        self._running, self._stopping, self._progress = running, False, None
        self._bar.setValue(0)
        self.refresh()

    def show_progress(self, progress: Progress) -> None:
        """Show share, stage, engine and what is left."""
        self._progress = progress
        self._bar.setValue(round(progress.share * _STEPS))
        self._text.setText(self.line())

    def refresh(self) -> None:
        """Set all texts in the language in use."""
        self.button.setIcon(icon("square" if self._running else "play", "on_accent"))
        self.button.setText(" " + tr("performance.stop" if self._running else "performance.start"))
        self.button.setAccessibleName(tr("performance.stop" if self._running else "performance.start"))
        self.fold.setIcon(icon("chevron-down" if self.fold.isChecked() else "chevron-right"))
        self.fold.setText(" " + tr("performance.settings"))
        self._bar.setVisible(self._running)
        self._text.setText(self.line())

    def line(self) -> str:
        """What is going on."""
        progress = self._progress
        if self._stopping:
            return tr("performance.stopping")
        if progress is None:
            return tr("performance.starting" if self._running else "performance.hint")
        section = next(name for name in ("bench", "build") if tr.has(f"{name}.{progress.stage}"))
        parts = [f"{progress.share:.0%}", tr(f"{section}.{progress.stage}")]
        if progress.engine:
            parts.append(tr(f"engine.{progress.engine}"))
        if progress.total:
            parts.append(tr("performance.counted", done=progress.done, total=progress.total))
        seconds = max(_ROUND_TO, -(-progress.left // _ROUND_TO) * _ROUND_TO)
        parts.append(tr("performance.left", time=duration(seconds)))
        return tr.join(parts, "facts")

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


def duration(seconds: float) -> str:
    """`45 s`, `2 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return tr("performance.under_a_minute", seconds=rest)
    return tr("performance.minutes", minutes=minutes, seconds=rest)
