"""Start and stop, and how far the run is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from app.core.language_in_use import tr
from app.ui.kit.icons import icon
from app.ui.kit.widgets import Text

if TYPE_CHECKING:
    from app.bench.measure import Progress

_STEPS = 1000


class StartBar(QWidget):
    """One button that starts or stops, a bar, and a line of text.

    Signals:
        start_requested(), stop_requested().
    """

    start_requested = Signal()
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._running = self._stopping = False
        self._progress: Progress | None = None
        self.button = QPushButton()
        self.button.setObjectName("primary")
        self.button.setIconSize(QSize(16, 16))
        self.button.clicked.connect(self._on_clicked)
        self._bar, self._text = QProgressBar(), Text(name="muted")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedWidth(220)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.button)
        row.addWidget(self._bar)
        row.addWidget(self._text, 1)
        self.show_running(False)

    def show_running(self, running: bool) -> None:
        """Offer to stop, or to start."""
        self._running, self._stopping, self._progress = running, False, None
        self._bar.setValue(0)
        self.refresh()

    def show_progress(self, progress: Progress) -> None:
        """Show stage, engine and share."""
        self._progress = progress
        self._bar.setValue(round(progress.share * _STEPS))
        self._text.setText(self._line())

    def refresh(self) -> None:
        """Set all texts in the language in use."""
        self.button.setIcon(icon("square" if self._running else "play", "on_accent"))
        self.button.setText(" " + tr("performance.stop" if self._running else "performance.start"))
        self.button.setAccessibleName(tr("performance.stop" if self._running else "performance.start"))
        self._bar.setVisible(self._running)
        self._text.setText(self._line())

    def _line(self) -> str:
        if self._stopping:
            return tr("performance.stopping")
        if self._progress is None:
            return tr("performance.hint")
        stage = self._progress.stage
        section = next(name for name in ("bench", "build") if tr.has(f"{name}.{stage}"))
        parts = [f"{self._progress.share:.0%}", tr(f"{section}.{stage}")]
        if self._progress.engine:
            parts.append(tr(f"engine.{self._progress.engine}"))
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

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
