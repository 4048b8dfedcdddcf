"""`wanwu runs` uses what batch runs have found, without recognising anything again."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.batch.control import holding
from app.labels import load_labels
from app.store.database import Database
from app.store.items import Items
from app.store.listing import Filter, Listing, Order
from app.store.runs import Runs, database_file
from tests.cli.command import Here, wanwu
from tests.organise.runs import EAGLE, PANDA, files_below, make_run

SHOWN = {"熊猫.jpg": PANDA, "鹰.jpg": EAGLE, "什么.jpg": None}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "我的 照片"


@pytest.fixture
def run(home: Path, folder: Path) -> Iterator[int]:
    with Database(home / "data" / "runs.sqlite3") as database:
        number = make_run(database, folder, SHOWN)
        yield number
        Runs(database).delete(number)


def test_runs_and_sortings_are_listed(wanwu_here: Here, run: int, folder: Path, tmp_path: Path) -> None:
    wanwu_here("runs", "sort", run, "--into", tmp_path / "整理", "--by", "label", "--how", "copy")
    code, shown, _ = wanwu_here("runs", "list")
    assert code == 0
    assert f"任务 {run} · " in shown
    assert str(folder) in shown
    records = json.loads(wanwu_here("runs", "list", "--json")[1])
    (found,) = (record for record in records["runs"] if record["id"] == run)
    assert (found["folder"], found["total"], found["done"], found["uncertain"]) == (str(folder), 3, 3, 1)
    (sorting,) = (record for record in records["sortings"] if record["run"] == run)
    assert (sorting["how"], sorting["by"], sorting["state"], sorting["done"]) == (
        "copy",
        "label",
        "sorted",
        3,
    )


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "parquet"])
def test_results_are_exported(wanwu_here: Here, run: int, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"结果.{ending}"
    code, shown, _ = wanwu_here("runs", "export", run, "--out", out)
    assert (code, str(out) in shown, out.stat().st_size > 500) == (0, True, True)


def test_sorting_is_shown_done_and_undone(wanwu_here: Here, run: int, folder: Path, tmp_path: Path) -> None:
    before, into = files_below(folder), tmp_path / "整理"
    sort = ("runs", "sort", run, "--into", into, "--by", "group", "--how", "move")
    code, shown, errors = wanwu_here(*sort, "--dry-run")
    assert (code, errors) == (0, "")
    assert f"移动 3 张图片（0.0 MB）到 {into}" in shown
    assert not into.exists()
    code, shown, _ = wanwu_here(*sort)
    assert code == 0
    assert files_below(folder) == {}
    number = shown.split()[-1]
    code, shown, _ = wanwu_here("runs", "undo", number)
    assert (code, shown.strip()) == (0, "已撤销 3 张，0 张未能撤销。")
    assert files_below(folder) == before
    assert not into.exists()
    code, shown, _ = wanwu_here("runs", "undo", number)
    assert (code, shown.strip()) == (0, "这次整理已经撤销过了，没有什么要放回去的。")


def test_folder_that_there_cannot_be_is_told_of_in_the_preview(
    wanwu_here: Here, run: int, tmp_path: Path
) -> None:
    sort = ("runs", "sort", run, "--into", tmp_path / ("长" * 100), "--by", "label", "--how", "copy")
    code, shown, errors = wanwu_here(*sort, "--dry-run")
    assert "无法写入" in shown + errors
    assert code == wanwu_here(*sort)[0] == 2


def test_file_that_cannot_be_sorted_or_put_back_is_named(
    wanwu_here: Here, run: int, folder: Path, tmp_path: Path
) -> None:
    into = tmp_path / "整理"
    code, shown, errors = wanwu_here("runs", "sort", run, "--into", into, "--by", "label", "--how", "copy")
    assert (code, errors) == (0, "")
    (into / "不确定" / "什么.jpg").write_text("edited")
    code, shown, errors = wanwu_here("runs", "undo", shown.split()[-1])
    assert code == 1
    assert "已撤销 2 张，1 张未能撤销。" in shown
    assert str(folder / "什么.jpg") in errors
    assert "改动过" in errors


def test_sorting_that_cannot_succeed_is_not_begun(
    wanwu_here: Here, run: int, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    before = files_below(folder)
    into = tmp_path / "file" / "below"
    code, _, errors = wanwu_here("runs", "sort", run, "--into", into, "--by", "label", "--how", "move")
    assert code == 2
    assert "无法写入目标文件夹" in errors
    assert files_below(folder) == before


def test_keywords_are_written_beside_the_pictures(wanwu_here: Here, run: int, folder: Path) -> None:
    code, shown, _ = wanwu_here("runs", "keywords", run)
    assert code == 0
    assert "写入 3 张" in shown
    assert (folder / "熊猫.jpg.xmp").exists()


def test_deleted_run_leaves_its_pictures(wanwu_here: Here, run: int, folder: Path) -> None:
    before = files_below(folder)
    assert wanwu_here("runs", "delete", run)[0] == 0
    assert files_below(folder) == before
    code, _, errors = wanwu_here("runs", "keywords", run)
    assert code == 2
    assert f"没有编号为 {run} 的任务" in errors


def test_run_that_is_worked_on_elsewhere_is_not_deleted(wanwu_here: Here, run: int) -> None:
    with holding(run):
        code, _, errors = wanwu_here("runs", "delete", run)
    assert code == 2
    assert "另一个窗口或命令" in errors
    assert f'"id": {run},' in wanwu_here("runs", "list", "--json")[1]


def test_command_line_knows_the_command() -> None:
    assert "keywords" in wanwu("runs", "--help").stdout
    assert wanwu("runs", "undo", "999999").returncode == 2
    assert database_file().exists()


def test_run_of_before_is_exported_and_sorted_in_its_own_names(
    wanwu_here: Here, home: Path, run: int, tmp_path: Path
) -> None:
    with Database(home / "data" / "runs.sqlite3") as database:
        Runs(database).set_labels(run, load_labels("imagenet1k-1"))
        item = Items(database, run)
        (found, *_) = Listing(database, run, load_labels("imagenet1k-1")).ids(Filter(), Order())
        item.correct(int(found), load_labels("imagenet1k-1").labels[32])
    out = tmp_path / "结果.csv"
    assert wanwu_here("runs", "export", run, "--out", out)[0] == 0
    assert "尾蟾" in out.read_text("utf-8-sig")
    shown = wanwu_here(
        "runs", "sort", run, "--into", tmp_path, "--by", "label", "--how", "copy", "--dry-run"
    )[1]
    assert "尾蟾" in shown
    assert "青蛙" not in shown


def test_answer_that_is_damaged_is_told_in_its_row_and_the_others_are_exported(
    wanwu_here: Here, home: Path, run: int, tmp_path: Path
) -> None:
    first = "SELECT item, answer FROM answers JOIN items ON item = id WHERE run = ? ORDER BY item LIMIT 1"
    out = tmp_path / "out.csv"
    with closing(sqlite3.connect(home / "data" / "runs.sqlite3")) as connection:
        ((item, kept),) = connection.execute(first, (run,)).fetchall()
        for answer in ("{}", kept):
            with connection:
                connection.execute("UPDATE answers SET answer = ? WHERE item = ?", (answer, item))
            assert wanwu_here("runs", "export", run, "--out", out)[0] == 0
            assert out.read_text("utf-8-sig").count("识别结果在数据库中已损坏") == (answer == "{}")


@pytest.mark.parametrize(
    ("change", "command"),
    [
        ("UPDATE runs SET created = 9e99", ("runs", "export", "{}", "--out", "{out}")),
        ("UPDATE runs SET created = 4611686018427387904", ("runs", "export", "{}", "--out", "{out}")),
        ("UPDATE answers SET answer = CAST(x'ff' AS TEXT)", ("runs", "export", "{}", "--out", "{out}")),
        ("UPDATE items SET label = 'x'", ("runs", "keywords", "{}")),
        (
            "UPDATE items SET path = id",
            ("runs", "sort", "{}", "--into", "{out}", "--by", "label", "--how", "copy"),
        ),
    ],
)
def test_row_that_nobody_of_us_has_written_is_a_damaged_database(
    wanwu_here: Here, home: Path, run: int, tmp_path: Path, change: str, command: tuple[str, ...]
) -> None:
    file = home / "data" / "runs.sqlite3"
    kept = tmp_path / "kept"
    with sqlite3.connect(file) as connection:
        connection.execute("VACUUM INTO ?", (str(kept),))
        connection.execute(change)
    connection.close()
    out = tmp_path / "out.csv"
    code, output, errors = wanwu_here(*(each.format(run, out=out) for each in command))
    with sqlite3.connect(kept) as connection, sqlite3.connect(file) as spoilt:
        connection.backup(spoilt)
    connection.close()
    spoilt.close()
    assert (code, output) == (2, "")
    assert errors.startswith("wanwu: 任务数据库已损坏")
