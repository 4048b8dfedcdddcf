"""What stands on the page during a first measurement until there are times: how far each engine is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QGridLayout

from app.core.language_in_use import tr
from app.ui.kit.cards import Card
from app.ui.kit.texts import Text
from app.ui.pages.performance.start_bar import stage_text

if TYPE_CHECKING:
    from app.bench.measure import Progress


class Preparing(Card):
    """A line for each engine of the run, in the order in which they are loaded and checked."""

    def __init__(self) -> None:
        super().__init__()
        self._engines: tuple[str, ...] = ()
        self._progress: Progress | None = None
        self._lines: list[tuple[Text, Text]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(20, 16, 20, 16)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(Text("performance.preparing", "strong"), 0, 0, 1, 2)

    def begin(self, engines: tuple[str, ...]) -> None:
        """A run over these engines begins."""
        self._engines, self._progress = engines, None
        while len(self._lines) < len(engines):
            line = Text(), Text(name="muted", wrap=True)
            for column, text in enumerate(line):
                self._grid.addWidget(text, len(self._lines) + 1, column)
            self._lines.append(line)
        self._refresh()

    def show_progress(self, progress: Progress) -> None:
        """Show how far each is."""
        self._progress = progress
        self._refresh()

    def _refresh(self) -> None:
        for place, line in enumerate(self._lines):
            for text in line:
                text.setVisible(place < len(self._engines))
        for name, (engine, state) in zip(self._engines, self._lines, strict=False):
            engine.setText(tr(f"engine.{name}"))
            state.setText(self._state(name))

    def _state(self, engine: str) -> str:
        progress = self._progress
        if progress is None:
            return tr("performance.status_waiting")
        subject = next((each for each in progress.run.subjects if each.engine == engine), None)
        if subject is not None and subject.refusal is not None:
            return tr.error(subject.refusal.code, subject.refusal.facts)
        if engine == progress.engine:
            return stage_text(progress.stage)
        if subject is None:
            return tr("performance.status_waiting")
        return tr("performance.engine_loaded" if subject.check is None else "performance.engine_checked")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._refresh()
