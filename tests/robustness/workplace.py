"""`wanwu batch` at work on a folder of small pictures, with a database that others can look into."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from PIL import Image

from app.core import paths
from tests.cli.command import ROOT, Argument, command, environment

# How many processes are killed: a few in `make test`, 200 in `make soak`, where disks fail more often, too.
KILLS = int(os.environ.get("WANWU_KILLS", "8"))
SOAK = KILLS >= 100

_PHOTOS = ROOT.parent / "shared" / "data" / "photos"
_SIDE = 320


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code and what it said on standard error."""

    code: int
    said: str


@dataclass(frozen=True, slots=True)
class Workplace:
    """A home with a ready model, a folder of pictures, and the file for the results."""

    home: Path
    folder: Path
    out: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """The database of runs."""
        return self.home / "data" / "runs.sqlite3"

    def start(self, *options: Argument, under: Sequence[Argument] = ()) -> subprocess.Popen[str]:
        """Start `wanwu batch`, in a process group of its own; `under` is a program that starts it."""
        process = subprocess.Popen(
            [*under, *command("batch", self.folder, "--out", self.out, *options)],
            cwd=ROOT,
            env=environment("zh_CN.UTF-8") | {"WANWU_HOME": str(self.home)},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.started.append(process)
        return process

    def close(self) -> None:
        """End what is still at work, even if it is stopped."""
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()

    def run(self, *options: Argument, under: Sequence[Argument] = ()) -> Ended:
        """Run `wanwu batch` to its end; nobody sees a traceback, whatever happens."""
        return ended(self.start(*options, under=under))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What another program reads from the database; nothing before there are tables."""
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(self.database, timeout=60)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
            return connection.execute(query).fetchall() if tables[0] else []

    def answered(self) -> int:
        """How many files have their answer on disk."""
        return len(self.rows("SELECT id FROM items WHERE state IN ('done', 'failed', 'quarantined')"))

    def answers(self) -> dict[bytes, str]:
        """The answers on disk, as they are stored, by the path of their file."""
        return dict(
            self.rows("SELECT path, answer FROM items JOIN answers ON item = id WHERE state = 'done'")
        )

    def partial(self) -> list[Path]:
        """Unfinished files of results."""
        return list(self.out.parent.glob(f"{self.out.name}.*"))

    def results(self) -> list[tuple[str, str]]:
        """Every line of the results: the name of the file, and its first label or the code of its error."""
        records = [json.loads(line) for line in self.out.read_text("utf-8").splitlines()]
        return [(Path(record["path"]).name, _first(record)) for record in records]


def _first(record: dict[str, Any]) -> str:
    return str(record["predictions"][0]["label"] if record["ok"] else record["error"]["code"])


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for the end of a process; nobody sees a traceback, whatever happens."""
    _, said = process.communicate(timeout=180)
    assert "Traceback" not in said, said
    return Ended(process.returncode, said)


def worker(process: subprocess.Popen[str]) -> psutil.Process | None:
    """The child in which `wanwu batch` recognises, while there is one."""
    try:
        children = psutil.Process(process.pid).children()
        return next((child for child in children if "--multiprocessing-fork" in child.cmdline()), None)
    except psutil.Error:
        return None


def link_pictures(folder: Path, count: int) -> None:
    """Fill a folder with `count` small JPEG files, links to a few dozen different photographs."""
    originals = folder.with_name(f"{folder.name} originals")
    originals.mkdir()
    folder.mkdir()
    different = _small_pictures(originals, count)
    for number in range(count):
        os.link(different[number % len(different)], folder / f"{number:04}.jpg")


def _small_pictures(folder: Path, most: int) -> list[Path]:
    """The samples in all orientations and the photographs, if they are there, 320 pixels wide or high."""
    samples = sorted(paths.resource("samples").glob("*.jpg"))
    photographs = sorted(_PHOTOS.glob("*.webp")) if _PHOTOS.is_dir() else []
    sources = [(file, turn) for turn in (None, *Image.Transpose) for file in samples]
    sources += [(file, None) for file in photographs]
    made: list[Path] = []
    for number, (file, turn) in enumerate(sources[:most]):
        with Image.open(file) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((_SIDE, _SIDE))
        turned = picture if turn is None else picture.transpose(turn)
        turned.save(folder / f"{number}.jpg", quality=85)
        made.append(folder / f"{number}.jpg")
    return made


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that must happen."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.003)
