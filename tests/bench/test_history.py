"""Earlier runs are found again, the newest first; a damaged one is no obstacle."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.bench import history
from app.bench.records import Run, to_json
from app.core.errors import ErrorCode, WanwuError
from tests.bench.runs import RUN
from tests.disk import nearly_full


@pytest.fixture(autouse=True)
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing was measured yet."""
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    return tmp_path


def at(minute: int) -> Run:
    return replace(RUN, when=f"2026-11-22T{minute // 60:02}:{minute % 60:02}:00+08:00")


def test_nothing_is_there_at_first() -> None:
    assert history.entries() == []


def test_saved_runs_are_listed_newest_first_and_come_back() -> None:
    saved = [history.save(at(minute)) for minute in (5, 59, 60)]
    assert history.entries() == saved[::-1]
    assert [entry.when for entry in saved] == [at(minute).when for minute in (5, 59, 60)]
    found = history.load(saved[0])
    assert found is not None
    assert to_json(found) == to_json(at(5))


def test_oldest_runs_are_deleted() -> None:
    for minute in range(53):
        history.save(at(minute))
    kept = [entry.when for entry in history.entries()]
    assert kept == [at(minute).when for minute in range(52, 2, -1)]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", pytest.param(b"[" * 9_999, id="too deep"), b'{"format": 99}']
)
def test_damaged_file_is_told_in_the_log(content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    entry = history.save(RUN)
    entry.file.write_bytes(content)
    assert history.load(entry) is None
    assert entry.file.name in caplog.text


def test_file_that_has_gone_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    entry = history.save(RUN)
    entry.file.unlink()
    assert history.load(entry) is None
    assert entry.file.name in caplog.text


def test_full_disk_is_told_and_leaves_nothing_half_written(new_home: Path) -> None:
    with nearly_full(100), pytest.raises(WanwuError) as raised:
        history.save(RUN)
    assert raised.value.code is ErrorCode.OUTPUT_UNWRITABLE
    assert list((new_home / "data" / "benchmarks").iterdir()) == []
