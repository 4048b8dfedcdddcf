"""The batch page by itself: runs in a database of its own, nothing that works on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.batch.options import stored_options
from app.core.settings import Settings
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.items import Items
from app.store.records import FoundFile, RunState, StoredRun, Wanted
from app.store.runs import Runs, database_file
from app.ui.current import Current
from app.ui.pages.batch.content import Content
from app.ui.pages.batch.runs import BatchRuns
from app.ui.pages.batch.telling import Telling
from tests.ui.items import answer

if TYPE_CHECKING:
    from pathlib import Path


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
