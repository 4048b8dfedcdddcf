"""Copying, moving and linking one file so that nothing is ever overwritten, lost or left in two halves.

Every function raises FileExistsError when the name is taken, and other OSErrors as the system has them.
"""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
from pathlib import Path

# What file systems without hard links say: FAT, exFAT, some network drives.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)


def rename(source: Path, target: Path) -> None:
    """Give a file another name on the same device, in one step that never takes a name in use."""
    if os.name == "nt":
        source.rename(target)  # Windows itself refuses a name that is taken
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_over_own_file(source, target)
        return
    try:
        source.unlink()
    except OSError:
        target.unlink()
        raise


def _rename_over_own_file(source: Path, target: Path) -> None:
    """The name is taken with an empty file, which only then is replaced."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        source.replace(target)
    except OSError:
        target.unlink()
        raise


def copy(source: Path, target: Path, partial: Path) -> None:
    """Copy content, time and permissions by way of `partial`, a name in the target's folder.

    The content is on disk before it gets its name. A link is followed.
    """
    partial.unlink(missing_ok=True)
    try:
        before = source.stat()
        shutil.copyfile(source, partial)
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        after, size = source.stat(), partial.stat().st_size
        if (before.st_size, before.st_mtime_ns) != (size, after.st_mtime_ns):
            raise OSError(errno.EIO, "the file has changed while it was copied")
        shutil.copystat(source, partial)
        rename(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def move(source: Path, target: Path, partial: Path) -> None:
    """Move a file; to another device it is copied first, by way of `partial`."""
    try:
        rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy(source, target, partial)
        _sync(target.parent)
        source.unlink()


def link(source: Path, target: Path) -> None:
    """Give a file a second name (a hard link); of a symbolic link, the file that it leads to."""
    os.link(source.resolve(strict=True), target)


def was_moved(source: Path, target: Path, size: int) -> bool:
    """Finish the move that a killed process may have begun; whether the file is at `target` now.

    `size` is what the file had before it was touched, in bytes.
    """
    if not os.path.lexists(source):
        return target.exists() and target.stat().st_size == size
    if not was_copied(source, target):
        return False
    if same_file(source, target) and source.stat().st_nlink == 1:
        return False  # one name, spelled in two ways
    source.unlink()
    return True


def was_copied(source: Path, target: Path) -> bool:
    """Whether the copy that a killed process may have begun is whole: the content is compared."""
    return target.exists() and filecmp.cmp(source, target, shallow=False)


def same_file(source: Path, target: Path) -> bool:
    """Whether both are names of the same file or folder; False when one is missing."""
    try:
        return target.samefile(source)
    except OSError:
        return False


def _sync(folder: Path) -> None:
    """Put the names in a folder on disk; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
