"""A person's word against the model's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.store.listing import Status
from app.ui.kit.cards import line
from app.ui.kit.icons import icon
from app.ui.kit.texts import Text
from app.ui.pages.batch.items.label_picker import LabelPicker

if TYPE_CHECKING:
    from app.core.results import Recognition
    from app.labels import Label
    from app.store.listing import Row
    from app.ui.pages.batch.items.texts import Texts

_ICON = QSize(16, 16)


class Correction(QWidget):
    """Says what a person has said of the item that is shown, and lets them say it of one.

    Signals:
        asked(): the user wants to correct the current item.
        corrected(tuple[int, ...], Label): this is what items show; None takes an earlier word back.
    """

    asked = Signal()
    corrected = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._row: Row | None = None
        self._answer: Recognition | None = None
        self._texts: Texts | None = None
        self._picker: LabelPicker | None = None
        self._asked_for: tuple[int, ...] = ()
        self._sentence = Text(wrap=True)
        self.button, self.undo = QPushButton(icon("pencil"), ""), QPushButton(icon("undo-2"), "")
        for button in (self.button, self.undo):
            button.setIconSize(_ICON)
        self.button.clicked.connect(self.asked)
        self.undo.clicked.connect(self._take_back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._sentence)
        column.addLayout(line(self.button, self.undo))
        self._show()

    def show_item(self, row: Row, answer: Recognition | None, texts: Texts) -> None:
        """Show what is said of an item; `answer` is the model's."""
        if row.item not in self._asked_for:
            self.close_picker()
        self._row, self._answer, self._texts = row, answer, texts
        self.undo.setEnabled(True)
        self._show()

    def pick(self, row: Row, answer: Recognition | None, texts: Texts, items: tuple[int, ...] = ()) -> None:
        """Have the user choose a label for an item, or several; the model's own guesses for the one first."""
        self._asked_for = items or (row.item,)
        first = [prediction.index for prediction in answer.predictions] if answer else []
        self._labels_popup().open_below(self.button, texts.labels, first, len(self._asked_for))

    def _on_chosen(self, label: Label) -> None:
        self.corrected.emit(self._asked_for, label)

    def _take_back(self) -> None:
        if self._row is not None:
            self.corrected.emit((self._row.item,), None)

    def await_item(self, item: int) -> None:
        """This item will be shown next: what is on the screen of another one cannot be taken back."""
        self.undo.setEnabled(self._row is not None and self._row.item == item)

    def _labels_popup(self) -> LabelPicker:
        if self._picker is None or self._picker.parentWidget() is not self.window():
            self._picker = LabelPicker(self.window())
            self._picker.chosen.connect(self._on_chosen)
        return self._picker

    def _show(self) -> None:
        row, texts = self._row, self._texts
        corrected = row is not None and row.status is Status.CORRECTED
        self._sentence.setVisible(corrected)
        if self.undo.hasFocus() and not corrected:
            self.button.setFocus()
        self.undo.setVisible(corrected)
        self.button.setText(f" {tr('items.correct_again' if corrected else 'items.correct')}")
        self.undo.setText(f" {tr('items.undo')}")
        self.button.setToolTip(tr("items.correct_tip"))
        if row is not None and texts is not None and corrected and row.label is not None:
            label, model = texts.label_name(row.label), "–"
            confirmed = False
            if self._answer is not None:
                index = self._answer.predictions[0].index
                confirmed, model = index == row.label, texts.label_name(index)
            key = "items.confirmed" if confirmed else "items.corrected"
            self._sentence.setText(tr(key, label=label, model=model))

    def close_picker(self) -> None:
        """Another item is looked at: the question is no longer asked."""
        self._asked_for = ()
        if self._picker is not None:
            self._picker.close_again()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()
