"""What every list does with keys and menus, whether it is a table or a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
# Each piece of a selection is looked through for every cell that is drawn.
_MOST_PIECES = 5000


class Handling(QObject):
    """Keys and menus of one view.

    Signals:
        entered(): Enter, for what is selected.
        menu_wanted(QPoint): a menu for what is selected, at this place of the screen.
        copy_wanted(): Ctrl+C.

    Enter and a menu are for the row that they are used on where nothing is selected.
    """

    entered = Signal()
    menu_wanted = Signal(QPoint)
    copy_wanted = Signal()

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_pointed)
        view.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent) and event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._open_at_current()
            return True
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.key() in _ENTER:
            self._select_if_none(self._view.currentIndex())
            self.entered.emit()
        elif event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self._open_at_current()
        else:
            return False
        return True

    def _on_pointed(self, place: QPoint) -> None:
        index = self._view.indexAt(place)
        if index.isValid():
            self._select_if_none(index)
            self.menu_wanted.emit(self._view.viewport().mapToGlobal(place))

    def _open_at_current(self) -> None:
        view, current = self._view, self._view.currentIndex()
        if current.isValid():
            self._select_if_none(current)
            view.scrollTo(current)
            self.menu_wanted.emit(view.viewport().mapToGlobal(view.visualRect(current).center()))

    def _select_if_none(self, index: QModelIndex) -> None:
        selection = self._view.selectionModel()
        if not selection.hasSelection():
            selection.setCurrentIndex(index, _SELECT)


def selected_ids(view: QAbstractItemView, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of the rows' `ids` that are selected, in their order; of a million no objects are made."""
    pieces = sorted((piece.top(), piece.bottom() + 1) for piece in pieces_of(view))
    parts = [ids[first:end] for first, end in pieces]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def pieces_of(view: QAbstractItemView) -> list[QItemSelectionRange]:
    """The pieces of the selection, each of neighbouring rows."""
    return view.selectionModel().selection().toList()


def select_ids(view: QAbstractItemView, ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> None:
    """Select the wanted rows of these ids, if they do not lie in too many pieces.

    What is selected stays so where the wanted ones are all gone.
    """
    if not wanted.size:
        view.selectionModel().clearSelection()
        return
    numbers = np.flatnonzero(np.isin(ids, wanted))
    ends = np.flatnonzero(np.diff(numbers) > 1)
    if not numbers.size or ends.size >= _MOST_PIECES:
        return
    first, last = numbers[[0, *(ends + 1)]], numbers[[*ends, -1]]
    model, selection = view.model(), QItemSelection()
    right = model.columnCount() - 1
    for top, bottom in zip(first.tolist(), last.tolist(), strict=True):
        selection.select(model.index(top, 0), model.index(bottom, right))
    view.selectionModel().select(selection, _SELECT)


def show_what_scrolls(view: QAbstractItemView) -> None:
    """Keep the room of the scroll bar, so that nothing jumps, and draw its handle only where it can move.

    The style sheet draws no handle of a bar that is disabled.
    """
    bar = view.verticalScrollBar()
    bar.setEnabled(bar.maximum() > bar.minimum())
