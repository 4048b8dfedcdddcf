"""A process that sorts and is killed, again and again, neither loses a picture nor leaves it twice."""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.organise.planning import Wish, plan
from app.organise.work import carry_out, undo
from app.store.database import Database
from app.store.sortings import By, How
from tests.cli.command import ROOT
from tests.organise.runs import CHINESE, EAGLE, LABELS, PANDA, files_below, go_on, ignore, make_run
from tests.organise.test_work import paths

pytestmark = pytest.mark.hard

_KILLS, _FILES = 6, 200
# About how often the file system is changed for one file.
_CHANGES = {How.COPY: 8, How.MOVE: 7, How.LINK: 1}


@pytest.fixture
def into(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A target on the same device, or on another one; links do not reach there."""
    if request.param == "here":
        yield tmp_path / "整理"
        return
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("one device only")
    folder = other / f"wanwu-{os.getpid()}" / "整理"
    yield folder
    shutil.rmtree(folder.parent, ignore_errors=True)


def kill(database: Database, sorting: int, action: str, events: int) -> None:
    """Sort or undo in a child process that is killed on the way."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.organise.killed", database.file, str(sorting), action, str(events)],
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("into", "how"),
    [
        (place, how)
        for place in ("here", "elsewhere")
        for how in How
        if (place, how) != ("elsewhere", How.LINK)
    ],
    indirect=["into"],
)
def test_every_picture_is_there_exactly_once_after_many_kills_and_so_after_undo(
    tmp_path: Path, into: Path, how: How
) -> None:
    chance = random.Random(20_240 + len(how))
    folder = tmp_path / "照片"
    shown = {
        f"{number % 7}/{number // 7:03}.jpg": (PANDA, EAGLE, None)[number % 3] for number in range(_FILES)
    }
    with Database(tmp_path / "runs.sqlite3") as database:
        run = make_run(database, folder, shown)
        for name in list(shown)[::5]:
            (folder / f"{name}.xmp").write_text(name)
        before, known = files_below(folder), paths(database, run)
        sorting = plan(database, run, LABELS, Wish(into, By.GROUP, how, CHINESE), ignore, go_on).sorting
        for _ in range(_KILLS):
            kill(database, sorting, "sort", chance.randint(10, 20 * _CHANGES[how]))
        ended = carry_out(database, sorting, ignore, go_on)
        assert (ended.done, ended.failed) == (_FILES, 0)
        assert sorted(files_below(into).values()) == sorted(before.values())
        assert files_below(folder) == ({} if how is How.MOVE else before)
        assert all(path.is_relative_to(into if how is How.MOVE else folder) for path in paths(database, run))
        for _ in range(_KILLS):
            kill(database, sorting, "undo", chance.randint(20, 40))
        again = undo(database, sorting, ignore, go_on)
        assert (again.undone, again.kept) == (_FILES, 0)
        assert files_below(folder) == before
        assert paths(database, run) == known
        assert not into.exists()


@pytest.mark.parametrize("how", list(How))
@pytest.mark.parametrize("step", range(1, 15, 3))
def test_kill_at_any_step_and_undo_at_once_brings_everything_back(
    tmp_path: Path, step: int, how: How
) -> None:
    folder, into = tmp_path / "照片", tmp_path / "整理"
    with Database(tmp_path / "runs.sqlite3") as database:
        run = make_run(database, folder, {f"{number}.jpg": PANDA for number in range(20)})
        for number in (3, 4, 19):
            (folder / f"{number}.xmp").write_text(str(number))
        before = files_below(folder)
        sorting = plan(database, run, LABELS, Wish(into, By.LABEL, how, CHINESE), ignore, go_on).sorting
        kill(database, sorting, "sort", 3 + step * _CHANGES[how] + step % 5)
        undo(database, sorting, ignore, go_on)
        assert files_below(folder) == before
        assert not into.exists()
