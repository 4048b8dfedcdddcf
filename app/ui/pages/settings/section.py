"""A section of the page: a heading over rows, each with a name, a line that explains it, and a control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.core.sentences import LANGUAGES, catalogue
from app.ui.kit.cards import Card, line
from app.ui.kit.notices import announce
from app.ui.kit.texts import Text, TextButton

if TYPE_CHECKING:
    from collections.abc import Sequence

_EDGE_PX = 20
# From the word on the button in the heading to its edge: the word ends where the controls do.
_BESIDE_WORD_PX = 11


class Row(QWidget):
    """One setting, or one thing that can be done. `name` and `about` are keys of `resources/i18n`."""

    def __init__(self, name: str, about: str, controls: Sequence[QWidget]) -> None:
        super().__init__()
        self._name, self._about = name, about
        self.controls = tuple(controls)
        self.label, self.explanation = Text(name), Text(about, "small", wrap=True)
        self.remark = Text(name="small", wrap=True)
        self._problem = Text(name="problem", wrap=True)
        for text in (self.remark, self._problem):
            text.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.label, self.explanation, self.remark, self._problem):
            words.addWidget(label)
        row = line(spacing=24)
        row.setContentsMargins(0, 8, _BESIDE_WORD_PX, 8)
        row.addLayout(words, 1)
        for control in controls:
            row.addWidget(control, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(row)
        if controls:
            self.label.setBuddy(controls[-1])
        self._retranslate()

    def tell_problem(self, sentence: str) -> None:
        """Say below the name why something was not taken; with an empty sentence, nothing any more."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        if sentence:
            announce(self, sentence)

    def show_remark(self, sentence: str) -> None:
        """Add a line to the explanation."""
        self.remark.setText(sentence)
        self.remark.setVisible(bool(sentence))

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all words are written here, also on buttons and as choices, in one language or another."""
        buttons = [control.key for control in self.controls if isinstance(control, TextButton)]
        lists = (control for control in self.controls if isinstance(control, QComboBox))
        offered = [each.itemText(row) for each in lists for row in range(each.count())]
        return _said(words, self._name, self._about, *buttons, also=[self.remark.text(), *offered])

    def _retranslate(self) -> None:
        for control in self.controls:
            # A button says what it does; what it does that to is heard as its description.
            if not isinstance(control, TextButton):
                control.setAccessibleName(tr(self._name))
            control.setAccessibleDescription(f"{tr(self._name)}. {tr(self._about)}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


class Section(Card):
    """Rows under a heading; `name` is a text of the section `settings`.

    Signals:
        reset_wanted(): the user wants the defaults back.
    """

    reset_wanted = Signal()

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        super().__init__()
        self.name, self.rows = name, tuple(rows)
        self.reset = TextButton("settings.reset", self.reset_wanted.emit)
        self.reset.setObjectName("quiet")
        self.reset.hide()
        head = line(Text(f"settings.{name}", "heading"))
        head.addStretch()
        head.addWidget(self.reset)
        # The room of the button stays, or the rows would jump when it comes.
        head.addStrut(self.reset.sizeHint().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE_PX, 10, _EDGE_PX - _BESIDE_WORD_PX, 10)
        column.setSpacing(2)
        column.addLayout(head)
        for row in rows:
            column.addWidget(row)

    def show_matches(self, words: Sequence[str]) -> bool:
        """Show the rows that match, all for no words or those of the heading; whether there are any."""
        whole = not words or _said(words, f"settings.{self.name}")
        shown = [row for row in self.rows if whole or row.matches(words)]
        for row in self.rows:
            row.setVisible(row in shown)
        self.setVisible(bool(shown))
        return bool(shown)


def _said(words: Sequence[str], *keys: str, also: Sequence[str] = ()) -> bool:
    """Whether texts have all words in them, in any language: who searches may know them from elsewhere."""
    said = ([*(catalogue(language)[key] for key in keys), *also] for language in LANGUAGES)
    return any(all(word in " ".join(texts).casefold() for word in words) for texts in said)
