"""The layers stay apart: no Qt and no torch where they are not needed, each proven in a fresh process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.models.library import Model

ROOT = Path(__file__).parents[1]
WITHOUT_QT = "import tests.without_qt\n"


def python(code: str) -> str:
    """What a fresh Python prints that runs `code` and must not fail."""
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, encoding="utf-8",
        timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def loaded(code: str) -> set[str]:
    """Which of the heavy packages are loaded after `code`."""
    names = python(f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))")
    heavy = {"torch", "torchvision", "timm", "PySide6", "shiboken6", "numpy", "PIL", "pi_heif"}
    return {name.partition(".")[0] for name in json.loads(names.splitlines()[-1])} & heavy


def test_command_line_starts_without_qt_torch_or_pictures() -> None:
    assert loaded("import app.cli") == set()


def test_choosing_between_window_and_command_line_loads_nothing() -> None:
    assert loaded("import app.__main__") == set()


def test_use_cases_are_imported_without_qt_and_torch() -> None:
    modules = (
        "app.core.jobs, app.core.child_process, app.recognition.predictor, app.models.library, "
        "app.bench.measure, app.bench.automatic, app.bench.survey, app.bench.report, app.export.text"
    )
    assert loaded(f"import {modules}") & {"torch", "torchvision", "timm", "PySide6", "shiboken6"} == set()


def test_machine_is_described_and_engines_are_remembered_without_torch() -> None:
    code = """
from app.bench import machine
from app.recognition import fastest
from app.engines.selection import EnginesKey
machine.record()
fastest.remembered(EnginesKey("efficientnet_lite2", "auto", 0))
"""
    assert loaded(code) & {"torch", "timm"} == set()


def test_header_of_a_model_file_is_read_without_torch(model: Model) -> None:
    code = f"""
from pathlib import Path
from app.engines.model_file import read_header
assert len(read_header(Path({str(model.file)!r})).labels) == 1000
"""
    assert loaded(code) & {"torch", "torchvision", "timm", "PySide6"} == set()


_EVERY_CORE_MODULE = """
import pkgutil, app
for module in pkgutil.walk_packages(app.__path__, "app."):
    if not module.name.startswith("app.ui"):
        __import__(module.name)
        print(module.name)
"""


def test_core_is_imported_where_qt_cannot_be() -> None:
    names = python(WITHOUT_QT + _EVERY_CORE_MODULE).split()
    assert {"app.cli.classify", "app.engines.torchscript", "app.images.decode", "app.core.jobs"} <= set(names)


@pytest.mark.usefixtures("model")
def test_pictures_are_recognised_where_qt_cannot_be_imported(cat: Path) -> None:
    code = f"from app.__main__ import main\nassert main(['classify', '--json', {str(cat)!r}]) == 0"
    assert json.loads(python(WITHOUT_QT + code))["predictions"][0]["label"] == "埃及猫"


def test_qt_really_is_refused() -> None:
    code = "try:\n    import PySide6\nexcept ModuleNotFoundError as error:\n    print(error)"
    assert "refused" in python(WITHOUT_QT + code)
