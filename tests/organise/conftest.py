"""A database without runs, and where a run's pictures are put."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Empty."""
    with Database(tmp_path / "runs.sqlite3") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """It does not exist yet."""
    return tmp_path / "照片"
