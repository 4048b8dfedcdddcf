"""Of what is asked again and again only the newest answer counts."""

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.core.jobs import JobContext
from app.ui.tasks import Latest, Tasks


class Desk:
    """A worker that does its first job only when `gate` opens; `done` are jobs, `heard` answers."""

    def __init__(self) -> None:
        self.tasks = Tasks("desk")
        self.latest = Latest(self.tasks)
        self.gate = threading.Event()
        self.done: list[str] = []
        self.heard: list[object] = []

    def work(self, answer: str) -> Callable[[JobContext], str]:
        def work(_context: JobContext) -> str:
            self.gate.wait(20)
            self.done.append(answer)
            return answer

        return work

    def ask(self, question: str) -> None:
        self.latest.ask(question, self.work(question), self.heard.append)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.gate.set()
    made.tasks.shut_down()


def test_twenty_refreshes_are_two_jobs(desk: Desk, qtbot: QtBot) -> None:
    for _ in range(20):
        desk.ask("charts")
    desk.gate.set()
    qtbot.waitUntil(lambda: len(desk.heard) == 2)
    assert desk.done == ["charts", "charts"]


def test_only_the_last_of_many_questions_is_answered(desk: Desk, qtbot: QtBot) -> None:
    for number in range(12):
        desk.ask(f"picture {number}")
    desk.gate.set()
    qtbot.waitUntil(lambda: bool(desk.heard))
    assert desk.heard == ["picture 11"]
    assert len(desk.done) <= 2, "the one that had begun, and the last"


def test_what_is_dropped_is_not_heard(desk: Desk, qtbot: QtBot) -> None:
    desk.ask("old")
    desk.ask("old")
    desk.latest.drop()
    desk.ask("new")
    desk.gate.set()
    qtbot.waitUntil(lambda: bool(desk.heard))
    assert desk.heard == ["new"]
