"""The list of a run as Qt's views see it."""

from __future__ import annotations

import os
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from app.core.language_in_use import tr
from app.store.listing import Column, Row
from app.ui.pages.batch.items.texts import Texts
from app.ui.tables.rows import RowsModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.labels import LabelSet

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (Column.NAME, Column.LABEL, Column.SCORE, Column.GROUP, Column.STATUS, Column.MILLISECONDS)
_RIGHT = (Column.MILLISECONDS,)


class Role(IntEnum):
    """What a delegate asks a row for; None until it is read."""

    ROW = Qt.ItemDataRole.UserRole


class ItemModel(RowsModel[Row]):
    """`fetch` is asked for the rows of these ids; they come back through `take_rows`.

    Attributes:
        texts: what is said of a row.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], None], labels: LabelSet) -> None:
        super().__init__(fetch, len(COLUMNS))
        self.texts = Texts(labels)

    def forget(self) -> None:
        self.texts.shared = 0
        super().forget()

    def take_rows(self, rows: Sequence[Row]) -> None:
        """Keep rows that were fetched."""
        self.take({row.item: row for row in rows})
        names = [row.name for row in self._cache.rows()]
        # Of characters, not of folders: what the first and the last in order share, all do.
        self.texts.shared = len(os.path.commonprefix([min(names), max(names)])) if names else 0  # noqa: RUF071

    def known(self, item: int) -> Row | None:
        """An item's row, if it was read."""
        return self._cache.get(item)[0]

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
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.texts.tip(row)
        # The first cell speaks for the whole row; the others say what they show.
        return self.texts.sentence(row) if index.column() == 0 else None

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
        self.tell()


_ROLES = (
    Role.ROW,
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
