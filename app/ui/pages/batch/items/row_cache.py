"""Rows that were read, by item; the oldest are forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.store.listing import Row

_MOST_ROWS = 8000


class RowCache:
    """Keeps a few thousand rows, and which of them were read before the last change."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Row, int]] = {}
        self._age = 0

    def get(self, item: int) -> tuple[Row | None, bool]:
        """The row, if it is known, and whether it is as new as can be."""
        row, age = self._rows.get(item, (None, -1))
        return row, age == self._age

    def add(self, rows: Sequence[Row]) -> None:
        """Keep rows as the newest ones."""
        for row in rows:
            self._rows.pop(row.item, None)  # a dict remembers the order of insertion
            self._rows[row.item] = row, self._age
        for item in list(self._rows)[: max(len(self._rows) - _MOST_ROWS, 0)]:
            del self._rows[item]

    def age(self) -> None:
        """Every row may have changed since."""
        self._age += 1

    def clear(self) -> None:
        """Forget all rows."""
        self._rows.clear()
