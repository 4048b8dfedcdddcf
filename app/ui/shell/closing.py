"""The question whether the window may close although something runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QMessageBox

from app.core.language_in_use import tr
from app.ui.kit.dialogs import set_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from app.ui.kit.activities import Activities
    from app.ui.kit.notices import Notices

# Long enough to read that everything has ended, and to change one's mind.
_ENDED_MS = 2500


class ClosingQuestion(QMessageBox):
    """Asks about everything that runs, in one dialog that does not block; goes by itself when all ended well.

    Signals:
        agreed(): the window may close.
    """

    agreed = Signal()

    def __init__(self, activities: Activities, notices: Notices, window: QWidget) -> None:
        super().__init__(window)
        self._activities, self._notices = activities, notices
        self._warnings: list[str] = []
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWindowTitle(tr("closing.title"))
        self._stop = self.addButton(tr("closing.stop"), QMessageBox.ButtonRole.AcceptRole)
        self._go_on = self.addButton(tr("closing.go_on"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self._go_on)  # Enter out of habit costs nothing
        self.setEscapeButton(self._go_on)
        self._timer = QTimer(self, interval=_ENDED_MS, singleShot=True)
        self._timer.timeout.connect(self._stop.click)
        self.finished.connect(self._tell)
        activities.changed.connect(self._show)
        notices.warned.connect(self._on_warned)
        self._show()

    def _show(self) -> None:
        questions = self._activities.questions()
        self._go_on.setText(tr("closing.go_on" if questions else "closing.stay"))
        if questions:
            self._timer.stop()
            self._stop.setText(tr("closing.stop"))
            self._say(tr("closing.question"), questions)
        elif self._warnings:
            # Nobody would see it any more, were the window closed now.
            self._timer.stop()
            self._stop.setText(tr("closing.now"))
            self._say(tr("closing.ended_badly"), self._warnings)
        elif not self._timer.isActive():
            # That nothing runs any more is what was waited for: the window closes as it was told to.
            self._stop.setText(tr("closing.now"))
            self._say(tr("closing.ended"))
            self._timer.start()

    def _say(self, sentence: str, details: Sequence[str] = ()) -> None:
        """One sentence, and below it what is told of each thing, each once."""
        self.setText(sentence)
        self.setInformativeText("\n\n".join(dict.fromkeys(details)))
        set_out(self)

    def _on_warned(self, sentence: str) -> None:
        self._warnings.append(sentence)
        self._show()

    def _tell(self, _code: int) -> None:
        self._timer.stop()
        self._activities.changed.disconnect(self._show)
        self._notices.warned.disconnect(self._on_warned)
        if self.clickedButton() is self._stop:
            self.agreed.emit()
        self.deleteLater()
