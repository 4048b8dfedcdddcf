"""The window for tests: real, without a screen, and closed cleanly after each test."""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.core import settings
from app.core.child_process import Remote
from app.core.language_in_use import tr
from app.core.settings import Settings
from app.recognition.predictor import Options
from app.ui.pages.recognise import session as session_module
from app.ui.pictures.loader import PictureLoader
from app.ui.pictures.pictures import Picture, State
from app.ui.shell.application import Application, open_window
from app.ui.shell.window import MainWindow
from tests.ui.items import batch as batch
from tests.ui.items import undo as undo
from tests.ui.items import view as view
from tests.ui.lending import Lender
from tests.ui.pages import recognise

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_TIMEOUT_MS = 60_000
_WORKERS = {
    "recognition",
    "scanning",
    "pictures",
    "slow-pictures",
    "benchmark",
    "batch",
    "batch-store",
    "batch-files",
    "batch-looks",
    "batch-charts",
    "settings",
    "settings-keeper",
}

Open = Callable[..., MainWindow]
Drop = Callable[[MainWindow, list[Path]], list[Picture]]


@pytest.fixture(autouse=True)
def only_this_thread_collects_garbage() -> Iterator[None]:
    """As in the program (`app/ui/shell/garbage.py`): it may hold widgets, which a worker must not delete."""
    gc.disable()
    yield
    # All of it, every tenth time: that takes a quarter of a second.
    gc.collect(2 if gc.get_count()[2] > gc.get_threshold()[2] else 1)


@pytest.fixture(scope="session")
def qapp_cls() -> type[Application]:
    """What pytest-qt makes `qapp` of."""
    return Application


@pytest.fixture(scope="session")
def lender(home: Path) -> Iterator[Lender]:
    """A predictor in its process that stays loaded for all windows."""
    assert home
    made = Lender(Options.of(Settings()))
    yield made
    made.close()


@pytest.fixture
def lent_predictor(lender: Lender, monkeypatch: pytest.MonkeyPatch) -> Lender:
    """Windows recognise pictures at once, as they find a process in which the engine is loaded."""
    monkeypatch.setattr(session_module, "Remote", lender.lend)
    return lender


@pytest.fixture
def own_predictor(lent_predictor: Lender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows start and end the process of their predictor as those of the program do."""
    assert lent_predictor
    monkeypatch.setattr(session_module, "Remote", Remote)


@pytest.fixture
def loader(qapp: Application) -> Iterator[PictureLoader]:
    """Loads pictures for what is tested without a window; leaves no thread behind."""
    assert qapp
    made = PictureLoader()
    yield made
    made.shut_down()
    assert not {"pictures", "slow-pictures"} & {thread.name for thread in threading.enumerate()}


@pytest.fixture
def nothing_is_measured_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is not found idle: the fastest engine is looked for by the tests of that only."""
    monkeypatch.setattr("app.ui.pages.recognise.choosing._LOOK_MS", 10**8)


@pytest.fixture
def open_with(
    qtbot: QtBot,
    qapp: Application,
    home: Path,
    lent_predictor: Lender,
    nothing_is_measured_unasked: None,
) -> Iterator[Open]:
    """Opens the window with settings that differ from the defaults in what is named."""
    assert lent_predictor
    assert nothing_is_measured_unasked is None
    windows: list[MainWindow] = []

    def open_it(**values: object) -> MainWindow:
        settings.save(settings.with_values(Settings(language="zh", theme="light"), **values))
        window = open_window(qapp)
        windows.append(window)
        window.show()
        recognise(window).begin()
        return window

    yield open_it
    for window in windows:
        window.close_at_once()
        qtbot.wait(1)
        window.deleteLater()
    for name in ("settings.json", "window.json"):
        (home / "config" / name).unlink(missing_ok=True)
    (home / "config" / "settings.json").unlink(missing_ok=True)
    tr.use("zh")  # as for tests that open no window
    workers = {thread.name for thread in threading.enumerate()}
    assert not workers & _WORKERS, "closing the window leaves no thread"


@pytest.fixture
def window(open_with: Open) -> MainWindow:
    """The window as on a first start."""
    return open_with()


@pytest.fixture
def drop(qtbot: QtBot) -> Drop:
    """Drops files on a window and waits until all of them are answered."""

    def drop_them(window: MainWindow, paths: list[Path]) -> list[Picture]:
        before = len(recognise(window).session.model.pictures)
        drop_files(window, paths)
        wait_for_answers(qtbot, window, before + 1)
        return recognise(window).session.model.pictures[before:]

    return drop_them


def answer_question(asker: QWidget, verb: str) -> None:
    """Press a button in the question that `asker` has asked."""
    [box] = asker.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == verb).click()


def drop_files(window: MainWindow, paths: list[Path]) -> None:
    """What Qt calls at the end of a drop."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    drop_mime(window, mime)


def drop_mime(window: MainWindow, mime: QMimeData) -> None:
    """What Qt calls at the end of a drop of any data."""
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(300, 300), copy, mime, left, none))


def wait_for_answers(qtbot: QtBot, window: MainWindow, least: int) -> None:
    """Wait until there are at least so many pictures and all are answered."""

    def answered() -> bool:
        pictures = recognise(window).session.model.pictures
        return len(pictures) >= least and all(item.state in (State.DONE, State.FAILED) for item in pictures)

    qtbot.waitUntil(answered, timeout=_TIMEOUT_MS)
