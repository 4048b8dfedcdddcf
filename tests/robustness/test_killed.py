"""A run that is killed again and again, wherever it is, ends with every file exactly once.

`make test` kills a few times, `make soak` (`WANWU_KILLS=200`) often. Seed and phases are printed.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from tests.robustness.conftest import MakeWorkplace
from tests.robustness.workplace import KILLS, SOAK, Workplace, ended, link_pictures, wait_until, worker

pytestmark = pytest.mark.hard

SEED = int(os.environ.get("WANWU_SEED", time.time_ns() % 1_000_000))
OLD = "旧的结果\n".encode()
# So many pictures last for about 40 kills, and a hundred for `make test`.
PICTURES = 700 if SOAK else 100


def test_run_killed_at_random_points_has_every_file_once(
    workplace_for: MakeWorkplace, tmp_path: Path
) -> None:
    chance, phases = random.Random(SEED), Counter[str]()
    link_pictures(tmp_path / "图 片", PICTURES)
    undisturbed = workplace_for(tmp_path / "图 片")
    assert undisturbed.run().code == 0
    expected = undisturbed.results()
    assert [name for name, _ in expected] == [f"{number:04}.jpg" for number in range(PICTURES)]
    while phases.total() < KILLS:
        work = workplace_for(undisturbed.folder)
        work.out.write_bytes(OLD)
        while phases.total() < KILLS and (phase := killed_somewhere(work, chance)):
            phases[phase] += 1
            assert work.out.read_bytes() == OLD or work.results() == expected
        last = work.run("--resume")
        assert last.code == 0, last.said
        assert work.results() == expected
        assert_sound(work)
    print(f"seed {SEED}: {phases.total()} kills, {dict(phases)}")


def killed_somewhere(work: Workplace, chance: random.Random) -> str:
    """Start or resume, and kill everything at a random point: the phase it was in, or "" if it has ended.

    One point in three is a time, the others are a number of new answers, or the writing of the results.
    """
    before, process, began = work.answered(), work.start("--resume"), time.monotonic()
    until = began + (chance.uniform(0, 3) if chance.random() < 1 / 3 else 120)
    enough = before + chance.randint(1, 40)
    spares_results, while_writing = chance.random() < 0.1, chance.uniform(0, 0.05)
    while time.monotonic() < until and work.answered() < enough and process.poll() is None:
        if work.partial() and not spares_results:
            time.sleep(while_writing)
            break
        time.sleep(0.003)
    started, exporting = worker(process) is not None, process.poll() is None and bool(work.partial())
    if process.poll() is not None:
        last = ended(process)
        assert last.code == 0, last.said
        return ""
    os.killpg(process.pid, signal.SIGKILL)
    ended(process)
    for left in work.partial():
        left.unlink()
    if exporting:
        return "results"
    return "work" if work.answered() > before else "scan and model" if started else "start"


def assert_sound(work: Workplace) -> None:
    """The database is whole, and its counts are those of its rows."""
    assert work.rows("PRAGMA integrity_check") == [("ok",)]
    (run,) = work.rows("SELECT state, total, done, failed FROM runs")
    assert run == (
        "done",
        *work.rows("SELECT count(*), sum(state = 'done'), sum(error IS NOT NULL) FROM items")[0],
    )


def test_run_whose_worker_is_killed_goes_on_by_itself(workplace_for: MakeWorkplace, tmp_path: Path) -> None:
    deaths = 20 if SOAK else 1
    link_pictures(tmp_path / "图 片", 70 * deaths)
    work = workplace_for(tmp_path / "图 片")
    process = work.start()
    for _ in range(deaths):
        kill_worker_with_innocents(work, process)
    last = ended(process)
    assert last.code == 0, last.said
    assert [name for name, _ in work.results()] == [f"{number:04}.jpg" for number in range(70 * deaths)]
    assert_sound(work)


def kill_worker_with_innocents(work: Workplace, process: subprocess.Popen[str]) -> None:
    """Kill the child while it is at several files, so that none of them can be to blame."""
    before = work.answered()
    count_states = (
        "SELECT coalesce(sum(state = 'suspect'), 0), coalesce(sum(state = 'started'), 0) FROM items"
    )

    def at_several_files() -> bool:
        ((suspects, started),) = work.rows(count_states) or [(0, 0)]
        return suspects == 0 and started > 1 and work.answered() > before

    wait_until(at_several_files)
    child = worker(process)
    assert child is not None
    child.kill()


def test_run_whose_front_process_is_killed_is_resumed_at_once(workplace: Workplace) -> None:
    chance = random.Random(SEED)
    for number in count():
        process = workplace.start("--resume")
        if number == (20 if SOAK else 2):
            break
        time.sleep(chance.uniform(0.5, 3))
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()  # the child may still hold its end
    last = ended(process)
    assert last.code == 0, last.said
    assert [name for name, _ in workplace.results()] == [f"{number:04}.jpg" for number in range(100)]
    assert_sound(workplace)
