"""The answer beside the picture: label, certainty, top-k, time and the comparison of engines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Comparison, Failure, Prediction, Recognition
from app.export.text import percent
from app.labels import group_in, label_in
from app.ui.kit.widgets import Bar, Card, Text
from app.ui.pictures.pictures import Picture
from app.ui.pictures.time_cards import CompareCard, Medians, TimeCard

_WIDTH = 372


class ResultPanel(QScrollArea):
    """Everything there is to say about one picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._answer, self._time, self._compare = AnswerCard(), TimeCard(), CompareCard()
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for card in (self._answer, self._compare, self._time):
            layout.addWidget(card)
        layout.addStretch()
        self.setWidget(content)

    def show_picture(self, picture: Picture, medians: Medians, compare: bool) -> None:
        """Show what is known of a picture now. `medians`: see `Session.medians`."""
        self._answer.show_picture(picture)
        recognition = picture.recognition
        self._time.setVisible(recognition is not None)
        if recognition is not None:
            self._time.show_recognition(recognition)
        comparison = picture.answer if isinstance(picture.answer, Comparison) else None
        self._compare.setVisible(compare and not isinstance(picture.answer, Failure))
        self._compare.show_comparison(comparison, medians)


class AnswerCard(Card):
    """The label in large type, or an honest "not sure", and the likeliest labels as bars."""

    def __init__(self) -> None:
        super().__init__()
        self._file = Text(name="muted")
        self._headline = Text(name="headline", wrap=True)
        self._subtitle = Text(name="subtitle", wrap=True)
        self._notices = Text(name="notice", wrap=True)
        self._rows: list[_PredictionRow] = []
        self._bars = QVBoxLayout()
        self._bars.setSpacing(8)
        for text in (self._headline, self._subtitle, self._notices):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 18)
        layout.setSpacing(4)
        layout.addWidget(self._file)
        layout.addWidget(self._headline)
        layout.addWidget(self._subtitle)
        layout.addSpacing(8)
        layout.addLayout(self._bars)
        layout.addSpacing(4)
        layout.addWidget(self._notices)

    def show_picture(self, picture: Picture) -> None:
        """Show the picture's answer, error or state."""
        self._show_file(picture)
        answer, recognition = picture.answer, picture.recognition
        if recognition is not None:
            self._show_recognition(recognition)
        elif isinstance(answer, Failure):
            self._show_text(tr("answer.failed"), tr.error(answer.code, answer.facts))
        else:
            self._show_text(tr(f"answer.{picture.state.value}"), "")

    def _show_file(self, picture: Picture) -> None:
        width = self._file.width() or _WIDTH - 40
        recognition = picture.recognition
        size = f"  ·  {recognition.source_size[0]} × {recognition.source_size[1]}" if recognition else ""
        available = width - self._file.fontMetrics().horizontalAdvance(size) - 8
        whole = printable(picture.path.name)
        name = self._file.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideMiddle, available)
        self._file.setText(name + size)
        self._file.setToolTip(printable(str(picture.path)))

    def _show_text(self, headline: str, subtitle: str) -> None:
        self._headline.setText(headline)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self._notices.hide()
        for row in self._rows:
            row.hide()

    def _show_recognition(self, recognition: Recognition) -> None:
        self._show_text(headline(recognition), subtitle(recognition))
        while len(self._rows) < len(recognition.predictions):
            self._rows.append(_PredictionRow())
            self._bars.addWidget(self._rows[-1])
        for row, prediction in zip(self._rows, recognition.predictions, strict=False):
            row.show_prediction(prediction, first=prediction is recognition.predictions[0])
        notices = [tr(f"warning.{warning}") for warning in recognition.warnings]
        if recognition.fallback is not None:
            fallback = recognition.fallback
            reason = tr.error(fallback.code, fallback.facts)
            wanted, used = (tr(f"engine.{name}") for name in (fallback.wanted, recognition.engine.name))
            notices.insert(0, tr("answer.fallback", wanted=wanted, used=used, reason=reason))
        self._notices.setText("\n".join(notices))
        self._notices.setVisible(bool(notices))


def headline(recognition: Recognition) -> str:
    """The label when it is certain, else that it is not."""
    return (
        label_in(tr.language, recognition.predictions[0]) if recognition.certain else tr("answer.uncertain")
    )


def subtitle(recognition: Recognition) -> str:
    """The group that the answer belongs to, or may belong to; empty for a label without one."""
    if recognition.group is None:
        return "" if recognition.certain else tr("answer.no_group")
    group = " > ".join(group_in(tr.language, recognition.group.path))
    return group if recognition.certain else tr("answer.like", group=group)


class _PredictionRow(QWidget):
    """One of the likeliest labels: both names, percentage, bar."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._other, self._score, self._bar = Text(), Text(name="muted"), Text(), Bar()
        self._other.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._score.setAlignment(Qt.AlignmentFlag.AlignRight)
        texts = QHBoxLayout()
        texts.setSpacing(8)
        texts.addWidget(self._name)
        texts.addWidget(self._other, 1)
        texts.addWidget(self._score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(texts)
        layout.addWidget(self._bar)

    def show_prediction(self, prediction: Prediction, *, first: bool) -> None:
        """Show a prediction; the first one in the accent colour."""
        other = prediction.label_en if tr.language == "zh" else prediction.label
        self._name.setText(label_in(tr.language, prediction))
        self._other.setText(other)
        self._score.setText(percent(prediction.score))
        self._bar.show_parts([(prediction.score, "accent" if first else "eager")])
        self.setAccessibleName(f"{self._name.text()} {self._score.text()}")
        self.show()
