"""Importing what defines Qt classes ahead of need, with the window going on meanwhile.

Always in the window's thread. On Python 3.11, Shiboken keeps what it knows of classes in one hash table that
Qt's calls read without a lock (`PepType_SOTP` in its source): a class that another thread makes may move the
table under the window's feet. That was a crash in about one of a hundred starts.
"""

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer


def import_in_turns(modules: Sequence[str], owner: QObject) -> None:
    """Import small modules one by one, each when the window has nothing else to do, while `owner` lives."""
    if modules:
        first, *rest = modules
        QTimer.singleShot(0, owner, lambda: _import_next(first, rest, owner))


def _import_next(module: str, rest: Sequence[str], owner: QObject) -> None:
    import_module(module)
    import_in_turns(rest, owner)
