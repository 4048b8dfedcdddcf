"""A bug that nobody has caught: told in the window, and no reason for anything else to be lost."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core import crash_reports, paths
from app.core.settings import with_values
from app.ui.kit.notices import Notices
from app.ui.pages.batch.items.view import ItemsView
from app.ui.shell.bugs import Bugs
from app.ui.shell.window import MainWindow
from tests.ui.pages import batch, performance, recognise

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


def test_bug_in_painting_is_told_once_and_older_reports_stay(bugs: Bugs, qtbot: QtBot, home: Path) -> None:
    class Broken(QWidget):
        painted = 0

        def paintEvent(self, _event: QPaintEvent) -> None:
            self.painted += 1
            fail()

    logs = home / "logs"
    logs.mkdir(exist_ok=True)
    (logs / "crash-20200101-000000-000.txt").write_text("of another day")
    before = set(logs.glob("crash-*.txt"))
    notices, broken = Notices(), Broken()
    qtbot.addWidget(broken)
    bugs.tell_in(notices, None)
    notices.changed.connect(broken.update)  # what lies under a notice is painted again
    broken.show()
    qtbot.waitUntil(lambda: broken.painted > 1)
    for _ in range(30):
        broken.update()
        qtbot.wait(1)
    assert len(set(logs.glob("crash-*.txt")) - before) == 1
    assert before < set(logs.glob("crash-*.txt"))
    assert len(notices.shown) == 1


def test_page_that_cannot_begin_takes_nothing_along(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: reported.append(kind))
    monkeypatch.setattr(batch(window), "begin", fail)
    window.begin([PANDA])
    qtbot.waitUntil(lambda: recognise(window).session.counts()[2] == 1)
    assert reported == [ZeroDivisionError]


def test_page_that_cannot_be_made_says_so_and_takes_no_other_along(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: reported.append(kind))

    def make() -> Iterator[None]:
        yield
        fail()

    broken = performance(window)
    monkeypatch.setattr(broken, "make", make)
    for page in (broken, batch(window)):
        page.prepared.emit()
    qtbot.waitUntil(lambda: batch(window).is_made, timeout=10_000)
    for _ in range(2):
        window.show_page("performance")
        window.show_page("recognise")
    assert reported == [ZeroDivisionError]
    assert "没能打开" in "".join(label.text() for label in broken.findChildren(QLabel))
    window.current.change(with_values(window.current.settings, theme="dark"))
    assert reported == [ZeroDivisionError]


def test_closing_ends_the_threads_of_all_pages_though_one_cannot_be_made(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performance(window), "make", fail)
    for page in (performance(window), batch(window)):
        page.prepared.emit()
    while batch(window).make_on() and not batch(window).findChildren(ItemsView):
        pass
    window.close()
    assert not {"items", "batch-files"} & {thread.name for thread in threading.enumerate()}
