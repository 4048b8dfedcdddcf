"""`wanwu batch` does a whole folder, and goes on where it was killed."""

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from app.core import paths
from tests.cli.command import ROOT, Here, command, environment, wanwu

pytestmark = pytest.mark.usefixtures("model")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, one of them under a name that is a formula, and a broken one."""
    target = tmp_path / "我的 图片"
    target.mkdir()
    for name, sample in (("=1+1.jpg", "cat.jpg"), ("咖啡.jpg", "coffee.jpg"), ("熊猫.jpg", "panda.jpg")):
        shutil.copy(paths.resource("samples", sample), target / name)
    (target / "坏.jpg").write_bytes(b"\xff\xd8\xff broken")
    (target / "notes.txt").touch()
    return target


def test_results_as_json_lines_csv_and_spreadsheet(wanwu_here: Here, folder: Path, tmp_path: Path) -> None:
    lines, table, book = (tmp_path / f"out.{ending}" for ending in ("jsonl", "csv", "xlsx"))
    ended = wanwu("batch", folder, "--out", lines)
    assert ended.returncode == 1, ended.stderr
    assert "识别 3 张" in ended.stdout
    assert "失败 1 张" in ended.stdout
    records = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    assert [Path(record["path"]).name for record in records] == ["=1+1.jpg", "咖啡.jpg", "坏.jpg", "熊猫.jpg"]
    assert [record["ok"] for record in records] == [True, True, False, True]
    for out in (table, book):
        assert wanwu_here("batch", folder, "--out", out)[0] == 1
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(table.read_text("utf-8-sig").splitlines()))
    assert rows[0][:2] == ["文件", "标签"]
    assert rows[4][1] == "大熊猫"
    assert zipfile.ZipFile(book).testzip() is None


@pytest.mark.hard
def test_folder_that_was_killed_half_way_is_resumed_and_every_file_is_there_once(tmp_path: Path) -> None:
    folder, out = tmp_path / "many", tmp_path / "out.jsonl"
    folder.mkdir()
    for number in range(120):
        shutil.copy(paths.resource("samples", "panda.jpg"), folder / f"{number:03}.jpg")
    for _ in range(3):
        kill_after_some_answers(folder, out)
    refused = wanwu("batch", folder, "--out", out)
    assert refused.returncode == 2
    assert "--resume" in refused.stderr
    assert not out.exists()
    ended = wanwu("batch", folder, "--out", out, "--resume")
    assert ended.returncode == 0, ended.stderr
    names = [Path(json.loads(line)["path"]).name for line in out.read_text("utf-8").splitlines()]
    assert names == [f"{number:03}.jpg" for number in range(120)]


def kill_after_some_answers(folder: Path, out: Path) -> None:
    """Start or resume, and kill the whole process group as soon as there are more answers on disk."""
    before = answered(folder)
    process = subprocess.Popen(
        command("batch", folder, "--out", out, "--resume"),
        cwd=ROOT,
        env=environment("zh_CN.UTF-8"),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while answered(folder) == before and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answered(folder: Path) -> int:
    """How many files of the folder's run have an answer on disk."""
    file = paths.data_folder() / "runs.sqlite3"
    query = "SELECT count(*) FROM items JOIN runs ON run = runs.id WHERE folder = ? AND items.state = 'done'"
    if not file.exists():
        return 0
    with sqlite3.connect(file, timeout=30) as connection:
        if not connection.execute("SELECT * FROM sqlite_master WHERE name = 'items'").fetchall():
            return 0  # just being made
        return int(connection.execute(query, (os.fsencode(folder),)).fetchone()[0])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_told_to_end_it_keeps_what_is_done_and_leaves_no_process(
    tmp_path: Path, number: int, code: int
) -> None:
    folder, out = tmp_path / "many", tmp_path / "out.jsonl"
    folder.mkdir()
    for name in range(200):
        (folder / f"{name:03}.jpg").hardlink_to(paths.resource("samples", "panda.jpg"))
    process = subprocess.Popen(
        command("batch", folder, "--out", out),
        cwd=ROOT,
        env=environment("zh_CN.UTF-8"),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    end = time.monotonic() + 60
    while not answered(folder) and time.monotonic() < end:
        time.sleep(0.02)
    children = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert "--resume" in said
    assert "Traceback" not in said
    assert psutil.wait_procs(children, timeout=5)[1] == []
    assert 0 < answered(folder) < 200


def test_wrong_names_are_told_before_the_work(wanwu_here: Here, folder: Path, tmp_path: Path) -> None:
    assert ".xlsx" in wanwu_here("batch", folder, "--out", tmp_path / "out.doc")[2]
    (tmp_path / "taken.csv").mkdir()
    code, output, errors = wanwu_here("batch", folder, "--out", tmp_path / "taken.csv")
    assert (code, output) == (2, "")
    assert "taken.csv" in errors
    code, _, errors = wanwu_here("batch", tmp_path / "missing", "--out", tmp_path / "out.csv")
    assert code == 2
    assert "missing" in errors
