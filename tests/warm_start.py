"""Child processes of tests that need not import torch first: they are forked from one that has done so.

The program starts every child with a fresh Python, which imports torch and timm for four seconds of a core;
tests start hundreds of them. What a child does, and that it is a process of its own, is the same. That they
start as those of the program do is tested by those with the fixture `cold_start`, and wherever a test runs
the program itself in a process.
"""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess


class WarmContext:
    """What `app.core.child_process` needs of a `multiprocessing` context."""

    def __init__(self) -> None:
        self._server: ForkServerContext | SpawnContext = multiprocessing.get_context("spawn")
        if "forkserver" in multiprocessing.get_all_start_methods():  # not on Windows
            self._server = multiprocessing.get_context("forkserver")
            self._server.set_forkserver_preload(["tests.warm_modules"])

    def warm_up(self) -> None:
        """Wait until processes start at once."""
        first = self._server.Process(target=int)
        first.start()
        first.join()

    def Pipe(self) -> tuple[Connection, Connection]:  # noqa: N802
        """Both ends of a connection."""
        return self._server.Pipe()

    def Process(  # noqa: N802
        self, *, target: Callable[..., None], args: tuple[object, ...], name: str, daemon: bool
    ) -> BaseProcess:
        """A process that has the environment of this one as it is now; it has not begun."""
        return self._server.Process(
            target=_begin, args=(dict(os.environ), target, args), name=name, daemon=daemon
        )


def _begin(environment: dict[str, str], target: Callable[..., None], args: tuple[object, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    target(*args)
