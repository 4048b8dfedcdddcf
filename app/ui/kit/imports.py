"""Importing what defines Qt classes ahead of need, with the window going on meanwhile.

Always in the window's thread. On Python 3.11, Shiboken keeps what it knows of classes in one hash table that
Qt's calls read without a lock (`PepType_SOTP` in its source): a class that another thread makes may move the
table under the window's feet. That was a crash in about one of a hundred starts.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module


def imported(modules: Sequence[str]) -> Iterator[None]:
    """Import small modules one by one: a step of `Page.make` for each."""
    for module in modules:
        import_module(module)
        yield
