"""The batch page. What it is made of is imported while it is made: the start does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QHideEvent, QShowEvent

from app.ui.kit.imports import imported
from app.ui.kit.page import Page
from app.ui.pages.batch.keys import KEYS
from app.ui.pages.batch.runs import BatchRuns
from app.ui.pages.batch.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from app.ui.current import Current
    from app.ui.pages.batch.content import Content


# What the page is made of, in such an order that none brings many others along.
_PARTS = tuple(
    f"app.ui.pages.batch.{name}"
    for name in (
        "charts", "charts_panel", "head", "recent_folders", "run_card", "run_list",
        "items.table", "items.browser", "items.filter_bar", "items.groups", "shown", "items.inquiry",
        "items.preview",
        "items.doing", "items.view", "files", "work", "sorting", "sortings", "content",
    )
)  # fmt: skip


class BatchPage(Page):
    """Keeps runs going whether it is shown or not.

    Attributes:
        runs: the workers; shut down when the window closes.
        content: everything on the page; none before it is made.
    """

    keys = KEYS

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        self.runs = BatchRuns()
        self.runs.prepared.connect(self.prepared)
        self.content: Content | None = None
        self._telling = Telling(current, self.runs)
        current.folders_taken.connect(self.start)
        current.background_held.connect(self.runs.hold)

    def begin(self) -> None:
        """Go on with what was going on when the program was closed."""
        self.runs.go_on()

    def start(self, folders: Sequence[Path]) -> None:
        """Have folders recognised, one after the other, and show the first one's run."""
        if self.content is not None:
            self.content.open_again(None)
        self.runs.start(folders, self.current.settings)

    def make(self) -> Iterator[None]:
        """Import and make everything on the page."""
        yield from imported(_PARTS)
        from app.ui.pages.batch.content import Content

        content = Content(self.current, self.runs, self)
        yield from content.make()
        self.content, self.first = content, content.list.new
        self.fill(content)

    def state(self) -> dict[str, str]:
        """Look, columns and panels of the list, and the run that is shown."""
        if self.content is None:
            return {}
        stored = self.content.stored
        return self.content.items.arrangement() | ({"run": str(stored.id)} if stored is not None else {})

    def restore(self, state: dict[str, Any]) -> None:
        """Arrange the list so again, and open the run that was shown."""
        if self.content is not None:
            texts = {name: str(value) for name, value in state.items()}
            self.content.items.arrange(texts)
            run = texts.get("run", "")
            self.content.open_again(int(run) if run.isascii() and run.isdigit() else None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.runs.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.runs.watch(False)

    def shut_down(self) -> None:
        """Stop working and wait for the workers."""
        self.runs.shut_down()
        if self.content is not None:
            self.content.shut_down()
