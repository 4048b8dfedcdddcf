"""What every page of the window is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.kit.keys import Keys

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from app.core.settings import Settings


class Page(QWidget):
    """A page of the window. The start of the program does not wait for what it makes in `make`.

    Sizes of splitters and columns come back at the next start if the `QSplitter` or `QHeaderView` has an
    object name; what else is to come back, the page gives in `state`.

    Signals:
        made(): everything on the page is there now.

    Attributes:
        keys: what the page can be told by keys; `Keys.bind` makes them work.
        first: what has the keyboard when the page is first shown. A scroll area with a focus proxy would draw
            its ring while that has it.
    """

    made = Signal()

    keys: ClassVar[Keys] = Keys({})
    first: QWidget | None = None

    def __init__(self) -> None:
        super().__init__()
        self.is_made = False

    def make(self) -> QWidget | None:
        """Everything on the page, asked for once, when it is first shown; None where it is there already."""
        return None

    def begin(self) -> None:
        """The window is on the screen: begin what is wanted though the page may never be shown."""

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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.is_made:
            return
        self.is_made = True
        content = self.make()
        if content is not None:
            layout = QVBoxLayout(self)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.addWidget(content)
            content.show()  # now: a layout shows what it is given a turn of the event loop later
            (self.first or content).setFocus()
        self.made.emit()
