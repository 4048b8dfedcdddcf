"""Files of a run: known once, answered once, done again when they change, put aside when they kill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import ErrorCode
from app.labels import load_labels
from app.results import EngineInfo, Failure, GroupScore, Prediction, Recognition, Timings
from app.store.database import Database
from app.store.items import Items
from app.store.records import Counts, FoundFile, RunState, Wanted
from app.store.rows import answers
from app.store.runs import Runs

LABELS = load_labels("imagenet1k")
ODD = Path("/图片/\udcff 换\n行 🐼.jpg")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "runs.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def items(database: Database) -> Items:
    return Items(database, Runs(database).create(Path("/图片"), {"model": "lite2"}))


def found(name: str, size: int = 1, mtime_ns: int = 1) -> FoundFile:
    return FoundFile(Path("/图片") / name, size, mtime_ns)


def panda(path: Path) -> Recognition:
    """An answer as the recognizer gives it."""
    label = LABELS.labels[388]
    first = Prediction(388, label.zh, label.en, label.group, 0.9)
    engine = EngineInfo("torchscript", "cpu", "float32", 1, "efficientnet_lite2")
    return Recognition(
        path, (first,), GroupScore(label.group, 0.95), True, Timings(1, 2, 3, 4), engine, (800, 600)
    )


def test_answers_come_back_as_they_were_in_the_order_of_the_files(database: Database, items: Items) -> None:
    items.add([FoundFile(ODD, 1, 1), found("b.jpg")])
    first, second = items.waiting(10)
    assert first.path == ODD
    failure = Failure(second.path, ErrorCode.TRUNCATED, (("path", str(second.path)),))
    items.finish([(second, failure), (first, panda(first.path))])
    assert [answer.model for answer in answers(database, 1, LABELS)] == [panda(ODD), failure]
    assert Runs(database).counts(1) == Counts(total=2, done=1, failed=1, uncertain=0)


def test_known_file_is_not_done_again_unless_it_has_changed(items: Items) -> None:
    items.add([found("a.jpg"), found("b.jpg")])
    items.finish([(task, panda(task.path)) for task in items.waiting(10)])
    items.add([found("a.jpg"), found("b.jpg", mtime_ns=2), found("c.jpg")])
    assert [task.path.name for task in items.waiting(10)] == ["b.jpg", "c.jpg"]


def test_killed_process_costs_no_file_and_a_deadly_one_is_put_aside(database: Database, items: Items) -> None:
    items.add([found("good.jpg"), found("deadly.jpg")])
    items.start(items.waiting(10))
    assert [path.name for path in items.blame()] == ["good.jpg", "deadly.jpg"]
    items.begin()
    good, deadly = items.suspects()
    items.start([good])
    items.finish([(good, panda(good.path))])
    items.start([deadly])
    items.blame()
    items.begin()
    assert items.suspects() == []
    done, aside = (answer.model for answer in answers(database, 1, LABELS))
    assert isinstance(done, Recognition)
    assert isinstance(aside, Failure)
    assert (aside.path.name, aside.code) == ("deadly.jpg", ErrorCode.QUARANTINED)
    assert items.retry_failed() == 1
    assert [task.path.name for task in items.waiting(10)] == ["deadly.jpg"]


def test_kill_of_everything_blames_no_file(items: Items) -> None:
    items.add([found("a.jpg")])
    for _ in range(5):  # nobody is left who could blame
        items.start(items.waiting(10))
        items.begin()
        items.start(items.suspects())
    items.begin()
    assert [task.attempts for task in items.suspects()] == [0]


def test_run_is_found_again_by_its_folder_and_options(database: Database) -> None:
    runs = Runs(database)
    number = runs.create(ODD.parent, {"b": 1, "a": [2]})
    assert runs.latest(ODD.parent, {"a": [2], "b": 1}) == runs.get(number)
    assert runs.latest(ODD.parent, {"a": [3], "b": 1}) is None
    runs.set_state(number, RunState.PAUSED)
    runs.want(number, Wanted.PAUSE)
    stored = runs.get(number)
    assert stored is not None
    assert (stored.state, stored.wanted, stored.folder) == (RunState.PAUSED, Wanted.PAUSE, ODD.parent)
    runs.delete(number)
    assert runs.all() == []
    assert runs.wanted(number) is Wanted.CANCEL
