"""What every page is: made when it is first shown, told of other settings, shut down with the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from app.core.settings import Settings


class Page(QWidget):
    """A page of the window. The start of the program does not wait for what it makes in `make`."""

    def __init__(self) -> None:
        super().__init__()
        self._is_made = False

    def make(self) -> QWidget | None:
        """Everything on the page, asked for once, when it is first shown; None where it is there already."""
        return None

    def begin(self) -> None:
        """The window is on the screen: begin what is wanted though the page may never be shown."""

    def use(self, before: Settings, settings: Settings) -> None:
        """Use other settings from now on."""

    def show_target(self, shown: bool) -> None:
        """Show whether what is being dragged over the window may be dropped."""

    def shut_down(self) -> None:
        """Stop all work and wait for it; nothing is asked of the page afterwards."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_made:
            return
        self._is_made = True
        content = self.make()
        if content is not None:
            layout = QVBoxLayout(self)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.addWidget(content)
            content.show()  # now: a layout shows what it is given a turn of the event loop later
            (content.focusProxy() or content).setFocus()
