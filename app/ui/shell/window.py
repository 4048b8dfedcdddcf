"""The main window: a rail with the pages, keys, drops, and what happens on closing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

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

from app.core import settings as store
from app.core.language_in_use import tr
from app.ui.kit.dialogs import confirmed
from app.ui.kit.icons import icon
from app.ui.kit.language import language
from app.ui.kit.theme import theme
from app.ui.pages.batch.page import BatchPage
from app.ui.pages.performance.page import PerformancePage
from app.ui.pages.recognise.page import RecognisePage
from app.ui.pages.settings.page import SettingsPage
from app.ui.pictures import drop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.core.settings import Settings
    from app.ui.pages.recognise.session import Session

log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """Brings the pages together and owns the settings.

    Attributes:
        session: the pictures and what happens to them; shut down when the window closes.
    """

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session = session
        self._settings = settings
        self.recognise = RecognisePage(session, settings)
        self.batch = BatchPage(settings)
        self.performance = PerformancePage(session, settings)
        self.settings_page = SettingsPage(settings)
        self._pages = {
            "recognise": self.recognise, "batch": self.batch, "performance": self.performance,
            "settings": self.settings_page,
        }  # fmt: skip
        self._icons = {
            "recognise": "scan-search", "batch": "images", "performance": "gauge", "settings": "settings",
        }  # fmt: skip
        self._lay_out()
        self.recognise.settings_changed.connect(self.apply)
        self.recognise.folders_chosen.connect(self.start_batch)
        self.settings_page.changed.connect(self.apply)
        self.setAcceptDrops(True)
        self._add_keys()
        self._retranslate()
        self.recognise.empty.setFocus()
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
        for name, page in self._pages.items():
            self._stack.addWidget(page)
            self._rail[name] = button = self._rail_button(name)
            group.addButton(button)
            if name == "settings":
                column.addStretch()
            column.addWidget(button)
        self._rail["recognise"].setChecked(True)
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rail)
        layout.addWidget(self._stack, 1)
        self.setCentralWidget(central)

    def _rail_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(self._icons[name], "muted"))
        button.setIconSize(QSize(22, 22))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.show_page(name))
        return button

    def show_page(self, name: str) -> None:
        """Show the page `recognise`, `batch`, `performance` or `settings`."""
        self._rail[name].setChecked(True)
        self._stack.setCurrentWidget(self._pages[name])

    def _add_keys(self) -> None:
        """Those of the window; each page has its own, which sleep while it is hidden."""
        keys = {"Ctrl+1": "recognise", "Ctrl+2": "batch", "Ctrl+3": "performance", "Ctrl+,": "settings"}
        for key, page in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda page=page: self.show_page(page))

    def apply(self, settings: Settings) -> None:
        """Use other settings from now on, and keep them."""
        before, self._settings = self._settings, settings
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if settings.theme != before.theme:
            theme.use(app, settings.theme)
        if settings.language != before.language:
            language.use(app, settings.language)
            QApplication.sendEvent(self, QEvent(QEvent.Type.LanguageChange))
            self.recognise.retranslate()
        self.recognise.use(settings)
        self.batch.use(settings)
        self.performance.use(settings)
        self.settings_page.show_settings(settings)
        try:
            store.save(settings)
        except OSError as error:
            log.warning("settings were not saved: %s", error)
            self.recognise.tell(tr("notice.settings_not_saved", detail=error.strerror))

    def follow_system(self) -> None:
        """The system has changed between light and dark."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.use(app, self._settings.theme)

    def _retranslate(self) -> None:
        self.setWindowTitle(tr("app.title"))
        for name, button in self._rail.items():
            button.setText(tr(f"page.{name}"))
            button.setAccessibleName(tr(f"page.{name}"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.recognise.show_target(drop.answer(event))

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.recognise.show_target(False)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        drop.answer(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.recognise.show_target(False)
        if drop.answer(event):
            self.show_page("recognise")
            self.recognise.take(event.mimeData())

    def open(self, paths: Sequence[Path]) -> None:
        """Take files and folders that another program hands over, and come to the front."""
        if self.isHidden():
            return  # it was closed, and the program is about to end
        self.show_page("recognise")
        self.recognise.take_paths(paths)
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def start_batch(self, folders: Sequence[Path]) -> None:
        """Have folders recognised in the background, and show how far that is."""
        self.show_page("batch")
        self.batch.start(folders)

    def _may_close(self) -> bool:
        """Ask whether a run may be stopped, to go on the next time."""
        return confirmed(self, tr("batch.close_title"), tr("batch.close_question"), tr("verb.close"))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.batch.runs.is_working and not self._may_close():
            event.ignore()
            return
        self.hide()
        self.batch.shut_down()
        self.performance.shut_down()
        self.session.shut_down()
        super().closeEvent(event)
