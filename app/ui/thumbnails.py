"""Thumbnails, loaded in processes of their own; one huge picture holds up no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.child_process import Remote
from app.core.errors import ErrorCode
from app.core.jobs import Event, Failed, Finished, Worker
from app.ui.recognise.previews import PictureLoader, Pixels
from app.ui.views import image_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QImage

    from app.core.jobs import JobContext
    from app.ui.job_bridge import JobBridge

    Tell = Callable[[QImage | None], None]

# What takes longer in the first process is left to the second one, where it may take this long.
_QUICK_SECONDS, _SLOW_SECONDS = 1.5, 60.0
_PATIENCE = 4  # with processes that others go before


@dataclass(slots=True, eq=False)
class Load:
    """A thumbnail that was asked for; `job` is another one from when it takes long."""

    job: int = 0


class ThumbnailLoader:
    """Two threads, `name` and `slow-` before it, each with its process. Belongs to the window's thread.

    With `background` these processes leave the processor to others.
    """

    def __init__(
        self,
        bridge: JobBridge,
        name: str,
        make_loader: Callable[[], object] = PictureLoader,
        *,
        background: bool = False,
    ) -> None:
        self._bridge = bridge
        quick = _QUICK_SECONDS * (_PATIENCE if background else 1)
        self._quick, self._slow = (
            _Lane(Worker(lane, bridge.announce), Remote(make_loader, lane, background=background), seconds)
            for lane, seconds in ((name, quick), (f"slow-{name}", _SLOW_SECONDS))
        )

    def load(self, path: Path, tell: Tell, delayed: Callable[[], None] = lambda: None) -> Load:
        """Have `tell` get a thumbnail, or None if there can be none; `delayed` hears that it takes long."""
        load = Load()

        def listen(event: Event) -> None:
            if isinstance(event, Failed) and event.error.code == ErrorCode.HUNG:
                load.job = self._submit(self._slow, path, listen_to_slow)
                delayed()
            else:
                listen_to_slow(event)

        def listen_to_slow(event: Event) -> None:
            found = event.result if isinstance(event, Finished) else None
            tell(image_of(found) if isinstance(found, Pixels) else None)

        load.job = self._submit(self._quick, path, listen)
        return load

    def _submit(self, lane: _Lane, path: Path, listen: Callable[[Event], None]) -> int:
        def work(context: JobContext) -> object:
            lane.remote.call("ready", report=context.report)  # starting takes its time, and is no picture's
            return lane.remote.call("thumbnail", path, report=context.report, timeout=lane.seconds)

        return self._bridge.submit(lane.worker, work, listen)

    def cancel(self, load: Load) -> None:
        """Give up a thumbnail: nothing more is told of it."""
        self._bridge.forget(load.job)
        for lane in (self._quick, self._slow):
            lane.worker.cancel(load.job)

    def shut_down(self) -> None:
        """Drop what waits, end the processes, wait for the threads."""
        for lane in (self._quick, self._slow):
            lane.worker.shut_down(0)
            lane.remote.close()
        for lane in (self._quick, self._slow):
            lane.worker.shut_down()


@dataclass(frozen=True, slots=True, eq=False)
class _Lane:
    """A thread and the process that it asks; what takes longer than `seconds` is given up."""

    worker: Worker
    remote: Remote
    seconds: float
