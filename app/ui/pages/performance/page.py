"""The performance page. What it is made of is imported while it is made: the start does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent

from app.ui.kit.imports import imported
from app.ui.kit.page import Page
from app.ui.kit.scroll import Scroll

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.core.settings import Settings
    from app.ui.current import Current
    from app.ui.pages.performance.content import Content


# What the page is made of, leaves first: each is small, and is imported while there is nothing else to do.
_PARTS = (
    "app.charts.scene", "app.charts.scale", "app.charts.parts", "app.charts.bars", "app.charts.lines",
    "app.charts.svg", "app.bench.statistics", "app.bench.records", "app.bench.machine", "app.bench.subject",
    "app.bench.schedule", "app.bench.measure", "app.bench.history", "app.bench.table", "app.bench.figures",
    "app.bench.charts", "app.bench.verdict", "app.ui.charts.painter", "app.ui.charts.chart_view",
    "app.ui.charts.chart_card", "app.ui.pages.performance.engine_grid", "app.ui.pages.performance.choices",
    "app.ui.pages.performance.table", "app.ui.pages.performance.results",
    "app.ui.pages.performance.preparing", "app.ui.pages.performance.content",
)  # fmt: skip


class PerformancePage(Page):
    """Scrolls its content.

    Attributes:
        content: everything on the page; none before it is made.
    """

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        self.content: Content | None = None

    def make(self) -> Iterator[None]:
        """Import and make everything on the page."""
        yield from imported(_PARTS)
        from app.ui.pages.performance.content import Content

        area = Scroll("page.performance", self, stop=False)
        content = Content(self.current, area)
        yield
        yield from content.make()
        area.setWidget(content)
        self.content, self.first = content, content.start_bar.button
        self.fill(area)

    def first_shown(self) -> None:
        """Show what was measured last, a turn later, and find out which engines can run here."""
        if self.content is not None:
            QTimer.singleShot(0, self.content, self.content.show_newest)
            self.content.survey()

    def use(self, before: Settings, settings: Settings) -> None:
        """Measure with other settings from the next run on."""
        if self.content is not None:
            self.content.use(before, settings)

    def state(self) -> dict[str, Any]:
        """What was chosen to be measured."""
        return self.content.choices.state() if self.content is not None else {}

    def restore(self, state: dict[str, Any]) -> None:
        """Choose so again."""
        if self.content is not None:
            self.content.choices.restore(state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.content is not None:
            self.content.choices.pictures.refresh()

    def shut_down(self) -> None:
        """Stop measuring and wait for the worker."""
        if self.content is not None:
            self.content.measuring.shut_down()
