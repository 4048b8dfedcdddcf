"""One home folder for all tests, with Chinese and spaces in its path; models are built once, see `made.py`.

Of tests that run in several processes (pytest-xdist), each process has a home, and all have the same models.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core import child_process, paths
from app.core.language_in_use import tr
from app.engines.factory import create_engine
from app.engines.protocol import Engine
from app.models.library import Model, open_model
from app.recognition.predictor import Predictor
from tests import made
from tests.warm_start import WarmContext

# Makes an engine of the default model by its name.
Start = Callable[[str], Engine]


def pytest_configure(config: pytest.Config) -> None:
    """Do what `load_torch` does too late here: tests import torch before it, pytest resets filters."""
    if not _is_worker():
        made.take()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs have it ignored
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and `nohup` that
    # Two processes with a thread for each core only hinder each other while idle threads spin. The workers
    # have what is set here from the process that starts them.
    os.environ.setdefault("GOMP_SPINCOUNT", "0" if config.getoption("numprocesses", None) else "20000")
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    for notice in ("is deprecated", "is not supported"):
        config.addinivalue_line("filterwarnings", rf"ignore:.*torch\.jit\..*{notice}:DeprecationWarning")


def _is_worker() -> bool:
    """Whether another process, of pytest-xdist, has started this one."""
    return "PYTEST_XDIST_WORKER" in os.environ


def pytest_sessionfinish(exitstatus: int) -> None:
    """Keep for the next run what this one has made."""
    if not _is_worker() and exitstatus == pytest.ExitCode.OK:
        made.keep()


def pytest_unconfigure() -> None:
    """Clean up."""
    if not _is_worker():
        made.drop()


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What `WANWU_HOME` names: settings, built models, caches and logs of all tests."""
    folder = tmp_path_factory.mktemp("万物 的家")
    for part in made.FOLDERS:
        (folder / part).parent.mkdir()
        (folder / part).symlink_to(made.copy_of() / part, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WANWU_HOME", str(folder))
        tr.use("zh")
        yield folder


@pytest.fixture(scope="session", autouse=True)
def warm_start(home: Path) -> Iterator[WarmContext]:
    """Child processes need not import torch."""
    assert home
    context = WarmContext()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child_process, "_CONTEXT", context)
        yield context


@pytest.fixture
def cold_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes start as those of the program do, with a fresh Python."""
    monkeypatch.setattr(child_process, "_CONTEXT", multiprocessing.get_context("spawn"))


@pytest.fixture(autouse=True)
def trust_nobody(home: Path) -> Iterator[None]:
    """No test trusts a file from elsewhere for the next one."""
    yield
    (home / "data" / "trusted.json").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def model(home: Path) -> Model:
    """The default model, built in `home`."""
    opened = open_model("efficientnet_lite2")
    assert opened.file.is_relative_to(home) or opened.file.is_relative_to(paths.cards_folder())
    return opened


@pytest.fixture(scope="session")
def start(model: Model) -> Start:
    """Makes an engine of the default model by its name, on two threads of the CPU."""

    def start(name: str) -> Engine:
        return create_engine(name, model.request(name, "cpu", 2))

    return start


@pytest.fixture(scope="session")
def predictor() -> Iterator[Predictor]:
    """A predictor that stays loaded for all tests."""
    predictor = Predictor()
    yield predictor
    predictor.close()


@pytest.fixture(scope="session")
def cat() -> Path:
    """A photograph of an Egyptian cat."""
    return paths.resource("samples", "cat.jpg")
