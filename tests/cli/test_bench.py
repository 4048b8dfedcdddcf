"""`wanwu bench` puts the engines side by side and writes every sample to a file."""

import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from app.bench.records import from_json, to_json
from tests.cli.command import ROOT, Here, command, environment, wanwu

pytestmark = pytest.mark.usefixtures("model")
HEAD = ["engine", "precision", "batch", "runs", "median", "ms"]


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def test_table_and_files(tmp_path: Path) -> None:
    file, folder = tmp_path / "新 文件夹" / "bench.json", tmp_path / "报告"
    ended = wanwu("bench", "--runs", "2", "--batch-sizes", "1,2", "--json", file, "--report", folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    header, *rows, page = ended.stdout.splitlines()
    assert header.split()[:6] == HEAD
    assert [row.split()[:4] for row in rows] == [
        [engine, "float32", size, "2"] for engine in ("eager", "torchscript") for size in ("1", "2")
    ]
    assert page == str(folder / "index.html")
    assert "TorchScript" in (folder / "index.html").read_text("utf-8")
    text = file.read_text("utf-8")
    assert text == (folder / "bench.json").read_text("utf-8")
    json.loads(text, parse_constant=refuse)
    run = from_json(text)
    assert to_json(run) == text
    assert run.complete
    assert {len(series.samples_ms) for series in run.series} == {2}
    assert (run.settings["model"], run.settings["pictures"]) == ("efficientnet_lite2", 3)
    assert run.subjects[1].check is not None
    assert run.subjects[1].check.agreement == 1


def test_engine_that_is_left_out_is_told_and_the_others_are_measured(wanwu_here: Here) -> None:
    code, output, errors = wanwu_here(
        "bench", "--engines", "torchscript-graph", "--runs", "1", "--device", "cpu"
    )
    assert code == 1
    assert [row.split()[0] for row in output.splitlines()] == ["engine", "eager"]
    assert errors.startswith("TorchScript CUDA Graph: ")
    assert "只能在 CUDA 上运行" in errors


def test_unknown_engine_is_refused_with_the_ones_that_exist(wanwu_here: Here) -> None:
    code, output, errors = wanwu_here("bench", "--engines", "torchscript,onnx")
    assert (code, output) == (2, "")
    assert "没有名为“onnx”的引擎。可用的引擎：eager, torchscript" in errors


def test_folder_without_pictures_is_told(wanwu_here: Here, tmp_path: Path) -> None:
    code, output, errors = wanwu_here("bench", "--images", tmp_path)
    assert (code, output) == (2, "")
    assert "文件夹里没有可识别的图片" in errors


def test_device_that_is_not_there_is_told(wanwu_here: Here) -> None:
    code, output, errors = wanwu_here("bench", "--device", "mps")
    assert (code, output) == (2, "")
    assert "设备 mps 不可用" in errors


def test_file_that_cannot_be_written_is_told(wanwu_here: Here, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    target = tmp_path / "file" / "bench.json"
    code, _, errors = wanwu_here("bench", "--engines", "eager", "--runs", "1", "--json", target)
    assert code == 2
    assert str(target) in errors


def test_ctrl_c_shows_what_was_measured_until_then() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command("bench", "--seconds", "600"), cwd=ROOT, env=environment("zh_CN.UTF-8"),
        stdout=subprocess.PIPE, stderr=theirs, text=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = ""
        while shown.count("轮流测量") < 2:  # by then, the first turn is over
            shown += os.read(ours, 65536).decode(errors="replace")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 130
    assert output.split()[:6] == HEAD
    assert "Traceback" not in shown
    assert "正在加载推理引擎" in shown


def test_engines_are_measured_beside_busy_processes(wanwu_here: Here, tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    code, output, errors = wanwu_here(
        "bench", "--engines", "torchscript", "--runs", "2", "--load", "1", "--json", file
    )
    assert (code, errors) == (0, "")
    assert output.splitlines()[0] == "测量期间，旁边有 1 个占满核心的进程。"
    assert from_json(file.read_text("utf-8")).load == 1


def test_a_load_that_is_no_number_is_refused(wanwu_here: Here) -> None:
    code, output, errors = wanwu_here("bench", "--load", "-1")
    assert (code, output) == (2, "")
    assert "--load" in errors
