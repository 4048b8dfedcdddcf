"""What the pages share: the settings, the pictures at hand, what is told, what runs, what can be undone.

Pages are strangers to each other. What one of them does for another goes through here, by signals that name
what is wanted and not who does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from app.core.files import is_folder
from app.core.language_in_use import tr
from app.ui.keeper import Keeper
from app.ui.kit.activities import Activities
from app.ui.kit.notices import Action, Notices
from app.ui.kit.recent import Recent
from app.ui.kit.undo import Command
from app.ui.pictures import drop
from app.ui.pictures.loader import PictureLoader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from PySide6.QtCore import QMimeData

    from app.core.settings import Settings


@runtime_checkable
class Holding(Protocol):
    """What can be undone and needs files for it."""

    @property
    def files(self) -> Collection[Path]:
        """These stay while it can be undone or done again."""


class Current(QObject):
    """The window makes one and gives it to every page. Belongs to the window's thread.

    Signals:
        settings_changed(Settings, Settings): the user chose others: those before, and those from now on.
        page_wanted(str): a page is to be shown.
        pictures_taken(tuple[Path, ...]): files, or files and folders, are to be recognised one by one.
        image_taken(QImage): so is a picture without a file.
        folders_taken(tuple[Path, ...]): folders are to be recognised in the background.
        files_wanted(), folder_wanted(): the user wants to choose pictures, or a folder.
        machine_wanted(bool): the machine is about to be measured: nothing else is to use it more than it
            must; False when that is over.
        background_held(bool): what works in the background is to wait; False: it goes on.

    Attributes:
        pictures: tells the files of the pictures that are at hand.
        loader: has pictures decoded for the screen, for all pages.
        recent: what was opened last.
        undo: what Ctrl+Z takes back, each a `Command`.
    """

    settings_changed = Signal(object, object)
    page_wanted = Signal(str)
    pictures_taken = Signal(object)
    image_taken = Signal(object)
    folders_taken = Signal(object)
    files_wanted = Signal()
    folder_wanted = Signal()
    machine_wanted = Signal(bool)
    background_held = Signal(bool)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.notices, self.activities, self.undo = Notices(), Activities(), QUndoStack(self)
        self.undo.indexChanged.connect(self._withdraw_undo)
        self.pictures: Callable[[], Sequence[Path]] = tuple
        self.recent = Recent()
        self.loader = PictureLoader()
        self._keeper = Keeper(settings)
        self._keeper.failed.connect(self._tell_not_kept)

    def _withdraw_undo(self, _index: int) -> None:
        """What is taken back, or has something newer upon it, is not offered to be taken back.

        A method and no lambda: a stack that is deleted with this object says so once more.
        """
        self.notices.withdraw(self.undo)

    def change(self, settings: Settings) -> None:
        """Use other settings from now on, and keep them."""
        before, self.settings = self.settings, settings
        self._keeper.keep(settings)
        self.settings_changed.emit(before, settings)

    def _tell_not_kept(self, detail: str) -> None:
        self.notices.warn(tr("notice.settings_not_saved", detail=detail))

    def shut_down(self) -> None:
        """The window closes: end the threads, and keep what was changed."""
        self.loader.shut_down()
        self._keeper.shut_down()

    def take(self, mime: QMimeData) -> None:
        """Take what was dropped or pasted; say so where there is nothing that can be recognised."""
        found = drop.read(mime)
        if found.paths:
            self.open(found.paths)
        elif found.image is not None:
            self.page_wanted.emit("recognise")
            self.image_taken.emit(found.image)
        else:
            self.notices.tell(tr("notice.elsewhere" if found.elsewhere else "notice.nothing"))

    def open(self, paths: Sequence[Path]) -> None:
        """Take files and folders: folders go to the background, and files are what the user looks at."""
        folders = {path for path in paths if is_folder(path)}
        self.recent.add(paths, folders)
        files = tuple(path for path in paths if path not in folders)
        self.page_wanted.emit("recognise" if files else "batch")
        if folders:
            self.folders_taken.emit(tuple(path for path in paths if path in folders))
        if files:
            self.pictures_taken.emit(files)
        if folders and files:
            show = Action(tr("action.show_runs"), lambda: self.page_wanted.emit("batch"))
            self.notices.tell(tr("notice.split", folders=len(folders), files=len(files)), show)

    def in_use(self) -> set[Path]:
        """The files of the pictures that are at hand, or that undoing or redoing would bring back."""
        commands = [self.undo.command(place) for place in range(self.undo.count())]
        held = (path for command in commands if isinstance(command, Holding) for path in command.files)
        return {*self.pictures(), *held}

    def take_back(self) -> None:
        """Undo what was done last, and say what that was: it may be on another page."""
        while self.undo.canUndo():
            if self._step(self.undo.undo, self.undo.index() - 1, "notice.undone"):
                return
        self.notices.tell(tr("notice.nothing_to_undo"), about=self.undo)

    def redo(self) -> None:
        """Do once more what was taken back last, and say what that was."""
        while self.undo.canRedo():
            if self._step(self.undo.redo, self.undo.index(), "notice.redone"):
                return
        self.notices.tell(tr("notice.nothing_to_redo"), about=self.undo)

    def _step(self, step: Callable[[], None], place: int, sentence: str) -> bool:
        """Whether the command at `place` was not taken back elsewhere, and had something to do."""
        command, count = self.undo.command(place), self.undo.count()
        assert isinstance(command, Command)
        was_obsolete, what = command.isObsolete(), command.called()
        if not was_obsolete:
            self.page_wanted.emit(command.page)
        step()
        if not what:
            return not was_obsolete
        # A command for which there was nothing left to do calls itself obsolete, and the stack drops it.
        if self.undo.count() < count:
            return False
        self.notices.tell(tr(sentence, what=command.called()), about=self.undo)
        return True

    def do(self, command: Command) -> None:
        """Do what Ctrl+Z can take back, and say so with a button that takes it back."""
        before, page = self.undo.index(), command.page
        self.undo.push(command)
        place = self.undo.index()
        if place == before:
            return  # it had nothing to do, and the stack has dropped it

        def take_back() -> None:
            count = self.undo.count()
            self.page_wanted.emit(page)
            # What was done later goes first: commands are not taken out of the middle of a stack.
            self.undo.setIndex(min(self.undo.index(), place - 1))
            if self.undo.count() < count:
                self.notices.tell(tr("notice.nothing_to_undo"), about=self.undo)

        if command.told():
            self.notices.tell(command.told(), Action(tr("action.undo"), take_back), about=self.undo)
