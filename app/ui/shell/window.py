"""The main window: a rail with the pages, keys, drops, notices, and what happens on closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)  # fmt: skip
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.core.language_in_use import tr
from app.ui.kit.asking import confirmed
from app.ui.kit.icons import icon
from app.ui.kit.language import language
from app.ui.kit.notices import NoticeArea
from app.ui.kit.page import Page
from app.ui.kit.theme import theme
from app.ui.pictures import drop
from app.ui.shell.pages import PAGES, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.core.settings import Settings
    from app.ui.current import Current

_P = TypeVar("_P", bound=Page)


class MainWindow(QMainWindow):
    """Brings the pages together.

    Attributes:
        current: what the pages share.
        pages: by their names; shut down when the window closes.
    """

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        # Before the pages hear of other settings, colours and texts are the new ones.
        current.settings_changed.connect(self._on_settings)
        self.pages = {entry.name: entry.make(current) for entry in PAGES}
        for page in self.pages.values():
            current.settings_changed.connect(page.use)
        current.page_wanted.connect(self.show_page)
        self._lay_out()
        self.setAcceptDrops(True)
        self._add_keys()
        self._retranslate()
        self.resize(1180, 800)
        self.setMinimumHeight(600)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        rail = QWidget()
        rail.setObjectName("rail")
        rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(rail)
        column.setContentsMargins(8, 14, 8, 14)
        column.setSpacing(6)
        group = QButtonGroup(self)
        self._rail: dict[str, QToolButton] = {}
        for entry in PAGES:
            self._stack.addWidget(self.pages[entry.name])
            self._rail[entry.name] = button = self._rail_button(entry)
            group.addButton(button)
            if entry.at_foot:
                column.addStretch()
            column.addWidget(button)
        self._rail[PAGES[0].name].setChecked(True)
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rail)
        layout.addWidget(self._stack, 1)
        self.setCentralWidget(central)
        self.notice_area = NoticeArea(self.current.notices, self._stack)

    def _rail_button(self, entry: Entry) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(entry.icon, "muted"))
        button.setIconSize(QSize(22, 22))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.show_page(entry.name))
        return button

    def page(self, kind: type[_P]) -> _P:
        """The page of a class."""
        return next(page for page in self.pages.values() if isinstance(page, kind))

    def show_page(self, name: str) -> None:
        """Show a page by its name."""
        self._rail[name].setChecked(True)
        self._stack.setCurrentWidget(self.pages[name])
        self.notice_area.raise_()

    def _add_keys(self) -> None:
        """Those of the window; each page has its own, which sleep while it is hidden."""
        for entry in PAGES:
            shortcut = QShortcut(QKeySequence(entry.key), self)
            shortcut.activated.connect(lambda name=entry.name: self.show_page(name))
        for key, do in {
            "Ctrl+Z": self.current.take_back,
            "Ctrl+Y": self.current.undo.redo,
            "F6": self.notice_area.focus_newest,
        }.items():
            QShortcut(QKeySequence(key), self).activated.connect(do)

    def begin(self, paths: Sequence[Path]) -> None:
        """The window is on the screen: begin work, and take what the program was started with."""
        for page in self.pages.values():
            page.begin()
        if paths:
            self.current.open(paths)

    def _on_settings(self, before: Settings, settings: Settings) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if settings.theme != before.theme:
            theme.use(app, settings.theme)
        if settings.language != before.language:
            language.use(app, settings.language)
            QApplication.sendEvent(self, QEvent(QEvent.Type.LanguageChange))

    def follow_system(self) -> None:
        """The system has changed between light and dark."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.use(app, self.current.settings.theme)

    def _retranslate(self) -> None:
        self.setWindowTitle(tr("app.title"))
        for name, button in self._rail.items():
            button.setText(tr(f"page.{name}"))
            button.setAccessibleName(tr(f"page.{name}"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _show_target(self, shown: bool) -> None:
        page = self._stack.currentWidget()
        if isinstance(page, Page):
            page.show_target(shown)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._show_target(drop.answer(event))

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_target(False)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        drop.answer(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_target(False)
        if drop.answer(event):
            self.current.take(event.mimeData())

    def open(self, paths: Sequence[Path]) -> None:
        """Take files and folders that another program hands over, and come to the front."""
        if self.isHidden():
            return  # it was closed, and the program is about to end
        self.current.open(paths)
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def _may_close(self) -> bool:
        """Ask whether what runs may be broken off; what that means for each is in its question."""
        questions = self.current.activities.questions()
        return not questions or confirmed(self, tr("window.close_title"), "\n".join(questions))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close():
            event.ignore()
            return
        self.hide()
        for page in reversed(self.pages.values()):
            page.shut_down()
        self.current.loader.shut_down()
        super().closeEvent(event)
