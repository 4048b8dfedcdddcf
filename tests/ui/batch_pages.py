"""The batch page by itself: runs in a database of its own, nothing that works on them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.batch.options import stored_options
from app.core.language_in_use import tr
from app.core.settings import Settings
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.items import Items
from app.store.records import FoundFile, RunState, StoredRun, Wanted
from app.store.runs import Runs, database_file
from app.ui.current import Current
from app.ui.kit.theme import theme
from app.ui.pages.batch.content import Content
from app.ui.pages.batch.runs import BatchRuns
from app.ui.pages.batch.telling import Telling
from tests.ui.items import answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

_TIMEOUT_MS = 20_000


@dataclass
class Page:
    """The page, and what is in its database."""

    folder: Path
    current: Current = field(default_factory=lambda: Current(Settings()))
    runs: BatchRuns = field(default_factory=BatchRuns)

    def __post_init__(self) -> None:
        self.telling = Telling(self.current, self.runs)
        self.content = Content(self.current, self.runs)
        for _part in self.content.make():
            pass

    def run(self, name: str, *labels: int, model: str = "efficientnet_lite2") -> StoredRun:
        """A run that is done: a picture with each of these labels."""
        options = stored_options(Options.of(Settings()), recursive=True)
        options["model"] = model
        with Database(database_file()) as database:
            runs = Runs(database)
            run = runs.create(self.folder / name, options)
            items = Items(database, run)
            items.add([FoundFile(self.folder / name / f"{label}.jpg", 1, 1) for label in labels])
            items.finish([(task, answer(task.path, int(task.path.stem), 0.9)) for task in items.waiting(99)])
            runs.set_state(run, RunState.DONE)
            found = runs.get(run)
        assert found is not None
        return found

    def names(self) -> list[str]:
        """The pictures in the list."""
        model = self.content.items.model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def title(self) -> str:
        """What the head calls the run."""
        return self.content.head.name.text()

    def told(self) -> list[str]:
        """What is told over the foot of the window."""
        return [notice.sentence for notice in self.current.notices.shown]

    def press(self, text: str) -> None:
        """Press a button of the newest notice."""
        notice = self.current.notices.shown[-1]
        (action,) = (action for action in notice.actions if action.text == text)
        self.current.notices.close(notice)
        action.do()


def change(run: StoredRun, state: RunState, wanted: Wanted = Wanted.RUN, error: str = "") -> None:
    """What another program, or a killed one, leaves in the database."""
    with Database(database_file()) as database:
        runs = Runs(database)
        runs.want(run.id, wanted)
        runs.set_state(run.id, state, error)


def found_one_more(run: StoredRun) -> None:
    """What a run does behind the page's back."""
    with Database(database_file()) as database:
        Items(database, run.id).add([FoundFile(run.folder / "new.jpg", 1, 1)])


def wait_for(qtbot: QtBot, page: Page, *names: str) -> None:
    """Wait until these are the pictures in the list."""
    qtbot.waitUntil(lambda: page.names() == list(names), timeout=_TIMEOUT_MS)


@contextmanager
def shown_page(
    folder: Path, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """The page on the screen; it leaves no thread behind."""
    monkeypatch.setenv("WANWU_HOME", str(folder / "home"))
    tr.use("zh")
    theme.use(qapp, "light")
    page = Page(folder)
    content = page.content
    content.resize(1180, 800)
    content.show()
    qtbot.waitExposed(content)
    yield page
    page.runs.shut_down()
    content.shut_down()
    page.current.shut_down()
    content.close()
    content.deleteLater()
    tr.use("zh")
