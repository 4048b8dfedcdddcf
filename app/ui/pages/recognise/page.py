"""The recognise page: tool bar, picture, strip and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QStackedLayout, QVBoxLayout

from app.core.language_in_use import tr
from app.core.results import Failure, Recognition
from app.images import PICTURE_SUFFIXES
from app.ui.kit.cards import Card
from app.ui.kit.dialogs import choose_files, choose_folder
from app.ui.kit.keys import Keys
from app.ui.kit.page import EDGE_PX, Page
from app.ui.kit.splitter import Splitter
from app.ui.pages.recognise.empty import EmptyState
from app.ui.pages.recognise.foot import Foot
from app.ui.pages.recognise.removal import Removal
from app.ui.pages.recognise.session import Session
from app.ui.pages.recognise.stages import Stages
from app.ui.pages.recognise.toolbar import Toolbar
from app.ui.pages.recognise.waiting import Waiting
from app.ui.pictures import texts
from app.ui.pictures.answer import ResultPanel
from app.ui.pictures.picture_pane import PicturePane
from app.ui.pictures.strip import PictureStrip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.core.settings import Settings
    from app.ui.current import Current
    from app.ui.pictures.pictures import Picture

# In a narrower page the answer stands under the picture.
_NARROW_PX = 760
_HANDLE_PX = 10
_COPIED = "copied"  # what notices about it are known by


class RecognisePage(Page):
    """Shows a session and takes the user's wishes to it.

    Attributes:
        session: the pictures and what happens to them.
    """

    keys = Keys(
        {
            "paste": "Ctrl+V",
            "copy": "Ctrl+C",
            "copy_json": "Ctrl+Shift+C",
            "eager": "Ctrl+E",
            "torchscript": "Ctrl+T",
            "compare": "Ctrl+D",
            "select_all": "Ctrl+A",
            "previous": "Alt+Left",
            "next": "Alt+Right",
            "remove": "Delete",
        }
    )

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        self.session = session = Session(current.settings)
        self._settings = current.settings
        self._current: Picture | None = None
        self.toolbar = Toolbar(current.settings)
        self.pane = PicturePane(current.loader, bar=True, removable=True)
        self.panel, self.empty, self.foot = ResultPanel(), EmptyState(), Foot()
        self._waiting = Waiting(current.activities)
        self.strip = PictureStrip(session.model, current.loader)
        self._lay_out()
        self._connect()
        self._add_keys()
        self._show_whether_empty()
        self._show_answer()

    def _lay_out(self) -> None:
        self._card = Card()
        self._card.setMinimumSize(260, 150)
        self._card.setContentsMargins(8, 8, 8, 8)
        self._stack = QStackedLayout(self._card)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.pane)
        # The answer has the whole height: in a low window, the strip's is what it lacks.
        self._rows = Splitter("recognise_rows", Qt.Orientation.Vertical, (self._card, self.strip))
        self._columns = Splitter("recognise_columns", Qt.Orientation.Horizontal, (self._rows, self.panel))
        for splitter in (self._columns, self._rows):
            splitter.setHandleWidth(_HANDLE_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, 16, EDGE_PX, 10)
        layout.setSpacing(12)
        layout.addWidget(self.toolbar)
        layout.addWidget(self._columns, 1)
        layout.addWidget(self.foot)

    def _connect(self) -> None:
        session, toolbar, current = self.session, self.toolbar, self.current
        session.added.connect(self._on_added)
        session.updated.connect(self._on_updated)
        for stage, name, stop in (
            (session.stage, "engine", None),
            (session.choosing.stage, "choosing", session.choosing.stop),
        ):
            stage.connect(Stages(name, stop, current.activities, self.foot).show)
        session.notice.connect(current.notices.tell)
        session.failed.connect(current.notices.warn)
        session.engine_changed.connect(self._show_engine)
        session.devices_found.connect(toolbar.offer_devices)
        toolbar.open_requested.connect(self.open_files)
        toolbar.folder_requested.connect(self.open_folder)
        toolbar.paste_requested.connect(self.paste)
        toolbar.copy_requested.connect(self.copy)
        toolbar.clear_requested.connect(self.clear)
        toolbar.changed.connect(current.change)
        self.empty.open_requested.connect(self.open_files)
        self.empty.folder_requested.connect(self.open_folder)
        self.empty.chosen.connect(lambda path: current.open([path]))
        self.empty.recent_cleared.connect(current.recent.clear)
        current.recent.changed.connect(lambda: self.empty.show_recent(current.recent.paths))
        self.pane.told.connect(lambda sentence: current.notices.tell(sentence, about=_COPIED))
        self.pane.failed.connect(lambda sentence: current.notices.warn(sentence, passes=True))
        self.pane.remove_wanted.connect(self._remove_current)
        self.strip.wanted.connect(self._perform)
        current.pictures = lambda: [picture.path for picture in session.model.pictures]
        current.pictures_taken.connect(session.add)
        current.image_taken.connect(session.add_image)
        current.files_wanted.connect(self.open_files)
        current.folder_wanted.connect(self.open_folder)
        current.machine_wanted.connect(session.make_way)
        current.activities.changed.connect(self._on_activities)
        self.strip.selectionModel().currentChanged.connect(self._on_current_changed)

    def _add_keys(self) -> None:
        actions: dict[str, Callable[[], None]] = {
            "paste": self.paste,
            "copy": self._copy_what_is_selected,
            "copy_json": lambda: self.copy("json"),
            "eager": lambda: self.toolbar.choose_engine("eager"),
            "torchscript": lambda: self.toolbar.choose_engine("torchscript"),
            "compare": self.toolbar.toggle_compare,
            "select_all": self.strip.selectAll,
            "previous": lambda: self.step(-1),
            "next": lambda: self.step(1),
            "remove": self.remove_selected,
        }
        self.keys.bind(self, actions)

    def use(self, before: Settings, settings: Settings) -> None:
        """Show other settings and recognise with them from now on."""
        self._settings = settings
        if settings.compare != before.compare:
            self.panel.seek_comparison(settings.compare)
        self.toolbar.show_settings(settings)
        self.session.use(settings)
        self._show_answer()

    def begin(self) -> None:
        """Load the engine before the first picture comes."""
        self.empty.primary.setFocus()
        self.session.prepare()
        self._show_engine()

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
        files = choose_files(self, "pictures", tr("action.open"), filters)
        if files:
            self.current.open(files)

    def open_folder(self) -> None:
        """Ask for a folder."""
        folder = choose_folder(self, "folders", tr("action.folder"))
        if folder is not None:
            self.current.open((folder,))

    def copy(self, form: str) -> None:
        """Copy the answer of the current picture as `text` or `json`."""
        answer = self._current and (self._current.recognition or self._current.answer)
        if isinstance(answer, Recognition | Failure):
            QApplication.clipboard().setText(texts.copied(answer, form))
            self.current.notices.tell(tr("notice.copied"), about=_COPIED)

    def _copy_what_is_selected(self) -> None:
        """Copy the part of a text that was selected with the mouse, or else the answer."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QLabel) and focused.hasSelectedText():
            QApplication.clipboard().setText(focused.selectedText())
        else:
            self.copy("text")

    def _perform(self, name: str) -> None:
        """Do what the strip's menu offers."""
        chosen = self.strip.selected()
        if len(chosen) == 1:  # not always the current one: that may have been deselected
            self.strip.select(self.session.model.row_of(chosen[0]))
        selected = {picture.item for picture in chosen}
        others = [picture for picture in self.session.model.pictures if picture.item not in selected]
        actions: dict[str, Callable[[], None]] = {
            "remove": self.remove_selected,
            "remove_others": lambda: self.remove(others),
            "copy_answer": lambda: self.copy("text"),
            "copy_picture": self.pane.copy_picture,
        }
        actions.get(name, lambda: self.pane.perform(name))()

    def remove_selected(self) -> None:
        """Take the selected pictures off the strip."""
        self.remove(self.strip.selected())

    def _remove_current(self) -> None:
        """Take the picture that is seen large off the strip, whatever else is selected there."""
        if self._current is not None:
            self.remove([self._current])

    def clear(self) -> None:
        """Take all pictures off the strip; what is still being found is not added any more."""
        self.session.stop_searching()
        self.remove(list(self.session.model.pictures))

    def remove(self, pictures: Sequence[Picture]) -> None:
        """Take pictures off the strip; the files stay, and it can be undone."""
        if pictures:
            taken = {picture.item for picture in pictures}
            selected = [picture for picture in self.strip.selected() if picture.item in taken]
            self.current.do(Removal(self.session, pictures, selected, self._show_rows))

    def _show_rows(self, rows: Sequence[int]) -> None:
        """Pictures have come or gone: select those in `rows`, or the last one."""
        last = self.session.model.rowCount() - 1
        self._show_whether_empty()
        if last >= 0:
            self.strip.select_all_of(sorted({min(row, last) for row in rows}))
        else:
            self._show_current(None)
        self._show_answer()  # its medians are of the pictures that are there
        self._show_counts()

    def _show_counts(self) -> None:
        counts = self.session.counts()
        self.foot.show_counts(*counts)
        self._waiting.show(*counts)

    def step(self, offset: int) -> None:
        """Go to the next or previous picture."""
        row = self.session.model.row_of(self._current) + offset
        if 0 <= row < self.session.model.rowCount():
            self.strip.select(row)

    def _on_added(self, row: int) -> None:
        """New ones are what the arrow keys walk through next, whatever had the keyboard on this page."""
        self._show_rows([row])
        focused = self.window().focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.strip.setFocus()

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        pictures = self.session.model.pictures
        self._show_current(pictures[current.row()] if current.isValid() else None)

    def _show_current(self, picture: Picture | None) -> None:
        self._current = picture
        self.current.notices.withdraw(_COPIED)  # it was of another picture
        self.pane.show_file(picture.path if picture else None, picture.name if picture else "")
        self.session.select(picture)
        self._show_answer()

    def _on_updated(self, picture: Picture) -> None:
        if picture is self._current or self._settings.compare:  # every picture moves the medians
            self._show_answer()
        self._show_counts()

    def _on_activities(self) -> None:
        self.session.share_machine(any(not activity.yields for activity in self.current.activities))

    def _show_engine(self) -> None:
        self.toolbar.show_engine_in_use(self.session.engine)

    def _show_answer(self) -> None:
        self.panel.setVisible(self._current is not None)
        self.pane.explain(self._current is None or not isinstance(self._current.answer, Failure))
        self.toolbar.allow_copy(self._current is not None and self._current.answer is not None)
        if self._current is not None:
            self.panel.show_picture(self._current, self.session.medians, self._settings.compare)

    def _show_whether_empty(self) -> None:
        empty = self.session.model.rowCount() == 0
        focused = self.window().focusWidget()  # also of a window that is not active
        leaves = focused is not None and (self.empty if not empty else self.strip).isAncestorOf(focused)
        self._stack.setCurrentWidget(self.empty if empty else self.pane)
        self.toolbar.allow_clear(not empty)
        self.strip.setVisible(not empty)
        self.panel.setVisible(not empty)
        if leaves or focused is self.strip:  # or the next key is for whatever Qt finds next
            (self.empty.primary if empty else self.strip).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW_PX
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self._columns.orientation() != wanted:
            self._columns.setOrientation(wanted)

    def shut_down(self) -> None:
        """Stop the workers and wait for them."""
        self.session.shut_down()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show_answer()
