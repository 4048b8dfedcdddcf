"""Thumbnails for the strip: loaded when they are first seen, in processes of their own."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from app.errors import ErrorCode
from app.jobs import Event, Failed, Finished, Worker
from app.remote import Remote
from app.ui.recognise.previews import PictureLoader, Pixels
from app.ui.views import image_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.jobs import JobContext
    from app.ui.job_bridge import JobBridge
    from app.ui.recognise.pictures import Picture

# 230 KB each.
_MOST_KEPT = 300
# What takes longer goes to a second process, so that one huge picture holds up no other.
_QUICK_SECONDS, _SLOW_SECONDS = 1.5, 60.0


class _Lane:
    """A thread and the process that it asks; what takes longer than `seconds` is given up."""

    def __init__(
        self, name: str, make_loader: Callable[[], object], bridge: JobBridge, seconds: float
    ) -> None:
        self.worker, self.remote = Worker(name, bridge.announce), Remote(make_loader, name)
        self.seconds = seconds


class StripThumbnails:
    """Gives pictures their thumbnails, and takes those back that were not looked at for the longest time.

    Belongs to the window's thread. `tell` hears of each picture that got one.
    """

    def __init__(
        self,
        bridge: JobBridge,
        tell: Callable[[Picture], None],
        make_loader: Callable[[], object] = PictureLoader,
    ) -> None:
        self._bridge, self._tell = bridge, tell
        self._quick = _Lane("previews", make_loader, bridge, _QUICK_SECONDS)
        self._slow = _Lane("slow-previews", make_loader, bridge, _SLOW_SECONDS)
        self._wanted: OrderedDict[int, tuple[Picture, int]] = OrderedDict()  # with its job

    def request(self, picture: Picture) -> None:
        """Load a thumbnail unless that has been asked for already."""
        if id(picture) in self._wanted:
            self._wanted.move_to_end(id(picture))
            return
        self._load(picture, self._quick)
        while len(self._wanted) > _MOST_KEPT:
            self.forget(next(iter(self._wanted.values()))[0])

    def forget(self, picture: Picture) -> None:
        """Give up the thumbnail of a picture."""
        _, job = self._wanted.pop(id(picture), (picture, 0))
        picture.thumbnail = None
        for lane in (self._quick, self._slow):
            lane.worker.cancel(job)

    def _load(self, picture: Picture, lane: _Lane) -> None:
        path = picture.path

        def work(context: JobContext) -> object:
            lane.remote.call("ready", report=context.report)  # starting takes its time, and is no picture's
            return lane.remote.call("thumbnail", path, report=context.report, timeout=lane.seconds)

        job = self._bridge.submit(
            lane.worker,
            work,
            lambda event: self._on_loaded(picture, lane, event),
        )
        self._wanted[id(picture)] = picture, job

    def _on_loaded(self, picture: Picture, lane: _Lane, event: Event) -> None:
        if id(picture) not in self._wanted:
            return
        if isinstance(event, Finished) and isinstance(event.result, Pixels):
            picture.thumbnail = image_of(event.result)
            self._tell(picture)
        elif isinstance(event, Failed) and event.error.code == ErrorCode.HUNG and lane is self._quick:
            self._load(picture, self._slow)

    def shut_down(self) -> None:
        """Drop what waits, end the processes, wait for the threads."""
        for lane in (self._quick, self._slow):
            lane.worker.shut_down(0)
            lane.remote.close()
        for lane in (self._quick, self._slow):
            lane.worker.shut_down()
