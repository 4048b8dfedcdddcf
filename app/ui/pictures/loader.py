"""The one loader of pictures for the screen: large views, parts of them at full size, and thumbnails.

All come from one child process (`app.ui.pictures.decoder`). What takes long there goes on in a second one,
which starts when it is first needed: so one huge or hanging picture holds up no other. And in each of them
what somebody looks at large does not wait for a thumbnail.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.core.child_process import Remote
from app.core.errors import ErrorCode, WanwuError
from app.ui.pictures.decoder import Decoder, Pixels
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.core.jobs import JobContext
    from app.ui.pictures.decoder import Box, Version

    Done = Callable[["Loaded"], None]
    Failed = Callable[[WanwuError], None]

# What takes longer in the first process is left to the second one, where it may take so long.
_QUICK_SECONDS, _SLOW_SECONDS = 1.5, 60.0
# About what a new process takes to start: so long a picture is waited for that nobody wants any more, or that
# is less urgent than another one, before its process is ended. Some pictures take half a minute.
_PATIENCE_SECONDS = 0.5
# Of which files it is remembered that they took long, so that they do not hold up others again.
_MOST_SLOW = 1000


class _Urgency(IntEnum):
    THUMBNAIL = 0
    LARGE = 1  # somebody looks at it and waits


@dataclass(frozen=True, slots=True)
class Loaded:
    """A picture, (width, height) in pixels of all that is in its file, and which file that was, as it was."""

    image: QImage
    source_size: tuple[int, int]
    version: Version | None = None


@dataclass(slots=True, eq=False)
class Load:
    """Something that was asked for; it hears of its end once, unless it is cancelled before."""

    call: tuple[str, Path, *tuple[object, ...]]
    urgency: _Urgency
    done: Done
    failed: Failed
    delayed: Callable[[], None]
    wanted: bool = True
    begun: float | None = None  # when the process has begun with it; set by the worker

    @property
    def path(self) -> Path:
        """The picture's file."""
        return self.call[1]


class PictureLoader(QObject):
    """Belongs to the window's thread; its workers `pictures` and `slow-pictures` are ended by `shut_down`."""

    def __init__(self, make_decoder: Callable[[], object] = Decoder) -> None:
        super().__init__()
        self._quick = _Lane("pictures", make_decoder, _QUICK_SECONDS, self._go_on_slowly)
        self._slow = _Lane("slow-pictures", make_decoder, _SLOW_SECONDS)
        self._slow_files: OrderedDict[Path, None] = OrderedDict()
        self._slow.was_quick.connect(lambda path: self._slow_files.pop(path, None))

    def view(self, path: Path, done: Done, failed: Failed) -> Load:
        """Have `done` get the whole picture, its longer side at most 2048 pixels."""
        return self._add(Load(("view", path), _Urgency.LARGE, done, failed, _nobody))

    def part(self, path: Path, box: Box, size: tuple[int, int], done: Done, failed: Failed) -> Load:
        """Have `done` get what is in `box` of the whole picture, scaled to `size` in pixels."""
        return self._add(Load(("part", path, box, size), _Urgency.LARGE, done, failed, _nobody))

    def thumbnail(self, path: Path, done: Done, failed: Failed, delayed: Callable[[], None]) -> Load:
        """Have `done` get a square of 240 pixels; `delayed` hears that it takes long, and holds none up."""
        return self._add(Load(("thumbnail", path), _Urgency.THUMBNAIL, done, failed, delayed))

    def cancel(self, load: Load | None) -> None:
        """Give up something: nothing more is told of it."""
        if load is not None:
            load.wanted = False
            for lane in (self._quick, self._slow):
                lane.look()

    def _add(self, load: Load) -> Load:
        if load.path in self._slow_files:
            self._go_on_slowly(load)
        else:
            self._quick.add(load)
        return load

    def _go_on_slowly(self, load: Load) -> None:
        self._slow_files[load.path] = None
        self._slow_files.move_to_end(load.path)
        if len(self._slow_files) > _MOST_SLOW:
            self._slow_files.popitem(last=False)
        self._slow.add(load)
        # Later: who hears it asks for the next one, and of a row of slow files each would be asked for within
        # the call for the one before.
        QTimer.singleShot(0, self, lambda: load.delayed() if load.wanted else None)

    def shut_down(self) -> None:
        """Drop what waits, end the processes, wait for the threads."""
        lanes = self._quick, self._slow
        for lane in lanes:
            lane.stop()
        for lane in lanes:
            lane.shut_down()


class _Lane(QObject):
    """A thread and the process that it asks, for one picture at a time: the most urgent first, then in order.

    What takes longer than `seconds` is given to `pass_on`; where there is none, it has failed.

    Signals:
        was_quick(Path): a file that would have been in time everywhere.
    """

    was_quick = Signal(object)

    def __init__(
        self,
        name: str,
        make_decoder: Callable[[], object],
        seconds: float,
        pass_on: Callable[[Load], None] | None = None,
    ) -> None:
        super().__init__()
        self._name, self._make_decoder = name, make_decoder
        self._seconds, self._pass_on = seconds, pass_on
        self._remote = self._new_process()
        self._tasks = Tasks(name)
        self._waiting: list[Load] = []
        self._running: Load | None = None
        self._impatience = QTimer(self, singleShot=True)
        self._impatience.timeout.connect(self.look)

    def _new_process(self) -> Remote:
        return Remote(self._make_decoder, self._name, background=self._pass_on is None)

    def add(self, load: Load) -> None:
        """Load something as soon as there is time for it."""
        self._waiting = [*(each for each in self._waiting if each.wanted), load]
        if self._running is None:
            self._next()
        else:
            self.look()

    def _next(self) -> None:
        self._waiting = [load for load in self._waiting if load.wanted]
        if self._waiting:
            load = max(self._waiting, key=lambda load: load.urgency)  # of equals it is the first
            self._waiting.remove(load)
            self._begin(load)

    def _begin(self, load: Load) -> None:
        self._running, load.begun = load, None
        # Kept here: `look` may put another process in its place meanwhile.
        remote, (method, *arguments) = self._remote, load.call

        def work(context: JobContext) -> object:
            _make_ready(remote, context)  # starting takes its time, and is no picture's
            load.begun = time.monotonic()
            return remote.call(method, *arguments, report=context.report, timeout=self._seconds)

        def on_ended() -> None:
            self._running = None

        self._tasks.run(
            work,
            lambda pixels: self._on_loaded(load, pixels),
            failed=lambda error: self._on_failed(load, error),
            cancelled=lambda: self._on_interrupted(load),
            ended=on_ended,
        )
        self.look()

    def _on_loaded(self, load: Load, pixels: Pixels) -> None:
        if load.begun is not None and time.monotonic() - load.begun < _QUICK_SECONDS:
            self.was_quick.emit(load.path)
        self._next()  # first: the process need not wait until the picture is painted
        if load.wanted:
            load.done(Loaded(image_of(pixels), pixels.source_size, pixels.version))

    def _on_failed(self, load: Load, error: WanwuError) -> None:
        self._next()
        if not load.wanted:
            return
        if error.code == ErrorCode.HUNG and self._pass_on is not None:
            self._pass_on(load)
        else:
            load.failed(error)

    def _on_interrupted(self, load: Load) -> None:
        """It was ended to make room: nobody wants it, or it comes again after what is more urgent."""
        self._next()
        if load.wanted:
            self.add(load)

    def look(self) -> None:
        """End the process if it is long at what nobody wants any more, or where that may take a minute, at
        what is less urgent than something else."""
        running = self._running
        if running is None or (running.wanted and not self._holds_up(running)):
            return
        spent = time.monotonic() - running.begun if running.begun is not None else 0.0
        if spent < _PATIENCE_SECONDS:
            self._impatience.start(round((_PATIENCE_SECONDS - spent) * 1000) + 1)
            return
        old, self._remote = self._remote, self._new_process()
        old.close()

    def _holds_up(self, running: Load) -> bool:
        if self._pass_on is not None:
            return False
        return any(load.wanted and load.urgency > running.urgency for load in self._waiting)

    def stop(self) -> None:
        """Begin nothing more, end the process."""
        self._waiting.clear()
        self._impatience.stop()
        self._tasks.stop()
        self._remote.close()

    def shut_down(self) -> None:
        """Wait for the thread."""
        self._tasks.shut_down()


def _make_ready(remote: Remote, context: JobContext) -> None:
    """Have the process started; once more if it died while it was idle, of which no picture is guilty."""
    try:
        remote.call("ready", report=context.report)
    except WanwuError as error:
        if error.code != ErrorCode.PROCESS_DIED:
            raise
        remote.call("ready", report=context.report)


def _nobody() -> None:
    """Hears that something takes long."""


def image_of(pixels: Pixels) -> QImage:
    """A picture for Qt; it keeps the bytes that it is made of."""
    return QImage(pixels.data, pixels.width, pixels.height, QImage.Format.Format_RGB32)
