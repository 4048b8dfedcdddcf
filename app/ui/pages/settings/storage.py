"""Where the program keeps what, how much room that takes, and making room again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.core import paths
from app.core.disk_use import clear, size_of
from app.core.errors import ErrorCode, SettingsError
from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.dialogs import ask
from app.ui.kit.files import open_file
from app.ui.kit.format import size
from app.ui.kit.texts import Text, TextButton
from app.ui.pages.settings.section import Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from app.core.errors import WanwuError
    from app.core.jobs import JobContext
    from app.ui.current import Current
    from app.ui.kit.notices import Notices
    from app.ui.tasks import Tasks

_FOLDERS = {"config": paths.config_folder, "data": paths.data_folder, "logs": paths.log_folder}
# What is made again by itself.
_CLEARED: dict[str, Callable[[], Path]] = {
    "cache": paths.cache_folder,
    "prepared": lambda: paths.data_folder() / "models",
}


class Storage(QObject):
    """Makes the rows of the section, and does what their buttons say."""

    def __init__(self, page: QWidget, current: Current, tasks: Tasks) -> None:
        super().__init__(page)
        self._page, self._current, self._tasks = page, current, tasks
        self._sizes: dict[str, int] = {}
        self._labels = {name: Text(name="muted") for name in _CLEARED}
        self._buttons = {name: TextButton("verb.clear", self._clearer(name)) for name in _CLEARED}
        self.rows = [self._folder_row(name) for name in _FOLDERS] + [
            Row(f"storage.{name}", f"storage.about_{name}", (self._labels[name], self._buttons[name]))
            for name in _CLEARED
        ]
        for button in self._buttons.values():
            button.setEnabled(False)

    def _folder_row(self, name: str) -> Row:
        folder = _FOLDERS[name]
        button = TextButton("storage.open", lambda: _open_made(folder(), self._current.notices))
        row = Row(f"storage.{name}", f"storage.about_{name}", (button,))
        row.show_remark(printable(str(folder())))
        return row

    def look(self) -> None:
        """Find out how large everything is."""

        def work(context: JobContext) -> dict[str, int]:
            return {name: size_of(folder(), context.check) for name, folder in _CLEARED.items()}

        self._tasks.run(work, self._show, owner=self)

    def _show(self, sizes: dict[str, int]) -> None:
        self._sizes = sizes
        for name, count in sizes.items():
            self._labels[name].setText(size(count))
            self._buttons[name].setEnabled(count > 0)

    def retranslate(self) -> None:
        """Write sizes in the language in use."""
        self._show(self._sizes)

    def _clearer(self, name: str) -> Callable[[], None]:
        def clear_it() -> None:
            if name == "cache":  # nothing in it takes long to make
                self._clear(name)
                return
            question = tr("storage.question_prepared", size=size(self._sizes.get(name, 0)))
            ask(self._page, tr(f"storage.{name}"), question, tr("verb.clear"), lambda: self._clear(name))

        return clear_it

    def _clear(self, name: str) -> None:
        self._buttons[name].setEnabled(False)
        keep = self._current.in_use()  # pasted pictures
        folder = _CLEARED[name]()

        def work(context: JobContext) -> int:
            try:
                return clear(folder, keep, context.check)
            except OSError as error:
                raise SettingsError(
                    ErrorCode.OUTPUT_UNWRITABLE, path=folder, detail=error.strerror or str(error)
                ) from error

        def tell(freed: int) -> None:
            what = tr(f"storage.{name}")
            self._current.notices.tell(tr("storage.cleared", what=what, size=size(freed)))

        def tell_failed(error: WanwuError) -> None:
            detail = dict(error.facts).get("detail", "")
            self._current.notices.warn(tr("storage.not_cleared", detail=detail))

        self._tasks.run(work, tell, failed=tell_failed, ended=self.look, owner=self)


def _open_made(folder: Path, notices: Notices) -> None:
    """Show a folder of the program's own in the file manager, also before anything was put into it."""
    with suppress(OSError):  # what is not there is told of
        folder.mkdir(parents=True, exist_ok=True)
    open_file(folder, notices)
