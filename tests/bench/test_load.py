"""Cores are kept busy exactly as long as they are to be."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from app.bench.load import Load
from tests.cli.command import ROOT

_SECONDS = 60


@pytest.fixture(autouse=True)
def ready() -> None:
    """What children of tests are forked from is there, and is not taken for one of them."""
    load = Load(1)
    load.start()
    load.close()


def processes() -> set[psutil.Process]:
    """All that descend from this one."""
    return set(psutil.Process().children(recursive=True))


def wait_for_busy(count: int, before: set[psutil.Process]) -> set[psutil.Process]:
    """So many processes that there were not `before` and that have computed for a while."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        found = {each for each in processes() - before if each.is_running() and each.cpu_times().user > 0.3}
        if len(found) == count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{len(found)} are busy")


def test_busy_processes_end_with_the_measurement_and_one_that_was_killed_is_replaced() -> None:
    before = processes()
    load = Load(2)
    load.start()
    first, second = wait_for_busy(2, before)
    first.kill()
    assert second in wait_for_busy(2, before | {first})
    load.close()
    assert not wait_for_busy(0, before)


def test_a_measurement_that_was_stopped_before_begins_no_load() -> None:
    before = processes()
    load = Load(1)
    load.close()
    load.start()
    for thread in threading.enumerate():
        if thread.name == "load":
            thread.join(_SECONDS)
    assert not wait_for_busy(0, before)


_OWNER = """
import os, signal
from app.bench.load import Load

if __name__ == "__main__":
    Load(2).start()
    print("busy", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_measurement_leaves_no_busy_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(_OWNER)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # Ends when nobody has its standard output open any more: neither the owner nor any process it started.
    ended = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, timeout=_SECONDS,
        check=False,
    )  # fmt: skip
    assert ended.stdout == "busy\n"
