"""What the page asks of its worker: look for engines, measure, keep a run, save a model as ONNX."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.bench import history
from app.bench.measure import Benchmark, Progress
from app.bench.records import Run
from app.bench.survey import Survey
from app.core.child_process import Remote
from app.core.jobs import Event, Failed, Finished, JobContext, Progressed, Worker
from app.core.language_in_use import tr
from app.images.folders import expand
from app.ui.job_bridge import JobBridge
from app.ui.performance.onnx_copy import OnnxCopier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.bench.records import Plan

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
        self._bridge = JobBridge()
        self._worker = Worker("benchmark", self._bridge.announce)
        self._helper: Remote | None = None
        self._benchmark: Benchmark | None = None
        self._job = 0

    @property
    def is_running(self) -> bool:
        """Whether a run is going on."""
        return self._job != 0

    def survey(self, device: str) -> None:
        """Find out which engines can run on the device of a setting."""
        self._submit(
            lambda context: self._in_helper(Survey, "obstacles", context, device), self.surveyed.emit
        )

    def copy_onnx(self, model: str, target: Path) -> None:
        """Save a model as an ONNX file."""
        self._submit(
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
        self._submit(lambda _context: history.save(run), self.saved.emit)

    def _submit(self, work: Callable[[JobContext], object], tell: Callable[[object], None]) -> None:
        def listen(event: Event) -> None:
            if isinstance(event, Finished):
                tell(event.result)
            elif isinstance(event, Failed):
                self.failed.emit(tr.describe(event.error))

        self._bridge.submit(self._worker, work, listen)

    def start(self, plan: Plan) -> None:
        """Measure; the pictures of the plan may be folders."""

        def work(context: JobContext) -> Run:
            found = expand(plan.pictures, recursive=True, check=context.check)
            pictures = tuple(itertools.islice(found, _MOST_PICTURES))
            self._benchmark = benchmark = Benchmark(replace(plan, pictures=pictures))
            context.check()  # `stop` may have come before there was a benchmark to cancel
            return benchmark.run(context.report)

        self._job = self._bridge.submit(self._worker, work, self._on_run)

    def stop(self) -> None:
        """End the run; `ended` brings what it has found."""
        self._worker.cancel(self._job)
        if self._benchmark is not None:
            self._benchmark.cancel()

    def _on_run(self, event: Event) -> None:
        if isinstance(event, Progressed):
            if isinstance(event.value, Progress):
                self.progressed.emit(event.value)
            return
        self._job, self._benchmark = 0, None
        if isinstance(event, Failed):
            self.failed.emit(tr.describe(event.error))
        result = event.result if isinstance(event, Finished) else None
        self.ended.emit(result if isinstance(result, Run) else None)

    def shut_down(self) -> None:
        """Stop everything and wait for the worker."""
        self._bridge.forget_all()
        self.stop()
        self._worker.shut_down(0)
        if self._helper is not None:
            self._helper.close()
        self._worker.shut_down()
