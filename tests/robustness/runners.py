"""Runners whose decoder brings its process down in other ways than `tests/batch/runners.py`."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.batch import watch
from app.batch.runner import BatchRunner
from app.core.results import Recognition
from app.recognition.predictor import Options, Predictor
from app.store.records import RunState

_recognize = Predictor.recognize


def _killed(self: Predictor, path: Path, options: Options) -> Recognition:
    if "huge" in path.name:
        os.kill(os.getpid(), signal.SIGKILL)
    return _recognize(self, path, options)


def _killed_once(self: Predictor, path: Path, options: Options) -> Recognition:
    mark = path.with_suffix(".tried")
    if "once" in path.name and not mark.exists():
        mark.touch()
        os.abort()
    return _recognize(self, path, options)


def _hung(self: Predictor, path: Path, options: Options) -> Recognition:
    if "hang" in path.name:
        path.with_suffix(".process").write_text(str(os.getpid()))
        time.sleep(600)
    return _recognize(self, path, options)


def _dead(*_: object) -> None:
    os.abort()


class OutOfMemoryRunner(BatchRunner):
    """The system kills the process at every file with `huge` in its name."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        with patch.object(Predictor, "recognize", _killed):
            return super().run(run, report)


class UnluckyRunner(BatchRunner):
    """The process dies the first time that it is at a file with `once` in its name."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        with patch.object(Predictor, "recognize", _killed_once):
            return super().run(run, report)


class TellingRunner(BatchRunner):
    """A worker never comes back from a file with `hang` in its name; the process id is left beside it."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        with patch.object(Predictor, "recognize", _hung), patch.object(watch, "_HANG_SECONDS", 1.0):
            return super().run(run, report)


class DeadOnArrivalRunner(BatchRunner):
    """The process dies before it is at any file."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        with patch.object(Predictor, "prepare", _dead):
            return super().run(run, report)
