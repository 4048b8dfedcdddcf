"""Rows as Qt's views see them: an array of ids, and rows that are read where somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex

from app.ui.tables.row_cache import Row, RowCache

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_WINDOW = 200


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Up to millions of rows of which a few thousand are in memory. Belongs to the window's thread.

    `fetch` is asked for the rows with these ids; they come back through `take`. What a row shows is for the
    class of a page to say, in `data` and `headerData`.

    Attributes:
        ids: the rows of the list, in its order.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], None], columns: int) -> None:
        super().__init__()
        self.ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._fetch, self._columns = fetch, columns
        self._cache: RowCache[Row] = RowCache()
        self._asked: set[int] = set()

    def show_ids(self, ids: NDArray[np.int64]) -> None:
        """Show another list; rows that are known stay known."""
        self._asked.clear()
        self.beginResetModel()
        self.ids = ids
        self.endResetModel()

    def forget(self) -> None:
        """Everything is of another source from now on."""
        self._cache.clear()
        self.show_ids(np.empty(0, np.int64))

    def renew(self) -> None:
        """Rows may have changed: those that are looked at are read again, and stay as they are meanwhile."""
        self._cache.age()
        self._asked.clear()
        self.tell()

    def take(self, rows: Mapping[int, Row]) -> None:
        """Keep rows that were fetched, by their ids."""
        self._cache.add(rows)
        self.tell()

    def tell(self) -> None:
        """Have the views draw what they show again."""
        if self.ids.size:
            last = self.index(self.ids.size - 1, self._columns - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def row_at(self, number: int) -> Row | None:
        """A row, if it is known; it is fetched if it is not, or no longer."""
        row, fresh = self._cache.get(int(self.ids[number]))
        if not fresh:
            self._want(number // _WINDOW)
        return row

    def _want(self, window: int) -> None:
        if window not in self._asked:
            self._asked.add(window)
            self._fetch(self.ids[window * _WINDOW : (window + 1) * _WINDOW].tolist())

    def dropped(self, ids: Sequence[int]) -> None:
        """These were not fetched after all; they are asked for again when somebody looks."""
        self._asked.discard(self.number_of(ids[0]) // _WINDOW)

    def number_of(self, wanted: int) -> int:
        """The place of a row with this id, or -1."""
        found = np.flatnonzero(self.ids == wanted)
        return int(found[0]) if found.size else -1

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self.ids.size

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self._columns
