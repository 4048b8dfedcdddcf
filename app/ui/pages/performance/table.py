"""The table of all figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from app.core.language_in_use import tr
from app.ui.kit.theme import theme
from app.ui.pages.performance.columns import CHANGE, COLUMNS, is_muted, status

if TYPE_CHECKING:
    from app.bench.figures import Figures

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_ROW_PX, _HEADER_PX, _PADDING_PX = 30, 46, 20
# What a narrow table leaves out, in this order; it is in what is exported.
_LESSER = ("mean", "p90", "first", "file", "p95", "precision", "load", "largest", "memory")
_TEXTS = ("engine", "precision", "status")


class FigureModel(QAbstractTableModel):
    """Shows the rows of figures to Qt's views."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: Figures | None = None

    def show_figures(self, figures: Figures) -> None:
        """Show other figures; views keep where they are while the rows stay the same."""
        before = len(self.figures.rows) if self.figures else 0
        if len(figures.rows) != before:
            self.beginResetModel()
            self.figures = figures
            self.endResetModel()
        elif before:
            self.figures = figures
            self.dataChanged.emit(self.index(0, 0), self.index(before - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or self.figures is None else len(self.figures.rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.figures is None:
            return None
        row, column = self.figures.rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.name)
        if role == Qt.ItemDataRole.ForegroundRole:
            if column is CHANGE and row.change is not None:
                return theme.color("good" if row.change < 0 else "error")
            if column.name == "status" and row.is_unsteady:
                return theme.color("warning")
            return theme.color("muted") if is_muted(row) else None
        if role == Qt.ItemDataRole.ToolTipRole and (row.refusal is not None or row.is_unsteady):
            return status(row)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(f"performance.about_{column.name}")
        return _alignment(column.name) if role == Qt.ItemDataRole.TextAlignmentRole else None


class FigureTable(QTableView):
    """The table at its full height: the page scrolls, not the table.

    Signals:
        left_out(int): for so many columns there is no room.
    """

    left_out = Signal(int)

    def __init__(self, model: FigureModel) -> None:
        super().__init__()
        self._shows_change, self._shows_all = False, False
        self._model = model
        self._widths = [0] * len(COLUMNS)  # as much as each needs
        self.setObjectName("figures")
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = self.horizontalHeader()
        header.setFixedHeight(_HEADER_PX)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        model.modelReset.connect(self.fit)
        model.dataChanged.connect(self.fit)  # a state may need more room than the one before
        self.fit()

    def fit(self) -> None:
        """Set widths for the language in use, and the height for all rows."""
        self.setAccessibleName(tr("performance.table"))
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        figures = self._model.figures
        for number, column in enumerate(COLUMNS):
            texts = [*column.title.split("\n"), column.widest]
            if not column.widest and figures is not None:
                texts += [column.text(row) for row in figures.rows]
            self._widths[number] = max(map(metrics.horizontalAdvance, texts)) + _PADDING_PX
        self._fit_columns()

    def show_change(self, shown: bool) -> None:
        """Show how the medians have changed, or leave that column out."""
        self._shows_change = shown
        self._fit_columns()

    def show_all(self, shown: bool) -> None:
        """Show all columns, and scroll sideways where there is no room for them."""
        self._shows_all = shown
        self._fit_columns()

    @property
    def whole_size(self) -> QSize:
        """The size at which nothing is left out."""
        return QSize(self._width_of(self._wanted), _HEADER_PX + _ROW_PX * self._model.rowCount() + 4)

    @property
    def _wanted(self) -> list[int]:
        return [number for number, column in enumerate(COLUMNS) if column is not CHANGE or self._shows_change]

    def _width_of(self, columns: list[int]) -> int:
        return sum(self._widths[number] for number in columns)

    def _fit_columns(self) -> None:
        """Leave out what has no room, share out the width that is left over; as high as all rows."""
        wanted, room = self._wanted, self.viewport().width()
        shown, lesser = list(wanted), iter(_LESSER)
        while not self._shows_all and self._width_of(shown) > room and (name := next(lesser, "")):
            shown = [number for number in shown if COLUMNS[number].name != name]
        spare = max(room - self._width_of(shown), 0) // len(shown)
        for number in range(len(COLUMNS)):
            self.setColumnHidden(number, number not in shown)
            self.setColumnWidth(number, self._widths[number] + spare)
        self.setFixedHeight(self.whole_size.height() + self.horizontalScrollBar().sizeHint().height())
        self.left_out.emit(len(wanted) - len(shown))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.fit()


def _alignment(name: str) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if name in _TEXTS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
