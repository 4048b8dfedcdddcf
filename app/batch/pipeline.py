"""Recognising the files of a run on all cores, every answer on disk before anybody hears of it.

Each worker takes whole pictures, from the file to the answer, on one intra-op thread: decoding and
TorchScript let go of the interpreter's lock, and no tensor waits in a queue (docs/benchmarks.md compares the
ways).
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from app.core.errors import ErrorCode, PictureError, WanwuError
from app.core.files import content_sha256
from app.core.results import Failure, Recognition
from app.engines.threads import resolve_threads, set_threads
from app.store.records import Task, Wanted, kept_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.batch.watch import Watch
    from app.recognition.predictor import Options, Predictor
    from app.store.items import Items

log = logging.getLogger(__name__)

# One commit announces this many files to the disk, and one writes at most as many answers.
_CHUNK = 32
# A commit waits for the disk: answers are put together for so long, which is what a kill can cost of them.
_COMMIT_SECONDS = 0.25
# A picture that is being decoded may still be answered when the user wants to stop, but is not waited for.
_STOP_SECONDS = 0.3
# What a file may fail with because the whole folder is gone.
_UNREACHABLE = (ErrorCode.VANISHED, ErrorCode.READ_FAILED, ErrorCode.PERMISSION_DENIED)

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

    def check_folder(self) -> None:
        """Raise WanwuError `folder_gone` when the folder with the files is gone."""
        ...


@dataclass(slots=True)
class _Hands:
    """What goes between the pipeline's thread and its workers in one go, and the files that are under way."""

    tasks: queue.SimpleQueue[Task | None] = field(default_factory=queue.SimpleQueue)
    answers: queue.SimpleQueue[tuple[Task, Answer] | BaseException] = field(default_factory=queue.SimpleQueue)
    begun: dict[int, Task] = field(default_factory=dict)


class Pipeline:
    """Works on the items of one run. `work` belongs to one thread, which owns the database connection."""

    def __init__(self, predictor: Predictor, options: Options, items: Items, watch: Watch) -> None:
        self._predictor, self._items, self._watch = predictor, items, watch
        self._workers = resolve_threads(options.key.threads)
        self._options = replace(options, key=replace(options.key, threads=1))
        self._hands = _Hands()
        self._back: set[int] = set()

    def prepare(self, report: Callable[[str], None]) -> None:
        """Load the engine, for one thread a picture."""
        self._predictor.prepare(self._options, report)

    def work(self, control: Control, announce: Callable[[Answered], None]) -> None:
        """Recognise until nothing is left or the user wants it to stop.

        Raises StoreError, WanwuError `folder_gone`, and whatever has ended a worker.
        """
        # New ones each time: a worker of the time before may still be at a picture that was not waited for,
        # and its answer must land nowhere.
        hands = self._hands = _Hands()
        threads = [
            # daemon: a worker may still be at a picture that nobody waits for.
            threading.Thread(target=self._loop, args=(hands,), name=f"batch-{number}", daemon=True)
            for number in range(self._workers)
        ]
        for thread in threads:
            thread.start()
        try:
            self._alone(control, announce)
            self._together(control, announce)
            self._stop(control, announce)
        finally:
            for _ in threads:
                hands.tasks.put(None)

    def _alone(self, control: Control, announce: Callable[[Answered], None]) -> None:
        """First the files at which the process has died: one at a time, so that the next time tells which."""
        for task in self._items.suspects():
            if control.wanted() is not Wanted.RUN:
                return
            self._begin([task])
            while self._hands.begun and control.wanted() is Wanted.RUN:
                self._commit(self._collect(_COMMIT_SECONDS), control, announce)

    def _together(self, control: Control, announce: Callable[[Answered], None]) -> None:
        """Keep up to two chunks begun, so that no worker waits for a commit."""
        while control.wanted() is Wanted.RUN:
            scanning = control.scanning()  # asked before the items: what is found last is not missed
            # Two chunks: while one is being committed, which waits for the disk, workers have the other.
            # More would be suspected when the process dies, though it never came to them.
            if len(self._hands.begun) <= _CHUNK:
                self._begin(self._items.waiting(_CHUNK))
            if self._hands.begun:
                self._commit(self._collect(_COMMIT_SECONDS), control, announce)
            elif scanning:
                time.sleep(_COMMIT_SECONDS / 5)
            else:
                return

    def _stop(self, control: Control, announce: Callable[[Answered], None]) -> None:
        """Take back what no worker has begun; what is answered soon still counts."""
        waiting: list[Task] = []
        try:
            while (task := self._hands.tasks.get_nowait()) is not None:
                waiting.append(task)
        except queue.Empty:
            pass
        self._put_back(waiting)
        end = time.monotonic() + _STOP_SECONDS
        while self._hands.begun and (left := end - time.monotonic()) > 0:
            self._commit(self._collect(left), control, announce)
        self._put_back(list(self._hands.begun.values()))

    def _begin(self, tasks: Sequence[Task]) -> None:
        if not tasks:
            return
        # On disk first: after a kill the files that are marked are those a worker may have been at.
        self._items.start(tasks)
        for task in tasks:
            self._hands.begun[task.item] = task
            self._hands.tasks.put(task)

    def _put_back(self, tasks: Sequence[Task]) -> None:
        if tasks:
            self._items.put_back(tasks)
        for task in tasks:
            del self._hands.begun[task.item]

    def _collect(self, seconds: float) -> list[tuple[Task, Answer]]:
        """What is answered within so many seconds, at most a chunk. Raises what has ended a worker."""
        answers: list[tuple[Task, Answer]] = []
        end = time.monotonic() + seconds
        while len(answers) < min(_CHUNK, len(self._hands.begun)):
            try:
                # Never below 0, which is an error: what is there already is taken although the time is over.
                answer = self._hands.answers.get(timeout=max(end - time.monotonic(), 0.001))
            except queue.Empty:
                break
            if isinstance(answer, BaseException):
                raise answer
            answers.append(answer)
        return answers

    def _commit(
        self, answers: Sequence[tuple[Task, Answer]], control: Control, announce: Callable[[Answered], None]
    ) -> None:
        """Put answers on disk; not those that the folder is to blame for, which is gone."""
        unreachable = [each for each in answers if _is_unreachable(each[1])]
        if unreachable:
            control.check_folder()
        back = [task for task, answer in unreachable if self._is_back(task, answer)]
        self._put_back(back)
        self._finish([each for each in answers if each[0] not in back], announce)

    def _is_back(self, task: Task, answer: Answer) -> bool:
        """Whether a file was gone for a moment only; asked once of each."""
        vanished = isinstance(answer, Failure) and answer.code is ErrorCode.VANISHED
        if not vanished or task.item in self._back or not os.path.lexists(task.path):
            return False
        # Once: a file that comes and goes would be tried for ever.
        self._back.add(task.item)
        return True

    def _finish(self, answers: Sequence[tuple[Task, Answer]], announce: Callable[[Answered], None]) -> None:
        if not answers:
            return
        self._items.finish(answers)  # raises before anything is announced
        for task, _ in answers:
            del self._hands.begun[task.item]
        announce(Answered(tuple(answer for _, answer in answers)))

    def _loop(self, hands: _Hands) -> None:
        try:
            set_threads(1)
            while (task := hands.tasks.get()) is not None:
                self._watch.begin(task)
                answer = self._recognise(task)
                # Within the watch: a drive that hangs does so here as well.
                identified = _identified(task) if isinstance(answer, Recognition) else task
                self._watch.end()
                hands.answers.put((identified, answer))
        except BaseException as error:  # a worker that ended in silence would be waited for
            hands.answers.put(error)

    def _recognise(self, task: Task) -> Answer:
        try:
            return self._predictor.recognize(task.path, self._options)
        except PictureError as error:
            code = ErrorCode.VANISHED if error.code == ErrorCode.NOT_FOUND else error.code
            return Failure(task.path, code, tuple(error.facts.items()))
        except WanwuError as error:
            return Failure.of(task.path, error)
        except Exception as error:  # one bad file must not end the run; the traceback goes to the log
            log.exception("%s", task.path)
            detail = f"{type(error).__name__}: {error}"
            return Failure(task.path, ErrorCode.INTERNAL, (("path", task.path), ("detail", detail)))


def _is_unreachable(answer: Answer) -> bool:
    return isinstance(answer, Failure) and answer.code in _UNREACHABLE


def _identified(task: Task) -> Task:
    """A file with the hash of its bytes, unless it was written to since the scan.

    It was read a moment ago: the system has it in memory.
    """
    try:
        digest = content_sha256(task.path)
        status = task.path.stat()
    except OSError:
        return task
    unchanged = (status.st_size, kept_time(status.st_mtime_ns)) == (task.size, task.mtime_ns)
    return replace(task, sha256=digest) if unchanged else task
