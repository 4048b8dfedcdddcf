"""A run is seen through: processes that die, decoders that hang, wishes of the user."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.batch.control import Control, labels_of_run
from app.batch.options import stored_options
from app.batch.recovery import Supervisor
from app.batch.runner import BatchRunner, Progress
from app.core import paths
from app.core.errors import CancelledError, ErrorCode, StoreError, WanwuError
from app.core.results import Failure, Recognition
from app.core.settings import Settings
from app.labels import load_labels
from app.models.library import Model
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.records import RunState, Wanted
from app.store.rows import answers
from app.store.runs import Runs, database_file
from tests.batch.runners import CrashingRunner, HangingRunner, LoadingRunner, StumblingRunner


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    assert home in database_file().parents
    opened = Database(database_file())
    yield opened
    opened.close()


def pictures(folder: Path, *names: str) -> Path:
    """A folder with the same good picture under several names."""
    folder.mkdir()
    for name in names:
        shutil.copy(paths.resource("samples", "panda.jpg"), folder / name)
    return folder


def new_run(database: Database, folder: Path) -> int:
    return Runs(database).create(folder, stored_options(Options.of(Settings()), recursive=True))


def ignore(_progress: Any) -> None:
    """Listens to nothing."""


def codes(database: Database, run: int, model: Model) -> dict[str, ErrorCode | None]:
    """For each file its error, or None for an answer."""
    found = [answer.model for answer in answers(database, run, model.labels)]
    return {answer.path.name: answer.code if isinstance(answer, Failure) else None for answer in found}


def test_file_that_crashes_the_decoder_twice_is_put_aside_and_the_others_are_answered(
    database: Database, model: Model, tmp_path: Path
) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg", "2 crash.jpg", "3.jpg", "4.jpg"))
    assert Supervisor(run, CrashingRunner).work(ignore) is RunState.DONE
    expected = {"1.jpg": None, "2 crash.jpg": ErrorCode.QUARANTINED, "3.jpg": None, "4.jpg": None}
    assert codes(database, run, model) == expected


def test_decoder_that_hangs_is_given_up_and_named(database: Database, model: Model, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg", "2 hang.jpg", "3.jpg"))
    assert Supervisor(run, HangingRunner).work(ignore) is RunState.DONE
    assert codes(database, run, model) == {"1.jpg": None, "2 hang.jpg": ErrorCode.HUNG, "3.jpg": None}


def test_paused_run_keeps_what_is_done_and_goes_on_later(
    database: Database, model: Model, tmp_path: Path
) -> None:
    names = [f"{number:03}.jpg" for number in range(150)]
    run = new_run(database, pictures(tmp_path / "a", *names))

    def pause_at_once(progress: Any) -> None:
        if isinstance(progress, Progress):
            other = Database(database_file())
            Runs(other).want(run, Wanted.PAUSE)
            other.close()

    assert Supervisor(run).work(pause_at_once) is RunState.PAUSED
    done = Runs(database).counts(run).done
    assert 0 < done < 150
    Runs(database).want(run, Wanted.RUN)
    assert Supervisor(run).work(ignore) is RunState.DONE
    assert codes(database, run, model) == dict.fromkeys(names)


def test_run_stops_at_once_though_the_model_is_still_being_loaded(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))

    def cancel(stage: Any) -> None:
        if stage == "loading":
            with Database(database_file()) as other:
                Runs(other).want(run, Wanted.CANCEL)

    assert Supervisor(run, LoadingRunner).work(cancel) is RunState.CANCELLED


def test_bug_in_the_scan_does_not_make_a_finished_run(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    with pytest.raises(WanwuError) as raised:
        Supervisor(run, StumblingRunner).work(ignore)
    assert raised.value.code is ErrorCode.INTERNAL
    assert "a bug in the scan" in str(raised.value)
    stored = Runs(database).get(run)
    assert stored is not None
    assert (stored.state, stored.error) == (RunState.FAILED, "internal")


def test_folder_that_is_given_again_while_it_is_worked_on_is_looked_through_again(
    database: Database, model: Model, tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "a", *(f"{number:03}.jpg" for number in range(60)))
    run = new_run(database, folder)

    def give_again(progress: Any) -> None:
        late = folder / "late.jpg"
        if isinstance(progress, Progress) and not progress.scanning and not late.exists():
            shutil.copy(folder / "000.jpg", late)
            with Database(database_file()) as other:
                assert (
                    Control(other).start(folder, stored_options(Options.of(Settings()), recursive=True))
                    == run
                )

    assert Supervisor(run).work(give_again) is RunState.DONE
    assert codes(database, run, model)["late.jpg"] is None


def test_two_programs_do_not_work_on_the_same_run(database: Database, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    first, started, refused, ended = Supervisor(run), threading.Event(), threading.Event(), threading.Event()

    def dawdle(_progress: Any) -> None:
        started.set()
        refused.wait(60)

    def work() -> None:
        with pytest.raises(CancelledError):
            first.work(dawdle)
        ended.set()

    threading.Thread(target=work, daemon=True).start()
    assert started.wait(60)
    with pytest.raises(StoreError) as raised:
        Supervisor(run).work(ignore)
    assert raised.value.code is ErrorCode.RUN_BUSY
    first.close()
    refused.set()
    assert ended.wait(30)


@pytest.mark.usefixtures("cold_start")
def test_answers_are_those_of_a_single_recognition(database: Database, model: Model, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    Supervisor(run, BatchRunner).work(ignore)
    (answer,) = answers(database, run, model.labels)
    assert isinstance(answer.model, Recognition)
    assert answer.model.predictions[0].label == "大熊猫"
    assert answer.model.engine.threads == 1


def test_run_goes_on_in_the_names_that_it_began_with(
    database: Database, model: Model, tmp_path: Path
) -> None:
    before, runs = load_labels("imagenet1k-1"), Runs(database)
    run = new_run(database, pictures(tmp_path / "a", "1.jpg"))
    assert BatchRunner().run(run, ignore) is RunState.DONE
    new = runs.get(run)
    assert new is not None
    assert labels_of_run(new).text == model.labels.text
    runs.set_labels(run, before)
    shutil.copy(tmp_path / "a" / "1.jpg", tmp_path / "a" / "2.jpg")
    assert BatchRunner().run(run, ignore) is RunState.DONE
    last = list(answers(database, run, before))[-1].model
    assert isinstance(last, Recognition)
    assert (last.path.name, last.predictions[0].label) == ("2.jpg", "大熊猫")
    assert last.group is not None
    assert last.group.path == last.predictions[0].group == ("动物", "其他哺乳动物")
