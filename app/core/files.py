"""Small files read within bounds; files written so that the old content stays until the new is on disk."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any, AnyStr, TypeVar

from app.core.errors import ErrorCode, PictureError, WanwuError

log = logging.getLogger(__name__)

Value = TypeVar("Value")

# A name has at most 255 bytes on Linux, 255 UTF-16 units on Windows and macOS, which are never more.
_MOST_BYTES = 255
_LONGEST_SUFFIX = 16
# A FIFO must not be waited for, a terminal must not become ours; Windows has neither, but changes line ends.
_READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
# What drives and folders say that cannot be asked to put something on disk: SMB, FUSE, 9p, a closed folder.
_NO_SYNC = {
    getattr(errno, name, 0)
    for name in ("EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM", "EACCES", "EBADF", "ENOTTY")
}
SMALL = 1 << 20
_NO_ROOM = 64 << 10


def is_there(path: Path) -> bool:
    """Whether something is at a path, as far as one may look: pathlib's question raises where one may not."""
    return os.path.exists(path)  # noqa: PTH110


def is_folder(path: Path) -> bool:
    """As `is_there`, whether that is a folder."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: Path) -> bool:
    """As `is_there`, whether that is a regular file."""
    return os.path.isfile(path)  # noqa: PTH113


def is_link(path: Path) -> bool:
    """As `is_there`, whether that is a symbolic link."""
    return os.path.islink(path)  # noqa: PTH114


def is_full(folder: Path) -> bool:
    """Whether the disk of a folder has next to no room left."""
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM
    except OSError:
        return False


def not_there(path: Path) -> PictureError:
    """Why a path cannot be used: `not_found`, or `permission_denied` where one may not look."""
    try:
        path.stat()
    except PermissionError:
        return PictureError(ErrorCode.PERMISSION_DENIED, path=path)
    except (OSError, ValueError):
        pass
    return PictureError(ErrorCode.NOT_FOUND, path=path)


@contextmanager
def open_regular(file: Path) -> Iterator[BufferedReader]:
    """Read a regular file without ever waiting for one that is none; of any size. A link is followed.

    Raises OSError, also for a folder, FIFO, socket or device (`ENODEV`).
    """
    try:
        handle = os.open(file, _READING)
    except ValueError as error:  # a name that no file can have
        raise OSError(errno.EINVAL, str(error), str(file)) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _not_regular(file)
        with open(handle, "rb", closefd=False) as stream:
            yield stream
    finally:
        os.close(handle)


def _not_regular(file: Path) -> OSError:
    return OSError(errno.ENODEV, "not a regular file", str(file))


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


def keep(file: Path, key: str, value: object) -> None:
    """Keep a value beside others in a JSON file; a disk that cannot be written only costs the next time."""
    try:
        write_atomically(file, json.dumps(read_kept(file) | {key: value}, indent=1).encode())
    except OSError as error:
        log.warning("%s is not kept in %s: %s", key, file.name, error)


@contextmanager
def replacing(target: Path, check: Callable[[], None] = lambda: None) -> Iterator[Path]:
    """A new file beside `target` that takes its place, with its permissions, at the end, or vanishes.

    `check` is called just before that and may raise. Of a link, the file that it leads to is replaced. Raises
    OSError, also for a read-only file, for a link that leads nowhere, and for what is no regular file.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_link(target):
        target = Path(os.path.realpath(target, strict=True))  # resolve() raises RuntimeError for a circle
    # Beside it, since a name can be changed at once within one drive only.
    partial = target.with_name(shortened(target.name, f".{secrets.token_hex(4)}"))
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # the umask takes its part
    try:
        if os.path.lexists(target):
            _must_be_replaceable(target)
            with suppress(OSError):  # not every drive has owners and permissions, not everybody may give away
                _like(target, partial)
        yield partial
        sync(partial)
        check()
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _like(target: Path, partial: Path) -> None:
    shutil.copymode(target, partial)
    if hasattr(os, "chown"):
        old = target.stat()
        os.chown(partial, old.st_uid, old.st_gid)


def _must_be_replaceable(target: Path) -> None:
    """A protected file is not replaced, though its folder would allow it, and root may do anything."""
    mode = target.stat().st_mode
    if not stat.S_ISREG(mode):
        raise _not_regular(target)
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", str(target))


def sync(path: Path) -> None:
    """Put a file, or the names in a folder, on disk, where the drive can do that. Raises OSError."""
    folder = is_folder(path)
    if folder and os.name == "nt":
        return  # Windows does so by itself
    try:
        # Windows syncs only what is open for writing.
        handle = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def shortened(name: str, addition: str = "") -> str:
    """`name` with `addition` before its ending; the stem gives way when all of it would be too long."""
    suffix = Path(name).suffix
    if _bytes(suffix) > _LONGEST_SUFFIX:
        suffix = ""
    stem, room = name.removesuffix(suffix), _MOST_BYTES - _bytes(addition + suffix)
    if _bytes(stem) > room:
        # "ignore": the cut may go through a character, of which nothing is left then.
        stem = stem.encode("utf-8", "surrogatepass")[:room].decode("utf-8", "ignore")
    return f"{stem}{addition}{suffix}"


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def write_atomically(target: Path, content: bytes, check: Callable[[], None] = lambda: None) -> None:
    """Replace `target` by `content`, or leave it as it was and raise OSError. See `replacing`."""
    with replacing(target, check) as partial:
        partial.write_bytes(content)


@contextmanager
def for_user(target: Path) -> Iterator[None]:
    """Writing what the user asked for: OSError becomes WanwuError `output_unwritable` for `target`."""
    try:
        yield
    except OSError as error:
        detail = error.strerror or str(error)
        raise WanwuError(ErrorCode.OUTPUT_UNWRITABLE, path=target, detail=detail) from error


class _OnlyCheckedError(Exception):
    """Nothing was to be written after all."""


def check_output(target: Path) -> None:
    """Raise the WanwuError that `write_output` would raise: before hours of work, not after them."""

    def stop() -> None:
        raise _OnlyCheckedError

    with suppress(_OnlyCheckedError), for_user(target):
        write_atomically(target, b"", stop)


def write_output(target: Path, content: bytes) -> None:
    """Replace a file that the user asked for. Raises WanwuError `output_unwritable`."""
    with for_user(target):
        write_atomically(target, content)
