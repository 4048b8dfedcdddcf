"""The list as Qt's views see it: an array of ids, and rows that are read where somebody looks."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.core.language_in_use import tr
from app.store.listing import Column
from app.ui.pages.batch.items.row_cache import RowCache
from app.ui.pages.batch.items.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from app.labels import LabelSet
    from app.store.listing import Row

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (Column.NAME, Column.LABEL, Column.SCORE, Column.GROUP, Column.STATUS, Column.MILLISECONDS)
_RIGHT = (Column.MILLISECONDS,)
_NO_PARENT = QModelIndex()
_WINDOW = 200


class Role(IntEnum):
    """What a delegate asks a row for; None until it is read."""

    ROW = Qt.ItemDataRole.UserRole


class ItemModel(QAbstractTableModel):
    """Up to millions of rows of which a few thousand are in memory. Belongs to the window's thread.

    `fetch` is asked for the rows of these ids; they come back through `take`.

    Attributes:
        ids: the items of the list, in its order.
        texts: what is said of a row.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], None], labels: LabelSet) -> None:
        super().__init__()
        self.ids: NDArray[np.int64] = np.empty(0, np.int64)
        self.texts = Texts(labels)
        self._fetch = fetch
        self._cache = RowCache()
        self._asked: set[int] = set()

    def show_ids(self, ids: NDArray[np.int64]) -> None:
        """Show another list; rows that are known stay known."""
        self._asked.clear()
        self.beginResetModel()
        self.ids = ids
        self.endResetModel()

    def forget(self) -> None:
        """Everything is of another run from now on."""
        self._cache.clear()
        self.show_ids(np.empty(0, np.int64))

    def renew(self) -> None:
        """Rows may have changed: those that are looked at are read again, and stay as they are meanwhile."""
        self._cache.age()
        self._asked.clear()
        self._tell()

    def take(self, rows: Sequence[Row]) -> None:
        """Keep rows that were fetched."""
        self._cache.add(rows)
        self._tell()

    def _tell(self) -> None:
        """Have the views draw what they show again."""
        if self.ids.size:
            last = self.index(self.ids.size - 1, len(COLUMNS) - 1)
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

    def dropped(self, items: Sequence[int]) -> None:
        """These were not fetched after all; they are asked for again when somebody looks."""
        self._asked.discard(self.number_of(items[0]) // _WINDOW)

    def number_of(self, item: int) -> int:
        """The row of an item, or -1."""
        found = np.flatnonzero(self.ids == item)
        return int(found[0]) if found.size else -1

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self.ids.size

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in _ROLES:
            return None
        row = self.row_at(index.row())
        if role == Role.ROW:
            return row
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return "…" if row is None else self.texts.cell(row, column)
        if row is None:
            return None
        return self.texts.sentence(row) if role == Qt.ItemDataRole.AccessibleTextRole else self.texts.tip(row)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(f"items.column_{COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if COLUMNS[section] in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._tell()


_ROLES = (
    Role.ROW,
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
