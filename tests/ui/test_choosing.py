"""A new user gets the fastest engine without knowing what an engine is."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from app.core import paths
from app.core.errors import CancelledError
from app.core.stages import Report
from app.engines.selection import EnginesKey
from app.recognition import fastest
from app.recognition.fastest import Choice
from app.ui.pages.recognise import choosing
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Drop, Open
from tests.ui.pages import recognise

PANDA = paths.resource("samples", "panda.jpg")


class Measuring:
    """A chooser whose measuring takes as long as the test wants."""

    begun: list["Measuring"]

    def __init__(self, key: EnginesKey) -> None:
        self.begun.append(self)
        self.may_end, self.cancelled, self._key = threading.Event(), False, key

    def choose(self, report: Report) -> Choice:
        report("auto_measure")
        self.may_end.wait()
        if self.cancelled:
            raise CancelledError
        choice = Choice("torchscript-bf16", (("torchscript-bf16", 5.0), ("torchscript", 9.0)))
        fastest.keep(self._key, choice)
        return choice

    def cancel(self) -> None:
        self.cancelled = True
        self.may_end.set()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[list[Measuring]]:
    """The measurements that were begun, on a machine with nothing else to do."""
    Measuring.begun = []
    monkeypatch.setattr(choosing, "Chooser", Measuring)
    monkeypatch.setattr(psutil, "cpu_percent", lambda: 3.0)
    yield Measuring.begun
    (home / "data" / "choices.json").unlink(missing_ok=True)


def opened(open_with: Open, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window that looks every few milliseconds whether the machine is idle."""
    monkeypatch.setattr(choosing, "_LOOK_MS", 5)
    return open_with()


def test_the_fastest_engine_is_found_while_nothing_else_happens_and_said_in_a_line(
    open_with: Open, begun: list[Measuring], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = opened(open_with, monkeypatch)
    qtbot.waitUntil(lambda: len(begun) == 1)
    assert recognise(window).session.engine == "torchscript", "which answers meanwhile"
    begun[0].may_end.set()
    qtbot.waitUntil(lambda: recognise(window).session.engine == "torchscript-bf16")
    assert "TorchScript bf16" in window.current.notices.shown[-1].sentence
    assert window.current.settings.engine == "auto"


def test_a_picture_comes_before_the_measuring_which_begins_anew_after_it(
    open_with: Open, begun: list[Measuring], monkeypatch: pytest.MonkeyPatch, drop: Drop, qtbot: QtBot
) -> None:
    window = opened(open_with, monkeypatch)
    qtbot.waitUntil(lambda: len(begun) == 1)
    drop(window, [PANDA])
    assert begun[0].cancelled
    qtbot.waitUntil(lambda: len(begun) == 2)


def test_nothing_is_measured_beside_a_batch_run_nor_on_a_busy_machine(
    open_with: Open, begun: list[Measuring], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(psutil, "cpu_percent", lambda: 60.0)
    window = opened(open_with, monkeypatch)
    qtbot.wait(60)
    assert not begun
    run = window.current.activities.begin("识别 猫", page="batch")
    monkeypatch.setattr(psutil, "cpu_percent", lambda: 3.0)
    qtbot.wait(60)
    assert not begun
    run.end()
    qtbot.waitUntil(lambda: len(begun) == 1)
    window.current.activities.begin("识别 狗", page="batch")
    assert begun[0].cancelled


def test_who_has_chosen_an_engine_keeps_it(
    open_with: Open, begun: list[Measuring], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(choosing, "_LOOK_MS", 5)
    window = open_with(engine="torchscript")
    qtbot.wait(60)
    assert not begun
    recognise(window).toolbar.choose_engine("auto")
    assert len(begun) == 1, "who asks for it does not wait for an idle machine"
    recognise(window).toolbar.choose_engine("eager")
    assert begun[0].cancelled
