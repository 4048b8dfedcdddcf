"""Ctrl+C, a closed terminal and a plain `kill` end a command in one way: what is done is kept."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def stopping() -> Iterator[list[int]]:
    """Within, each of the signals raises KeyboardInterrupt; the numbers of those that came.

    What the caller lets its children ignore stays ignored, as SIGHUP under `nohup`. Main thread only.
    """
    came: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = [signal.signal(number, stop) for number in heard]
    try:
        yield came
    finally:
        for number, handler in zip(heard, before, strict=True):
            signal.signal(number, handler)
