"""A run keeps the names that it was made with, whatever names the program has today."""

import hashlib
import sqlite3
from itertools import chain
from pathlib import Path

from app.batch.control import labels_of_run
from app.core import paths
from app.labels import LabelSet, load_labels
from app.store import schema
from app.store.database import Database
from app.store.items import Items
from app.store.records import FoundFile
from app.store.runs import Runs

TODAY, BEFORE = load_labels("imagenet1k"), load_labels("imagenet1k-1")


def database_of_before(file: Path) -> None:
    """What schema version 2 has left: a run with answers, one of a file, one that waits."""
    with sqlite3.connect(file) as connection:
        for statement in (*schema.MIGRATIONS[0], *schema.MIGRATIONS[1]):
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 2")
        for model, done in (("efficientnet_lite2", 5), ("/模型/我的.pt", 5), ("efficientnet_lite2", 0)):
            connection.execute(
                "INSERT INTO runs (folder, created, options, state, wanted, total, done) "
                "VALUES (x'2f', 0, json_object('shelf', json_object('model', ?)), 'done', 'run', ?, ?)",
                (model, done, done),
            )


def test_run_of_an_earlier_program_keeps_its_names_and_groups(tmp_path: Path) -> None:
    database_of_before(tmp_path / "runs.sqlite3")
    with Database(tmp_path / "runs.sqlite3") as database:
        answered, foreign, waiting = (Runs(database).get(run) for run in (1, 2, 3))
        assert answered is not None
        assert foreign is not None
        assert waiting is not None
        panda = labels_of_run(answered).labels[388]
        assert (panda.zh, panda.group) == ("大熊猫", ("动物", "其他哺乳动物"))
        assert labels_of_run(answered).labels[32].zh == "尾蟾"
        assert foreign.labels is None
        assert labels_of_run(waiting).labels[32].zh == "青蛙"


def test_first_set_is_the_one_that_the_migration_names() -> None:
    text = paths.resource("labels", "imagenet1k-1.tsv").read_text("utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() == BEFORE.sha256
    assert any(BEFORE.sha256 in statement for statement in chain.from_iterable(schema.MIGRATIONS))


def test_corrections_that_are_taken_into_a_new_run_get_its_groups(tmp_path: Path) -> None:
    with Database(tmp_path / "runs.sqlite3") as database:
        before, new = (Runs(database).create(tmp_path, {}) for _ in range(2))
        Items(database, before).add([FoundFile(tmp_path / "熊猫.jpg", 1, 1)])
        Items(database, before).correct(1, BEFORE.labels[388])
        Items(database, new).take_corrections(before, BEFORE, TODAY)
        Items(database, new).name_corrections(TODAY)
        found = database.rows("SELECT run, group_path FROM items ORDER BY run")
        assert [tuple(row) for row in found] == [(1, "动物/其他哺乳动物"), (2, "动物/哺乳动物/熊与熊猫")]


def test_corrections_in_names_of_another_model_are_not_taken_into_a_new_run(tmp_path: Path) -> None:
    pets = LabelSet("index\twnid\tzh\ten\tgroup\n0\t\t猫\tcat\t宠物\n1\t\t狗\tdog\t宠物\n")
    toys = LabelSet("index\twnid\tzh\ten\tgroup\n0\t\t球\tball\t玩具\n1\t\t狗\tdog\t动物\n")
    with Database(tmp_path / "runs.sqlite3") as database:
        before, new = (Runs(database).create(tmp_path, {}) for _ in range(2))
        Items(database, before).add([FoundFile(tmp_path / name, 1, 1) for name in ("a.jpg", "b.jpg")])
        for item, label in enumerate(pets.labels, 1):
            Items(database, before).correct(item, label)
        Items(database, new).take_corrections(before, pets, toys)
        found = database.rows("SELECT name, correction FROM items WHERE run = ?", (new,))
        assert [tuple(row) for row in found] == [(str(tmp_path / "b.jpg"), 1)]


def test_names_of_a_new_run_are_kept_when_the_program_gets_others(tmp_path: Path) -> None:
    own = LabelSet(TODAY.text.replace("\t大熊猫\t", "\t滚滚\t"))
    with Database(tmp_path / "runs.sqlite3") as database:
        runs = Runs(database)
        first, second = (runs.create(Path("/图片"), {"model": "efficientnet_lite2"}) for _ in range(2))
        for run in (first, second):
            runs.set_labels(run, own)
        found = [labels_of_run(stored) for stored in runs.all()]
        assert [labels.text for labels in found] == [own.text, own.text]
        assert found[0].labels[388].zh == "滚滚"
        assert database.rows("SELECT count(*) FROM label_sets")[0][0] == 1
