"""What can be taken back, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from app.core.language_in_use import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Command(QUndoCommand):
    """One thing that was done. Its sentences are made when they are told: it may change the language itself.

    Attributes:
        page: where it is seen, which is shown when it is taken back or done again.
    """

    def __init__(self, page: str, key: str = "", facts: Callable[[], Mapping[str, object]] = dict) -> None:
        """`key` of what tells that it was done, with `facts`; none for what tells of itself.

        What it is called, in "Undone: ...", is the key of the same name in the section `undone`.
        """
        super().__init__()
        self.page, self._key, self._facts = page, key, facts

    def told(self) -> str:
        """The sentence that it was done; empty for what tells of itself."""
        return tr(self._key, **self._facts()) if self._key else ""

    def called(self) -> str:
        """What it is called; empty for what tells of itself."""
        return tr(f"undone.{self._key.rpartition('.')[2]}", **self._facts()) if self._key else ""
