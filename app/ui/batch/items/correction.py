"""A person's word against the model's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.i18n import tr
from app.store.listing import Status
from app.ui.batch.items.label_picker import LabelPicker
from app.ui.icons import icon
from app.ui.widgets import Text, line

if TYPE_CHECKING:
    from app.labels import LabelSet
    from app.results import Recognition
    from app.store.listing import Row
    from app.ui.batch.items.texts import Texts

_ICON = QSize(16, 16)


class Correction(QWidget):
    """Says what a person has said of the current item, and lets them say it.

    Signals:
        corrected(Label): this is what the picture shows; None takes an earlier word back.
    """

    corrected = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._row: Row | None = None
        self._answer: Recognition | None = None
        self._texts: Texts | None = None
        self._picker: LabelPicker | None = None
        self._sentence = Text(wrap=True)
        self.button, self.undo = QPushButton(icon("pencil"), ""), QPushButton(icon("undo-2"), "")
        for button in (self.button, self.undo):
            button.setIconSize(_ICON)
        self.button.clicked.connect(self.pick)
        self.undo.clicked.connect(lambda: self.corrected.emit(None))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._sentence)
        column.addLayout(line(self.button, self.undo))
        self._show()

    def show_item(self, row: Row, answer: Recognition | None, texts: Texts) -> None:
        """Show what is said of an item; `answer` is the model's."""
        self._row, self._answer, self._texts = row, answer, texts
        self._show()

    def pick(self) -> None:
        """Have the user choose a label, the model's own guesses first."""
        if self._texts is not None:
            first = [prediction.index for prediction in self._answer.predictions] if self._answer else []
            self._labels_popup().open_below(self.button, self._texts.labels, first)

    def _labels_popup(self) -> LabelPicker:
        if self._picker is None or self._picker.parentWidget() is not self.window():
            self._picker = LabelPicker(self.window())
            self._picker.chosen.connect(self.corrected)
        return self._picker

    @property
    def labels(self) -> LabelSet | None:
        """What can be chosen from."""
        return self._texts.labels if self._texts is not None else None

    def _show(self) -> None:
        row, texts = self._row, self._texts
        corrected = row is not None and row.status is Status.CORRECTED
        self._sentence.setVisible(corrected)
        self.undo.setVisible(corrected)
        self.button.setText(f" {tr('items.correct_again' if corrected else 'items.correct')}")
        self.undo.setText(f" {tr('items.undo')}")
        self.button.setToolTip(tr("items.correct_tip"))
        if row is not None and texts is not None and corrected and row.label is not None:
            label = texts.label_name(row.label)
            model = texts.label_name(self._answer.predictions[0].index) if self._answer else "–"
            self._sentence.setText(tr("items.corrected", label=label, model=model))

    def close_picker(self) -> None:
        """The item has changed: the question is no longer asked."""
        if self._picker is not None:
            self._picker.close_again()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()
