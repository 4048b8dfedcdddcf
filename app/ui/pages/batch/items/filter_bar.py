"""What is wanted of the list: words, states, probabilities; and how it is shown."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.store.listing import Filter, Status
from app.ui.kit.icons import icon
from app.ui.kit.widgets import Segments, Text
from app.ui.pages.batch.items.range_slider import RangeSlider

_TYPING_MS = 150
LOOKS = ("table", "grid")


class SearchField(QLineEdit):
    """Escape clears it. The keys are those of its name, shown while it is empty, and of its tool tip."""

    def __init__(self, name: str, tip: str = "") -> None:
        super().__init__()
        self._name, self._tip = name, tip
        self.setObjectName("search")
        self.addAction(QAction(icon("search", "muted"), "", self), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(icon("x", "muted"), "", self)
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        self._retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _retranslate(self) -> None:
        self._clear.setToolTip(tr("items.clear_text"))
        self.setPlaceholderText(tr(self._name))
        self.setAccessibleName(tr(self._name))
        self.setToolTip(tr(self._tip) if self._tip else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


class FilterBar(QWidget):
    """Everything but the group, which is chosen in the tree.

    Signals:
        changed(): something else is wanted.
        look_chosen(str): `table` or `grid`.
        groups_toggled(bool), preview_toggled(bool): whether that panel is wanted.
    """

    changed = Signal()
    look_chosen = Signal(str)
    groups_toggled = Signal(bool)
    preview_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.search, self.slider = SearchField("items.search", "items.search_tip"), RangeSlider()
        self.chips = {status: self._chip(status) for status in Status}
        self.offer_gone(False)
        self.clear_button = QPushButton(icon("x", "muted"), "")
        self.clear_button.setObjectName("chip")
        self.look = Segments(LOOKS, lambda look: tr(f"items.look_{look}"))
        self.look.show_value(LOOKS[0])
        self._groups, self._preview = _panel_button("panel-left"), _panel_button("panel-right")
        self._range, self._count = Text(name="muted"), Text(name="muted")
        self._counts: tuple[int, int] | None = None
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._lay_out()
        self._order_tabs()
        self._connect()
        self._retranslate()
        self._show_state()

    def _chip(self, status: Status) -> QPushButton:
        chip = QPushButton()
        chip.setObjectName("chip")
        chip.setCheckable(True)
        chip.setProperty("status", str(status))
        chip.clicked.connect(self._on_changed)
        return chip

    def _lay_out(self) -> None:
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        above, below = QHBoxLayout(), QHBoxLayout()
        for row in (above, below):
            row.setSpacing(8)
        above.addWidget(self._groups)
        above.addWidget(self.search, 1)
        above.addWidget(self.look)
        above.addWidget(self._preview)
        for chip in self.chips.values():
            below.addWidget(chip)
        below.addSpacing(8)
        for widget in (self._range, self.slider, self.clear_button):
            below.addWidget(widget)
        below.addStretch()
        below.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(above)
        column.addLayout(below)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typing.start)
        self.slider.changed.connect(self._on_slid)
        self._typing.timeout.connect(self._on_changed)
        self.look.chosen.connect(self.look_chosen)
        self._groups.toggled.connect(self.groups_toggled)
        self._preview.toggled.connect(self.preview_toggled)

    def _order_tabs(self) -> None:
        """As they stand, row by row."""
        chain = [self._groups, self.search, *self.look.findChildren(QPushButton), self._preview]
        chain += [*self.chips.values(), *self.slider.handles, self.clear_button]
        for first, second in itertools.pairwise(chain):
            self.setTabOrder(first, second)

    def wanted(self) -> Filter:
        """What is chosen now, without a group."""
        low, high = self.slider.values
        states = frozenset(status for status, chip in self.chips.items() if chip.isChecked())
        return Filter(self.search.text().strip(), (), low / 100, high / 100, states)

    def show_counts(self, listed: int, total: int) -> None:
        """Say how many items are listed, of how many."""
        self._counts = listed, total
        self._count.setText(tr("items.listed", listed=f"{listed:,}", total=f"{total:,}"))

    def offer_gone(self, offered: bool) -> None:
        """Whether there are items whose files are gone, which a list shows only when it is asked to."""
        chip = self.chips[Status.GONE]
        chip.setVisible(offered or chip.isChecked())  # what filters the list can be seen

    def allow_clearing(self, allowed: bool) -> None:
        """Whether anything is set, here or in the tree."""
        self.clear_button.setVisible(allowed)

    def look_for(self, text: str) -> None:
        """Want, at once, what this finds among what is wanted already."""
        before = self.search.text().strip()
        if text not in before:
            self.search.setText(f"{before} {text}".strip())
        self._on_changed()

    def reset(self) -> None:
        """Want everything, without a signal."""
        self.search.clear()
        self._typing.stop()
        for chip in self.chips.values():
            chip.setChecked(False)
        self.slider.show_values(0, 100)
        self._show_state()

    def _on_slid(self) -> None:
        self._show_state()
        self._typing.start()

    def _on_changed(self) -> None:
        self._typing.stop()
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        low, high = self.slider.values
        self._range.setText(tr("items.range", low=low, high=high))

    def _retranslate(self) -> None:
        for status, chip in self.chips.items():
            chip.setText(tr(f"items.state_{status}"))
            chip.setToolTip(tr(f"items.about_{status}"))
        self.clear_button.setText(tr("items.clear"))
        self.look.setAccessibleName(tr("items.look"))
        for button, key in ((self._groups, "items.groups"), (self._preview, "items.preview")):
            button.setAccessibleName(tr(key))
            button.setToolTip(tr(key))
        self._range.setMinimumWidth(
            self._range.fontMetrics().horizontalAdvance(tr("items.range", low=100, high=100))
        )
        self._show_state()
        if self._counts is not None:
            self.show_counts(*self._counts)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


def _panel_button(name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("panelButton")
    button.setIcon(icon(name, "muted"))
    button.setIconSize(QSize(18, 18))
    button.setCheckable(True)
    button.setChecked(True)
    return button
