"""Everything about the current item: the picture, what the model says, what a person says, the times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Failure, Prediction
from app.store.listing import Status
from app.ui.kit.cards import Card, line
from app.ui.kit.icons import icon
from app.ui.kit.scroll import Scroll
from app.ui.kit.texts import Text
from app.ui.pages.batch.items.correction import Correction
from app.ui.pictures.answer import AnswerCard
from app.ui.pictures.file_actions import NAMES
from app.ui.pictures.picture_pane import PicturePane
from app.ui.pictures.pictures import Picture, State
from app.ui.pictures.time_cards import TimeCard

if TYPE_CHECKING:
    from app.core.results import Recognition
    from app.store.listing import Row
    from app.ui.pages.batch.items.texts import Texts
    from app.ui.pictures.loader import PictureLoader

_WIDTH, _PICTURE_PX, _GAP_PX = 300, 220, 6
# Who goes through the list with an arrow key held down wants no large pictures on the way.
_REST_MS = 120


class Preview(Scroll):
    """Shows one item.

    Attributes:
        row: that item; None when none is chosen.

    Signals:
        action_chosen(str): one of `file_actions.NAMES`, for the current item.
    """

    action_chosen = Signal(str)

    def __init__(self, loader: PictureLoader) -> None:
        super().__init__("items.preview")
        self.row: Row | None = None
        self._answer: Recognition | None = None
        self._texts: Texts | None = None
        self._selected = 0
        self.setFixedWidth(_WIDTH)
        self.pane = PicturePane(loader)
        self.pane.setFixedHeight(_PICTURE_PX)
        self.answer_card, self.correction, self.times = AnswerCard(), Correction(), TimeCard()
        self._buttons = {name: self._button(name) for name in NAMES}
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._load)
        self._lay_out()
        self._retranslate()
        self.show_item(None, None, None)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("toolButton")
        button.setIcon(icon(NAMES[name], "muted"))
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(lambda: self.action_chosen.emit(name))
        return button

    def _lay_out(self) -> None:
        picture = Card()
        self._files = QWidget()
        buttons = line(*self._buttons.values(), spacing=_GAP_PX)
        buttons.insertStretch(0)
        buttons.setContentsMargins(0, 0, 0, 0)
        self._files.setLayout(buttons)
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setSpacing(_GAP_PX)
        self._bar.addWidget(self.correction, 1)
        self._bar.addWidget(self._files)
        inside = QVBoxLayout(picture)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.setSpacing(8)
        inside.addWidget(self.pane)
        inside.addLayout(self._bar)
        self._nothing = Text("items.nothing_chosen", "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._cards = QWidget()
        column = QVBoxLayout(self._cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for card in (picture, self.answer_card, self.times):
            column.addWidget(card)
        column.addStretch(1)
        self._several = Text(name="muted", wrap=True)
        self._several.hide()
        content = QWidget()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self._several)
        whole.addWidget(self._cards, 1)
        whole.addWidget(self._nothing, 1)
        self.setWidget(content)

    def show_item(self, row: Row | None, answer: Recognition | None, texts: Texts | None) -> None:
        """Show an item, or that none is chosen; `answer` is the model's."""
        before = self.row
        self.row, self._answer, self._texts = row, answer, texts
        self._cards.setVisible(row is not None)
        self._nothing.setVisible(row is None)
        if row is None or texts is None:
            self.pane.show_file(None)
            self.correction.close_picker()
            return
        if before is None or (before.item, before.mtime_ns) != (row.item, row.mtime_ns):
            self._rest.start()
        self._show_answer(row, answer)
        self.correction.show_item(row, answer, texts)
        self._fold()

    def _fold(self) -> None:
        """Have what is done with the label and with the file on one line, where both have room."""
        needed = self.correction.sizeHint().width() + self._files.sizeHint().width() + _GAP_PX
        roomy = needed <= self.pane.width()
        way = QBoxLayout.Direction.LeftToRight if roomy else QBoxLayout.Direction.TopToBottom
        self._bar.setDirection(way)

    def show_selected(self, count: int) -> None:
        """Say that this is one of so many that are selected, where they are several."""
        self._selected = count
        self._several.setVisible(count > 1)
        self._several.setText(tr("items.one_of", count=f"{count:,}"))

    def _show_answer(self, row: Row, answer: Recognition | None) -> None:
        """As the recognise page shows it."""
        picture = Picture(row.path)
        if row.error is not None:
            picture.state, picture.answer = State.FAILED, Failure(row.path, row.error, row.facts)
        elif row.status is not Status.WAITING:
            picture.state, picture.answer = State.DONE, answer
        self.answer_card.setVisible(picture.answer is not None or row.status is Status.WAITING)
        self.answer_card.show_picture(picture, self._correction_of(row))
        self.pane.explain(row.error is None)
        self.times.setVisible(answer is not None)
        if answer is not None:
            self.times.show_recognition(answer)

    def _correction_of(self, row: Row) -> Prediction | None:
        """What a person has said of an item, who is sure of it."""
        if row.status is not Status.CORRECTED or row.label is None or self._texts is None:
            return None
        label = self._texts.labels.labels[row.label]
        return Prediction(row.label, label.zh, label.en, row.group, 1.0)

    def try_again(self) -> None:
        """Load the picture again if it could not be read."""
        if self.pane.currentWidget() is self.pane.broken:
            self._rest.start()

    def _load(self) -> None:
        if self.row is not None and self.isVisible():
            self.pane.show_file(self.row.path, printable(self.row.path.name))

    def _retranslate(self) -> None:
        self.show_selected(self._selected)
        for name, button in self._buttons.items():
            button.setToolTip(tr(f"items.{name}"))
            button.setAccessibleName(tr(f"items.{name}"))
        if self.row is not None:
            self._show_answer(self.row, self._answer)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rest.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._fold()
