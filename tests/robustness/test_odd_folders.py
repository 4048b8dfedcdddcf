"""Folders as they are: odd names, circles, pipes, locked doors, and files that change meanwhile."""

import base64
import csv
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core import paths
from app.core.errors import ErrorCode
from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Failure
from app.store.database import Database
from app.store.items import Items
from app.store.records import FoundFile
from app.store.runs import Runs
from tests.cli.command import Argument
from tests.robustness.conftest import MakeWorkplace
from tests.robustness.workplace import Workplace, ended, wait_until

pytestmark = pytest.mark.hard

PANDA, CAT = "大熊猫", "埃及猫"
_ODD_NAMES = [b"\xff\xfe.jpg", "换\n行.jpg".encode(), "🐼.jpg".encode(), b"x" * 251 + b".jpg", b"=1+1.jpg"]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Pictures under odd names, and everything else that can lie in a folder."""
    made = tmp_path / "图 片"
    (made / "locked").mkdir(parents=True)
    for odd in _ODD_NAMES:
        put("panda.jpg", Path(os.fsdecode(os.fsencode(made) + b"/" + odd)))
    for name in ("gone.jpg", "changed.jpg", "swapped.jpg", "locked.jpg", "locked/inside.jpg"):
        put("cat.jpg", made / name)
    (made / "empty.jpg").touch()
    (made / "text.jpg").write_text("这不是图片", "utf-8")
    os.mkfifo(made / "pipe.jpg")
    (made / "up").symlink_to(made)
    (made / "round.jpg").symlink_to(made / "round.jpg")
    for locked in (made / "locked.jpg", made / "locked"):
        locked.chmod(0)
    yield made
    (made / "locked").chmod(0o700)


# The first label or the code of the error, by the name as it is printed; pipes and circles have no row.
EXPECTED = {
    **dict.fromkeys((printable(os.fsdecode(name)) for name in _ODD_NAMES), PANDA),
    "empty.jpg": "empty_file",
    "text.jpg": "not_an_image",
    "gone.jpg": "vanished",
    "changed.jpg": PANDA,
    "swapped.jpg": "not_a_file",
    "locked.jpg": "permission_denied",
    "locked": "permission_denied",
}


def put(sample: str, target: Path) -> None:
    """A copy of a sample, in the place of whatever was there."""
    target.unlink(missing_ok=True)
    shutil.copy(paths.resource("samples", sample), target)


def as_mortal() -> list[Argument]:
    """What makes root obey permissions, as everybody else does anyway."""
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def start_and_change(work: Workplace, change: Callable[[], None]) -> subprocess.Popen[str]:
    """Start a run, and change something after its files are found and before they are decoded."""
    process = work.start("--recursive", under=as_mortal())
    wait_until(lambda: bool(work.rows("SELECT id FROM runs WHERE scanned = 1")))
    os.killpg(process.pid, signal.SIGSTOP)
    assert not work.answers()
    change()
    os.killpg(process.pid, signal.SIGCONT)
    return process


def test_everything_in_an_odd_folder_has_its_row(folder: Path, workplace_for: MakeWorkplace) -> None:
    work = workplace_for(folder)

    def change() -> None:
        (folder / "gone.jpg").unlink()
        put("panda.jpg", folder / "changed.jpg")
        (folder / "swapped.jpg").unlink()
        os.mkfifo(folder / "swapped.jpg")

    last = ended(start_and_change(work, change))
    assert last.code == 1, last.said
    assert {printable(name): outcome for name, outcome in work.results()} == EXPECTED
    assert len(work.results()) == len(EXPECTED)
    records = [json.loads(line) for line in work.out.read_text("utf-8").splitlines()]
    stray = [base64.b64decode(record["path_base64"]) for record in records if "path_base64" in record]
    assert stray == [os.fsencode(folder) + b"/\xff\xfe.jpg"]
    assert table(work) == {name: outcome for name, outcome in EXPECTED.items() if name != "gone.jpg"}


def table(work: Workplace) -> dict[str, str]:
    """The same rows from a CSV file, for which the run is looked through again."""
    out = work.out.with_suffix(".csv")
    last = replace(work, out=out).run("--recursive", under=as_mortal())
    assert last.code == 1, last.said
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len({row[tr("column.path")] for row in rows})
    return {
        row[tr("column.path")].rpartition("/")[2]: row[tr("column.label")] or row[tr("column.error")]
        for row in rows
    }


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "killed"])
def test_file_that_changed_after_its_answer_is_done_again(
    tmp_path: Path, workplace_for: MakeWorkplace, finished: bool
) -> None:
    work = workplace_for(tmp_path / "图 片")
    work.folder.mkdir()
    for number in range(50):
        put("cat.jpg", work.folder / f"{number:02}.jpg")
    process = work.start()
    wait_until(lambda: work.answered() > 0)
    if not finished:
        os.killpg(process.pid, signal.SIGKILL)
    ended(process)
    put("panda.jpg", work.folder / "00.jpg")
    put("coffee.jpg", work.folder / "99.jpg")
    assert work.run("--resume").code == 0
    labels = dict(work.results())
    assert labels.pop("99.jpg") != CAT
    assert labels == {f"{number:02}.jpg": PANDA if number == 0 else CAT for number in range(50)}
    assert len(work.results()) == 51


def test_file_that_changes_while_it_is_decoded_is_done_again_by_the_next_run(tmp_path: Path) -> None:
    database = Database(tmp_path / "runs.sqlite3")
    items = Items(database, Runs(database).create(tmp_path, {}))
    before, after = FoundFile(tmp_path / "a.jpg", 1, 1), FoundFile(tmp_path / "a.jpg", 1, 2)
    items.add([before])
    (task,) = items.waiting(10)
    items.start([task])
    items.add([after])  # the scan comes by while a worker has the old content
    items.finish([(task, Failure(task.path, ErrorCode.TRUNCATED))])
    items.begin()
    items.add([after])
    assert [again.path for again in items.waiting(10)] == [after.path]
    database.close()


def test_folder_that_was_locked_is_looked_into_when_it_is_open(
    folder: Path, workplace_for: MakeWorkplace
) -> None:
    work = workplace_for(folder)
    assert work.run("--recursive", under=as_mortal()).code == 1
    (folder / "locked").chmod(0o700)
    (folder / "locked.jpg").chmod(0o600)
    assert work.run("--recursive", "--retry-failed", under=as_mortal()).code == 1
    rows = dict(work.results())
    assert rows["locked.jpg"] == rows["inside.jpg"] == CAT
    assert "locked" not in rows
