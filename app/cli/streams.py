"""Standard output and error of a command: every text is made safe for a terminal here, and only here."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

from app.core.errors import ErrorCode, WanwuError
from app.core.printable import printable

_ERASE = "\r\x1b[K"


class OutputError(WanwuError):
    """Standard output cannot be written: the disk is full, or the stream is closed."""


class _Safe:
    """A text stream through which nothing but printable characters and line ends gets.

    File names, labels and model cards come from anywhere, and a terminal obeys what it is sent.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        return self._stream.write("\n".join(map(printable, text.split("\n"))))

    def flush(self) -> None:
        self._stream.flush()


class _Results(_Safe):
    """Standard output. Raises OutputError; BrokenPipeError when the reader has gone, as in `… | head`."""

    def write(self, text: str) -> int:
        with self._told():
            return super().write(text)

    def flush(self) -> None:
        with self._told():
            super().flush()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(ErrorCode.OUTPUT_UNWRITABLE, path="stdout", detail=error.strerror) from error


class _Messages(_Safe):
    """Standard error. What cannot be written there can be told nowhere; the work goes on."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()

    def rewrite(self, text: str) -> None:
        """Replace the last line of a terminal, which has no line end yet."""
        with suppress(OSError):
            self._stream.write(_ERASE)
        self.write(text)
        self.flush()


def rewrite(text: str = "") -> None:
    """Show `text` in place of what this has shown before; nothing when stderr is no terminal."""
    if isinstance(sys.stderr, _Messages) and sys.stderr.isatty():
        sys.stderr.rewrite(text)


@contextmanager
def safe_streams() -> Iterator[None]:
    """Within, `sys.stdout` and `sys.stderr` are safe, whatever they were: a pipe, ASCII, closed, full."""
    before = sys.stdout, sys.stderr
    # What a closed stream should have got is missed, but not where Windows gives a program no console.
    # And the next file that is opened must not get the number of the closed one.
    stdout = sys.stdout or _null(os.O_WRONLY if os.name == "nt" else os.O_RDONLY)
    stderr = sys.stderr or _null(os.O_WRONLY)
    if isinstance(stdout, io.TextIOWrapper):
        # Other programs read UTF-8; a terminal has an encoding of its own.
        stdout.reconfigure(encoding=None if stdout.isatty() else "utf-8", errors="backslashreplace")
    sys.stdout, sys.stderr = cast("TextIO", _Results(stdout)), cast("TextIO", _Messages(stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for stream in (stdout, stderr):
            _let_go(stream)


def _null(mode: int) -> TextIO:
    return os.fdopen(os.open(os.devnull, mode), "w", encoding="utf-8", errors="backslashreplace")


def _let_go(stream: TextIO) -> None:
    """Let the interpreter's last flush succeed, of what could not be written."""
    try:
        stream.flush()
    except OSError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
