"""A run in a real database, the list of it on the screen, and what is seen there; for tests of the list."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core import paths
from app.core.errors import ErrorCode
from app.core.language_in_use import tr
from app.core.results import EngineInfo, Failure, GroupScore, Prediction, Recognition, Timings
from app.labels import load_labels
from app.store.database import Database
from app.store.items import Items
from app.store.listing import Column
from app.store.records import FoundFile
from app.store.runs import Runs
from app.ui.kit.theme import theme
from app.ui.kit.undo import Command
from app.ui.pages.batch.items.model import COLUMNS
from app.ui.pages.batch.items.view import ItemsView
from app.ui.pictures.loader import PictureLoader
from tests.ui.pages import made

LABELS = load_labels("imagenet1k")
PANDA, EAGLE, MUG = 388, 22, 504
TIMEOUT_MS = 20_000
CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass
class Batch:
    """A run in a real database: a panda, an uncertain eagle, a mug, a broken file and one that waits."""

    folder: Path

    @property
    def database_file(self) -> Path:
        return self.folder / "runs.sqlite3"

    def fill(self) -> None:
        for name, sample in (("panda", "panda"), ("eagle", "cat"), ("mug", "coffee"), ("waits", "cat")):
            picture = paths.resource("samples", f"{sample}.jpg").read_bytes()
            (self.folder / f"{name}.jpg").write_bytes(picture)
        (self.folder / "坏.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut short")
        with Database(self.database_file) as database:
            items = Items(database, Runs(database).create(self.folder, {}))
            items.add(
                [self.found(name) for name in ("panda.jpg", "eagle.jpg", "mug.jpg", "坏.jpg", "waits.jpg")]
            )
            first, second, third, fourth, _ = items.waiting(5)
            broken = Failure(fourth.path, ErrorCode.TRUNCATED, (("path", "坏.jpg"),))
            answers = (
                (first, answer(first.path, PANDA, 0.95)),
                (second, answer(second.path, EAGLE, 0.3)),
                (third, answer(third.path, MUG, 0.6)),
            )
            items.finish([*answers, (fourth, broken)])

    def found(self, name: str) -> FoundFile:
        file = self.folder / name
        seen = file.stat()
        return FoundFile(file, seen.st_size, seen.st_mtime_ns)

    def answer_waiting(self) -> None:
        """What the run does behind the window's back."""
        with Database(self.database_file) as database:
            items = Items(database, 1)
            items.finish([(task, answer(task.path, EAGLE, 0.8)) for task in items.waiting(999)])

    def add_named(self, *names: str) -> None:
        """More files, with these names."""
        with Database(self.database_file) as database:
            Items(database, 1).add([FoundFile(self.folder / name, 1, 1) for name in names])

    def add(self, count: int) -> None:
        """More files, so that the list can be scrolled."""
        self.add_named(*(f"more_{number:04}.jpg" for number in range(count)))


def answer(path: Path, index: int, score: float) -> Recognition:
    """What the predictor may say; certain from 0.5 on."""
    label, other = LABELS.labels[index], LABELS.labels[1]
    predictions = tuple(
        Prediction(each.index, each.zh, each.en, each.group, value)
        for each, value in ((label, score), (other, 0.01))
    )
    group = GroupScore(label.group, score)
    engine = EngineInfo("torchscript", "cpu", "float32", 1, "efficientnet_lite2")
    return Recognition(path, predictions, group, score > 0.5, Timings(1, 2, 3, 4.5), engine, (800, 600))


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    made = Batch(tmp_path)
    made.fill()
    return made


@pytest.fixture
def undo() -> QUndoStack:
    """What Ctrl+Z takes back."""
    return QUndoStack()


def done_last(undo: QUndoStack) -> str:
    """What is told of what was done last."""
    command = undo.command(undo.index() - 1)
    assert isinstance(command, Command)
    return command.told()


@pytest.fixture
def view(
    batch: Batch, loader: PictureLoader, undo: QUndoStack, qtbot: QtBot, qapp: QApplication
) -> Iterator[ItemsView]:
    """The list of that run, on the screen; it leaves no thread behind."""
    tr.use("zh")
    theme.use(qapp, "light")
    shown = made(ItemsView(loader, lambda: batch.database_file, undo.push))
    shown.resize(1300, 800)
    shown.show()
    qtbot.waitExposed(shown)
    shown.show_run(1, LABELS)
    qtbot.waitUntil(lambda: len(texts(shown)) == 5, timeout=TIMEOUT_MS)
    yield shown
    shown.shut_down()
    shown.close()
    shown.deleteLater()
    tr.use("zh")
    names = {thread.name for thread in threading.enumerate()}
    assert "items" not in names, "closing leaves no thread"


def texts(view: ItemsView, column: Column = Column.NAME) -> list[str]:
    """What stands in a column; nothing while a row is still being read."""
    model, number = view.model, COLUMNS.index(column)
    found = [str(model.index(row, number).data()) for row in range(model.rowCount())]
    return [] if "…" in found else found


def wait_for(qtbot: QtBot, view: ItemsView, *names: str) -> None:
    qtbot.waitUntil(lambda: texts(view) == list(names), timeout=TIMEOUT_MS)


def visible_texts(view: QWidget) -> str:
    widgets: list[QWidget] = [*view.findChildren(QLabel), *view.findChildren(QAbstractButton)]
    return "\n".join(
        each.text() for each in widgets if isinstance(each, QLabel | QAbstractButton) and each.isVisible()
    )


def wait_for_text(qtbot: QtBot, view: ItemsView, text: str) -> None:
    qtbot.waitUntil(lambda: text in visible_texts(view), timeout=TIMEOUT_MS)


def look_at(qtbot: QtBot, view: ItemsView, name: str) -> None:
    """Choose an item and wait for its preview."""
    row = texts(view).index(name)
    # Not the view's own way: it looks at keys that a test before may have held.
    command = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    view.browser.table.selectionModel().setCurrentIndex(view.model.index(row, 0), command)
    qtbot.waitUntil(
        lambda: view.preview.row is not None and view.preview.row.name == name, timeout=TIMEOUT_MS
    )


def label_field(qtbot: QtBot, view: ItemsView) -> QLineEdit:
    """Where a label is typed, once the user is asked for one."""

    def fields() -> list[QLineEdit]:
        found = view.findChildren(QLineEdit)
        return [each for each in found if each is not view.filters.search and each.isVisible()]

    qtbot.waitUntil(lambda: bool(fields()), timeout=TIMEOUT_MS)
    return fields()[0]


@contextmanager
def slow_database(view: ItemsView) -> Iterator[None]:
    """Nothing is read meanwhile: the preview still shows what was current before."""
    reading = threading.Event()
    view._inquiry._reader.ask(lambda _tables: reading.wait(20), lambda _: None, 1 << 62)
    yield
    reading.set()


def crosses(field: QLineEdit) -> list[QAction]:
    """What clears a field, where it is offered."""
    return [each for each in field.actions() if each.toolTip() == tr("items.clear_text") and each.isVisible()]


def groups(view: ItemsView) -> dict[str, str]:
    """The groups at the top of the tree with their counts."""
    model = view.groups.model()
    root = view.groups.rootIndex()
    shown = [row for row in range(model.rowCount()) if not view.groups.isRowHidden(row, root)]
    return {str(model.index(row, 0).data()): str(view.groups.count_of(model.index(row, 0))) for row in shown}
