"""A process in which a predictor is loaded, lent to one window after the other."""

import threading
from collections.abc import Callable

from app.core.child_process import Remote
from app.core.errors import CancelledError
from app.core.stages import Report, ignore
from app.recognition.predictor import Options, Predictor


class Lender:
    """Keeps the process; one that a window has ended in the middle of its work is replaced by a new one."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._remote: Remote | None = None

    def lend(self, make: Callable[[], object], name: str) -> "Lent":
        """What takes the place of `Remote(make, name)`. The standard engine is loaded."""
        assert make is Predictor
        if self._remote is None:
            self._remote = Remote(make, name)
        self._remote.call("prepare", self._options, report=ignore)
        return Lent(self._remote, self.close)

    def close(self) -> None:
        """End the process."""
        if self._remote is not None:
            self._remote.close()
            self._remote = None


class Lent:
    """A `Remote` that belongs to a window until the window closes it."""

    def __init__(self, remote: Remote, end: Callable[[], None]) -> None:
        self._remote, self._end = remote, end
        self._closed = False
        self._busy = threading.Lock()

    def call(self, method: str, *arguments: object, report: Report, timeout: float | None = None) -> object:
        """As `Remote.call`."""
        with self._busy:
            if self._closed:
                raise CancelledError
            return self._remote.call(method, *arguments, report=report, timeout=timeout)

    def close(self) -> None:
        """As `Remote.close`; a process that is idle stays."""
        self._closed = True
        if self._busy.locked():
            self._end()
