"""A switch between a few values, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Segments(QFrame):
    """A switch between a few values.

    Signals:
        chosen(str): the user chose this value.
    """

    chosen = Signal(str)

    def __init__(self, values: Sequence[str], text: Callable[[str], str]) -> None:
        super().__init__()
        self.setObjectName("segments")
        self._text = text
        self._group = QButtonGroup(self)
        self._values: list[str] = []
        self._buttons: list[QPushButton] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 1)
        self._layout.setSpacing(0)
        self.set_values(values)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Sequence[str]) -> None:
        """Offer other values, on the same buttons: one of them may be telling that it was pressed."""
        self._values = list(values)
        # The first keeps the place for Tab, if there are no values yet.
        while len(self._buttons) < max(len(values), 1):
            self._buttons.append(self._button(len(self._buttons)))
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(values))
        self._set_stop()
        self._retranslate()

    def _set_stop(self) -> None:
        """One stop for Tab, at the chosen part: from there Qt has the arrows choose, as for radio buttons."""
        stop = self._group.checkedButton() or self._buttons[0] if self._buttons else None
        for button in self._buttons:
            strong, click = Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(strong if button is stop else click)

    def _button(self, place: int) -> QPushButton:
        button = QPushButton(self)
        button.setCheckable(True)
        button.setAutoDefault(False)  # Enter is for the dialog's own button
        button.clicked.connect(lambda: self.chosen.emit(self._values[place]))
        button.toggled.connect(lambda _checked: self._set_stop())
        if self._buttons:
            self.setTabOrder(self._buttons[-1], button)
        self._group.addButton(button)
        self._layout.addWidget(button)
        return button

    def _retranslate(self) -> None:
        for value, button in zip(self._values, self._buttons, strict=False):
            button.setText(self._text(value))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_value(self, value: str) -> None:
        """Mark a value as chosen, without a signal."""
        self._buttons[self._values.index(value)].setChecked(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
