"""Full and broken disks: nothing acknowledged is lost, the old results stay, and the user is told why."""

import errno
import subprocess
import time
from dataclasses import replace

import pytest

from tests.disk import nearly_full
from tests.robustness.faults import Fault
from tests.robustness.workplace import SOAK, Workplace, ended

pytestmark = pytest.mark.hard

# What fails in the database's files: writing pages, syncing them.
_DATABASE = (
    Fault("posix/io/rw/pwrite", errno.ENOSPC),
    Fault("posix/io/rw/pwrite", errno.EIO),
    Fault("posix/io/sync/fdatasync", errno.EIO),
)
# The first fails at once, the others in the middle of the work.
_PROBABILITIES = (0.3, 0.02, *([0.01] * (10 if SOAK else 1)))
# Only the file of the results is synced whole and renamed.
_RESULTS = (
    (".jsonl", Fault("posix/io/sync/fsync", errno.ENOSPC)),
    (".csv", Fault("posix/io/sync/fsync", errno.EIO)),
    (".xlsx", Fault("posix/io/dir/rename", errno.EIO)),
)
# Enough for what the database writes, not enough for the results of a hundred pictures.
_ROOM = 64 * 1024
_OLD = "旧的结果\n".encode()


@pytest.mark.parametrize("fault", _DATABASE, ids=str)
def test_database_that_cannot_be_written_keeps_every_answer_it_has_told(
    workplace: Workplace, fault: Fault
) -> None:
    told: dict[bytes, str] = {}
    codes: list[int] = []
    for probability in _PROBABILITIES:
        process = workplace.start("--resume", under=fault.injected(probability))
        listen(workplace, process, told)
        last = ended(process)
        codes.append(last.code)
        assert last.code == 0 or "runs.sqlite3" in last.said
    assert set(codes) in ({2}, {0, 2}), codes
    last = workplace.run("--resume")
    assert last.code == 0, last.said
    assert [name for name, _ in workplace.results()] == [f"{number:04}.jpg" for number in range(100)]
    assert told.items() <= workplace.answers().items()
    assert workplace.rows("PRAGMA integrity_check") == [("ok",)]


def listen(work: Workplace, process: subprocess.Popen[str], told: dict[bytes, str]) -> None:
    """Gather the answers that another program reads while a run is under way; none may change."""
    while process.poll() is None:
        now = work.answers()
        assert told.items() <= now.items()
        told |= now
        time.sleep(0.02)


@pytest.mark.parametrize(("ending", "fault"), _RESULTS, ids=str)
def test_results_that_cannot_be_finished_leave_the_old_ones_whole(
    workplace: Workplace, ending: str, fault: Fault
) -> None:
    work = with_old_results(workplace, ending)
    last = work.run(under=fault.injected())
    assert_old_results_stay(work, last.code, last.said)
    assert work.run("--resume").code == 0
    assert work.out.read_bytes() != _OLD


@pytest.mark.parametrize("ending", [".jsonl", ".xlsx"])
def test_results_that_do_not_fit_leave_the_old_ones_whole(workplace: Workplace, ending: str) -> None:
    work = with_old_results(workplace, ending)
    assert work.run().code == 0
    work.out.write_bytes(_OLD)
    with nearly_full(_ROOM):
        last = work.run("--resume")
    assert_old_results_stay(work, last.code, last.said)


def with_old_results(work: Workplace, ending: str) -> Workplace:
    """The same workplace, but results have this ending and there are some from earlier."""
    made = replace(work, out=work.out.with_suffix(ending))
    made.out.write_bytes(_OLD)
    return made


def assert_old_results_stay(work: Workplace, code: int, said: str) -> None:
    """The user is told which file could not be written; it is as it was, and nothing lies beside it."""
    assert code == 2, said
    assert str(work.out) in said
    assert work.out.read_bytes() == _OLD
    assert work.partial() == []
