"""The database tells what is wrong with it, and keeps what it was told."""

import sqlite3
from pathlib import Path

import pytest

from app.errors import ErrorCode, StoreError
from app.store.database import Database
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
