"""The command line answers at once, in the user's language, and refuses nonsense in one sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import __version__
from tests.cli.command import ROOT, Here, wanwu

_NOTHING_HEAVY = """
import sys
from app.__main__ import main
try:
    main(["--help"])
finally:
    print({"torch", "timm", "PySide6", "numpy", "PIL"} & set(sys.modules))
"""


def test_help_loads_nothing_heavy() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _NOTHING_HEAVY], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.stdout.splitlines()[-1] == "set()"


def test_help_is_in_the_users_language() -> None:
    assert "识别图片" in wanwu("--help").stdout
    english = wanwu("--help", language="en_US.UTF-8").stdout
    assert english.isascii()
    for command in ("classify", "bench", "models", "doctor"):
        assert command in english


def test_chosen_language_wins_over_the_systems(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "settings.json").write_text(json.dumps({"language": "en"}))
    assert wanwu("--help", extra={"WANWU_HOME": str(tmp_path)}).stdout.isascii()


def test_output_that_cannot_show_chinese_still_gets_help() -> None:
    ended = wanwu("--help", extra={"PYTHONIOENCODING": "ascii"})
    assert ended.returncode == 0
    assert "classify" in ended.stdout


def test_version() -> None:
    assert wanwu("--version").stdout == f"wanwu {__version__}\n"


@pytest.mark.parametrize("command", ["classify", "bench", "models", "doctor"])
def test_every_command_has_help(wanwu_here: Here, command: str) -> None:
    code, output, _ = wanwu_here(command, "--help")
    assert code == 0
    assert f"usage: wanwu {command}" in output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["classify"], "PATH"),
        (["classify", "x.jpg", "--engine", "onnx"], "onnx"),
        (["classify", "x.jpg", "--device", "tpu"], "tpu"),
        (["classify", "x.jpg", "--top-k", "0"], "--top-k"),
        (["classify", "x.jpg", "--nonsense"], "--nonsense"),
        (["classify", "x.jpg", "--model", "resnet"], "没有名为“resnet”的模型。可用的模型："),
        (["classify", "x.jpg", "--model", "missing.pt", "--trust"], "missing.pt"),
        (["classify", "x.jpg", "--threads", "-1"], "设置“threads”的值“-1”无效"),
        (["bench", "--threads", "-1"], "设置“threads”的值“-1”无效"),
        (["bench", "--runs", "0"], "--runs"),
        (["bench", "--batch-sizes", "999999999999"], "--batch-sizes"),
        (["bench", "--seconds", "9" * 60], "--seconds"),
        (["classify", ""], "PATH: 路径为空"),
        (["batch", "", "--out", "x.csv"], "FOLDER: 路径为空"),
        (["runs", "sort", "1", "--into", "", "--by", "label", "--how", "move"], "--into: 路径为空"),
        (["runs", "export", "9" * 23, "--out", "x.csv"], "不是编号"),
        (["runs", "delete", "-1"], "-1"),
        (["bench", "--batch-sizes", "1,x"], "--batch-sizes"),
        (["bench", "--model", "resnet"], "resnet"),
        (["models", "list", "resnet"], "resnet"),
        (["models", "info"], "efficientnet_lite2"),
        (["models", "info", "missing.pt"], "missing.pt"),
        (["models", "delete"], "delete"),
    ],
)
def test_wrong_usage_is_told_in_words(wanwu_here: Here, arguments: list[str], says: str) -> None:
    code, output, errors = wanwu_here(*arguments)
    assert (code, output) == (2, "")
    assert says in errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["classify", "x.jpg", "--device", "mps"], "设备 mps 不可用：MPS 只在苹果电脑上可用"),
        (["bench", "--engines", "eager,onnx"], "没有名为“onnx”的引擎。可用的引擎：eager, torchscript"),
    ],
)
@pytest.mark.usefixtures("model")
def test_what_cannot_run_here_is_told_in_words(wanwu_here: Here, arguments: list[str], says: str) -> None:
    code, output, errors = wanwu_here(*arguments)
    assert (code, output) == (2, "")
    assert says in errors


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a desktop")
def test_window_without_a_desktop_is_refused_in_words() -> None:
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    ended = wanwu("--", "-dashed.jpg", extra=nowhere)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "没有图形桌面" in ended.stderr


def test_mistyped_command_is_told_and_opens_no_window() -> None:
    ended = wanwu("clasify", "x.jpg", extra={"DISPLAY": ""})
    assert ended.returncode == 2
    assert "classify" in ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the current folder")
@pytest.mark.parametrize(
    "arguments", [("classify", "x.jpg"), ("batch", ".", "--out", "x.csv"), ("runs", "list")]
)
def test_current_folder_that_is_gone_is_told(
    wanwu_here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, output, errors = wanwu_here(*arguments)
    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert "当前文件夹已被删除" in errors


@pytest.mark.parametrize("arguments", [("batch", "{}", "--out", "x.csv"), ("bench", "--images", "{}")])
def test_links_in_a_circle_are_told(wanwu_here: Here, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    code, output, errors = wanwu_here(*(argument.format(loop) for argument in arguments))
    assert (code, output) == (2, "")
    assert f"文件不存在：{loop}" in errors


def test_message_is_in_english_for_others() -> None:
    ended = wanwu("models", "info", "resnet", language="de_DE.UTF-8")
    assert ended.stderr.startswith("wanwu: There is no model \"resnet\".")
