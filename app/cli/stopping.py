"""Ctrl+C, a closed terminal and a plain `kill` end a command in one way: what is done is kept."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stopped(KeyboardInterrupt):
    """One of the signals came.

    A class of its own: where a plain KeyboardInterrupt passes through an `exec`, as dataclasses and named
    tuples use it, CPython ends the process with SIGINT's status, though it was caught (bpo-1054041).
    """


@contextmanager
def stopping(came: list[int]) -> Iterator[None]:
    """Within, each of the signals raises Stopped; the numbers of those that come are added to `came`.

    What the caller lets its children ignore stays ignored, as SIGHUP under `nohup`. Main thread only.
    """

    def stop(number: int, _: FrameType | None) -> None:
        came.append(number)
        raise Stopped

    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = [signal.signal(number, stop) for number in heard]
    try:
        yield
    finally:
        for number, handler in zip(heard, before, strict=True):
            signal.signal(number, handler)
