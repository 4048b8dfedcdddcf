"""Running commands in this process, for those whose start would cost more than what they do."""

import pytest

from app.cli import main
from app.core.language_in_use import tr
from tests.cli.command import Here


@pytest.fixture
def wanwu_here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    """`wanwu ARGUMENTS` on a Chinese system: exit code, standard output, standard error.

    What libraries and child processes print is in there too.
    """
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        assert tr.language == "zh"
        output, errors = capfd.readouterr()
        assert "Traceback" not in errors, errors
        return code, output, errors

    return run
