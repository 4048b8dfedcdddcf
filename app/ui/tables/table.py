"""A table of whole rows: copied as text, its columns arranged as the user likes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QByteArray, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from app.ui.kit.drawing import scaled
from app.ui.kit.lists import Handling, show_what_scrolls

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD_PX = 34
_LEAST_COLUMN_PX = 60


class Table(QTableView):
    """Rows of one height, which follows the size of the system's text.

    Attributes:
        handling: tells of Enter, menus and Ctrl+C.
    """

    def __init__(self, model: QAbstractTableModel, row_px: int) -> None:
        super().__init__()
        self._row_px = row_px
        self.handling = Handling(self)
        self.handling.copy_wanted.connect(self.copy)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setHighlightSections(False)
        columns.setTextElideMode(Qt.TextElideMode.ElideRight)
        columns.setSectionsClickable(True)
        columns.setSectionsMovable(True)
        columns.setMinimumSectionSize(_LEAST_COLUMN_PX)
        self._fit_heights()

    @property
    def row_height(self) -> int:
        """In pixels."""
        return scaled(self._row_px)

    def _fit_heights(self) -> None:
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(self.row_height)
        rows.setDefaultSectionSize(self.row_height)
        self.horizontalHeader().setFixedHeight(scaled(_HEAD_PX))

    def numbers_in_sight(self) -> range:
        """The rows that can be seen, if only in part."""
        rows, height = self.verticalHeader(), self.viewport().height()
        first, last = rows.visualIndexAt(0), rows.visualIndexAt(height - 1)
        return range(max(first, 0), last + 1 if last >= 0 else self.model().rowCount())

    def top_of(self, number: int) -> int:
        """How far down a row is, in pixels of the scroll bar."""
        return number * self.row_height

    def copy(self) -> None:
        """Put the selected rows on the clipboard: a line for each, tabs between the columns that are seen."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        QGuiApplication.clipboard().setText(self.text_of(rows))

    def text_of(self, rows: Iterable[int]) -> str:
        """What stands in rows."""
        head, model = self.horizontalHeader(), self.model()
        seen = [at for at in map(head.logicalIndex, range(head.count())) if not head.isSectionHidden(at)]
        lines = ([str(model.index(row, column).data() or "") for column in seen] for row in rows)
        return "\n".join("\t".join(line) for line in lines)

    def columns(self) -> str:
        """The order and the widths of the columns, for the next start."""
        return bytes(self.horizontalHeader().saveState().toBase64().data()).decode()

    def restore_columns(self, columns: str) -> bool:
        """Arrange the columns as they were; False, and nothing is changed, if that was another table."""
        return self.horizontalHeader().restoreState(QByteArray.fromBase64(columns.encode()))

    def updateGeometries(self) -> None:
        super().updateGeometries()
        show_what_scrolls(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.model().rowCount() - 1}
        row = ends.get(Qt.Key(event.key()))
        if row is not None and not event.modifiers():
            self.setCurrentIndex(self.model().index(row, 0))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Qt would ask a million rows for their texts; there is a search field."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_heights()
