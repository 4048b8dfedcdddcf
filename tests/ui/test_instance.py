"""One window for each user: real processes, as a file manager starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.ui.shell import instance as instance_module
from app.ui.shell.instance import Call, HandedOver, Instance
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from app.ui.shell.application import Application

_PATIENCE_S = 60
# Opens a window that answers further starts, and writes down what it is given.
_PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QObject, Signal
from app.__main__ import main
from app.ui.shell import application

class Window(QObject):
    closing = Signal()
    def open(self, paths):
        with Path(sys.argv[1]).open("ab") as log:
            log.write(b"|".join(bytes(path) for path in paths) + b"\\n")

def run_window(paths, instance):
    app = application.QApplication(["wanwu"])
    window = Window()
    starts = application.FurtherStarts(instance, window)
    starts.listen()
    window.open([Path(path).absolute() for path in paths])
    return app.exec()

application.run_window = run_window
sys.exit(main(sys.argv[2:]))
"""


class Starts:
    """Starts of the program by one user.

    Attributes:
        log: a line for each time that files came to a window, and one when a window opens.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "log"
        self._environment = os.environ | {"WANWU_HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str | bytes, cwd: Path | None = None) -> subprocess.Popen[bytes]:
        environment = self._environment | {"PYTHONPATH": str(Path(__file__).parents[2])}
        words = [sys.executable, "-c", _PROGRAM, str(self.log), *arguments]
        process = subprocess.Popen(words, env=environment, cwd=cwd or self.folder)
        self._processes.append(process)
        return process

    def told(self, least: int) -> list[bytes]:
        """What came to windows, once it is so much."""
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            lines = self.log.read_bytes().splitlines() if self.log.exists() else []
            if len(lines) >= least:
                return lines
            time.sleep(0.05)
        raise AssertionError(f"only {lines}")

    def running(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self._processes if process.poll() is None]

    def end(self) -> None:
        for process in self.running():
            process.kill()
            process.wait()


@pytest.fixture
def starts(tmp_path: Path) -> Iterator[Starts]:
    made = Starts(tmp_path)
    yield made
    made.end()


def test_a_further_start_hands_its_files_over_and_ends(starts: Starts) -> None:
    first = starts.start()
    assert starts.told(1) == [b""]
    below = starts.folder / "图 片"
    below.mkdir()
    odd = b"caf\xe9.jpg"
    second = starts.start("--", b"./" + odd, str(below), "", cwd=below)
    assert second.wait(_PATIENCE_S) == 0
    assert starts.told(2)[1] == os.fsencode(below) + b"/" + odd + b"|" + os.fsencode(below)
    assert starts.running() == [first]


def test_a_start_without_files_brings_the_window_to_the_front(starts: Starts) -> None:
    starts.start()
    starts.told(1)
    assert starts.start().wait(_PATIENCE_S) == 0
    assert starts.told(2) == [b"", b""]


def test_several_starts_at_the_same_moment_end_in_one_window_with_all_files(starts: Starts) -> None:
    names = [f"/{number}.jpg" for number in range(4)]
    for name in names:
        starts.start(name)
    lines = starts.told(4)
    assert sorted(lines) == [name.encode() for name in names]
    end = time.monotonic() + _PATIENCE_S
    while len(starts.running()) > 1 and time.monotonic() < end:
        time.sleep(0.05)
    assert len(starts.running()) == 1


def test_another_window_opens_when_it_is_asked_for(starts: Starts) -> None:
    starts.start()
    starts.told(1)
    starts.start("--new-window", "/a.jpg")
    assert starts.told(2)[1] == b"/a.jpg"
    assert len(starts.running()) == 2
    assert starts.start("/b.jpg").wait(_PATIENCE_S) == 0


def test_after_a_kill_the_next_start_opens_a_window_that_takes_files(starts: Starts) -> None:
    first = starts.start()
    starts.told(1)
    first.kill()
    first.wait()
    starts.start("/a.jpg")
    assert starts.told(2)[1] == b"/a.jpg"
    assert starts.start("/b.jpg").wait(_PATIENCE_S) == 0
    assert starts.told(3)[2] == b"/b.jpg"


def test_a_window_that_hangs_blocks_no_further_start_and_gets_no_files_later(starts: Starts) -> None:
    first = starts.start()
    starts.told(1)
    first.send_signal(signal.SIGSTOP)
    second = starts.start("/a.jpg")
    assert starts.told(2)[1] == b"/a.jpg"
    assert second.poll() is None
    first.send_signal(signal.SIGCONT)
    assert starts.start("/b.jpg").wait(_PATIENCE_S) == 0
    assert starts.told(3) == [b"", b"/a.jpg", b"/b.jpg"]


def test_other_folders_for_settings_have_windows_of_their_own(starts: Starts, tmp_path: Path) -> None:
    starts.start()
    starts.told(1)
    other = Starts(tmp_path / "other")
    other.folder.mkdir()
    other.start()
    assert other.told(1) == [b""]
    other.end()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Instance]:
    """Makes what stands for one start, in a folder of its own."""
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    return Instance


def test_what_is_no_message_is_passed_over(
    qtbot: QtBot, qapp: Application, place: Callable[[], Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qapp
    first, second = place(), place()
    assert first.take()
    heard: list[HandedOver] = []

    def hear(what: Call | HandedOver) -> None:
        if isinstance(what, Call):
            what.awake.set()
        else:
            heard.append(what)

    tasks = Tasks("instance")
    tasks.run(lambda context: first.serve(context.report), progress=hear)
    assert not second.take()
    for message in (b"", b"\xff", b"[]", json.dumps({"paths": 3}).encode(), b"[" * 100_000, b"x" * (9 << 20)):
        with monkeypatch.context() as patch:
            patch.setattr(instance_module, "_message", lambda _paths, message=message: message)
            handed = Tasks("second")
            answers: list[bool] = []
            handed.run(lambda _context: second.hand_over(["/a"]), answers.append)
            qtbot.waitUntil(partial(bool, answers), timeout=_PATIENCE_S * 1000)
            handed.shut_down()
            assert answers == [False]
    assert heard == []
    first.close()
    tasks.shut_down()
    assert second.take()


def test_a_window_that_closes_while_files_come_leaves_them_to_the_further_start(
    qtbot: QtBot, qapp: Application, place: Callable[[], Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qapp
    monkeypatch.setattr(instance_module, "_PATIENCE_S", 0.5)
    first, second = place(), place()
    assert first.take()

    def hear(what: Call | HandedOver) -> None:
        if isinstance(what, Call):
            what.awake.set()
        else:  # and nobody takes them
            first.close()

    tasks, handed = Tasks("instance"), Tasks("second")
    tasks.run(lambda context: first.serve(context.report), progress=hear)
    assert not second.take()
    answers: list[bool] = []
    handed.run(lambda _context: second.hand_over(["/a"]), answers.append)
    qtbot.waitUntil(partial(bool, answers), timeout=_PATIENCE_S * 1000)
    assert answers == [False]
    handed.shut_down()
    tasks.shut_down()


def test_files_belong_to_the_window_or_to_the_further_start_and_never_to_both() -> None:
    files = HandedOver((Path("/a"),))
    assert [files.claim(), files.claim()] == [True, False]
