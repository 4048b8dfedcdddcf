"""The charts, and above them what they are filtered by."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.store.listing import Filter
from app.ui.kit.cards import line
from app.ui.kit.icons import icon
from app.ui.pages.batch.texts import filter_line

_CHIP_PX = 420


class ChartsPanel(QWidget):
    """Charts count what the list is filtered to, which is on the other tab: a chip says so, and clears it.

    Signals:
        clear_wanted(): everything is to be counted again.
    """

    clear_wanted = Signal()

    def __init__(self, charts: QWidget) -> None:
        super().__init__()
        self._wanted = Filter()
        self.chip = QPushButton(icon("x", "accent"), "")
        self.chip.setObjectName("chip")
        self.chip.setIconSize(QSize(14, 14))
        self.chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        self.chip.clicked.connect(self.clear_wanted)
        row = line(self.chip)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(charts, 1)
        self.show_filter(Filter())

    def show_filter(self, wanted: Filter) -> None:
        """Say what is counted."""
        self._wanted = wanted
        whole = tr("batch.filtered", by=filter_line(wanted))
        shown = self.chip.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideMiddle, _CHIP_PX)
        self.chip.setText(f"{shown.replace('&', '&&')} ")  # a lone one would underline the next letter
        self.chip.setToolTip(f"{whole}\n{tr('items.clear')}")
        self.chip.setAccessibleName(f"{whole}, {tr('items.clear')}")
        self.chip.setVisible(wanted != Filter())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.show_filter(self._wanted)
