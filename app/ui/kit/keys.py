"""Keys, declared once: what is declared here is what works, and what the list of keys (F1) shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a page, or of the window.

    Declared in a module that costs nothing to import, since the list of keys is whole before every page was
    shown; bound where the widgets are that can act. They sleep while the widget is hidden that they are bound
    to, and yield to a field that has the focus.

    Attributes:
        sequences: by the name of what they do, whose text is `key.<name>`; as Qt writes them, with Ctrl for
            the key that is Cmd on a Mac.
    """

    sequences: Mapping[str, str]

    def bind(self, widget: QWidget, actions: Mapping[str, Callable[[], object]]) -> None:
        """Have declared keys do something while `widget` is shown. KeyError for one that is not declared."""
        for name, do in actions.items():
            QShortcut(QKeySequence(self.sequences[name]), widget).activated.connect(do)


def shown_as(sequence: str) -> str:
    """A sequence as the system writes it."""
    return QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)
