"""What a user does with a folder, by mouse and keyboard on a real display, followed in the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.settings import Settings
from app.labels import group_place
from app.models.library import labels_of
from app.store.database import Database
from app.store.listing import Filter, Listing, group_counts
from app.store.records import RunState, StoredRun
from app.store.runs import Runs
from app.store.sortings import Sortings, SortingState
from tests.ui.desktop import Desktop, wait_until

# In the window of 1180 × 800 in the middle of the screen.
_FIRST_RUN, _GROUPS, _ALL_GROUPS, _MOVED = (600, 178), (277, 195), (292, 291), (220, 129)
_GRID, _CHARTS, _PICTURES, _TABLE = (1211, 195), (340, 146), (280, 146), (1151, 195)


@dataclass
class BatchPath:
    """One user. `home` is the program's WANWU_HOME; `save` keeps a picture of a moment."""

    desktop: Desktop
    home: Path
    save: Callable[[str], None]

    def run(self) -> StoredRun:
        """The one run, as it is on the disk."""
        with Database(self.home / "data" / "runs.sqlite3") as database:
            return Runs(database).all()[0]

    def _wait_for(self, reached: Callable[[StoredRun], bool], what: str) -> StoredRun:
        wait_until(lambda: (self.home / "data" / "runs.sqlite3").exists(), "the database")
        wait_until(lambda: _any(self.home) and reached(self.run()), what)
        return self.run()

    def drop_pause_and_kill(self, folder: Path) -> None:
        """Drop a folder, watch, pause, go on, kill the program and start it again: it goes on by itself."""
        program = self.desktop.open_program()
        self.desktop.drag_from_other_program(folder)
        self._wait_for(lambda run: run.counts.done > 30, "the first pictures")
        self.save("running")
        self.desktop.key("ctrl+p")
        paused = self._wait_for(lambda run: run.state is RunState.PAUSED, "the pause")
        self.save("paused")
        time.sleep(2)
        assert self.run().counts == paused.counts
        self.desktop.key("ctrl+p")
        self._wait_for(lambda run: run.counts.done > paused.counts.done + 20, "more pictures")
        program.kill()
        program.wait()
        assert self.run().counts.waiting > 0
        self.desktop.open_program()
        self.desktop.key("ctrl+2")
        self._wait_for(lambda run: run.state is RunState.DONE, "the end")
        self.save("list")
        self.desktop.tool("mousemove", *map(str, _FIRST_RUN), "click", "1")
        time.sleep(2)
        self.save("done")

    def choose_group(self, path: tuple[str, ...]) -> int:
        """Choose a group in the tree with the keyboard; how many pictures are in it."""
        counts = self._group_counts()
        for place in (_GROUPS, _ALL_GROUPS):  # their panel is folded away in this window
            self.desktop.tool("mousemove", *map(str, place), "click", "1")
            time.sleep(0.5)
        for depth in range(1, len(path) + 1):
            siblings = [group for group in counts if group[:-1] == path[: depth - 1] and len(group) == depth]
            for _ in range(sorted(siblings, key=group_place).index(path[:depth]) + 1):
                self.desktop.tool("key", "Down")
            if depth < len(path):
                self.desktop.tool("key", "Right")
        time.sleep(1)
        self.save("filtered")
        return counts[path]

    def _group_counts(self) -> dict[tuple[str, ...], int]:
        with Database(self.home / "data" / "runs.sqlite3") as database:
            return group_counts(Listing(database, 1, labels_of(Settings().model)).groups(Filter()))

    def export(self, target: Path) -> None:
        """Save what is listed as `target`."""
        self.desktop.key("ctrl+shift+e")
        self._type_into("导出|Export", target)
        self.desktop.key("Return")
        wait_until(target.exists, "the exported file")
        time.sleep(1)
        self.save("exported")

    def _type_into(self, title: str, target: Path) -> None:
        """Wait for a dialog and type a path into its first field."""
        self.desktop.tool("search", "--sync", "--onlyvisible", "--name", title)
        time.sleep(1.5)
        self.desktop.key("ctrl+a")
        self.desktop.tool("type", str(target))
        time.sleep(0.5)

    def sort(self, target: Path) -> None:
        """Move the pictures that are listed into folders."""
        self.desktop.key("ctrl+shift+s")
        self._type_into("按类别整理|Sort into", target)
        window = self.desktop.tool("getactivewindow").strip()
        self.desktop.tool("mousemove", "--window", window, *map(str, _MOVED), "click", "1")
        time.sleep(3)
        self.save("sort")
        self.desktop.key("Return")
        self._wait_for_sorting(SortingState.SORTED)
        time.sleep(1)
        self.save("sorted")
        self.desktop.key("Escape")

    def undo(self) -> None:
        """Put them back."""
        self.desktop.key("ctrl+shift+h")
        time.sleep(1.5)
        self.save("sortings")
        self.desktop.key("space")
        self._wait_for_sorting(SortingState.UNDONE)
        time.sleep(1)
        self.save("undone")
        self.desktop.key("Escape")

    def look_around(self) -> None:
        """Show the grid and the charts of everything, then the table again."""
        for moment, place in (("grid", _GRID), ("charts", _CHARTS), ("", _PICTURES), ("", _TABLE)):
            self.desktop.tool("mousemove", *map(str, place), "click", "1")
            time.sleep(3)
            self.save(moment)

    def _wait_for_sorting(self, state: SortingState) -> None:
        def reached() -> bool:
            with Database(self.home / "data" / "runs.sqlite3") as database:
                return [sorting.state for sorting in Sortings(database).of_run(1)] == [state]

        wait_until(reached, f"a sorting that is {state}")


def _any(home: Path) -> bool:
    with Database(home / "data" / "runs.sqlite3") as database:
        return bool(Runs(database).all())
