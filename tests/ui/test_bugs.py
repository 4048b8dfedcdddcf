"""A bug that nobody has caught: told in the window, and no reason for anything else to be lost."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core import crash_reports, paths
from app.ui.kit.notices import Notices
from app.ui.shell.bugs import Bugs
from app.ui.shell.window import MainWindow
from tests.ui.pages import batch, recognise

PANDA = paths.resource("samples", "panda.jpg")


@pytest.fixture
def bugs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bugs]:
    hooks = sys.excepthook, threading.excepthook
    monkeypatch.setattr("faulthandler.enable", lambda file: file.close())  # it is pytest's
    found = Bugs()
    crash_reports.watch(found.found.emit)
    yield found
    sys.excepthook, threading.excepthook = hooks


def fail() -> None:
    raise ZeroDivisionError


def test_bug_in_any_thread_is_told_with_its_report(bugs: Bugs, qtbot: QtBot, home: Path) -> None:
    notices = Notices()
    bugs.tell_in(notices, None)
    for _ in range(3):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    *_, report = sorted((home / "logs").glob("crash-*.txt"), key=lambda file: file.stat().st_mtime_ns)
    qtbot.waitUntil(lambda: [report.name in notice.sentence for notice in notices.shown] == [True])


def test_page_that_cannot_begin_takes_nothing_along(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: reported.append(kind))
    monkeypatch.setattr(batch(window), "begin", fail)
    window.begin([PANDA])
    qtbot.waitUntil(lambda: recognise(window).session.counts()[2] == 1)
    assert reported == [ZeroDivisionError]
