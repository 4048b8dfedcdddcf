"""`wanwu bench` puts the engines side by side and writes every sample to a file."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Here, wanwu

pytestmark = pytest.mark.usefixtures("model")


def test_table_and_file(tmp_path: Path) -> None:
    file = tmp_path / "新 文件夹" / "bench.json"
    ended = wanwu("bench", "--runs", "2", "--batch-sizes", "1,2", "--json", file)
    assert (ended.returncode, ended.stderr) == (0, "")
    header, *rows = ended.stdout.splitlines()
    assert header.split()[:3] == ["engine", "device", "batch"]
    assert [row.split()[0] for row in rows] == ["eager", "torchscript", "eager", "torchscript", "torchscript"]
    record = json.loads(file.read_text("utf-8"))
    assert list(record) == ["machine", "settings", "engines", "parity", "refused"]
    assert record["settings"]["model"] == "efficientnet_lite2"
    assert (record["settings"]["pictures"], record["settings"]["runs"]) == (3, 2)
    for row in record["engines"]:
        assert len(row["samples_ms"]) == 2
        assert row["cold_ms"] > 0
        assert set(row["summary_ms"]) == {"count", "p50", "p90", "p95", "p99", "best"}
    assert record["parity"][0]["top1_agreement"] == 1
    assert record["refused"] == {}


def test_folder_without_pictures_is_told(wanwu_here: Here, tmp_path: Path) -> None:
    code, output, errors = wanwu_here("bench", "--images", tmp_path)
    assert (code, output) == (2, "")
    assert "文件夹里没有可识别的图片" in errors


def test_file_that_cannot_be_written_is_told(wanwu_here: Here, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, errors = wanwu_here("bench", "--runs", "1", "--json", tmp_path / "file" / "bench.json")
    assert code == 2
    assert str(tmp_path / "file" / "bench.json") in errors
