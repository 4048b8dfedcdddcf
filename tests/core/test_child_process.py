"""What happens in the other process reaches this one, also its death; none outlives its owner."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.child_process import Remote
from app.core.errors import CancelledError, ErrorCode, PictureError, WanwuError
from tests.remote_objects import Service

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("cold_start")


@pytest.fixture(scope="module")
def shared() -> Iterator[Remote]:
    remote = Remote(Service, "shared service")
    yield remote
    remote.close()


@pytest.fixture
def remote() -> Iterator[Remote]:
    remote = Remote(Service, "service")
    yield remote
    remote.close()


def unheard(stage: str) -> None:
    raise AssertionError(f"nothing should be reported: {stage}")


def pid_of(remote: Remote) -> int:
    pid = remote.call("pid", report=unheard)
    assert isinstance(pid, int)
    return pid


def test_result_comes_back_from_another_process(shared: Remote) -> None:
    assert shared.call("echo", Path("图 片.jpg"), report=unheard) == Path("图 片.jpg")
    assert pid_of(shared) != os.getpid()


def test_process_is_kept_between_calls(shared: Remote) -> None:
    assert pid_of(shared) == pid_of(shared)


def test_reports_come_in_order_before_the_result(shared: Remote) -> None:
    stages: list[str] = []
    assert shared.call("stages", report=stages.append) == "done"
    assert stages == ["first", "second"]


def test_known_error_comes_back_whole(shared: Remote) -> None:
    with pytest.raises(PictureError) as raised:
        shared.call("refuse", report=unheard)
    assert (raised.value.code, raised.value.facts) == (ErrorCode.TRUNCATED, {"path": Path("图 片.jpg")})


def test_bug_there_is_internal_and_its_traceback_is_in_this_log(
    shared: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(WanwuError) as raised:
        shared.call("stumble", report=unheard)
    assert raised.value.code is ErrorCode.INTERNAL
    assert raised.value.facts["detail"] == "ZeroDivisionError: a bug"
    assert "remote_objects.py" in caplog.text
    assert shared.call("echo", 1, report=unheard) == 1


def test_log_records_cross(shared: Remote, caplog: pytest.LogCaptureFixture) -> None:
    shared.call("warn", report=unheard)
    assert ("tests.service", logging.WARNING, "careful with 图片.jpg") in caplog.record_tuples


def test_many_threads_report_whole_messages(remote: Remote) -> None:
    size = 100_000
    heard: list[str] = []
    assert remote.call("chatter", size, report=heard.append) == "done"
    assert sorted(heard) == sorted(str(number) * size for number in range(4) for _ in range(20))


def test_file_at_which_the_process_hangs_is_named_and_the_next_call_is_answered(remote: Remote) -> None:
    with pytest.raises(WanwuError) as raised:
        remote.call("wait", Path("图 片.jpg"), report=lambda _stage: None, timeout=0.5)
    assert (raised.value.code, raised.value.facts) == (ErrorCode.HUNG, {"path": Path("图 片.jpg")})
    assert remote.call("echo", 1, report=unheard) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_what_a_terminal_sends_to_all_processes_does_not_end_a_child(shared: Remote, number: int) -> None:
    os.kill(pid_of(shared), number)
    assert shared.call("echo", 1, report=unheard) == 1


def test_stopping_in_a_report_does_not_mix_up_the_answers(shared: Remote) -> None:
    def stop(_stage: str) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        shared.call("stages", report=stop)
    assert shared.call("echo", "mine", report=unheard) == "mine"


def test_answer_that_cannot_cross_is_a_bug_and_not_a_death(shared: Remote) -> None:
    with pytest.raises(WanwuError) as raised:
        shared.call("lock", report=unheard)
    assert raised.value.code is ErrorCode.INTERNAL


@pytest.mark.parametrize("death", ["leave", "crash"])
def test_death_is_told_and_the_next_call_has_a_new_process(remote: Remote, death: str) -> None:
    first = pid_of(remote)
    with pytest.raises(WanwuError) as raised:
        remote.call(death, report=unheard)
    assert raised.value.code is ErrorCode.PROCESS_DIED
    assert pid_of(remote) != first


def test_close_leaves_no_process_and_starts_none(remote: Remote) -> None:
    pid = pid_of(remote)
    remote.close()
    remote.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(CancelledError):
        remote.call("pid", report=unheard)


def test_close_from_another_thread_ends_a_call_that_waits(remote: Remote) -> None:
    errors: list[WanwuError] = []

    def wait() -> None:
        try:
            remote.call("sleep", report=lambda _: asleep.set())
        except WanwuError as error:
            errors.append(error)

    asleep = threading.Event()
    thread = threading.Thread(target=wait)
    thread.start()
    assert asleep.wait(20)
    remote.close()
    thread.join(20)
    assert [error.code for error in errors] == [ErrorCode.CANCELLED]


_OWNER = """
import os, signal
from app.core.child_process import Remote
from tests.remote_objects import Service

if __name__ == "__main__":
    remote = Remote(Service, "orphan")
    remote.call("echo", 1, report=print)
    print("started", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_owner_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(_OWNER)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # Ends when nobody has its standard output open any more: neither the owner nor any process it started.
    ended = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout == "started\n"
    assert ended.stderr == ""
