"""The answer beside the picture: label, certainty, top-k, time and the comparison of engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsOpacityEffect, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Comparison, Failure, Prediction, Recognition
from app.export.text import percent
from app.ui.kit.bars import Bar
from app.ui.kit.cards import Card
from app.ui.kit.scroll import Scroll
from app.ui.kit.texts import Elided, Text
from app.ui.pictures import texts
from app.ui.pictures.pictures import State
from app.ui.pictures.time_cards import CompareSection, TimeCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.pictures.pictures import Picture

_WIDTH, _LEAST_WIDTH, _LEAST_HEIGHT = 372, 300, 120
_FAINT, _SLOW_MS = 0.4, 300


class ResultPanel(Scroll):
    """Everything there is to say about one picture; scrolled with the arrow keys when it has the focus."""

    def __init__(self) -> None:
        super().__init__("answer.panel")
        self.setObjectName("panel")
        self._answer, self._time, self._compare = AnswerCard(), TimeCard(), CompareSection()
        self._answer.put_below_head(self._compare)  # both are seen without scrolling
        self._picture: Picture | None = None
        self._is_sought = False
        self._content = QWidget()
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._answer, 1)  # takes what is left: the last card ends where the picture does
        layout.addWidget(self._time)
        self.setWidget(self._content)
        self._faint = QGraphicsOpacityEffect(self._content)
        self._faint.setOpacity(_FAINT)
        self._faint.setEnabled(False)
        self._content.setGraphicsEffect(self._faint)
        self._slow = QTimer(self, interval=_SLOW_MS, singleShot=True)
        self._slow.timeout.connect(lambda: self._faint.setEnabled(True))
        self.verticalScrollBar().rangeChanged.connect(self._lay_bar_over)

    def _lay_bar_over(self, _least: int, most: int) -> None:
        """The bar stands over the right margin of the cards, which are as wide with it as without."""
        right = -self.verticalScrollBar().sizeHint().width() if most > 0 else 0
        if self.viewportMargins().right() != right:
            self.setViewportMargins(0, 0, right, 0)

    def _dim(self, picture: Picture) -> None:
        """What is about to be replaced is faint, unless that takes a moment only."""
        if picture.answer is None or picture.state in (State.DONE, State.FAILED):
            self._slow.stop()
            self._faint.setEnabled(False)
        elif not (self._slow.isActive() or self._faint.isEnabled()):
            self._slow.start()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height()).expandedTo(self.minimumSizeHint())

    def minimumSizeHint(self) -> QSize:
        """As wide as its cards must be, with any font, beside the bar that scrolls them."""
        needed = self._content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(max(_LEAST_WIDTH, needed), _LEAST_HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # Qt asks no scroll area again when what is in it needs more
        return super().eventFilter(watched, event)

    def show_picture(self, picture: Picture, medians: texts.Medians, compare: bool) -> None:
        """Show what is known of a picture now. `medians`: see `Session.medians`."""
        if picture is not self._picture:
            self._picture = picture
            self.verticalScrollBar().setValue(0)
        self._dim(picture)
        self._answer.show_picture(picture)
        recognition = picture.recognition
        self._time.setVisible(recognition is not None)
        if recognition is not None:
            self._time.show_recognition(recognition)
        comparison = picture.answer if isinstance(picture.answer, Comparison) else None
        self._compare.setVisible(compare and not isinstance(picture.answer, Failure))
        self._compare.show_comparison(comparison, medians, was_busy=picture.was_busy)
        if self._is_sought:
            self._is_sought = compare and comparison is None
            QTimer.singleShot(0, self, self._reveal_comparison)  # when it has its place

    def seek_comparison(self, wanted: bool) -> None:
        """Scroll to the comparison when it is shown next, since the user has asked for it; or to the top."""
        self._is_sought = wanted
        if not wanted:
            self.verticalScrollBar().setValue(0)

    def _reveal_comparison(self) -> None:
        if not self._compare.isHidden():
            self.ensureWidgetVisible(self._compare, 0, 0)


class AnswerCard(Card):
    """The label in large type, or an honest "not sure", and the likeliest labels as bars.

    Where a person has corrected the label, theirs is the headline, and the model's answer stands below it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._file = _FileLine()
        self._headline, self._likelihood = Text(name="headline", wrap=True), Text(name="likelihood")
        self._other, self._subtitle = Text(name="subtitle", wrap=True), Text(name="subtitle", wrap=True)
        self._bar, self._below = Bar(), Text(name="section")
        self._remarks = Text(name="notice", wrap=True)
        self._rows: list[_PredictionRow] = []
        self._bars = QVBoxLayout()
        self._bars.setSpacing(4)
        for text in (self._headline, self._other, self._subtitle, self._remarks):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._likelihood.setIndent(0)  # its style gives it a margin, to which Qt would add one of its own
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._headline, 1)
        head.addWidget(self._likelihood, 0, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight)
        self._below_head = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(4)
        layout.addWidget(self._file)
        layout.addLayout(head)
        for widget in (self._other, self._subtitle):
            layout.addWidget(widget)
        layout.addSpacing(4)
        layout.addWidget(self._bar)
        layout.addLayout(self._below_head)
        layout.addSpacing(2)
        layout.addWidget(self._below)
        layout.addLayout(self._bars)
        layout.addWidget(self._remarks)
        layout.addStretch(1)

    def put_below_head(self, widget: QWidget) -> None:
        """Give a widget the place between the first label and the others."""
        self._below_head.addWidget(widget)

    def show_picture(self, picture: Picture, correction: Prediction | None = None) -> None:
        """Show the picture's answer, error or state; `correction` is the label that a person has chosen."""
        answer, recognition = picture.answer, picture.recognition
        self._file.show_file(picture, recognition.source_size if recognition is not None else None)
        if correction is not None:
            self._show_correction(correction, recognition)
        elif recognition is not None:
            self._show_recognition(recognition)
        elif isinstance(answer, Failure):
            self._show_head(tr("answer.failed"), subtitle=texts.failure(answer))
        else:
            self._show_head(tr(f"answer.{picture.state.value}"))

    def _show_head(self, headline: str, *, other: str = "", subtitle: str = "", likelihood: str = "") -> None:
        """Show a headline, what belongs to it, and nothing below."""
        self._headline.setText(headline)
        optional = {self._other: other, self._subtitle: subtitle, self._likelihood: likelihood}
        for text, said in optional.items():
            text.setText(said)
            text.setVisible(bool(said))
        self._show_below("", ())
        self._show_remarks("")
        self._bar.hide()

    def _show_recognition(self, recognition: Recognition) -> None:
        first, *others = recognition.predictions
        certain = recognition.certain
        self._show_head(
            texts.headline(recognition),
            other=texts.other_name_of(first) if certain else "",
            subtitle=texts.subtitle(recognition),
            likelihood=percent(first.score) if certain else "",
        )
        self._bar.setVisible(certain)
        self._bar.show_parts([(first.score, "accent")])
        if certain:
            self._show_below(tr("answer.others") if others else "", others)
        else:
            # Without a title: the headline has just said what they are, and the time card needs the room.
            self._show_below("", recognition.predictions)
        self._show_remarks(texts.remarks(recognition))

    def _show_correction(self, correction: Prediction, recognition: Recognition | None) -> None:
        self._show_head(
            texts.name_of(correction), other=texts.other_name_of(correction), subtitle=tr("answer.corrected")
        )
        if recognition is not None:
            said = tr("answer.of_model") if recognition.certain else tr("answer.of_model_unsure")
            self._show_below(said, recognition.predictions)
            self._show_remarks(texts.remarks(recognition))

    def _show_below(self, title: str, predictions: Sequence[Prediction]) -> None:
        """Show labels with their bars under a title."""
        self._below.setText(title)
        self._below.setVisible(bool(title))
        while len(self._rows) < len(predictions):
            self._rows.append(_PredictionRow())
            self._bars.addWidget(self._rows[-1])
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(predictions))
            if place < len(predictions):
                row.show_prediction(predictions[place])

    def _show_remarks(self, remarks: str) -> None:
        self._remarks.setText(remarks)
        self._remarks.setVisible(bool(remarks))


class _FileLine(Text):
    """The picture's size and the file's name, cut in its middle: names of a series differ at their ends."""

    def __init__(self) -> None:
        super().__init__(name="muted")
        self._name, self._size = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_file(self, picture: Picture, size: tuple[int, int] | None) -> None:
        """Show a picture's name and its (width, height) in pixels, if that is known."""
        self._name = picture.name
        self._size = f"  ·  {size[0]} × {size[1]}" if size is not None else ""
        self.setText(self._name + self._size)
        self.setToolTip(printable(str(picture.path)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = self.fontMetrics()
        room = self.width() - metrics.horizontalAdvance(self._size)
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, name + self._size)
        painter.end()


class _PredictionRow(QWidget):
    """One of the likeliest labels: both names, percentage, bar."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._other, self._score, self._bar = Elided(), Elided("muted"), Text(), Bar()
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._name.setMinimumWidth(28)  # it is cut only where the other name has given way
        self._score.setAlignment(Qt.AlignmentFlag.AlignRight)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._name)
        line.addWidget(self._other, 1)
        line.addWidget(self._score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(line)
        layout.addWidget(self._bar)

    def show_prediction(self, prediction: Prediction) -> None:
        """Show a prediction."""
        self._name.setText(texts.name_of(prediction))
        self._other.setText(texts.other_name_of(prediction))
        self._score.setText(percent(prediction.score))
        self._bar.show_parts([(prediction.score, "muted")])
        self.setAccessibleName(f"{self._name.text()} {self._score.text()}")
