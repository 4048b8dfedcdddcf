"""Pictures taken off the strip, so that it can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.kit.undo import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.ui.pages.recognise.session import Session
    from app.ui.pictures.pictures import Picture


class Removal(Command):
    """Takes pictures off the strip; undone, they are in their places again, with their answers.

    `show` hears which rows are to be selected afterwards, the first of which is looked at: undone, those of
    `selected`, which are among the pictures.
    """

    def __init__(
        self,
        session: Session,
        pictures: Sequence[Picture],
        selected: Sequence[Picture],
        show: Callable[[Sequence[int]], None],
    ) -> None:
        count = len(pictures)
        facts = {"name": pictures[0].name, "count": count}
        key = "notice.removed_one" if count == 1 else "notice.removed"
        super().__init__("recognise", key, lambda: facts)
        self._session, self._pictures, self._show = session, list(pictures), show
        self._selected = list(selected) or self._pictures[:1]
        self._taken: list[tuple[int, Picture]] = []

    @property
    def files(self) -> list[Path]:
        """Pasted ones must not be cleared away: they are nowhere else."""
        return [picture.path for picture in self._pictures]

    def redo(self) -> None:
        """Take them off."""
        self._taken = self._session.remove(self._pictures)
        if self._taken:
            self._show([self._taken[0][0]])

    def undo(self) -> None:
        """Put them back."""
        self._session.put_back(self._taken)
        if self._taken:
            rows = {picture.item: row for row, picture in enumerate(self._session.model.pictures)}
            self._show([rows[picture.item] for picture in self._selected if picture.item in rows])
