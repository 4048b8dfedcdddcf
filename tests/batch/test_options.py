"""The options of a run are kept, and an earlier version's are understood."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.batch.options import latest_run, options_of, stored_options
from app.core.errors import ErrorCode, StoreError
from app.core.settings import Settings
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.runs import Runs

OPTIONS = Options.of(replace(Settings(), engine="eager", top_k=3))


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    """An empty table of runs."""
    with Database(tmp_path / "runs.sqlite3") as database:
        yield Runs(database)


def test_folder_finds_its_newest_run_with_the_same_options(runs: Runs, tmp_path: Path) -> None:
    record = stored_options(OPTIONS, recursive=True)
    runs.create(tmp_path, record)
    newest = runs.get(runs.create(tmp_path, record))
    assert newest is not None
    assert latest_run(runs, tmp_path, record) == newest
    assert options_of(newest) == OPTIONS
    assert latest_run(runs, tmp_path, stored_options(OPTIONS, recursive=False)) is None
    assert latest_run(runs, tmp_path, stored_options(replace(OPTIONS, top_k=4), recursive=True)) is None
    assert latest_run(runs, tmp_path / "other", record) is None


def test_option_that_was_added_since_has_its_default_in_an_old_run(runs: Runs, tmp_path: Path) -> None:
    record = stored_options(OPTIONS, recursive=True)
    old = {name: value for name, value in record.items() if name not in ("group_threshold", "threads")}
    stored = runs.get(runs.create(tmp_path, old))
    assert stored is not None
    assert options_of(stored) == OPTIONS
    assert latest_run(runs, tmp_path, record) == stored


def test_damaged_run_of_the_folder_is_in_nobodys_way(runs: Runs, tmp_path: Path) -> None:
    record = stored_options(OPTIONS, recursive=True)
    whole = runs.create(tmp_path, record)
    damaged = runs.create(tmp_path, record)
    unreadable = runs.create(tmp_path, record | {"top_k": 5})
    with sqlite3.connect(tmp_path / "runs.sqlite3") as connection:
        connection.execute("UPDATE runs SET state = 'asleep' WHERE id = ?", (damaged,))
        connection.execute("UPDATE runs SET options = '{' WHERE id = ?", (unreadable,))
    assert latest_run(runs, tmp_path, record) == runs.get(whole)


def test_folder_that_an_earlier_version_has_recognised_finds_its_run(runs: Runs, tmp_path: Path) -> None:
    key = {"model": OPTIONS.key.model, "device": "auto", "threads": 0}
    old = {"engine": "eager", "top_k": 3, "certain_threshold": 0.85, "group_threshold": 0.6}
    stored = runs.get(runs.create(tmp_path, {"shelf": key, "recursive": True} | old))
    assert stored is not None
    assert (stored.model, options_of(stored)) == (OPTIONS.key.model, OPTIONS)
    assert latest_run(runs, tmp_path, stored_options(OPTIONS, recursive=True)) == stored
    chosen = replace(OPTIONS, certain_threshold=0.9)
    runs.create(tmp_path, {"shelf": key, "recursive": True} | old | {"certain_threshold": 0.9})
    found = latest_run(runs, tmp_path, stored_options(chosen, recursive=True))
    assert found is not None
    assert options_of(found) == chosen


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"shelf": []},
        {"model": []},
        {"shelf": {"model": "x", "newer": 1}},
        {"version": 3, "model": "x"},
        {"model": "x", "threads": -5},
        {"model": "x", "threads": 10**9},
        {"model": "x", "top_k": -1},
        {"model": "x", "certain_threshold": float("nan")},
        {"model": "x", "engine": ["x"]},
        {"model": "x", "recursive": "no"},
    ],
)
def test_run_whose_options_mean_nothing_is_told_and_not_begun_with_others(
    runs: Runs, tmp_path: Path, record: dict[str, Any]
) -> None:
    stored = runs.get(runs.create(tmp_path, record))
    assert stored is not None
    with pytest.raises(StoreError) as raised:
        options_of(stored)
    assert raised.value.code is ErrorCode.STORE_DAMAGED
    assert latest_run(runs, tmp_path, stored_options(OPTIONS, recursive=True)) is None
