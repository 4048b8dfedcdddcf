"""Programs that keep processors busy while engines are measured: no computer that is worked at is idle."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from app.core.child_process import Remote
from app.core.errors import CancelledError, WanwuError
from app.engines.threads import usable_cores

if TYPE_CHECKING:
    from app.core.stages import Report

log = logging.getLogger(__name__)
_MOST_SECONDS_TO_START = 30.0


def all_but_one_core() -> int:
    """So many busy programs leave one core, where there are several."""
    return max(usable_cores() - 1, 1)


class Load:
    """`count` child processes that compute for nothing, from `start` to `close`. They end with this one."""

    def __init__(self, count: int) -> None:
        self._busy = [threading.Event() for _ in range(count)]
        self._remotes = [Remote(_Spinner, f"load-{place}") for place in range(count)]

    def start(self) -> None:
        """Return when all are busy."""
        for remote, busy in zip(self._remotes, self._busy, strict=True):
            threading.Thread(target=self._hold, args=(remote, busy), name="load", daemon=True).start()
        for busy in self._busy:
            busy.wait(_MOST_SECONDS_TO_START)

    def _hold(self, remote: Remote, busy: threading.Event) -> None:
        while True:
            try:
                remote.call("spin", report=lambda _stage: busy.set())
            except CancelledError:
                return
            except WanwuError as error:  # killed: the measurement says that it is there
                log.warning("a busy process is started again: %s", error)

    def close(self) -> None:
        """End them at once; any thread."""
        for remote in self._remotes:
            remote.close()
        for busy in self._busy:
            busy.set()


class _Spinner:
    """Lives in a child process."""

    def spin(self, report: Report) -> None:
        """Keep one core busy for ever."""
        report("")  # that it has begun
        while True:
            pass
