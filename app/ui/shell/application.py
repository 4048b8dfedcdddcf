"""Starting the window."""

import errno
import logging
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from app import __version__
from app.core import crash_reports, settings
from app.core.files import is_file, is_there
from app.core.language_in_use import tr
from app.core.paths import log_folder
from app.core.printable import printable
from app.ui.current import Current
from app.ui.kit.fonts import set_font
from app.ui.kit.icons import program_icon
from app.ui.kit.keyboard import Keyboard
from app.ui.kit.language import language
from app.ui.kit.models import with_known_model
from app.ui.kit.theme import theme
from app.ui.shell.bugs import Bugs
from app.ui.shell.garbage import GarbageCollector
from app.ui.shell.instance import Call, HandedOver, Instance, use_token
from app.ui.shell.window import MainWindow
from app.ui.tasks import Tasks


class Application(QApplication):
    """The program as the system knows it.

    Signals:
        opened(list[Path]): files and folders are to be opened in the program that runs already. macOS sends
            an event for each; those of one turn of the event loop belong together.
    """

    opened = Signal(list)

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(arguments)
        self._handed_over: list[Path] = []
        Keyboard(self)

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return super().event(event)
        if not self._handed_over:
            QTimer.singleShot(0, self._tell)
        self._handed_over.append(Path(event.file()))
        return True

    def _tell(self) -> None:
        handed_over, self._handed_over = self._handed_over, []
        self.opened.emit(handed_over)


def run_window(arguments: Sequence[str], instance: Instance) -> int:
    """Open the window with pictures, run until it is closed, return the exit code.

    From the first turn of the event loop on, `instance` takes what further starts hand over.
    """
    _log_to_file()
    bugs = Bugs()
    report = crash_reports.watch(bugs.found.emit)
    app = Application(["wanwu"])
    window = open_window(app)
    bugs.tell_in(window.current.notices, report)
    window.show()
    GarbageCollector(window)
    further_starts = FurtherStarts(instance, window)
    paths = [Path(argument).absolute() for argument in arguments]
    QTimer.singleShot(0, lambda: window.begin(paths))
    QTimer.singleShot(0, further_starts.listen)
    return app.exec()


class FurtherStarts(QObject):
    """Hears of further starts of the program, until the window closes."""

    def __init__(self, instance: Instance, window: MainWindow) -> None:
        super().__init__(window)
        self._instance, self._window = instance, window
        self._tasks = Tasks("instance")
        window.closing.connect(self._stop)

    def listen(self) -> None:
        """Let a thread take calls."""
        self._tasks.run(lambda context: self._instance.serve(context.report), progress=self._hear)

    def _hear(self, heard: Call | HandedOver) -> None:
        if isinstance(heard, Call):
            heard.awake.set()
        elif heard.claim():
            use_token(heard.token)
            self._window.open(heard.paths)
            heard.taken.set()

    def _stop(self) -> None:
        self._instance.close()
        self._tasks.stop()  # it may just be answering a call, for which closing does not wait


def open_window(app: Application) -> MainWindow:
    """Make the window and everything behind it, in the user's language and colours."""
    saved = settings.load()
    language.use(app, saved.language)
    chosen = with_known_model(saved)
    app.setApplicationName("wanwu")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("wanwu")
    app.setWindowIcon(program_icon())
    app.setStyle("Fusion")
    set_font(app)
    theme.use(app, chosen.theme)
    window = MainWindow(Current(chosen))
    if chosen.model != saved.model:
        window.current.notices.warn(tr("notice.model_gone", model=printable(saved.model)))
    app.styleHints().colorSchemeChanged.connect(window.follow_system)
    app.opened.connect(window.open)
    return window


def _log_to_file() -> None:
    """Warnings and bugs go to a file that a user can send; the terminal stays quiet."""
    file = log_folder() / "wanwu.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if is_there(file) and not is_file(file):  # a pipe would be waited for
            raise OSError(errno.ENODEV, "not a regular file", str(file))
        handler: logging.Handler = RotatingFileHandler(
            file, maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
