"""What nobody has caught, told in the window: a press that does nothing would leave the user guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.files import opened
from app.ui.kit.notices import Action

if TYPE_CHECKING:
    from pathlib import Path

    from app.ui.kit.notices import Notices


class Bugs(QObject):
    """Hears of exceptions in whichever thread, tells of them in the window's; the newest stands for all.

    Signals:
        found(Path | None): an exception was not caught; its report, if that could be written.
    """

    found = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._notices: Notices | None = None
        self.found.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def tell_in(self, notices: Notices, last: Path | None) -> None:
        """From now on, there; and of the crash that has ended the program the `last` time, if one did."""
        self._notices = notices
        if last is not None:
            notices.warn(tr("notice.crashed", report=printable(last.name)), _opening(last))

    @Slot(object)
    def _tell(self, report: Path | None) -> None:
        if self._notices is None:
            return
        if report is None:
            self._notices.warn(tr("notice.bug_without_report"), about=self)
        else:
            self._notices.warn(tr("notice.bug", report=printable(report.name)), _opening(report), about=self)


def _opening(report: Path) -> Action:
    # Where no program opens texts, the folder is shown in which it lies.
    return Action(tr("action.open_report"), lambda: opened(report) or opened(report.parent))
