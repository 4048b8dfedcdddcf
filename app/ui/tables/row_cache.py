"""Rows that were read, by id; the oldest are forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = TypeVar("Row")
_MOST_ROWS = 8000


class RowCache(Generic[Row]):
    """Keeps a few thousand rows, and which of them were read before the last change."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Row, int]] = {}
        self._age = 0

    def get(self, number: int) -> tuple[Row | None, bool]:
        """The row with this id, if it is known, and whether it is as new as can be."""
        row, age = self._rows.get(number, (None, -1))
        return row, age == self._age

    def add(self, rows: Mapping[int, Row]) -> None:
        """Keep rows as the newest ones."""
        for number, row in rows.items():
            self._rows.pop(number, None)  # a dict remembers the order of insertion
            self._rows[number] = row, self._age
        for number in list(self._rows)[: max(len(self._rows) - _MOST_ROWS, 0)]:
            del self._rows[number]

    def rows(self) -> Iterable[Row]:
        """All that are kept."""
        return (row for row, _ in self._rows.values())

    def age(self) -> None:
        """Every row may have changed since."""
        self._age += 1

    def clear(self) -> None:
        """Forget all rows."""
        self._rows.clear()
