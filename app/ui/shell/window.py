"""The main window: a rail with the pages, keys, drops, notices, and what happens on closing."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)  # fmt: skip
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QWidget,
)  # fmt: skip

from app.core.language_in_use import tr
from app.ui.kit.dialogs import last_folders
from app.ui.kit.keys import Keys
from app.ui.kit.language import language
from app.ui.kit.notices import NoticeArea
from app.ui.kit.page import Page
from app.ui.kit.theme import theme
from app.ui.pictures import drop, picture_view
from app.ui.shell.ahead import Ahead
from app.ui.shell.drop_hint import DropHint
from app.ui.shell.pages import PAGES
from app.ui.shell.rail import Rail
from app.ui.shell.recent import RecentCheck
from app.ui.shell.remembered import Remembered, limit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.core.settings import Settings
    from app.ui.current import Current
    from app.ui.shell.closing import ClosingQuestion

log = logging.getLogger(__name__)

_P = TypeVar("_P", bound=Page)


class MainWindow(QMainWindow):
    """Brings the pages together.

    Signals:
        closing(): the window closes now; nothing more can be handed to it.

    Attributes:
        current: what the pages share.
        pages: by their names; shut down when the window closes.
    """

    closing = Signal()

    keys = Keys(
        {
            "open": "Ctrl+O",
            "open_folder": "Ctrl+Shift+O",
            "undo": "Ctrl+Z",
            "redo": "Ctrl+Y",
            "running": "Ctrl+J",
            "notice": "F6",
            "help": "F1",
            "quit": "Ctrl+Q",
        }
    )

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        self.remembered = Remembered()
        last_folders.keep_in(self.remembered.last_folders)
        self._recent_check = RecentCheck(current.recent)
        self._may_close = False
        self._is_watching_screen = False
        self._closing_question: ClosingQuestion | None = None
        # Before the pages hear of other settings, colours and texts are the new ones.
        current.settings_changed.connect(self._on_settings)
        self.pages = {entry.name: entry.make(current) for entry in PAGES}
        for name, page in self.pages.items():
            current.settings_changed.connect(page.use)
            page.opened.connect(lambda name=name, page=page: self.remembered.arrange(name, page))
        current.page_wanted.connect(self._bring_forward)
        self._lay_out()
        self._ahead = Ahead(self.pages.values(), self)
        self.setAcceptDrops(True)
        self._add_keys()
        self._retranslate()
        self.remembered.place(self)
        self.show_page(self._first_page())

    def _lay_out(self) -> None:
        self._stack = _Stack()
        self.rail = Rail(PAGES, self.current.activities)
        self.rail.chosen.connect(self.show_page)
        self.rail.help_wanted.connect(self.show_keys)
        # On a screen that is smaller than the pages can be, what has no room is reached by scrolling.
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._stack)
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addWidget(area, 1)
        self.setCentralWidget(central)
        self.notice_area, self.drop_hint = NoticeArea(self.current.notices, area), DropHint(area)
        # Last: what is put into something else has its style computed once more, with all that is in it.
        for page in self.pages.values():
            self._stack.addWidget(page)

    def _first_page(self) -> str:
        """That of the last end; but nobody starts the program for what stands at the foot of the rail."""
        names = [entry.name for entry in PAGES if not entry.at_foot]
        return self.remembered.page if self.remembered.page in names else names[0]

    def page(self, kind: type[_P]) -> _P:
        """The page of a class."""
        return next(page for page in self.pages.values() if isinstance(page, kind))

    def show_page(self, name: str) -> None:
        """Show a page by its name."""
        self.rail.show_page(name)
        if self.pages[name] is not self._stack.currentWidget():
            self.current.notices.leave_page()
        self._stack.setCurrentWidget(self.pages[name])
        self.pages[name].come_forward()
        self.notice_area.raise_()

    def _bring_forward(self, name: str) -> None:
        """Show a page; where it is shown, the keyboard stays at what it is at."""
        if name != self._shown_page():
            self.show_page(name)

    def _shown_page(self) -> str:
        return next(name for name, page in self.pages.items() if page is self._stack.currentWidget())

    def _add_keys(self) -> None:
        """Those of the window; each page has its own, which sleep while it is hidden."""
        for entry in PAGES:
            shortcut = QShortcut(QKeySequence(entry.key), self)
            shortcut.activated.connect(lambda name=entry.name: self.show_page(name))
        actions: dict[str, Callable[[], object]] = {
            "open": self.current.files_wanted.emit,
            "open_folder": self.current.folder_wanted.emit,
            "undo": self.current.take_back,
            "redo": self.current.redo,
            "running": self.rail.tray.open_list,
            "notice": self.notice_area.focus_newest,
            "help": self.show_keys,
            "quit": self.close,
        }
        self.keys.bind(self, actions)

    def show_keys(self) -> None:
        """Show every key that is declared, whether its page was shown yet or not."""
        from app.ui.shell.help import KeyList  # the start does not wait for it

        groups = {tr("help.everywhere"): {tr(f"page.{entry.name}"): entry.key for entry in PAGES}}
        groups[tr("help.everywhere")] |= _texts(self.keys)
        for name, page in self.pages.items():
            if page.keys.sequences:
                groups[tr(f"page.{name}")] = _texts(page.keys)
        groups[tr("help.picture")] = _texts(picture_view.KEYS)
        KeyList(groups, self).open()

    def begin(self, paths: Sequence[Path]) -> None:
        """The window is on the screen: begin work, and take what the program was started with."""
        for page in self.pages.values():
            try:
                page.begin()
            except Exception:  # a bug in one is no reason to lose what the program was started with
                sys.excepthook(*sys.exc_info())
        self._recent_check.begin(self.remembered.recent)
        if paths:
            self.current.open(paths)

    def _on_settings(self, before: Settings, settings: Settings) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if settings.theme != before.theme:
            theme.use(app, settings.theme)
        if settings.language != before.language:
            language.use(app, settings.language)
            self.current.notices.leave_language()
            QApplication.sendEvent(self, QEvent(QEvent.Type.LanguageChange))

    def follow_system(self) -> None:
        """The system has changed between light and dark."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.use(app, self.current.settings.theme)

    def _retranslate(self) -> None:
        self.setWindowTitle(tr("app.title"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_watching_screen:
            self._is_watching_screen = True
            self.windowHandle().screenChanged.connect(lambda screen: limit(self, screen))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.fit(event.size())

    def _show_target(self, shown: bool) -> None:
        page = self._stack.currentWidget()
        if isinstance(page, Page):
            page.show_target(shown)
        if not shown:
            self.drop_hint.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        taken = drop.answer(event)
        self._show_target(taken)
        if taken:
            self.drop_hint.show_for(event.mimeData())

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_target(False)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        drop.answer(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_target(False)
        if drop.answer(event):
            self.current.take(event.mimeData())

    def open(self, paths: Sequence[Path]) -> None:
        """Take files and folders that another program hands over, if any, and come to the front."""
        if self.isHidden():
            return  # it was closed, and the program is about to end
        if self._closing_question is not None:
            self._closing_question.reject()  # who starts the program wants it
        if paths:
            self.current.open(paths)
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def _ask(self) -> None:
        """Ask whether what runs may be broken off; what that means for each is in its question."""
        from app.ui.shell.closing import ClosingQuestion

        if self._closing_question is None:
            self._closing_question = question = ClosingQuestion(
                self.current.activities, self.current.notices, self
            )
            question.agreed.connect(self.close_at_once)
            question.finished.connect(lambda _code: setattr(self, "_closing_question", None))
            question.open()
        self._closing_question.raise_()

    def close_at_once(self) -> None:
        """Close, whatever runs."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and self.current.activities.questions():
            event.ignore()
            self._ask()
            return
        self.closing.emit()
        steps = (
            self._note,
            self.hide,
            self._recent_check.stop,
            self._ahead.stop,
            *(page.shut_down for page in reversed(self.pages.values())),
            self.current.shut_down,
        )
        for step in steps:
            try:
                step()
            except Exception:  # a bug in one is no reason to leave the threads and processes of the others
                log.exception("closing went wrong")
        super().closeEvent(event)

    def _note(self) -> None:
        self.remembered.note(self, self.pages, self._shown_page(), self._recent_check.all_known())


class _Stack(QStackedWidget):
    """The pages; those that are hidden do not say how small the window may be."""

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


def _texts(keys: Keys) -> dict[str, str]:
    return {tr(f"key.{name}"): sequence for name, sequence in keys.sequences.items()}
