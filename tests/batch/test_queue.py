"""Several runs: one after the other, paused and cancelled by whoever wants it, never twice at once."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from app.batch.control import Control, holding
from app.batch.options import stored_options
from app.batch.queue import Began, Ended, RunQueue
from app.batch.runner import Progress
from app.core.errors import CancelledError, ErrorCode, ModelError, StoreError
from app.core.settings import Settings
from app.models.library import Model, open_model, trust_file
from app.models.trust import revoke
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.items import Items
from app.store.records import FoundFile, RunState, Wanted
from app.store.runs import Runs, database_file
from tests.batch.test_recovery import database, new_run, pictures

__all__ = ["database"]

_TIMEOUT_S = 60


@pytest.fixture(autouse=True)
def forget_other_runs(database: Database, model: Model) -> None:
    assert model.file.exists()
    for stored in Runs(database).all():
        Runs(database).delete(stored.id)


def work(queue: RunQueue) -> list[Any]:
    heard: list[Any] = []
    queue.work(heard.append)
    return [event for event in heard if isinstance(event, Began | Ended)]


def test_runs_are_done_in_the_order_in_which_they_were_asked_for(database: Database, tmp_path: Path) -> None:
    first = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    killed = new_run(database, pictures(tmp_path / "b", "1.jpg", "2.jpg"))
    Runs(database).set_state(killed, RunState.RUNNING)
    paused = new_run(database, pictures(tmp_path / "c", "1.jpg"))
    Control(database).want(paused, Wanted.PAUSE)
    expected = [Began(first), Ended(first, RunState.DONE), Began(killed), Ended(killed, RunState.DONE)]
    assert work(RunQueue()) == expected
    stored = Runs(database).get(killed)
    assert stored is not None
    assert stored.counts.done == 2
    assert stored.engine is not None
    assert (stored.engine.name, len(stored.model_hash)) == ("torchscript", 64)
    Control(database).want(paused, Wanted.RUN)
    assert work(RunQueue())[-1] == Ended(paused, RunState.DONE)


def test_run_that_is_being_deleted_is_not_gone_on_with(database: Database, tmp_path: Path) -> None:
    deleted = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    Control(database).hide(deleted)
    assert Runs(database).all() == []
    assert work(RunQueue()) == []
    assert Control(database).bring_back(deleted)
    assert work(RunQueue())[-1] == Ended(deleted, RunState.DONE)


def test_folder_of_a_deleted_run_is_a_new_run_also_for_another_program(
    database: Database, tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "a", "1.jpg")
    deleted = new_run(database, folder)
    Control(database).hide(deleted)
    other = new_run(database, folder)
    assert other != deleted
    Control(database).clear_away(older_than=60)
    assert Control(database).bring_back(deleted), "it was deleted a moment ago"
    Control(database).hide(deleted)
    Control(database).clear_away(older_than=-60)
    assert not Control(database).bring_back(deleted)
    assert [run.id for run in Runs(database).all()] == [other]


def test_run_that_is_worked_on_is_not_deleted(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    with holding(run), pytest.raises(StoreError) as raised:
        Control(database).hide(run)
    assert raised.value.code is ErrorCode.RUN_BUSY
    assert [each.id for each in Runs(database).all()] == [run]


def test_run_that_cannot_be_done_does_not_hold_up_the_next(database: Database, tmp_path: Path) -> None:
    bad = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    with database.transaction():
        database.execute("UPDATE runs SET model_hash = 'another' WHERE id = ?", (bad,))
    good = new_run(database, pictures(tmp_path / "b", "1.jpg"))
    events = work(RunQueue())
    assert events[1].error.code is ErrorCode.RUN_MODEL_DIFFERS
    assert events[-1] == Ended(good, RunState.DONE)
    stored = Runs(database).get(bad)
    assert stored is not None
    assert (stored.state, stored.error) == (RunState.FAILED, "run_model_differs")


def test_cancelled_run_keeps_what_is_done_and_can_go_on(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", *(f"{number}.jpg" for number in range(150))))

    def cancel(event: Any) -> None:
        if isinstance(event, Progress):
            with Database(database_file()) as other:
                Control(other).want(run, Wanted.CANCEL)

    RunQueue().work(cancel)
    stored = Runs(database).get(run)
    assert stored is not None
    assert stored.state is RunState.CANCELLED
    assert 0 < stored.counts.done < 150
    Control(database).want(run, Wanted.RUN)
    assert work(RunQueue())[-1] == Ended(run, RunState.DONE)
    assert Runs(database).counts(run).done == 150


def test_folder_that_vanishes_pauses_its_run_until_it_is_back(database: Database, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "a", *(f"{number:03}.jpg" for number in range(150)))
    run = new_run(database, folder)
    queue, pulled = RunQueue(), tmp_path / "pulled"
    events: list[Ended] = []

    def pull_and_plug(event: Any) -> None:
        if isinstance(event, Progress) and not events and not pulled.exists():
            folder.rename(pulled)
            folder.mkdir()  # where the drive was
        if isinstance(event, Ended):
            events.append(event)
            stored = Runs(database).get(run)
            assert stored is not None
            if stored.state is RunState.PAUSED:
                assert (stored.error, stored.counts.failed) == ("folder_gone", 0)
                assert not Control(database).can_go_on(stored)
                folder.rmdir()
                pulled.rename(folder)

    queue.work(pull_and_plug)
    assert [(event.state, event.error and event.error.code) for event in events] == [
        (RunState.PAUSED, ErrorCode.FOLDER_GONE),
        (RunState.DONE, None),
    ]
    assert Runs(database).counts(run).done == 150


def test_pictures_that_were_moved_away_do_not_tell_that_a_folder_is_back(
    database: Database, tmp_path: Path
) -> None:
    run = new_run(database, tmp_path / "pulled")
    moved, left = (FoundFile(tmp_path / name, 1, 1) for name in ("sorted.jpg", "pulled/left.jpg"))
    Items(database, run).add([moved])
    moved.path.touch()
    Runs(database).set_state(run, RunState.PAUSED, ErrorCode.FOLDER_GONE)
    stored = Runs(database).get(run)
    assert stored is not None
    assert not Control(database).can_go_on(stored)
    Items(database, run).add([left])
    left.path.parent.mkdir()  # where the drive was
    assert not Control(database).can_go_on(stored)
    left.path.touch()
    assert Control(database).can_go_on(stored)


def test_run_of_another_program_is_left_to_it(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    other = new_run(database, pictures(tmp_path / "b", "1.jpg"))
    heard: list[Any] = []
    is_done = threading.Event()

    def listen(event: Any) -> None:
        heard.append(event)
        if event == Ended(other, RunState.DONE):
            is_done.set()

    thread = threading.Thread(target=RunQueue().work, args=(listen,), daemon=True)
    with holding(run):
        thread.start()
        assert is_done.wait(_TIMEOUT_S)
        with pytest.raises(StoreError) as raised:
            Control(database).forget(run)
        assert raised.value.code is ErrorCode.RUN_BUSY
        assert Began(run) not in heard
    thread.join(_TIMEOUT_S)  # it goes on with what another program has let go: that may have been killed
    assert heard[-1] == Ended(run, RunState.DONE)


def test_closing_in_the_middle_loses_nothing(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", *(f"{number}.jpg" for number in range(100))))
    queue, begun = RunQueue(), threading.Event()

    def listen(event: Any) -> None:
        if isinstance(event, Progress):
            begun.set()

    def close() -> None:
        begun.wait(_TIMEOUT_S)
        queue.close()

    closer = threading.Thread(target=close, daemon=True)
    closer.start()
    with pytest.raises(CancelledError):
        queue.work(listen)
    closer.join(_TIMEOUT_S)
    assert work(RunQueue())[-1] == Ended(run, RunState.DONE)
    assert Runs(database).counts(run).done == 100


@pytest.mark.parametrize("wish", [Wanted.RUN, Wanted.PAUSE, Wanted.CANCEL])
def test_a_run_that_is_held_waits_and_does_what_is_wanted_meanwhile(
    database: Database, tmp_path: Path, wish: Wanted
) -> None:
    run = new_run(database, pictures(tmp_path / "a", *(f"{number}.jpg" for number in range(100))))
    queue = RunQueue()
    heard: list[Any] = []

    def listen(event: Any) -> None:
        heard.append(event)
        if isinstance(event, Progress):
            queue.hold(True)

    queue.work(listen)
    assert heard[-1] == Ended(run, RunState.WAITING)
    assert work(queue) == [], "nothing is begun meanwhile"
    stored = Runs(database).get(run)
    assert stored is not None
    assert (stored.state, stored.wanted) == (RunState.WAITING, Wanted.RUN), "also after a kill it goes on"
    Control(database).want(run, wish)
    queue.hold(False)
    assert work(queue) == ([Began(run), Ended(run, RunState.DONE)] if wish is Wanted.RUN else [])


def test_a_run_that_nobody_can_lock_is_told_once_and_holds_up_no_other(
    database: Database, tmp_path: Path
) -> None:
    bad = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    good = new_run(database, pictures(tmp_path / "b", "1.jpg"))
    lock = database.file.parent / f"run-{bad}.lock"
    lock.mkdir()
    queue, looks = RunQueue(), list[float | None]()

    class Looks(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            looks.append(timeout)
            if len(looks) == 3:
                lock.rmdir()  # what was in the way is gone
            return len(looks) > 9

    queue._closing = Looks()
    events = work(queue)
    assert [(type(event), event.run) for event in events] == [
        (kind, run) for run in (bad, good, bad) for kind in (Began, Ended)
    ]
    assert events[1].error.code is ErrorCode.STORE_UNWRITABLE
    assert events[-1] == Ended(bad, RunState.DONE)


def test_run_whose_model_is_not_trusted_is_not_thrown_away_for_a_new_one(
    database: Database, model: Model, tmp_path: Path
) -> None:
    options = {"model": str(shutil.copy(model.file, tmp_path / "foreign.pt"))}
    run = Runs(database).create(tmp_path, options)
    with pytest.raises(ModelError) as raised:
        Control(database).start_again(run)
    assert raised.value.code is ErrorCode.MODEL_UNTRUSTED
    assert [stored.id for stored in Runs(database).all()] == [run]


def test_run_of_an_earlier_version_with_a_model_from_elsewhere_goes_on(
    database: Database, model: Model, tmp_path: Path
) -> None:
    file = shutil.copy(model.file, tmp_path / "foreign.pt")
    trust_file(str(file))
    options = Options.of(Settings(model=str(file)))
    run = Runs(database).create(pictures(tmp_path / "a", "1.jpg"), stored_options(options, recursive=True))
    with database.transaction():
        database.execute("UPDATE runs SET model_hash = ? WHERE id = ?", (model.sha256, run))
    assert work(RunQueue())[-1] == Ended(run, RunState.DONE)
    stored = Runs(database).get(run)
    assert stored is not None
    assert stored.model_hash == open_model(str(file)).sha256 != model.sha256
    assert revoke(str(file))


def test_run_started_again_begins_with_nothing(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    RunQueue().work(lambda _event: None)
    again = Control(database).start_again(run)
    assert Runs(database).counts(again).total == 0
    assert work(RunQueue())[-1] == Ended(again, RunState.DONE)
    assert [stored.id for stored in Runs(database).all()] == [again]


def test_a_lock_that_cannot_be_made_is_told_as_an_error(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    (database.file.parent / f"run-{run}.lock").mkdir()
    with pytest.raises(StoreError) as raised:
        Control(database).forget(run)
    assert raised.value.code is ErrorCode.STORE_UNWRITABLE
