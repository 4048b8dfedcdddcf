"""A crash leaves a report that the user can find."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import ROOT, environment

_WATCH = "from app.core import crash_reports; left = crash_reports.watch(); print(left or ''); "


def run(home: Path, code: str) -> "subprocess.CompletedProcess[str]":
    """Run Python code that watches for crashes, with `home` as the user's folder."""
    own = environment("zh") | {"WANWU_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", _WATCH + code], env=own, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_fault_in_a_library_becomes_a_report_at_the_next_start(tmp_path: Path) -> None:
    assert run(tmp_path, "import os; os.abort()").returncode < 0
    report = Path(run(tmp_path, "").stdout.strip())
    text = report.read_text("utf-8")
    assert report.parent == tmp_path / "logs"
    assert "Fatal Python error: Aborted" in text
    assert "torch " in text
    assert run(tmp_path, "").stdout.strip() == ""


def test_bug_in_any_thread_is_reported_at_once(tmp_path: Path) -> None:
    code = "import threading; thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()"
    assert run(tmp_path, code).returncode == 0
    (report,) = (tmp_path / "logs").glob("crash-*.txt")
    assert "ZeroDivisionError" in report.read_text("utf-8")


def test_bug_about_a_name_that_is_no_text_is_reported_whole(tmp_path: Path) -> None:
    assert run(tmp_path, r"raise ValueError('bad \udcff name')").returncode == 1
    (report,) = (tmp_path / "logs").glob("crash-*.txt")
    assert r"bad \udcff name" in report.read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs in folders")
def test_program_works_where_the_stacks_would_go_to_a_fifo(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    os.mkfifo(tmp_path / "logs" / "fault.log")
    assert run(tmp_path, "1 / 0").returncode == 1
    assert len(list((tmp_path / "logs").glob("crash-*.txt"))) == 1


def test_stack_that_is_far_too_long_is_cut_and_reported(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "fault.log").write_bytes(b"Fatal Python error\n" * 1_000_000)
    report = Path(run(tmp_path, "").stdout.strip())
    assert 16 << 20 <= report.stat().st_size < 17 << 20
    assert (tmp_path / "logs" / "fault.log").stat().st_size == 0


def test_program_works_where_no_report_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    assert run(tmp_path, "").returncode == 0
