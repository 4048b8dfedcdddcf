"""The database tells what is wrong with it, and keeps what it was told."""

import sqlite3
from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest

from app.core.errors import ErrorCode, StoreError
from app.store.database import Database
from app.store.records import RunState
from app.store.runs import Runs
from app.store.schema import MIGRATIONS
from tests.disk import nearly_full

_INSERT = (
    "INSERT INTO runs (folder, created, options, state, wanted) VALUES (x'2f', 0, '{}', 'waiting', 'run')"
)


def test_database_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite3"
    Database(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError) as raised:
        Database(file)
    assert raised.value.code is ErrorCode.STORE_NEWER
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)


@pytest.mark.parametrize(
    "statements",
    [
        ["PRAGMA user_version = -1"],
        ["CREATE TABLE runs (mine TEXT)"],
        ["CREATE TABLE photos (id)", "PRAGMA user_version = 2"],
        ["CREATE TABLE photos (id)", f"PRAGMA user_version = {len(MIGRATIONS)}"],
    ],
    ids=["negative version", "table in the way", "old and foreign", "of today and foreign"],
)
def test_database_of_something_else_is_told_and_left_alone(tmp_path: Path, statements: list[str]) -> None:
    file = tmp_path / "runs.sqlite3"
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
        before = list(connection.iterdump())
    with pytest.raises(StoreError) as raised:
        Database(file)
    assert raised.value.code is ErrorCode.STORE_DAMAGED
    with sqlite3.connect(file) as connection:
        assert list(connection.iterdump()) == before


def test_database_of_the_second_version_keeps_everything_and_its_numbers(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite3"
    with sqlite3.connect(file) as connection:
        for statement in (*MIGRATIONS[0], *MIGRATIONS[1], "PRAGMA user_version = 2"):
            connection.execute(statement)
        connection.execute(_INSERT)
        connection.execute(
            "INSERT INTO items (run, path, name, size, mtime_ns, state, correction) "
            "VALUES (1, x'2f61', '/a', 1, 2, 'done', 22)"
        )
        connection.execute("INSERT INTO answers VALUES (1, '{}')")
        connection.execute("INSERT INTO sortings VALUES (1, 1, x'2f', 'copy', 'label', 0, 'sorted')")
        connection.execute(
            "INSERT INTO sorted_files (sorting, item, source, target, size, mtime_ns, state) "
            "VALUES (1, 1, x'2f61', x'2f62', 1, 2, 'done')"
        )
    with Database(file) as database:
        (item,) = database.rows("SELECT * FROM items JOIN answers ON item = id")
        assert (item["correction"], item["answer"]) == (22, "{}")
        assert [tuple(row) for row in database.rows("SELECT total, done, gone FROM runs")] == [(1, 1, 0)]
        with database.transaction():
            database.execute("DELETE FROM runs")
        (kept,) = database.rows("SELECT sorting, item, run FROM sorted_files JOIN sortings ON sorting = 1")
        assert tuple(kept) == (1, None, None)
        with database.transaction():
            database.execute(_INSERT)
        assert database.rows("SELECT id FROM runs")[0]["id"] == 2
        assert database.rows("PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("change", ["state = 'asleep'", "total = -5", "created = 253402300799.0"])
def test_run_that_this_program_has_not_written_is_told_and_hides_no_other(
    tmp_path: Path, change: str
) -> None:
    with Database(tmp_path / "runs.sqlite3") as database:
        with database.transaction():
            for _ in range(2):
                database.execute(_INSERT)
            database.execute(f"UPDATE runs SET {change} WHERE id = 2")
        damaged, whole = Runs(database).all()
        with pytest.raises(StoreError) as raised:
            Runs(database).get(2)
    assert (damaged.id, damaged.state, damaged.error) == (2, RunState.FAILED, ErrorCode.STORE_DAMAGED)
    assert whole.id == 1
    assert raised.value.code is ErrorCode.STORE_DAMAGED


@pytest.mark.parametrize("options", ["", "not JSON", "null", "[]", '{"shelf": []}'])
def test_run_with_damaged_options_keeps_its_answers(tmp_path: Path, options: str) -> None:
    with Database(tmp_path / "runs.sqlite3") as database:
        with database.transaction():
            database.execute(_INSERT)
            database.execute("UPDATE runs SET options = ?, engine = '{\"colour\": 1}'", (options,))
        (run,) = Runs(database).all()
    assert (run.state, run.model, run.engine) == (RunState.WAITING, "", None)


def test_looking_does_not_wait_for_whoever_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.database._PATIENCE_SECONDS", 0.0)
    file = tmp_path / "runs.sqlite3"
    with Database(file) as writer, writer.transaction():
        writer.execute(_INSERT)
        with Database(file) as reader:
            assert reader.rows("SELECT * FROM runs") == []


def test_database_that_is_deleted_while_it_is_in_use_is_told(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite3"
    database = Database(file)
    file.unlink()
    Database(file).close()
    with pytest.raises(StoreError) as raised, database.transaction():
        database.execute(_INSERT)
    assert raised.value.code is ErrorCode.STORE_GONE
    database.close()


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite3"
    file.write_text("这不是数据库" * 1000, "utf-8")
    with pytest.raises(StoreError) as raised:
        Database(file)
    assert raised.value.code is ErrorCode.STORE_DAMAGED


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as raised:
        Database(tmp_path / "file" / "runs.sqlite3")
    assert raised.value.code is ErrorCode.STORE_UNWRITABLE


def test_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "runs.sqlite3")

    def fail_half_way() -> None:
        with database.transaction():
            database.execute(_INSERT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert database.rows("SELECT * FROM runs") == []
    with database.transaction():
        database.execute(_INSERT)
    assert len(database.rows("SELECT * FROM runs")) == 1
    database.close()


def test_full_disk_is_told_and_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    database = Database(tmp_path / "runs.sqlite3")
    with database.transaction():
        database.execute(_INSERT)
    with nearly_full(100_000), pytest.raises(StoreError) as raised:
        fill(database)
    assert raised.value.code is ErrorCode.STORE_UNWRITABLE
    database.close()
    again = Database(tmp_path / "runs.sqlite3")
    assert len(again.rows("SELECT * FROM runs")) >= 1
    assert again.rows("PRAGMA integrity_check")[0][0] == "ok"
    again.close()


def fill(database: Database) -> None:
    """Write more than a nearly full disk has room for."""
    for _ in range(10_000):
        with database.transaction():
            database.execute(_INSERT.replace("{}", "x" * 1000))


def test_options_of_older_runs_no_longer_speak_of_trust(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite3"
    shelf = '{"device": "cpu", "model": "a", "threads": 0, "trusted": false}'
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in chain.from_iterable(MIGRATIONS[:2]):
            connection.execute(statement)
        connection.execute(_INSERT.replace("'{}'", f"'{{\"shelf\": {shelf}}}'"))
        connection.execute("PRAGMA user_version = 2")
    with Database(file) as database:
        assert database.rows("SELECT options FROM runs")[0][0] == (
            '{"shelf": {"device": "cpu", "model": "a", "threads": 0}}'
        )
