"""Files of a run: known once, answered once, done again when they change, put aside when they kill."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.batch.control import Control
from app.core.errors import ErrorCode, ModelError
from app.core.files import content_sha256
from app.core.results import EngineInfo, Failure, GroupScore, Prediction, Recognition, Timings
from app.labels import Label, load_labels
from app.store.database import Database
from app.store.items import Items
from app.store.records import Counts, FoundFile, RunState, Task, Wanted
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
    """An answer as the predictor gives it."""
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


HOUR_NS = 3600 * 10**9
EAGLE = LABELS.labels[22]


class Shelf:
    """A run of a real folder whose files are scanned and answered by hand."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.run = Runs(database).create(folder, {"model": "efficientnet_lite2"})
        self.items = Items(database, self.run)

    def put(self, name: str, content: bytes, hours: int = 0) -> None:
        """Write a file, last changed so many hours after a fixed moment."""
        (self.folder / name).write_bytes(content)
        os.utime(self.folder / name, ns=(0, 10**18 + hours * HOUR_NS))

    def scan(self) -> list[str]:
        """Look through the whole folder; the names of the files that are to be recognised."""
        self.items.begin_scan()
        found = [
            FoundFile(file, (status := file.stat()).st_size, status.st_mtime_ns)
            for file in sorted(self.folder.iterdir())
        ]
        self.items.add(found)
        self.items.end_scan(lambda path: not path.exists())
        return [task.path.name for task in self.items.waiting(10)]

    def answer(self) -> None:
        """Recognise what waits as the pipeline does."""
        self.items.finish([(hashed(task), panda(task.path)) for task in self.items.waiting(10)])
        self.items.pass_on_corrections()

    def correct(self, name: str, label: Label | None = EAGLE) -> None:
        """Say by hand what a file shows, or take that back."""
        (row,) = self.database.rows(
            "SELECT id FROM items WHERE run = ? AND path = ?", (self.run, os.fsencode(self.folder / name))
        )
        self.items.correct(row["id"], label)

    def said(self) -> dict[str, int | None]:
        """What a person has said of each file of the results."""
        return {
            answer.model.path.name: answer.correction.index if answer.correction else None
            for answer in answers(self.database, self.run, LABELS)
        }


def hashed(task: Task) -> Task:
    return replace(task, sha256=content_sha256(task.path))


@pytest.fixture
def shelf(database: Database, tmp_path: Path) -> Shelf:
    """Two files that are recognised, the first one corrected by hand."""
    (tmp_path / "pictures").mkdir()
    shelf = Shelf(database, tmp_path / "pictures")
    shelf.put("a.jpg", b"first")
    shelf.put("b.jpg", b"other")
    shelf.scan()
    shelf.answer()
    shelf.correct("a.jpg")
    return shelf


def test_time_that_is_shifted_or_rounded_changes_nothing(shelf: Shelf) -> None:
    shelf.put("a.jpg", b"first", hours=1)
    os.utime(shelf.folder / "b.jpg", ns=(0, 10**18 - 10**9))
    assert shelf.scan() == []
    assert shelf.said() == {"a.jpg": 22, "b.jpg": None}


def test_file_with_other_bytes_of_the_same_size_is_done_again_without_the_old_word(shelf: Shelf) -> None:
    shelf.put("a.jpg", b"FIRST", hours=1)
    assert shelf.scan() == ["a.jpg"]
    shelf.answer()
    assert shelf.said() == {"a.jpg": None, "b.jpg": None}


def test_word_of_a_person_stays_when_a_file_is_tried_again(shelf: Shelf) -> None:
    shelf.put("broken.jpg", b"broken")
    shelf.scan()
    (task,) = shelf.items.waiting(10)
    shelf.items.finish([(task, Failure(task.path, ErrorCode.TRUNCATED))])
    shelf.correct("broken.jpg")
    assert shelf.items.retry_failed() == 1
    shelf.answer()
    assert shelf.said() == {"a.jpg": 22, "b.jpg": None, "broken.jpg": 22}


def test_word_of_a_person_stays_when_a_run_is_started_again_unless_the_bytes_are_others(
    shelf: Shelf, database: Database
) -> None:
    shelf.correct("b.jpg")
    shelf.put("b.jpg", b"OTHER", hours=1)
    with database.transaction():
        database.execute("UPDATE items SET group_path = 'a name of before'")
    old, shelf.run = shelf.run, Control(database).start_again(shelf.run)
    assert shelf.run > old
    shelf.items = Items(database, shelf.run)
    assert Runs(database).counts(shelf.run).total == 0
    shelf.items.name_corrections(LABELS)
    assert shelf.scan() == ["a.jpg", "b.jpg"]
    shelf.answer()
    assert shelf.said() == {"a.jpg": 22, "b.jpg": None}
    (row,) = database.rows("SELECT group_path FROM items WHERE correction = 22")
    assert row["group_path"] == "/".join(EAGLE.group)


def test_run_whose_model_is_gone_is_not_thrown_away_for_a_new_one(database: Database) -> None:
    run = Runs(database).create(Path("/图片"), {"model": "/gone.pt"})
    with pytest.raises(ModelError) as raised:
        Control(database).start_again(run)
    assert raised.value.code is ErrorCode.MODEL_NOT_FOUND
    assert [stored.id for stored in Runs(database).all()] == [run]


def test_files_that_are_gone_are_counted_apart_and_come_back_with_all_that_is_known(shelf: Shelf) -> None:
    (shelf.folder / "a.jpg").rename(shelf.folder.parent / "a.jpg")
    assert shelf.scan() == []
    assert shelf.said() == {"b.jpg": None}
    assert Runs(shelf.database).counts(shelf.run) == Counts(total=1, done=1, gone=1)
    (shelf.folder.parent / "a.jpg").rename(shelf.folder / "a.jpg")
    assert shelf.scan() == []
    assert shelf.said() == {"a.jpg": 22, "b.jpg": None}
    assert Runs(shelf.database).counts(shelf.run) == Counts(total=2, done=2)


def test_renamed_file_keeps_the_word_of_a_person(shelf: Shelf) -> None:
    (shelf.folder / "a.jpg").rename(shelf.folder / "c.jpg")
    assert shelf.scan() == ["c.jpg"]
    shelf.answer()
    assert shelf.said() == {"b.jpg": None, "c.jpg": 22}


def test_word_that_is_taken_back_after_a_renaming_does_not_come_again(shelf: Shelf) -> None:
    (shelf.folder / "a.jpg").rename(shelf.folder / "c.jpg")
    shelf.scan()
    shelf.answer()
    shelf.correct("c.jpg", None)
    shelf.scan()
    shelf.answer()
    assert shelf.said() == {"b.jpg": None, "c.jpg": None}
    (shelf.folder / "c.jpg").rename(shelf.folder / "a.jpg")
    shelf.scan()
    assert shelf.said() == {"a.jpg": None, "b.jpg": None}


def test_file_that_cannot_be_looked_at_this_time_keeps_its_answer(shelf: Shelf) -> None:
    shelf.items.add_failures([Failure(shelf.folder / "a.jpg", ErrorCode.READ_FAILED)])
    assert shelf.said() == {"a.jpg": 22, "b.jpg": None}
    assert Runs(shelf.database).counts(shelf.run).failed == 0


def test_late_answer_for_a_deleted_run_lands_on_no_other_folder(shelf: Shelf, database: Database) -> None:
    shelf.put("late.jpg", b"late")
    shelf.scan()
    late = shelf.items.waiting(10)
    Runs(database).delete(shelf.run)
    other = Items(database, Runs(database).create(Path("/图片"), {}))
    other.add([found(f"{number}.jpg") for number in range(5)])
    shelf.items.start(late)
    shelf.items.finish([(hashed(task), panda(task.path)) for task in late])
    shelf.items.correct(late[0].item, EAGLE)
    assert len(other.waiting(10)) == 5
    assert database.rows("SELECT * FROM answers") == []


@pytest.mark.parametrize(
    ("wanted", "scanned", "waits", "given_again", "expected"),
    [
        (Wanted.PAUSE, True, False, False, RunState.DONE),
        (Wanted.CANCEL, True, False, False, RunState.DONE),
        (Wanted.PAUSE, True, True, False, RunState.PAUSED),
        (Wanted.PAUSE, False, False, False, RunState.PAUSED),
        (Wanted.CANCEL, True, True, False, RunState.CANCELLED),
        (Wanted.RUN, True, True, False, None),
        (Wanted.RUN, False, False, False, None),
        (Wanted.RUN, True, False, True, None),
        (Wanted.RUN, True, False, False, RunState.DONE),
    ],
)
def test_run_is_done_when_its_folder_was_looked_through_and_nothing_waits(
    database: Database,
    wanted: Wanted,
    scanned: bool,
    waits: bool,
    given_again: bool,
    expected: RunState | None,
) -> None:
    runs = Runs(database)
    run = runs.create(Path("/图片"), {})
    Items(database, run).add([found("a.jpg")] if waits else [])
    runs.begin_scan(run)
    if given_again:
        runs.ask_scan(run)
    if scanned:
        runs.finish_scan(run, 0)
    runs.want(run, wanted)
    assert runs.end(run) is expected


def test_name_that_a_changing_folder_lists_twice_is_one_file(items: Items) -> None:
    items.add([found("a.jpg"), found("a.jpg")])
    assert len(items.waiting(10)) == 1


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


def test_run_is_found_again_by_its_folder(database: Database) -> None:
    runs = Runs(database)
    number = runs.create(ODD.parent, {"b": 1, "a": [2]})
    assert list(runs.of_folder(ODD.parent)) == [(number, {"b": 1, "a": [2]})]
    assert list(runs.of_folder(ODD)) == []
    runs.set_state(number, RunState.PAUSED)
    runs.want(number, Wanted.PAUSE)
    stored = runs.get(number)
    assert stored is not None
    assert (stored.state, stored.wanted, stored.folder) == (RunState.PAUSED, Wanted.PAUSE, ODD.parent)
    runs.delete(number)
    assert runs.all() == []
    assert runs.wanted(number) is Wanted.CANCEL


def test_many_words_are_said_at_once_and_taken_back_as_they_were(database: Database, items: Items) -> None:
    items.add([found(f"{name}.jpg") for name in "abc"])
    items.finish([(task, panda(task.path)) for task in items.waiting(3)])
    pug, cat = LABELS.labels[254], LABELS.labels[281]
    items.correct(1, cat)
    before = items.say(dict.fromkeys((1, 2, 3), pug))
    assert before == {1: cat.index, 2: None, 3: None}
    items.say({1: cat, 2: None, 3: None})
    said = [row["correction"] for row in database.rows("SELECT correction FROM items ORDER BY id")]
    assert said == [cat.index, None, None]
    assert Items(database, 99).say({1: pug}) == {}, "an id of a run that was deleted may be another's by now"
