"""Reading a file that may not be a file: opened once, never blocked on, read into memory.

The whole file is read because decoders that map it (libtiff) would crash the program when it shrinks on a
network drive, and because several decoders read all of it anyway.
"""

import errno
import os
import stat
from pathlib import Path

from app.errors import ErrorCode, PictureError
from app.images.formats import HEAD_BYTES, Format, sniff
from app.images.limits import Limits

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


def read_picture(path: Path, limits: Limits) -> tuple[Format, bytes]:
    """Read the picture file at `path`: its format and all its bytes.

    Raises PictureError without the fact `path`: `not_found`, `not_a_file`, `permission_denied`,
    `read_failed`, `empty_file`, `not_an_image`, `unsupported_format`, `too_large`.
    """
    try:
        with os.fdopen(_open(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(HEAD_BYTES)
            if not head:
                raise PictureError(ErrorCode.EMPTY_FILE)
            # The format comes before the size: a film of 5 GB is "not an image", not "too large".
            picture_format = sniff(head)
            limits.check_file(size)
            file.seek(0)
            return picture_format, file.read(max(size, len(head)))
    except OSError as error:
        raise _refused(path, error) from error


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
    if code is ErrorCode.PERMISSION_DENIED and os.name == "nt" and path.is_dir():
        code = ErrorCode.NOT_A_FILE
    return PictureError(code, detail=error.strerror or type(error).__name__)
