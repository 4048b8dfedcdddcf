"""Small files read within bounds; files written so that the old content stays until the new is on disk."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, AnyStr, TypeVar

from app.errors import ErrorCode, WanwuError

Value = TypeVar("Value")

# Of the 255 that a name may have; mkstemp and the ending need some.
_MOST_BYTES = 200
# A FIFO must not be waited for, a terminal must not become ours; Windows has neither, but changes line ends.
_READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
SMALL = 1 << 20


@contextmanager
def open_regular(file: Path) -> Iterator[BufferedReader]:
    """Read a regular file without ever waiting for one that is none; of any size.

    Raises OSError, also for a folder, FIFO, socket or device (`ENODEV`).
    """
    try:
        handle = os.open(file, _READING)
    except ValueError as error:  # a name that no file can have
        raise OSError(errno.EINVAL, str(error), str(file)) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.ENODEV, "not a regular file", str(file))
        with open(handle, "rb", closefd=False) as stream:
            yield stream
    finally:
        os.close(handle)


def content_sha256(file: Path) -> bytes:
    """The SHA-256 of what is in a regular file, 32 bytes: what makes two files the same. Raises OSError."""
    with open_regular(file) as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def read_small(file: Path, most: int = SMALL) -> bytes:
    """The content of a regular file of at most `most` bytes, without ever waiting or reading more than that.

    Raises OSError as `open_regular`, and for a larger file (`EFBIG`).
    """
    with open_regular(file) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"more than {most:,} bytes", str(file))
    return content


def read_small_text(file: Path, most: int = SMALL) -> str:
    """As `read_small`, of UTF-8 text with or without a mark, in lines that end in `\\n`; OSError `EILSEQ`."""
    try:
        return read_small(file, most).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, f"not UTF-8 text: {error.reason}", str(file)) from error


def parsed(parse: Callable[[AnyStr], Value], content: AnyStr) -> Value:
    """`parse(content)`; content that is nested too deep for the parser is a ValueError like other damage."""
    try:
        return parse(content)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def read_json(file: Path, most: int = SMALL) -> Any:
    """The value in a small JSON file. Raises OSError, ValueError."""
    return parsed(json.loads, read_small_text(file, most))


def read_kept(file: Path) -> dict[str, Any]:
    """The JSON object that was kept in `file`; empty when there is none, or none that can be read."""
    try:
        found = read_json(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


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
