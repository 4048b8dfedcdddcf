"""Recognising the files of a run on all cores, every answer on disk before anybody hears of it.

Each worker takes whole pictures, from the file to the answer, on one intra-op thread: decoding and
TorchScript let go of the interpreter's lock, and no tensor waits in a queue (docs/benchmarks.md compares the
ways).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from app.engines.threads import resolve_threads, set_threads
from app.errors import ErrorCode, PictureError, WanwuError
from app.results import Failure, Recognition
from app.store.records import Task, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.recognizer import Options, Recognizer
    from app.store.items import Items

log = logging.getLogger(__name__)

# One commit announces this many files to the disk, and one writes at most as many answers.
_CHUNK = 32
_COMMIT_SECONDS = 0.25
# No picture within the limits takes a minute: a decoder that does hangs.
_HANG_SECONDS = 60.0

Answer = Recognition | Failure


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers that are on disk now."""

    answers: tuple[Answer, ...]


class Control(Protocol):
    """What the pipeline asks while it works."""

    def wanted(self) -> Wanted:
        """Whether to go on."""
        ...

    def scanning(self) -> bool:
        """Whether more files may still be found."""
        ...


class HungError(Exception):
    """A worker has been at one file for too long; only the end of the process ends that."""

    def __init__(self, task: Task) -> None:
        super().__init__(str(task.path))
        self.task = task


class Pipeline:
    """Works on the items of one run. `work` belongs to one thread, which owns the database connection."""

    def __init__(self, recognizer: Recognizer, options: Options, items: Items) -> None:
        self._recognizer, self._items = recognizer, items
        self._workers = resolve_threads(options.shelf.threads)
        self._options = replace(options, shelf=replace(options.shelf, threads=1))
        self._waiting: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._answered: queue.SimpleQueue[tuple[Task, Answer]] = queue.SimpleQueue()
        self._begun: dict[int, tuple[Task, float]] = {}

    def prepare(self, report: Callable[[str], None]) -> None:
        """Load the engine, for one thread a picture."""
        self._recognizer.prepare(self._options, report)

    def work(self, control: Control, announce: Callable[[Answered], None]) -> None:
        """Recognise until nothing is left or the user wants it to stop. Raises HungError, StoreError."""
        threads = [
            threading.Thread(target=self._loop, name=f"batch-{number}", daemon=True)
            for number in range(self._workers)
        ]
        for thread in threads:
            thread.start()
        try:
            self._alone(control, announce)
            self._together(control, announce)
        finally:
            for _ in threads:
                self._waiting.put(None)

    def _alone(self, control: Control, announce: Callable[[Answered], None]) -> None:
        """First the files at which the process has died: one at a time, so that the next time tells which."""
        for task in self._items.suspects():
            if control.wanted() is not Wanted.RUN:
                return
            self._items.start([task])
            self._waiting.put(task)
            self._commit(self._collect(1), announce)

    def _together(self, control: Control, announce: Callable[[Answered], None]) -> None:
        """Keep up to two chunks begun, so that no worker waits for a commit."""
        flying = 0
        while True:
            scanning = control.scanning()  # asked before the items: what is found last is not missed
            if flying <= _CHUNK:
                flying += self._begin(control)
            if flying:
                answers = self._collect(min(flying, _CHUNK))
                flying -= len(answers)
                self._commit(answers, announce)
            elif control.wanted() is not Wanted.RUN or not scanning:
                return
            else:
                time.sleep(_COMMIT_SECONDS / 5)

    def _begin(self, control: Control) -> int:
        tasks = self._items.waiting(_CHUNK) if control.wanted() is Wanted.RUN else []
        if tasks:
            self._items.start(tasks)
        for task in tasks:
            self._waiting.put(task)
        return len(tasks)

    def _collect(self, most: int) -> list[tuple[Task, Answer]]:
        """At least one answer, and what else comes within a quarter of a second."""
        answers: list[tuple[Task, Answer]] = []
        end = time.monotonic() + _COMMIT_SECONDS
        while len(answers) < most:
            try:
                answers.append(self._answered.get(timeout=max(end - time.monotonic(), 0.001)))
            except queue.Empty:
                if answers:
                    break
                self._look_for_hung()
                end = time.monotonic() + _COMMIT_SECONDS
        return answers

    def _look_for_hung(self) -> None:
        now = time.monotonic()
        for task, begun in list(self._begun.values()):
            if now - begun > _HANG_SECONDS:
                raise HungError(task)

    def _commit(self, answers: Sequence[tuple[Task, Answer]], announce: Callable[[Answered], None]) -> None:
        self._items.finish(answers)
        announce(Answered(tuple(answer for _, answer in answers)))

    def _loop(self) -> None:
        set_threads(1)
        while (task := self._waiting.get()) is not None:
            self._begun[threading.get_ident()] = task, time.monotonic()
            answer = self._recognise(task)
            self._begun.pop(threading.get_ident())
            self._answered.put((task, answer))

    def _recognise(self, task: Task) -> Answer:
        try:
            return self._recognizer.recognize(task.path, self._options)
        except PictureError as error:
            code = ErrorCode.VANISHED if error.code == ErrorCode.NOT_FOUND else error.code
            return Failure(task.path, code, tuple(error.facts.items()))
        except WanwuError as error:
            return Failure.of(task.path, error)
        except Exception as error:  # one bad file must not end the run; the traceback goes to the log
            log.exception("%s", task.path)
            detail = f"{type(error).__name__}: {error}"
            return Failure(task.path, ErrorCode.INTERNAL, (("path", task.path), ("detail", detail)))
