"""Runners whose decoder does what a hostile file can make one do. They live in child processes."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.batch import watch
from app.batch.runner import BatchRunner
from app.batch.scan import Scan
from app.core.results import Recognition
from app.recognition.predictor import Options, Predictor
from app.store.records import RunState

_recognize = Predictor.recognize


def _crash(self: Predictor, path: Path, options: Options) -> Recognition:
    if "crash" in path.name:
        os.abort()
    return _recognize(self, path, options)


def _load_for_ever(*_: object) -> None:
    time.sleep(600)


def _stumble(*_: object) -> None:
    raise ZeroDivisionError("a bug in the scan")


def _hang(self: Predictor, path: Path, options: Options) -> Recognition:
    if "hang" in path.name:
        time.sleep(600)
    return _recognize(self, path, options)


class CrashingRunner(BatchRunner):
    """The process dies at every file with `crash` in its name."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        with patch.object(Predictor, "recognize", _crash):
            return super().run(run, report)


class HangingRunner(BatchRunner):
    """A worker never comes back from a file with `hang` in its name; patience is short."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        with patch.object(Predictor, "recognize", _hang), patch.object(watch, "_HANG_SECONDS", 1.0):
            return super().run(run, report)


class LoadingRunner(BatchRunner):
    """The model never comes to its end of loading."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        report("loading")
        with patch.object(Predictor, "prepare", _load_for_ever):
            return super().run(run, report)


class StumblingRunner(BatchRunner):
    """Looking through the folder ends in a bug."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        with patch.object(Scan, "__iter__", _stumble):
            return super().run(run, report)
