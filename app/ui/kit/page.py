"""What every page of the window is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.kit.empty import Empty
from app.ui.kit.keys import Keys

# From the edge of the window, or the rail, to what is on a page: the same on each.
EDGE_PX = 24

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QShowEvent

    from app.core.settings import Settings


class Page(QWidget):
    """A page of the window. The start of the program does not wait for what it makes in `make`.

    Sizes of splitters and columns come back at the next start if the `QSplitter` or `QHeaderView` has an
    object name; what else is to come back, the page gives in `state`.

    Signals:
        prepared(): the page can be made now without waiting for anything.
        opened(): the page is shown for the first time: everything is on it, in the size of the window.

    Attributes:
        is_made: everything is on the page, though it may not have been opened yet.
        was_opened: it has been shown.
        keys: what the page can be told by keys; `Keys.bind` makes them work.
        first: what has the keyboard when the page is first shown. A scroll area with a focus proxy would draw
            its ring while that has it.
    """

    prepared = Signal()
    opened = Signal()

    keys: ClassVar[Keys] = Keys({})
    first: QWidget | None = None

    def __init__(self) -> None:
        super().__init__()
        self.is_made = self._is_broken = False
        self._steps: Iterator[None] | None = None
        self.was_opened = False

    def make(self) -> Iterator[None]:
        """Make everything on the page, and `fill` it; at each `yield` the window may do something else.

        Asked for once: ahead, when the page is `prepared`, or when it is shown before that has ended.
        """
        yield from ()

    def fill(self, content: QWidget) -> None:
        """Show nothing but `content`, of which this should be the parent already: see `MainWindow`."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(content)
        content.show()  # now: a layout shows what it is given a turn of the event loop later
        self.first = self.first or content

    def begin(self) -> None:
        """The window is on the screen: begin what is wanted though the page may never be shown."""
        self.prepared.emit()

    def first_shown(self) -> None:
        """The page is on the screen for the first time: find out what costs a process to know."""

    def come_forward(self) -> None:
        """The user has asked for the page, which may be shown already."""

    def use(self, before: Settings, settings: Settings) -> None:
        """Use other settings from now on."""

    def show_target(self, shown: bool) -> None:
        """Show whether what is being dragged over the window may be dropped."""

    def state(self) -> dict[str, Any]:
        """How the user has arranged the page, as JSON has it; asked for once it is made."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Arrange the page, once it is made, as at the last end; anything may be wrong in `state`."""

    def shut_down(self) -> None:
        """Stop all work and wait for it; nothing is asked of the page afterwards."""

    def make_on(self) -> bool:
        """Make one more part of the page; whether any is left.

        One that cannot be made says so from then on: once more, half of it would be there twice.
        """
        if self.is_made or self._is_broken:
            return False
        try:
            self._steps = self._steps or self.make()
            self.is_made = next(self._steps, self) is self
        except Exception:
            self._is_broken = True
            if self.layout() is None:
                self.fill(Empty("circle-alert", "page.broken", "page.broken_hint"))
            raise
        return not self.is_made

    def finish(self) -> None:
        """Make the rest of a page that is half made."""
        while self._steps is not None and self.make_on():
            pass

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        while self.make_on():
            pass
        if self.was_opened or self._is_broken:
            return
        self.was_opened = True
        layout = self.layout()
        if layout is not None:
            layout.activate()  # or what is arranged as the user left it would be so in a size of no meaning
        if self.first is not None:
            self.first.setFocus()
        self.opened.emit()
        self.first_shown()
