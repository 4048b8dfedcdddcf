"""What the page asks of its worker: look for engines, measure, keep a run, save a model as ONNX."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.bench import history
from app.bench.measure import Benchmark
from app.bench.survey import Survey
from app.core.child_process import Remote
from app.core.language_in_use import tr
from app.images.folders import expand
from app.ui.pages.performance.onnx_copy import OnnxCopier
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.bench.records import Plan, Run
    from app.core.errors import WanwuError
    from app.core.jobs import JobContext

_MOST_PICTURES = 5000


class Measuring(QObject):
    """The window's thread asks, one worker does, and the engines run in processes of their own.

    Signals:
        surveyed(dict): for each engine what this machine lacks, or None.
        progressed(Progress): how far the run is.
        ended(Run): the run is over, or was stopped half way; None when it came to nothing.
        saved(Entry): the run has been kept.
        copied(Path): the ONNX file is there.
        failed(str): the sentence for something that went wrong.
    """

    surveyed = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    saved = Signal(object)
    copied = Signal(object)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._tasks = Tasks("benchmark")
        self._tasks.failed.connect(self.failed)
        self._helper: Remote | None = None
        self._benchmark: Benchmark | None = None
        self._run = 0

    @property
    def is_running(self) -> bool:
        """Whether a run is going on."""
        return self._run != 0

    def survey(self, device: str) -> None:
        """Find out which engines can run on the device of a setting."""
        self._tasks.run(
            lambda context: self._in_helper(Survey, "obstacles", context, device), self.surveyed.emit
        )

    def copy_onnx(self, model: str, target: Path) -> None:
        """Save a model as an ONNX file."""
        self._tasks.run(
            lambda context: self._in_helper(OnnxCopier, "copy", context, model, target), self.copied.emit
        )

    def _in_helper(
        self, make: Callable[[], object], method: str, context: JobContext, *arguments: object
    ) -> object:
        """Call one method in a process that ends afterwards: torch takes 300 MB."""
        self._helper = helper = Remote(make, "benchmark-helper")
        try:
            context.check()
            return helper.call(method, *arguments, report=context.report)
        finally:
            helper.close()

    def save(self, run: Run) -> None:
        """Keep a run."""
        self._tasks.run(lambda _context: history.save(run), self.saved.emit)

    def start(self, plan: Plan) -> None:
        """Measure; the pictures of the plan may be folders."""

        def work(context: JobContext) -> Run:
            found = expand(plan.pictures, recursive=True, check=context.check)
            pictures = tuple(itertools.islice(found, _MOST_PICTURES))
            self._benchmark = benchmark = Benchmark(replace(plan, pictures=pictures))
            context.check()  # `stop` may have come before there was a benchmark to cancel
            return benchmark.run(context.report)

        self._run = self._tasks.run(
            work,
            self.ended.emit,
            progress=self.progressed.emit,
            failed=self._on_failed,
            cancelled=lambda: self.ended.emit(None),
            ended=self._on_ended,
        )

    def stop(self) -> None:
        """End the run; `ended` brings what it has found."""
        self._tasks.cancel(self._run, listen=True)
        if self._benchmark is not None:
            self._benchmark.cancel()

    def _on_ended(self) -> None:
        self._run, self._benchmark = 0, None

    def _on_failed(self, error: WanwuError) -> None:
        self.failed.emit(tr.describe(error))
        self.ended.emit(None)

    def shut_down(self) -> None:
        """Stop everything and wait for the worker."""
        self.stop()
        self._tasks.stop()
        if self._helper is not None:
            self._helper.close()
        self._tasks.shut_down()
