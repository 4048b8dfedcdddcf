"""The recognise page: tool bar, picture, strip and answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
)  # fmt: skip

from app.core.language_in_use import tr
from app.core.results import Failure, Recognition
from app.export.json_lines import to_json_line
from app.export.text import to_text
from app.images import PICTURE_SUFFIXES
from app.ui.kit.icons import Emblem
from app.ui.kit.page import Page
from app.ui.kit.widgets import Card, Text
from app.ui.pages.recognise.empty import EmptyState
from app.ui.pages.recognise.session import Session
from app.ui.pages.recognise.toolbar import Toolbar
from app.ui.pictures.answer import ResultPanel
from app.ui.pictures.picture_view import PictureView
from app.ui.pictures.pictures import Picture
from app.ui.pictures.strip import PictureStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from app.core.settings import Settings
    from app.ui.current import Current


class RecognisePage(Page):
    """Shows a session and takes the user's wishes to it.

    Attributes:
        session: the pictures and what happens to them.
    """

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        settings = current.settings
        self.session = session = Session(settings)
        self._settings = settings
        self._current: Picture | None = None
        self._stage, self._counts = "", False  # what the sentence at the foot tells
        self.toolbar = Toolbar(settings)
        self.view, self.panel, self.empty = PictureView(), ResultPanel(), EmptyState()
        self._broken = Emblem("image-off", "muted", 72)
        self.strip = PictureStrip(session.model, session.thumbnails.request)
        self._status, self._progress = Text(name="muted"), QProgressBar()
        self._lay_out()
        self._connect()
        self._add_keys()
        self._show_whether_empty()

    def _lay_out(self) -> None:
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(160)
        self._card = Card()
        self._stack = QStackedLayout(self._card)
        self._card.setContentsMargins(8, 8, 8, 8)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._broken)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._card, 1)
        left.addWidget(self.strip)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(left, 1)
        body.addWidget(self.panel)
        foot = QHBoxLayout()
        foot.addWidget(self._progress)
        foot.addWidget(self._status, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 10)
        layout.setSpacing(14)
        layout.addWidget(self.toolbar)
        layout.addLayout(body, 1)
        layout.addLayout(foot)
        self._status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _connect(self) -> None:
        session, toolbar = self.session, self.toolbar
        session.added.connect(self._on_added)
        session.updated.connect(self._on_updated)
        session.view_loaded.connect(self._on_view_loaded)
        session.stage.connect(self._on_stage)
        session.notice.connect(self.tell)
        toolbar.open_requested.connect(self.open_files)
        toolbar.folder_requested.connect(self.open_folder)
        toolbar.paste_requested.connect(self.paste)
        toolbar.copy_requested.connect(self.copy)
        toolbar.clear_requested.connect(self.clear)
        toolbar.changed.connect(self.current.change)
        self.empty.open_requested.connect(self.open_files)
        self.empty.sample_chosen.connect(lambda path: session.add([path]))
        self.current.pictures = lambda: [picture.path for picture in session.model.pictures]
        self.current.pictures_taken.connect(session.add)
        self.current.image_taken.connect(session.add_image)
        self.current.machine_wanted.connect(session.stop_choosing)
        self.strip.selectionModel().currentChanged.connect(self._on_current_changed)

    def _add_keys(self) -> None:
        """Keys of the page: they sleep while it is hidden, and yield to a field that has the focus."""
        keys: dict[str, Callable[[], None]] = {
            "Ctrl+O": self.open_files,
            "Ctrl+Shift+O": self.open_folder,
            "Ctrl+V": self.paste,
            "Ctrl+C": self._copy_what_is_selected,
            "Ctrl+Shift+C": lambda: self.copy("json"),
            "Ctrl+E": lambda: self.toolbar.choose_engine("eager"),
            "Ctrl+T": lambda: self.toolbar.choose_engine("torchscript"),
            "Ctrl+D": self.toolbar.toggle_compare,
            "Alt+Left": lambda: self.step(-1),
            "Alt+Right": lambda: self.step(1),
            "Delete": self.remove_current,
        }
        for key, action in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(action)

    def use(self, _before: Settings, settings: Settings) -> None:
        """Show other settings and recognise with them from now on."""
        self._settings = settings
        self.toolbar.show_settings(settings)
        self.session.use(settings)
        self._show_answer()

    def begin(self) -> None:
        """Load the engine before the first picture comes."""
        self.empty.setFocus()
        self.session.prepare()

    def tell(self, sentence: str) -> None:
        """Show a sentence at the foot of the page."""
        self._stage, self._counts = "", False
        self._status.setText(sentence)

    def show_target(self, shown: bool) -> None:
        """Show that what is being dragged may be dropped."""
        self._card.setProperty("target", shown)
        self._card.style().polish(self._card)

    def paste(self) -> None:
        """Take what is on the clipboard."""
        self.current.take(QApplication.clipboard().mimeData())

    def open_files(self) -> None:
        """Ask for pictures."""
        endings = " ".join(f"*{suffix}" for suffix in sorted(PICTURE_SUFFIXES))
        filters = f"{tr('action.pictures')} ({endings});;{tr('action.all_files')} (*)"
        names, _ = QFileDialog.getOpenFileNames(self, tr("action.open"), "", filters)
        if names:
            self.session.add([Path(name) for name in names])

    def open_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self, tr("action.folder"))
        if name:
            self.current.open((Path(name),))

    def copy(self, form: str) -> None:
        """Copy the answer of the current picture as `text` or `json`."""
        answer = self._current and (self._current.recognition or self._current.answer)
        if not isinstance(answer, Recognition | Failure):
            return
        text = to_json_line(answer, tr.now) if form == "json" else to_text(answer, tr.now)
        QApplication.clipboard().setText(text)
        self.tell(tr("notice.copied"))

    def _copy_what_is_selected(self) -> None:
        """Copy the part of a text that was selected with the mouse, or else the answer."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QLabel) and focused.hasSelectedText():
            QApplication.clipboard().setText(focused.selectedText())
        else:
            self.copy("text")

    def remove_current(self) -> None:
        """Take the current picture off the strip."""
        if self._current is not None:
            self.session.remove(self._current)
            self._show_whether_empty()
            self._show_answer()  # its medians are of the pictures that are left
            self._show_progress()

    def clear(self) -> None:
        """Take all pictures off the strip."""
        self.session.clear()
        self._show_current(None)
        self._show_whether_empty()

    def step(self, offset: int) -> None:
        """Go to the next or previous picture."""
        row = self.session.model.row_of(self._current) + offset
        if 0 <= row < self.session.model.rowCount():
            self._select_row(row)

    def _select_row(self, row: int) -> None:
        index = self.session.model.index(row)
        self.strip.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _on_added(self, row: int) -> None:
        self._show_whether_empty()
        self._select_row(row)

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        pictures = self.session.model.pictures
        self._show_current(pictures[current.row()] if current.isValid() else None)

    def _show_current(self, picture: Picture | None) -> None:
        self._current = picture
        self.view.show_image(None)
        self.session.select(picture)
        self._show_answer()

    def _on_updated(self, picture: Picture) -> None:
        if picture is self._current or self._settings.compare:  # every picture moves the medians
            self._show_answer()
        self._show_progress()

    def _show_progress(self) -> None:
        ended, failed, total = self.session.counts()
        self._progress.setVisible(ended < total)
        self._progress.setRange(0, total)
        self._progress.setValue(ended)
        if total > 1:
            key = "notice.progress_failed" if failed else "notice.progress"
            self.tell(tr(key, done=ended, total=total, failed=failed))
        elif self._counts:
            self.tell("")
        self._counts = total > 1

    def _on_view_loaded(self, picture: Picture, image: QImage) -> None:
        if picture is self._current:
            self.view.show_image(image)

    def _on_stage(self, stage: str) -> None:
        if stage or self._stage:  # other sentences stay until there is something newer to say
            self.tell(tr(f"build.{stage}") if stage else "")
        self._stage = stage

    def _show_answer(self) -> None:
        self.panel.setVisible(self._current is not None)
        self.toolbar.allow_copy(self._current is not None and self._current.answer is not None)
        if self._current is not None:
            self.panel.show_picture(self._current, self.session.medians, self._settings.compare)
            failed = isinstance(self._current.answer, Failure)
            self._stack.setCurrentWidget(self._broken if failed else self.view)

    def _show_whether_empty(self) -> None:
        empty = self.session.model.rowCount() == 0
        if empty:
            self.tell("")  # it counts pictures that are not there any more
        self._stack.setCurrentWidget(self.empty if empty else self.view)
        self.strip.setVisible(not empty)
        self.panel.setVisible(not empty)
        self._progress.setVisible(False)

    def shut_down(self) -> None:
        """Stop the workers and wait for them."""
        self.session.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Show the current answer in the language in use."""
        self.tell("")
        self._show_progress()
        self._show_answer()
