"""Objects that live in a process of their own, so that nothing they do can hold up or take down the window.

Importing torch, loading and freezing a model and some decoders keep Python's interpreter lock for hundreds of
milliseconds: in a thread of the window's process they would freeze it (docs/benchmarks.md). And a decoder
that crashes on a hostile file takes only its own process along.
"""

from __future__ import annotations

import logging
import logging.handlers
import multiprocessing
import os
import pickle
import queue
import signal
import threading
import time
from contextlib import contextmanager
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING

import psutil

from app.core.errors import CancelledError, ErrorCode, WanwuError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

log = logging.getLogger(__name__)

# A fresh Python: a fork of a process with threads, as the window is, may find their locks held for ever.
_CONTEXT = multiprocessing.get_context("spawn")
# Time in which this process did not run either, as it was stopped or the machine asleep, is no waiting.
_TICK_SECONDS, _LONGEST_TICK_SECONDS = 0.25, 2.0
# What a terminal sends to all processes in it is for the one that the user has started.
_NOT_FOR_CHILDREN = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
_BACKGROUND = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10)  # elsewhere than on Windows a nice value


class Remote:
    """Calls methods of an object that `make` creates in a child process; one thread at a time.

    The process starts with the first call, and again with the next call after it has died. One in the
    `background` lets everything else have the processor first: the window stays smooth while it works.
    """

    def __init__(self, make: Callable[[], object], name: str, *, background: bool = False) -> None:
        self._make, self._name, self._background = make, name, background
        self._child: _Child | None = None
        self._closed = False

    def call(
        self,
        method: str,
        *arguments: object,
        report: Callable[[str], None],
        timeout: float | None = None,
    ) -> object:
        """Run `method(*arguments, report)` there and return its result; all must be picklable.

        Raises the WanwuError that the method raised, `internal` for any other exception there,
        `process_died` when the process ended instead of answering, CancelledError after `close`. With
        `timeout`, a process that neither reports nor answers for so many seconds is ended, and the first
        argument, a file, is told to be `hung`.
        """
        if self._child is None:
            self._child = _Child(self._make, self._name, self._background)
        # Of its own: `close`, from another thread, may end the process at any line below.
        child = self._child
        try:
            # Asked only now: a `close` that came before the child was made has not seen it. So either it
            # sees the child, or this call sees that it was closed.
            if self._closed:
                raise EOFError
            return child.ask(method, arguments, report, timeout)
        except _HungError as error:
            child.end()
            self._child = None
            raise WanwuError(ErrorCode.HUNG, path=arguments[0]) from error
        except (EOFError, OSError) as error:
            child.end()
            self._child = None
            if self._closed:
                raise CancelledError from error
            log.error("the process %s has died during %s%r", self._name, method, arguments)
            raise WanwuError(ErrorCode.PROCESS_DIED, name=self._name) from error
        except _UnheardError as error:
            # The answer is still to come, and must not be taken for that of the next call.
            child.end()
            self._child = None
            raise error.reason from None

    def close(self) -> None:
        """End the process at once and for good; any thread. It holds nothing that could be lost."""
        self._closed = True  # before the child is looked for: see `call`
        child = self._child
        if child is not None:
            child.end()


class _UnheardError(Exception):
    """The caller's `report` raised `reason` in the middle of a call."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(reason)
        self.reason = reason


class _HungError(Exception):
    """There was no answer in time."""


class _Child:
    """A process that answers calls, and the connection to it."""

    def __init__(self, make: Callable[[], object], name: str, background: bool) -> None:
        self._connection, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(
            target=_serve, args=(theirs, make, background), name=name, daemon=True
        )
        with _signals_blocked():
            self._process.start()
        # Or this side would hold the other end open, and a child that died would never be noticed by `recv`.
        theirs.close()

    def ask(
        self,
        method: str,
        arguments: tuple[object, ...],
        report: Callable[[str], None],
        timeout: float | None,
    ) -> object:
        self._connection.send((method, arguments))
        while True:
            if timeout is not None:
                self._wait(timeout)
            kind, value = self._connection.recv()
            if kind == "report":
                try:
                    report(value)
                except Exception as error:
                    raise _UnheardError(error) from error
            elif kind == "log":
                logging.getLogger(value.name).handle(value)
            elif kind == "error":
                raise value
            else:
                return value

    def _wait(self, seconds: float) -> None:
        waited = 0.0
        while waited < seconds:
            begun = time.monotonic()
            if self._connection.poll(_TICK_SECONDS):
                return
            waited += min(time.monotonic() - begun, _LONGEST_TICK_SECONDS)
        raise _HungError

    def end(self) -> None:
        """Kill the process; a thread that waits for its answer gets EOFError."""
        self._process.kill()
        self._process.join()  # or it stays behind as a zombie, and its files as open


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """A process started meanwhile never gets them, not even before its first line of Python."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _NOT_FOR_CHILDREN)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Line:
    """The way back to the caller: whole messages, whichever thread they come from."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, threading.Lock()

    def send(self, kind: str, value: object) -> None:
        """Raises PicklingError, TypeError, AttributeError for what cannot cross, OSError without a caller."""
        # Before anything is sent: what cannot cross must not leave half a message behind.
        message = ForkingPickler.dumps((kind, value))
        with self._lock:
            self._connection.send_bytes(message)


def _serve(connection: Connection, make: Callable[[], object], background: bool) -> None:
    """Answer calls until the other side has gone."""
    if background:
        # Beside a batch the p99 of gaps in the window's event loop is 10–12 ms, without this it was 19–26
        # (docs/benchmarks.md).
        psutil.Process().nice(_BACKGROUND)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where signals cannot be blocked: Ctrl+C is for the window
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    line = _Line(connection)
    logging.getLogger().addHandler(_SendHandler(line))
    served = make()
    try:
        while True:
            method, arguments = connection.recv()
            kind, value = _answer(served, method, arguments, line)
            try:
                line.send(kind, value)
            except (pickle.PicklingError, TypeError, AttributeError) as error:
                line.send("error", WanwuError(ErrorCode.INTERNAL, detail=str(error)))
    except (EOFError, OSError):
        return


def _end_with_parent() -> None:
    """A killed program leaves no child behind that goes on working."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # sys.exit would end this thread alone.
        os._exit(1)


def _answer(served: object, method: str, arguments: tuple[object, ...], line: _Line) -> tuple[str, object]:
    def report(stage: str) -> None:
        line.send("report", stage)

    try:
        return "result", getattr(served, method)(*arguments, report)
    except WanwuError as error:
        return "error", error
    except Exception as error:  # the process must outlive a bug in one call
        log.exception("%s%r failed", method, arguments)
        return "error", WanwuError(ErrorCode.INTERNAL, detail=f"{type(error).__name__}: {error}")


class _SendHandler(logging.handlers.QueueHandler):
    """Sends log records to the window's process, which writes the log file."""

    def __init__(self, line: _Line) -> None:
        # Its `prepare` makes records picklable; its queue stays empty.
        super().__init__(queue.SimpleQueue())
        self._line = line

    def enqueue(self, record: logging.LogRecord) -> None:
        self._line.send("log", record)
