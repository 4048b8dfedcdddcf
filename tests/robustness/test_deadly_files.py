"""Files that bring the process down: each is named, all others are answered, whatever the order."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.batch.recovery import Supervisor
from app.batch.runner import BatchRunner
from app.core.errors import ErrorCode, WanwuError
from app.core.settings import Settings
from app.models.library import Model
from app.store.database import Database
from app.store.items import Items
from app.store.records import RunState
from app.store.runs import Runs, database_file
from tests.batch.runners import CrashingRunner, HangingRunner
from tests.batch.test_recovery import codes, ignore, new_run, pictures
from tests.robustness.runners import DeadOnArrivalRunner, OutOfMemoryRunner, TellingRunner, UnluckyRunner

pytestmark = pytest.mark.hard


@pytest.fixture
def database(model: Model) -> Iterator[Database]:
    assert model.card.id == Settings().model
    opened = Database(database_file())
    yield opened
    opened.close()


def test_several_deadly_files_are_all_named(database: Database, model: Model, tmp_path: Path) -> None:
    deadly = (0, 1, 2, 3, 4, 69)
    names = [f"{number:02}{' crash' * (number in deadly)}.jpg" for number in range(70)]
    run = new_run(database, pictures(tmp_path / "a", *names))
    assert Supervisor(run, CrashingRunner).work(ignore) is RunState.DONE
    expected = {name: ErrorCode.QUARANTINED if "crash" in name else None for name in names}
    assert codes(database, run, model) == expected


def test_file_for_which_the_system_kills_the_process_is_named(
    database: Database, model: Model, tmp_path: Path
) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg", "2 huge.jpg", "3.jpg"))
    assert Supervisor(run, OutOfMemoryRunner).work(ignore) is RunState.DONE
    expected = {"1.jpg": None, "2 huge.jpg": ErrorCode.QUARANTINED, "3.jpg": None}
    assert codes(database, run, model) == expected


def test_file_at_which_the_process_died_once_is_answered(
    database: Database, model: Model, tmp_path: Path
) -> None:
    names = ["1 once.jpg", "2.jpg", "3.jpg"]
    run = new_run(database, pictures(tmp_path / "a", *names))
    assert Supervisor(run, UnluckyRunner).work(ignore) is RunState.DONE
    assert codes(database, run, model) == dict.fromkeys(names)


def test_several_files_at_which_the_decoder_hangs_are_all_named(
    database: Database, model: Model, tmp_path: Path
) -> None:
    names = ["1 hang.jpg", "2 hang.jpg", "3.jpg", "4 hang.jpg", "5.jpg"]
    run = new_run(database, pictures(tmp_path / "a", *names))
    assert Supervisor(run, HangingRunner).work(ignore) is RunState.DONE
    expected = {name: ErrorCode.HUNG if "hang" in name else None for name in names}
    assert codes(database, run, model) == expected


def test_hung_process_does_not_stay_behind(database: Database, model: Model, tmp_path: Path) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1 hang.jpg", "2.jpg"))
    supervisor = Supervisor(run, TellingRunner)
    assert supervisor.work(ignore) is RunState.DONE
    assert codes(database, run, model) == {"1 hang.jpg": ErrorCode.HUNG, "2.jpg": None}
    stayed = psutil.pid_exists(int((tmp_path / "a" / "1 hang.process").read_text()))
    supervisor.close()
    assert not stayed


def test_process_that_dies_before_any_file_ends_the_run_which_can_be_resumed(
    database: Database, model: Model, tmp_path: Path
) -> None:
    names = ["1.jpg", "2.jpg"]
    run = new_run(database, pictures(tmp_path / "a", *names))
    with pytest.raises(WanwuError) as raised:
        Supervisor(run, DeadOnArrivalRunner).work(ignore)
    assert raised.value.code is ErrorCode.PROCESS_DIED
    assert codes(database, run, model) == {}
    assert Supervisor(run, BatchRunner).work(ignore) is RunState.DONE
    assert codes(database, run, model) == dict.fromkeys(names)


def test_deadly_file_is_tried_again_when_the_user_wants_it(
    database: Database, model: Model, tmp_path: Path
) -> None:
    run = new_run(database, pictures(tmp_path / "a", "1.jpg", "2 crash.jpg"))
    Supervisor(run, CrashingRunner).work(ignore)
    assert codes(database, run, model)["2 crash.jpg"] is ErrorCode.QUARANTINED
    Items(database, run).retry_failed()
    assert Supervisor(run, BatchRunner).work(ignore) is RunState.DONE
    assert codes(database, run, model) == {"1.jpg": None, "2 crash.jpg": None}
    assert Runs(database).counts(run).failed == 0
