"""Writing files so that what was there before stays until the new content is whole and on disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import ErrorCode, WanwuError

# Of the 255 that a name may have; mkstemp and the ending need some.
_MOST_BYTES = 200


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new file beside `target` that takes its place at the end, or vanishes. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=_beginning(target), suffix=target.suffix)
    os.close(handle)
    partial = Path(name)
    try:
        partial.chmod(0o644)  # mkstemp lets nobody else read it
        yield partial
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _beginning(target: Path) -> str:
    """The beginning of a name for a while: that of the target, as far as there is room for the rest."""
    return os.fsdecode(os.fsencode(target.stem)[:_MOST_BYTES]) + "."


def write_atomically(target: Path, content: bytes) -> None:
    """Replace `target` by `content`, or leave it as it was and raise OSError."""
    with replacing(target) as partial:
        partial.write_bytes(content)


@contextmanager
def for_user(target: Path) -> Iterator[None]:
    """Writing what the user asked for: OSError becomes WanwuError `output_unwritable` for `target`."""
    try:
        yield
    except OSError as error:
        detail = error.strerror or str(error)
        raise WanwuError(ErrorCode.OUTPUT_UNWRITABLE, path=target, detail=detail) from error


def write_output(target: Path, content: bytes) -> None:
    """Replace a file that the user asked for. Raises WanwuError `output_unwritable`."""
    with for_user(target):
        write_atomically(target, content)
