"""Locks between programs: who holds one keeps all others from it, as long as it lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from app.core.errors import ErrorCode, StoreError

if TYPE_CHECKING:
    from pathlib import Path


@contextmanager
def held(file: Path, busy: StoreError, patience: float = 0) -> Iterator[None]:
    """Hold the lock that is `file`; raises `busy` if another program still does after `patience` seconds.

    And StoreError `store_unwritable` where there can be no lock.
    """
    lock = FileLock(file)
    try:
        # The system takes it back when a process dies: no lock is left behind by a kill.
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise busy from error
    except (OSError, NotImplementedError) as error:  # a file of another user, or a drive that knows no locks
        detail = getattr(error, "strerror", None) or str(error)
        raise StoreError(ErrorCode.STORE_UNWRITABLE, file=file, detail=detail) from error
    try:
        yield
    finally:
        lock.release()
