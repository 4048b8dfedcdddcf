"""Copying, moving, linking and removing one file so that nothing is overwritten, lost or left in two halves.

A name is given only where nobody has it. A file is removed only because the same content was seen elsewhere
just then. Other programs may replace either of the two at any moment, so the file first gets a name that
nobody knows (`Spare.away`); what has that name is compared, and is removed or gets its old name back.

Functions raise FileExistsError when a name is taken, and other OSErrors as the system has them.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from itertools import count
from pathlib import Path

from app.core.files import open_regular, shortened, sync

# What file systems without hard links say: FAT, exFAT, some network drives.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
_BLOCK = 1 << 20


class DiffersError(OSError):
    """A file is not removed, since what should be the same has another content or is gone."""


@dataclass(frozen=True, slots=True)
class Spare:
    """Names that nobody else uses, the same ones after a kill; `name` is that of one file of one sorting."""

    name: str

    def partial(self, folder: Path) -> Path:
        """For a copy that is not whole yet."""
        return folder / f"{self.name}.part"

    def away(self, file: Path) -> Path:
        """For `file` while it is decided whether it is removed."""
        return file.with_name(f"{self.name}-{zlib.crc32(os.fsencode(file.name)):08x}.away")


def copy(source: Path, target: Path, spare: Spare) -> None:
    """Copy content, and time and permissions as far as the drive takes them; a link is followed.

    The content is on disk before it gets its name.
    """
    partial = spare.partial(target.parent)
    partial.unlink(missing_ok=True)
    try:
        with open_regular(source) as reader, partial.open("xb") as writer:
            before = os.fstat(reader.fileno())
            shutil.copyfileobj(reader, writer, _BLOCK)
            size, after = writer.tell(), os.fstat(reader.fileno())
        if (before.st_size, before.st_mtime_ns) != (size, after.st_mtime_ns):
            raise OSError(errno.EIO, "the file has changed while it was copied")
        sync(partial)
        _make_alike(source, partial)
        _name(partial, target)
    finally:
        with suppress(OSError):  # the next go removes it
            partial.unlink(missing_ok=True)


def _make_alike(source: Path, partial: Path) -> None:
    """Times, permissions and attributes: FAT, SMB, MTP and FUSE refuse one or the other."""
    try:
        shutil.copystat(source, partial)
    except OSError:
        with suppress(OSError):
            shutil.copymode(source, partial)


def move(source: Path, target: Path, spare: Spare) -> None:
    """Move a file; to another device it is copied, and stays where it is when it cannot be removed there."""
    copied = False
    try:
        if not _name(source, target):
            return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy(source, target, spare)
        copied = True
    try:
        if copied:
            # Or a power cut could take the new name, when the old one is gone already.
            sync(target.parent)
        remove(source, spare.away(source), target)
    except BaseException as error:  # also Ctrl+C: a picture must not stay in two places
        if isinstance(error, FileNotFoundError) and not os.path.lexists(source):
            return  # somebody else has taken it away: what is at `target` may be all that is left
        with suppress(OSError):
            remove(target, spare.away(target), source)
        raise


def _name(source: Path, target: Path) -> bool:
    """Give a file a free name on the same device; whether it has its old one as well."""
    if os.name == "nt":
        source.rename(target)  # Windows itself refuses a name that is taken
        return False
    try:
        # A rename would replace a file that is there, without a word; a link refuses.
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_over_own_file(source, target)
        return False
    return True


def _rename_over_own_file(source: Path, target: Path) -> None:
    """The name is taken with an empty file, which only then is replaced."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        source.replace(target)
    except OSError:
        # Only the empty file of this call: another program may have put its own there.
        if is_plain(target) and target.stat().st_size == 0:
            target.unlink()
        raise


def link(source: Path, target: Path) -> None:
    """Give a file a second name (a hard link); of a symbolic link, the file that it leads to."""
    os.link(os.path.realpath(source, strict=True), target)


def remove(file: Path, away: Path, twin: Path) -> None:
    """Remove a file because `twin` has the same content, or is another name of it.

    Raises DiffersError when that is not so, and leaves it.
    """
    put_back(away, file)  # of a process that was killed
    try:
        file.replace(away)
        if not same_content(away, twin):
            raise DiffersError(errno.EIO, "the file has changed")
        away.unlink()
    except BaseException:
        put_back(away, file)
        raise


def put_back(away: Path, file: Path) -> None:
    """Give a file that was taken away its name again, or the next free one when that is taken meanwhile."""
    if is_plain(file) and same_content(away, file):
        away.unlink(missing_ok=True)
    free = file
    for number in count(2):
        if not os.path.lexists(away):
            return
        try:
            if _name(away, free):
                away.unlink()
        except FileExistsError:
            free = file.with_name(shortened(file.name, f" ({number})"))


def was_moved(source: Path, target: Path, size: int, spare: Spare) -> bool:
    """Finish the move that a killed process may have begun; whether the file is at `target` now.

    `size` is what the file had before it was touched, in bytes.
    """
    away = spare.away(source)
    if os.path.lexists(away) and was_copied(away, target):
        away.unlink()
        return True
    put_back(away, source)
    if not os.path.lexists(source):
        return is_plain(target) and target.stat().st_size == size
    if not was_copied(source, target):
        return False
    if same_file(source, target) and source.stat().st_nlink == 1:
        return False  # one name, spelled in two ways
    remove(source, away, target)
    return True


def was_copied(source: Path, target: Path) -> bool:
    """Whether the copy or link that a killed process may have begun is whole: the content is compared."""
    return is_plain(target) and same_content(source, target)


def is_plain(file: Path) -> bool:
    """Whether this is a regular file and no link to one; False when there is none."""
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False


def same_file(source: Path, target: Path) -> bool:
    """Whether both are names of the same file or folder; False when one is missing."""
    try:
        return target.samefile(source)
    except OSError:
        return False


def same_content(one: Path, other: Path) -> bool:
    """Whether both are there, hold the same bytes, and did not change while they were compared."""
    try:
        with open_regular(one) as first, open_regular(other) as second:
            before = [os.fstat(stream.fileno()) for stream in (first, second)]
            if not (os.path.samestat(*before) or _same_bytes(first, second)):
                return False
        return [*map(_looks, before)] == [_looks(file.stat()) for file in (one, other)]
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENODEV):
            return False
        raise


def _looks(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _same_bytes(first: BufferedReader, second: BufferedReader) -> bool:
    while (block := first.read(_BLOCK)) == second.read(_BLOCK):
        if not block:
            return True
    return False
