"""Running the command line as a user does, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LANGUAGE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")
Argument = str | bytes | Path
# Arguments in; exit code, standard output and standard error out.
Here = Callable[..., tuple[int, str, str]]


def environment(language: str) -> dict[str, str]:
    """This process's environment on a system that speaks `language`."""
    kept = {name: value for name, value in os.environ.items() if name not in _LANGUAGE_VARIABLES}
    return kept | {"LANG": language}


def command(*arguments: Argument) -> list[Argument]:
    """`wanwu ARGUMENTS` as a list for `subprocess`."""
    return [sys.executable, "-m", "app", *arguments]


def wanwu(
    *arguments: Argument, language: str = "zh_CN.UTF-8", extra: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `wanwu ARGUMENTS` to its end; nobody sees a traceback, whatever happens."""
    ended = subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment(language) | (extra or {}),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended
