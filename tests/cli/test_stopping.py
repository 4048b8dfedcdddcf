"""Ctrl+C, a plain kill and a closed terminal end a command alike, each with its own exit code."""

import signal
import subprocess
import sys

import pytest

from app.cli import doctor
from app.cli.stopping import stopping
from tests.cli.command import Here


@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_signal_ends_a_command_quietly_with_its_code(
    wanwu_here: Here, monkeypatch: pytest.MonkeyPatch, number: str, code: int
) -> None:
    monkeypatch.setattr(doctor, "run", lambda _: signal.raise_signal(getattr(signal, number)))
    assert wanwu_here("doctor") == (code, "", "")


def test_command_that_handles_ctrl_c_itself_ends_with_the_code_of_the_signal(
    wanwu_here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(_: object) -> int:
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt:
            print("kept")
        return 130

    monkeypatch.setattr(doctor, "run", run)
    assert wanwu_here("doctor") == (143, "kept\n", "")


def test_ctrl_c_in_the_midst_of_an_import_is_no_error_of_a_library(
    wanwu_here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(_: object) -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise ImportError("numpy._core failed to import") from error
        return 0

    monkeypatch.setattr(doctor, "run", run)
    assert wanwu_here("doctor") == (130, "", "")


def test_kill_ends_with_its_own_status_where_code_is_being_made() -> None:
    program = """
import signal, sys
from app.cli.stopping import stopping
with stopping([]):
    try:
        exec("signal.raise_signal(signal.SIGTERM)")
    except KeyboardInterrupt:
        sys.exit(143)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 143


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        came: list[int] = []
        with stopping(came):
            signal.raise_signal(signal.SIGHUP)
        assert came == []
    finally:
        signal.signal(signal.SIGHUP, before)


def test_bug_is_told_in_one_sentence(wanwu_here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "run", lambda _: 1 / 0)
    code, output, errors = wanwu_here("doctor")
    assert (code, output, errors.count("\n")) == (1, "", 1)
    assert "ZeroDivisionError" in errors
