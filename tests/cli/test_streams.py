"""Whatever is printed cannot command a terminal, and whatever the streams are, a command ends properly."""

import json
import os
import pty
import shlex
import subprocess
import sys

import pytest

from app.core.printable import printable
from tests.cli.command import ROOT, Here, command, environment

# Clears the screen, sets the window's title, writes backwards, and looks like a line of our own.
HOSTILE = "x\x1b[2J\x1b]0;title\x07\x9b31m\u202egpj\r\nwanwu:完成\u2028\x85\x7f\udcff"
TAME = "x"


def lines(printed: tuple[int, str, str]) -> list[str]:
    """What both streams have got, line by line; each must be safe to show."""
    code, output, errors = printed
    found = [f"{code}", *(output + errors).split("\n")]
    assert [line for line in found if line != printable(line)] == []
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("models", "info", "{}"),
        ("models", "info", "{}.pt"),
        ("models", "export", "efficientnet_lite2", "--out", "{}"),
        ("runs", "export", "1", "--out", "{}"),
        ("runs", "list", "{}"),
        ("runs", "undo", "{}"),
        ("batch", "{}", "--out", "{}.csv"),
        ("batch", ".", "--out", "{}"),
        ("bench", "--engines", "{}"),
        ("bench", "--runs", "{}"),
        ("bench", "--images", "{}"),
        ("classify", "x.jpg", "--model", "{}"),
        ("classify", "x.jpg", "--device", "{}"),
        ("classify", "x.jpg", "--{}"),
        ("{}",),
    ],
)
def test_hostile_argument_is_told_on_as_many_lines_as_a_harmless_one(
    wanwu_here: Here, arguments: tuple[str, ...]
) -> None:
    tame = lines(wanwu_here(*(argument.format(TAME) for argument in arguments)))
    hostile = lines(wanwu_here(*(argument.format(HOSTILE) for argument in arguments)))
    assert len(hostile) == len(tame)
    assert hostile[0] == tame[0] == "2"


@pytest.mark.usefixtures("model")
def test_hostile_name_of_a_picture_is_one_line_of_text_and_whole_in_json(wanwu_here: Here) -> None:
    hostile = HOSTILE.rstrip("\udcff")
    _, text, errors = wanwu_here("classify", hostile)
    assert len(lines((0, text, errors))) == 4
    _, line, _ = wanwu_here("classify", "--json", hostile)
    lines((0, line, ""))
    assert json.loads(line)["path"] == hostile


def in_shell(arguments: str, redirected: str) -> subprocess.CompletedProcess[str]:
    """`wanwu ARGUMENTS REDIRECTED`, as a user types it."""
    line = f"{shlex.join(map(str, command()))} {arguments} {redirected}"
    ended = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, env=environment("en"), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    assert "Exception" not in ended.stderr
    return ended


@pytest.mark.parametrize("redirected", ["2>&-", "2>/dev/full"])
def test_command_works_where_errors_cannot_be_told(redirected: str) -> None:
    assert in_shell("models list", redirected).returncode == 0
    assert in_shell("models list nonsense", redirected).returncode == 2


@pytest.mark.parametrize("redirected", [">&-", ">/dev/full"])
@pytest.mark.parametrize("arguments", ["--help", "models list --json"])
def test_output_that_cannot_be_written_is_told(arguments: str, redirected: str) -> None:
    ended = in_shell(arguments, redirected)
    assert ended.returncode == 1
    assert ended.stderr.startswith("wanwu: Cannot write stdout (")
    assert ended.stderr.count("\n") == 1


def test_command_without_any_stream_ends_with_its_code() -> None:
    assert in_shell("models list", "<&- >&- 2>&-").returncode == 1
    assert in_shell("models list nonsense", "<&- >&- 2>&-").returncode == 2


def test_no_file_gets_the_number_of_a_closed_stream() -> None:
    code = "import os, sys; from app.__main__ import main; main(['--version']); sys.exit(os.open('.', 0))"
    line = f"{shlex.join([sys.executable, '-c', code])} <&- >&- 2>&-"
    assert subprocess.run(["bash", "-c", line], cwd=ROOT, check=False).returncode > 2


@pytest.mark.parametrize("arguments", ["--help", "models list --json", "runs list"])
def test_reader_that_leaves_at_once_is_no_error(arguments: str) -> None:
    ended = in_shell(arguments, "| true; exit ${PIPESTATUS[0]}")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_terminal_with_another_encoding_is_no_error(encoding: str) -> None:
    ours, theirs = pty.openpty()
    ended = subprocess.run(
        command("models", "list", "猫😀é.pt"), cwd=ROOT, stdout=theirs, stderr=theirs, check=False,
        env=environment("zh_CN.UTF-8") | {"PYTHONIOENCODING": encoding},
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 65536).decode(encoding)
    os.close(ours)
    assert ended.returncode == 2
    assert "efficientnet_lite2" in shown
    assert "Traceback" not in shown
