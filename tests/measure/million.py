"""A list of a million items: `python -m tests.measure.million [COUNT]`, on a display.

Fills a database with made-up answers for COUNT items (a million unless told), whose pictures are 2000 real
files, and opens the list of a batch run on it. Prints how long the first rows, a filter and a sort took, and
the longest time that the window's thread was not free meanwhile, by the beats of a 5 ms timer.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.core import paths
from app.labels import LabelSet, load_labels
from app.store.database import Database
from app.store.listing import Status
from app.store.records import encode_path
from app.store.runs import Runs
from app.ui.kit.fonts import set_font
from app.ui.kit.theme import theme
from app.ui.pages.batch.items.view import ItemsView
from app.ui.pictures.loader import PictureLoader
from tests.measure.window import Heartbeat, print_gaps
from tests.ui.pages import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FILES = 2000
_SIDE = 640
_WITH_ANSWER = 5000
_LOOK_MS = 2


def make_pictures(folder: Path) -> None:
    """Real files, cut from the samples."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = [Image.open(file).convert("RGB") for file in sorted(paths.resource("samples").glob("*.jpg"))]
    chance = random.Random(1)
    for number in range(_FILES):
        sample = samples[number % len(samples)]
        side = chance.randint(min(sample.size) // 2, min(sample.size))
        left, top = chance.randint(0, sample.width - side), chance.randint(0, sample.height - side)
        picture = sample.crop((left, top, left + side, top + side)).resize((_SIDE, _SIDE))
        picture.save(folder / f"IMG_{number:04}.jpg", quality=80)


def fill(file: Path, folder: Path, labels: LabelSet, count: int) -> int:
    """A run with `count` items: 92% answered, a third of them uncertain, 3% failed; its number."""
    with Database(file) as database:
        run = Runs(database).create(folder, {})
    connection = sqlite3.connect(file)
    later = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in later:
        connection.execute(f"DROP {kind} {name}")
    connection.executemany(
        "INSERT INTO items (run, path, name, size, mtime_ns, state, error, facts, label, score, group_path, "
        "certain, milliseconds) VALUES (?, ?, ?, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((run, *values) for values in _items(folder, labels, count)),
    )
    connection.executemany("INSERT INTO answers VALUES (?, ?)", _answers(connection, labels))
    for _, _, sql in later:
        connection.execute(sql)
    connection.execute(
        "UPDATE runs SET state = 'done', scanned = 1, total = (SELECT count(*) FROM items), "
        "done = (SELECT count(*) FROM items WHERE state = 'done'), "
        "failed = (SELECT count(*) FROM items WHERE state = 'failed'), "
        "uncertain = (SELECT count(*) FROM items WHERE certain = 0)"
    )
    connection.commit()
    connection.close()
    return run


def _items(folder: Path, labels: LabelSet, count: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(2)
    facts = json.dumps([["path", "IMG"]])
    for number in range(count):
        # Each of the few files has many paths: a folder, and out of it again.
        path = folder / f"d{number // _FILES:03}" / ".." / f"IMG_{number % _FILES:04}.jpg"
        place = (encode_path(path), str(path))
        kind = chance.random()
        if kind < 0.05:
            yield (*place, "found", None, None, None, None, None, None, None)
        elif kind < 0.08:
            yield (*place, "failed", "truncated", facts, None, None, None, None, None)
        else:
            label, score = labels.labels[int(chance.random() ** 2 * len(labels))], chance.random()
            group = "/".join(label.group) if score > 0.1 else None
            certain, time = int(score > 0.35), 8 + chance.expovariate(0.2)
            yield (*place, "done", None, None, label.index, score, group, certain, time)


def _answers(connection: sqlite3.Connection, labels: LabelSet) -> Iterator[tuple[int, str]]:
    rows = connection.execute(
        "SELECT id, label, score, group_path, certain FROM items WHERE state = 'done' LIMIT ?",
        (_WITH_ANSWER,),
    ).fetchall()
    for item, label, score, group, certain in rows:
        top = [[(label + step) % len(labels), score / (1 + 3 * step)] for step in range(5)]
        record = {
            "top": top, "group": group and [group.split("/"), score], "certain": bool(certain),
            "ms": [5, 1, 9, 1], "engine": ["torchscript", "cpu", "float32", 1, "efficientnet_lite2"],
            "size": [_SIDE, _SIDE], "warnings": [], "fallback": None,
        }  # fmt: skip
        yield item, json.dumps(record)


def prepare(home: Path, count: int) -> int:
    """Pictures and database in `home`; the run."""
    folder = home / "pictures"
    make_pictures(folder)
    for number in range(count // _FILES + 1):
        (folder / f"d{number:03}").mkdir(exist_ok=True)
    return fill(home / "runs.sqlite3", folder, load_labels("imagenet1k"), count)


class BusyHeart(Heartbeat):
    """Also notes for how long the window's thread computed between beats: other programs do not count."""

    def __init__(self) -> None:
        super().__init__()
        self._busy: list[tuple[float, float]] = []
        self._timer.timeout.connect(lambda: self._busy.append((time.perf_counter(), time.thread_time())))

    def busy_ms(self, start: float, end: float) -> float:
        """The most milliseconds of computing between two beats."""
        spent = [computed for beat, computed in self._busy if start <= beat <= end]
        return float(np.diff(spent).max() * 1000)


class Watch:
    """Steps of a user, one after the other, and how long each took."""

    def __init__(self, view: ItemsView, heart: BusyHeart) -> None:
        self._view, self._heart = view, heart

    def until(self, done: Callable[[], bool]) -> None:
        """Let the window work until something is so."""
        loop, look = QEventLoop(), QTimer()
        look.timeout.connect(lambda: loop.quit() if done() else None)
        look.start(_LOOK_MS)
        loop.exec()

    def rest(self, seconds: float) -> None:
        """Let the window work for a while."""
        end = time.perf_counter() + seconds
        self.until(lambda: time.perf_counter() > end)

    def rows_are_there(self) -> bool:
        """Whether every row in sight is read."""
        view, model = self._view.browser.view, self._view.model
        return all(model.row_at(number) is not None for number in view.numbers_in_sight())

    def step(self, name: str, act: Callable[[], None]) -> None:
        """Do something that makes another list, and print when it was there."""
        heard: list[tuple[float, int]] = []
        self._view.listed.connect(lambda count: heard.append((time.perf_counter(), count)))
        start = time.perf_counter()
        act()
        self.until(lambda: bool(heard))
        self.until(self.rows_are_there)
        shown = time.perf_counter()
        self.rest(1.0)  # counts of groups, thumbnails, preview
        self._view.listed.disconnect()
        (listed, count), *_ = heard
        gap = self._heart.gaps_ms(start, time.perf_counter()).max()
        busy = self._heart.busy_ms(start, time.perf_counter())
        print(
            f"{name:34} list {(listed - start) * 1000:5.0f} ms, rows {(shown - start) * 1000:5.0f} ms, "
            f"longest block {gap:3.0f} ms ({busy:.0f} ms computing), {count:,} items",
            flush=True,
        )

    def scroll(self, name: str, steps: int, pixels: int) -> None:
        """Scroll down in steps of 16 ms."""
        bar, start = self._view.browser.view.verticalScrollBar(), time.perf_counter()
        bar.setValue(0)
        for _ in range(steps):
            bar.setValue(bar.value() + pixels)
            self.rest(0.016)
        end = time.perf_counter()
        self.until(self.rows_are_there)
        shown = (time.perf_counter() - end) * 1000
        self.rest(0.5)
        print(f"{name}: rows {shown:.0f} ms after the end")
        print_gaps(f"  {name}", self._heart.gaps_ms(start, end))
        print(f"  {name}: at most {self._heart.busy_ms(start, end):.0f} ms computing")


def watch(view: ItemsView, run: int, labels: LabelSet, heart: BusyHeart) -> None:
    """Open, filter, sort, scroll."""
    user, filters, table = Watch(view, heart), view.filters, view.browser.table
    user.step("open", lambda: view.show_run(run, labels))
    for text in ("熊猫", "IMG_00", "img dog", "没有这样的词"):
        filters.search.blockSignals(True)
        filters.search.setText(text)
        filters.search.blockSignals(False)
        user.step(f"text {text}", filters.changed.emit)
    user.step("clear", view.clear_filters)
    for name in ("动物", "动物/哺乳动物/狗"):
        index = view.groups.index_of(tuple(name.split("/")))
        user.step(f"group {name}", partial(view.groups.setCurrentIndex, index))
    user.step("clear", view.clear_filters)
    filters.slider.show_values(50, 90)
    user.step("certainty 50-90%", filters.changed.emit)
    user.step("clear", view.clear_filters)
    for status in (Status.FAILED, Status.UNCERTAIN):
        user.step(f"state + {status}", filters.chips[status].click)
    user.step("refresh", view.refresh)
    user.step("clear", view.clear_filters)
    for number in range(view.model.columnCount()):
        head = table.horizontalHeader()
        user.step(f"sort by column {number}", partial(head.sectionClicked.emit, number))
    for look in ("table", "grid"):
        view.browser.show_look(look)
        user.scroll(f"{look}, wheel", 200, 60)
        user.scroll(f"{look}, fast", 200, 3000)
        user.scroll(f"{look}, handle dragged", 100, 300_000)


def measure(home: Path, run: int) -> None:
    """Open the list in a window as large as the program's."""
    app = QApplication(["wanwu"])
    app.setStyle("Fusion")
    set_font(app)
    theme.use(app, "light")
    labels, heart = load_labels("imagenet1k"), BusyHeart()
    start = time.perf_counter()
    loader = PictureLoader()
    view = made(ItemsView(loader, lambda: home / "runs.sqlite3"))
    view.resize(1280, 800)
    view.show()
    print(f"made and shown in {(time.perf_counter() - start) * 1000:.0f} ms")
    watch(view, run, labels, heart)
    view.shut_down()
    loader.shut_down()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        os.environ["WANWU_HOME"] = name
        items = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
        measure(Path(name), prepare(Path(name), items))
