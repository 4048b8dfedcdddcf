"""Choosing one of up to 54,092 labels by typing a part of its name, in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.core.language_in_use import tr
from app.labels import group_in
from app.store.label_search import best_labels
from app.ui.kit.drawing import draw_text, scaled, sized
from app.ui.kit.notices import announce
from app.ui.kit.search_field import SearchField
from app.ui.kit.texts import Text
from app.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRect

    from app.labels import Label, LabelSet

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_LABEL = Qt.ItemDataRole.UserRole
_SIZE = QSize(340, 380)
_ROW_PX = 44
# Who has not found it among so many types another letter.
_MOST = 100
_HINT = "muted"
_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class LabelPicker(QFrame):
    """A field and a list over the window's content: no window of its own, so that input methods work in it.

    Signals:
        chosen(Label): Enter or a click.
    """

    chosen = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("popup")
        self._before: QWidget | None = None
        self._labels: LabelSet | None = None
        self._first: list[Label] = []
        self._count = 1
        self._model, self._delegate = _Matches(), _Delegate()
        self.field, self.list = SearchField("items.find_label"), QListView()
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.setObjectName("labels")
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._choose)
        self._heading = Text(name="strong", wrap=True)
        self._more = Text("items.more_labels", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addWidget(self.field)
        self._nothing = Text("items.no_label", _HINT, wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.list, 1)
        column.addWidget(self._more)
        column.addWidget(self._nothing)
        column.addStretch()
        self.resize(_SIZE)
        self.hide()
        self._retranslate()

    def open_below(self, widget: QWidget, labels: LabelSet, first: Sequence[int], count: int = 1) -> None:
        """Offer the labels for so many pictures, those numbered `first` before the others.

        For several none is marked until the user has typed or gone to one: Enter pressed twice would give
        all of them the first one's.
        """
        self.close_again()
        self._before = QApplication.focusWidget() or widget
        self._labels, self._first = labels, [labels.labels[index] for index in first]
        self._count = count
        self._show_heading()
        self.field.clear()
        self._search("")
        window = self._window
        place = widget.mapTo(window, QPoint(0, widget.height() + 4))
        self.move(
            min(max(place.x(), 8), max(window.width() - self.width() - 8, 8)),
            min(max(place.y(), 8), max(window.height() - self.height() - 8, 8)),
        )
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        _app().focusChanged.connect(self._on_focus)

    def close_again(self) -> None:
        """Go back to where the user was."""
        if self.isVisible():
            _app().focusChanged.disconnect(self._on_focus)
            self.hide()
            if self._before is not None:
                self._before.setFocus()

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and not self.isAncestorOf(new):
            self._before = None
            self.close_again()

    def _search(self, text: str) -> None:
        self._model.show_labels(self._found(text.strip()))
        count = self._model.rowCount()
        marked = bool(text.strip()) or self._count == 1
        self.list.setCurrentIndex(self._model.index(0) if marked else QModelIndex())
        self.list.setVisible(count > 0)
        self._more.setVisible(count >= _MOST)
        self._nothing.setVisible(count == 0)
        self._show_refused(refused=False)

    def _found(self, word: str) -> list[Label]:
        """The best matches; without a word, the model's own guesses before the others."""
        if self._labels is None:
            return []
        best = best_labels(self._labels, word, tr.language, _MOST)
        return best if word else [*self._first, *(label for label in best if label not in self._first)]

    def _show_refused(self, *, refused: bool) -> None:
        """Have the sentence that there is no such label stand out."""
        self._nothing.setObjectName("notice" if refused else _HINT)
        self._nothing.style().polish(self._nothing)

    def _take(self) -> None:
        """Choose what is marked; say so where there is nothing, and what is asked where nothing is marked."""
        if self.list.currentIndex().isValid():
            self._choose(self.list.currentIndex())
        elif self._model.rowCount():
            announce(self._heading, self._heading.text())
        else:
            self._show_refused(refused=True)
            self.field.selectAll()
            announce(self._nothing, self._nothing.text())

    def _choose(self, index: Index) -> None:
        label = index.data(_LABEL)
        if label is not None:
            self.close_again()
            self.chosen.emit(label)

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_again()
        elif event.key() in _KEYS:
            QApplication.sendEvent(self.list, event)
        else:
            return False
        return True

    def _show_heading(self) -> None:
        self._heading.setVisible(self._count > 1)
        self._heading.setText(tr("items.correct_count", count=f"{self._count:,}"))
        self.field.setAccessibleDescription(self._heading.text() if self._count > 1 else "")

    def _retranslate(self) -> None:
        self.list.setAccessibleName(tr("items.labels"))
        self._show_heading()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


class _Matches(QAbstractListModel):
    """The labels that are offered."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[Label] = []

    def show_labels(self, labels: list[Label]) -> None:
        """Offer others."""
        self.beginResetModel()
        self._shown = labels
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        label = self._shown[index.row()]
        if role == _LABEL:
            return label
        return " ".join(_names(label)) if role == Qt.ItemDataRole.DisplayRole else None


class _Delegate(QStyledItemDelegate):
    """Both names, and the group below them."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, scaled(_ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        label: Label = index.data(_LABEL)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(area, 7, 7)
        inside = area.adjusted(10, 4, -10, -4)
        half = inside.height() // 2
        above, below = inside.adjusted(0, 0, 0, -half), inside.adjusted(0, half, 0, 0)
        name, other = _names(label)
        painter.setFont(sized(option.font, 13, strong=True))
        draw_text(painter, above, name, theme.color("text"))
        left = painter.fontMetrics().horizontalAdvance(name) + 8
        painter.setFont(sized(option.font, 12))
        draw_text(painter, above.adjusted(left, 0, 0, 0), other, theme.color("muted"))
        draw_text(painter, below, " > ".join(group_in(tr.language, label.group)), theme.color("muted"))
        painter.restore()


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _names(label: Label) -> tuple[str, str]:
    """The name in the language in use, and the other one."""
    return (label.zh, label.en) if tr.language == "zh" else (label.en, label.zh)
