"""The tree of groups, with how many items are in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)  # fmt: skip

from app.core.language_in_use import tr
from app.labels import group_in
from app.store.listing import NO_GROUP
from app.ui.kit.drawing import draw_focus, draw_icon, draw_text, scaled, sized
from app.ui.kit.keyboard import shows_ring
from app.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.core.results import GroupPath
    from app.labels import LabelSet

Index = QModelIndex | QPersistentModelIndex
_PATH, _COUNT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ROW_PX, _INDENT_PX = 32, 16
# Room for some letters of a name in the third level and for a count of a million, which is never cut.
_LEAST_PX = 160
# Room for most names as a whole.
_ROOMY_PX = 195
_OTHERS = {(): "items.all", NO_GROUP: "items.no_group"}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class GroupTree(QTreeView):
    """All groups of a label file, and what is in none; those without items are left out.

    Signals:
        chosen(): the user chose another group.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[GroupPath, QStandardItem] = {}
        self._model = QStandardItemModel()
        self._delegate = _Delegate()
        self.setObjectName("groups")
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT_PX)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.use_room(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._on_current)
        self._retranslate()

    def use_room(self, roomy: bool) -> None:
        """Be wide enough for most names where there is room, else for their beginnings."""
        self.setMinimumWidth(scaled(_ROOMY_PX if roomy else _LEAST_PX))

    def show_labels(self, labels: LabelSet) -> None:
        """Offer the groups of these labels, all of them closed, and choose none."""
        self.selectionModel().blockSignals(True)
        self._model.clear()
        self._items = {(): QStandardItem()}
        self._model.appendRow(self._items[()])
        for path in labels.groups:
            item = self._items[path] = QStandardItem()
            parent = self._items[path[:-1]] if len(path) > 1 else self._model.invisibleRootItem()
            parent.appendRow(item)
        self._items[NO_GROUP] = QStandardItem()
        self._model.appendRow(self._items[NO_GROUP])
        for path, item in self._items.items():
            item.setData(path, _PATH)
        self.setCurrentIndex(self._items[()].index())
        self.selectionModel().blockSignals(False)
        self._retranslate()

    @property
    def group(self) -> GroupPath:
        """The chosen group; empty for all."""
        path: GroupPath | None = self.currentIndex().data(_PATH)
        return tuple(path or ())

    def index_of(self, path: GroupPath) -> QModelIndex:
        """The place of a group in the tree."""
        return self._items[path].index()

    def count_of(self, index: QModelIndex) -> int:
        """How many items the tree says are at a place."""
        return int(index.data(_COUNT) or 0)

    def show_chosen(self, path: GroupPath) -> None:
        """Choose a group that there is, or else all of them, without a signal."""
        if self._items:
            index = self._items.get(path, self._items[()]).index()
            self.selectionModel().blockSignals(True)
            self.setCurrentIndex(index)
            self.selectionModel().blockSignals(False)
            self.scrollTo(index)
            self.viewport().update()

    def choose(self, path: GroupPath) -> None:
        """Choose a group and show where it is."""
        index = self.index_of(path)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def show_counts(self, counts: Mapping[GroupPath, int], whole: int) -> None:
        """Show how many items are in each group and below it; `whole` are in any or in none."""
        chosen = self.group
        for path, item in self._items.items():
            count = counts.get(path, 0) if path else whole
            if item.data(_COUNT) != count:
                item.setData(count, _COUNT)
            kept = bool(count) or path == chosen[: len(path)]
            self.setRowHidden(item.row(), item.index().parent(), not kept)

    def _on_current(self) -> None:
        self.chosen.emit()

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("items.groups"))
        for path, item in self._items.items():
            names = _OTHERS.get(path)
            item.setText(tr(names) if names else group_in(tr.language, path)[-1])
            item.setToolTip(tr(f"{names}_tip") if names else " > ".join(group_in(tr.language, path)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


class _Delegate(QStyledItemDelegate):
    """The name at the left, the count at the right, and an arrow before the name of what can be opened."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, scaled(_ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(QRect(0, area.top() + 1, area.right() - 2, area.height() - 2), 7, 7)
        if state & QStyle.StateFlag.State_HasFocus and shows_ring(option.widget):
            draw_focus(painter, QRect(0, area.top() + 1, area.right() - 2, area.height() - 2), 7)
        if state & QStyle.StateFlag.State_Children:
            arrow = "chevron-down" if state & QStyle.StateFlag.State_Open else "chevron-right"
            center = QPointF(area.left() - _INDENT_PX / 2 + 1, area.center().y() + 0.5)
            draw_icon(painter, arrow, "muted", center, 14)
        area = area.adjusted(4, 0, -12, 0)
        painter.setFont(sized(option.font, 12))
        count = index.data(_COUNT)
        text = f"{count:,}" if count is not None else ""
        painter.setPen(theme.color("muted"))
        painter.drawText(area, _RIGHT, text)  # whole: a part of it would be another number
        taken = painter.fontMetrics().horizontalAdvance(text) + 8
        painter.setFont(sized(option.font, 13, strong=selected))
        name = area.adjusted(0, 0, -taken, 0)
        draw_text(painter, name, str(index.data()), theme.color("accent" if selected else "text"))
        painter.restore()
