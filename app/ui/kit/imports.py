"""Importing what defines Qt classes ahead of need, with the window going on meanwhile.

Always in the window's thread. On Python 3.11, Shiboken keeps what it knows of classes in one hash table that
Qt's calls read without a lock (`PepType_SOTP` in its source): a class that another thread makes may move the
table under the window's feet. That was a crash in about one of a hundred starts.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QObject, QTimer

_TURN_MS = 8
_NO_INPUT = QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents


def import_in_turns(modules: Sequence[str], owner: QObject) -> None:
    """Import small modules one by one, each when the window has nothing else to do, while `owner` lives."""
    if modules:
        first, *rest = modules
        QTimer.singleShot(0, owner, lambda: _import_next(first, rest, owner))


def _import_next(module: str, rest: Sequence[str], owner: QObject) -> None:
    import_module(module)
    import_in_turns(rest, owner)


def import_with_pauses(module: str, types_of: Sequence[ModuleType]) -> None:
    """Import a large package at once, painting between its modules; input waits until the end.

    Nothing that happens meanwhile may import the same package. The types of the modules `types_of` are made
    beforehand, piece by piece: PySide makes them when they are first asked for, and a package that asks for
    all of them would stop the window.
    """
    with _pauses() as pauses:
        for each in types_of:
            for name in dir(each):
                getattr(each, name)
                pauses.look()
        import_module(module)


@contextmanager
def _pauses() -> Iterator["_Pauses"]:
    pauses = _Pauses()
    sys.meta_path.insert(0, pauses)
    try:
        yield pauses
    finally:
        sys.meta_path.remove(pauses)


class _Pauses(MetaPathFinder):
    """Is asked for each module of an import, finds none, and lets the window paint when it has waited."""

    def __init__(self) -> None:
        self._clock = QElapsedTimer()
        self._clock.start()

    def find_spec(self, *_arguments: object) -> None:
        self.look()

    def look(self) -> None:
        """Let the window paint if it has waited."""
        if self._clock.hasExpired(_TURN_MS):
            QCoreApplication.processEvents(_NO_INPUT)
            self._clock.restart()
