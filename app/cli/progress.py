"""Progress on a terminal: one line on stderr that rewrites itself; nothing when stderr is no terminal."""

import sys
import time
from types import TracebackType

from app.i18n import tr

_INTERVAL_S = 0.1
_ERASE = "\r\x1b[K"


def show_stage(stage: str) -> None:
    """Say what the program is busy with before the first answer."""
    if sys.stderr.isatty():
        print(f"{_ERASE}{tr(f'build.{stage}')}", end="", file=sys.stderr, flush=True)


class Progress:
    """Counts pictures and shows the count and the rate."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._start = self._shown = time.monotonic()
        self._done = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def clear(self) -> None:
        """Erase the line, so that a result can be printed in its place."""
        if self._terminal:
            print(_ERASE, end="", file=sys.stderr, flush=True)

    def step(self) -> None:
        """One more picture is done."""
        self._done += 1
        now = time.monotonic()
        if self._terminal and now - self._shown >= _INTERVAL_S:
            self._shown = now
            rate = self._done / (now - self._start)
            print(
                tr("cli.progress", done=self._done, rate=f"{rate:.1f}"), end="", file=sys.stderr, flush=True
            )
