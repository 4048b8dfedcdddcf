"""A picture as a file that may not be a file, opened once, never blocked on, read into memory; or as bytes.

Nearly every file is read whole, because decoders that map it (libtiff) would crash the program when it
shrinks on a network drive, and because several decoders read all of it anyway. A bitmap, though, is as large
as its pixels, and is read a few rows at a time.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from app.core.errors import ErrorCode, PictureError
from app.core.files import is_folder
from app.images.formats import HEAD_BYTES, Format, sniff
from app.images.limits import Limits
from app.images.memory import FILES

# Non-blocking, so that opening a pipe without a writer returns; then fstat tells that it is no file.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

# A name that is too long, or links that lead round in a circle, name no file: the same to the user as a
# missing one. ENXIO and EOPNOTSUPP are what opening a socket says.
_CODES = {
    errno.ENOENT: ErrorCode.NOT_FOUND,
    errno.ENOTDIR: ErrorCode.NOT_FOUND,
    errno.ELOOP: ErrorCode.NOT_FOUND,
    errno.ENAMETOOLONG: ErrorCode.NOT_FOUND,
    errno.EISDIR: ErrorCode.NOT_A_FILE,
    errno.ENXIO: ErrorCode.NOT_A_FILE,
    errno.EOPNOTSUPP: ErrorCode.NOT_A_FILE,
    errno.EACCES: ErrorCode.PERMISSION_DENIED,
    errno.EPERM: ErrorCode.PERMISSION_DENIED,
}


@dataclass(frozen=True, slots=True)
class PictureBytes:
    """The content of a picture file that is no file here: of a request, of another computer.

    `name`, that of a file, stands where its path would, in answers and errors.
    """

    name: str
    content: bytes = field(repr=False)


Picture = Path | PictureBytes


def path_of(picture: Picture) -> Path:
    """The path of a picture, or the name that stands for it."""
    return Path(picture.name) if isinstance(picture, PictureBytes) else picture


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """An open picture file: `data` is all of it, of a bitmap only its first bytes; `size` is in bytes."""

    format: Format
    data: bytes
    size: int
    file: BinaryIO


@contextmanager
def opened(picture: Picture, limits: Limits) -> Iterator[Source]:
    """Open and read a picture, waiting until there is memory for it.

    Raises PictureError without the fact `path`: `not_found`, `not_a_file`, `permission_denied`,
    `read_failed`, `empty_file`, `not_an_image`, `unsupported_format`, `too_large`. Errors of the system that
    come up while the file is used meanwhile end the same way.
    """
    try:
        with _stream(picture) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            head = file.read(HEAD_BYTES)
            if not head:
                raise PictureError(ErrorCode.EMPTY_FILE)
            # The format comes before the size: a film of 5 GB is "not an image", not "too large".
            picture_format = sniff(head)
            limits.check_file(size)
            file.seek(0)
            if picture_format is Format.BMP:
                yield Source(picture_format, head, size, file)
                return
            with FILES.share(size):
                data = file.read(max(size, len(head)))
                yield Source(picture_format, data, len(data), file)
    except OSError as error:
        raise _refused(path_of(picture), error) from error


def _stream(picture: Picture) -> BinaryIO:
    return BytesIO(picture.content) if isinstance(picture, PictureBytes) else os.fdopen(_open(picture), "rb")


def _open(path: Path) -> int:
    """A descriptor of a regular file; the check is made on what was opened, not on the name."""
    try:
        descriptor = os.open(path, _FLAGS)
    except ValueError as error:
        raise PictureError(ErrorCode.NOT_FOUND, detail="impossible name") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise PictureError(ErrorCode.NOT_A_FILE)
    return descriptor


def _refused(path: Path, error: OSError) -> PictureError:
    code = _CODES.get(error.errno or 0, ErrorCode.READ_FAILED)
    # Windows answers "permission denied" when a folder is opened.
    if code is ErrorCode.PERMISSION_DENIED and os.name == "nt" and is_folder(path):
        code = ErrorCode.NOT_A_FILE
    return PictureError(code, detail=error.strerror or type(error).__name__)
