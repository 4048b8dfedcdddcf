"""The strip's pictures: found, recognised, given up; and what is not brought back."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.child_process import Remote
from app.core.errors import ErrorCode
from app.core.results import Failure
from app.core.settings import Settings
from app.recognition.predictor import Options
from app.ui.pages.recognise import session as session_module
from app.ui.pages.recognise.session import Session
from app.ui.shell.window import MainWindow
from tests.ui.pages import recognise
from tests.ui.stand_ins import BlindPredictor

_TIMEOUT_MS = 60_000


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    """A session without a window; its predictor is a stand-in."""
    assert qapp
    made = Session(Settings())
    made._predictor = Remote(BlindPredictor, "predictor")
    yield made
    made.shut_down()


def test_clearing_while_a_folder_is_looked_through_brings_nothing_back(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.jpg").touch()

    def clear() -> None:
        session.stop_searching()
        session.remove(list(session.model.pictures))

    session.added.connect(clear)
    session.add([tmp_path])
    qtbot.waitUntil(lambda: session.model.rowCount() == 0 and not session._scans, timeout=_TIMEOUT_MS)
    idle: list[object] = []
    session._scanning.run(lambda _context: None, ended=lambda: idle.append(True))
    qtbot.waitUntil(lambda: bool(idle), timeout=_TIMEOUT_MS)
    assert session.model.rowCount() == 0


def test_closing_while_a_search_finds_nothing_ends_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking: list[bool] = []

    def without_end(_paths: object, *, recursive: bool, check: Callable[[], None]) -> Iterator[Path]:
        while recursive:
            check()
            looking.append(True)
            time.sleep(0)
        yield Path()

    monkeypatch.setattr(session_module, "expand", without_end)
    recognise(window).session.add([Path()])
    qtbot.waitUntil(lambda: bool(looking), timeout=_TIMEOUT_MS)
    window.close()
    assert not window.isVisible()


def test_medians_are_of_pictures_that_both_engines_have_done(session: Session) -> None:
    key = Options.of(Settings()).key
    session.model.append([Path("a"), Path("b"), Path("c")])
    both, other, eager = session.model.pictures
    both.inference_ms = {(key, "eager"): 30.0, (key, "torchscript"): 10.0}
    other.inference_ms = {(key, "torchscript"): 500.0}
    eager.inference_ms = {(key, "eager"): 900.0}
    assert session.medians("eager", "torchscript") == (30.0, 10.0, 1)
    assert session.medians("eager", "openvino") is None


def test_a_picture_that_takes_for_ever_is_given_up_and_the_next_one_answered(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "_SECONDS_FOR_A_PICTURE", 1.0)
    session.add([Path("stuck"), Path("next")])
    qtbot.waitUntil(lambda: session.counts() == (2, 2, 2), timeout=_TIMEOUT_MS)
    stuck, following = (picture.answer for picture in session.model.pictures)
    assert isinstance(stuck, Failure)
    assert stuck.code == ErrorCode.HUNG
    assert isinstance(following, Failure)
    assert following.code == ErrorCode.NOT_FOUND


def test_while_engines_are_measured_only_what_is_looked_at_is_recognised(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    for number in range(6):
        (tmp_path / f"{number}.jpg").touch()
    told: list[str] = []
    session.notice.connect(told.append)
    session.make_way(True)
    session.add([tmp_path])
    qtbot.waitUntil(lambda: session.model.rowCount() == 6, timeout=_TIMEOUT_MS)
    session.select(session.model.pictures[3])
    qtbot.waitUntil(lambda: session.counts()[0] == 1, timeout=_TIMEOUT_MS)
    assert session.model.pictures[3].answer is not None
    assert len(told) == 1, "that the others wait is said, once"
    session.make_way(False)
    qtbot.waitUntil(lambda: session.counts()[0] == 6, timeout=_TIMEOUT_MS)
