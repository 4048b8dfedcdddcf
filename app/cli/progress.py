"""Progress on a terminal: one line on stderr that rewrites itself; nothing when stderr is no terminal."""

import time
from types import TracebackType

from app.cli.streams import rewrite
from app.core.language_in_use import tr

_INTERVAL_S = 0.1


def show_stage(stage: str) -> None:
    """Say what the program is busy with before the first answer."""
    rewrite(tr(f"build.{stage}"))


class Progress:
    """Counts pictures and shows the count and the rate."""

    def __init__(self) -> None:
        self._start = self._shown = time.monotonic()
        self._done = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        rewrite()

    def step(self) -> None:
        """One more picture is done."""
        self._done += 1
        now = time.monotonic()
        if now - self._shown >= _INTERVAL_S:
            self._shown = now
            rewrite(tr("cli.progress", done=self._done, rate=f"{self._done / (now - self._start):.1f}"))
