"""Drives that refuse what memory cards, network shares and phones refuse."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# What is refused, and the functions of `os` that do it.
_CALLS = {"chmod": ("chmod",), "utime": ("utime",), "link": ("link",), "remove": ("replace", "unlink")}


def refuse(patch: pytest.MonkeyPatch, drive: Path, what: str, number: int = errno.EPERM) -> None:
    """Below `drive` is a drive that refuses `what`: one of the above, `fsync` or `other device`."""

    def on_drive(path: object) -> bool:
        name = os.fspath(path) if isinstance(path, str | os.PathLike) else b""
        return isinstance(name, str) and Path(name).is_relative_to(drive)

    def replaced(name: str, refused: Callable[..., bool], answer: int) -> None:
        real = getattr(os, name)

        def call(*arguments: Any, **named: Any) -> Any:
            if refused(*arguments):
                names = [each for each in arguments if isinstance(each, str | os.PathLike)]
                raise OSError(
                    answer, os.strerror(answer), *names[:1], *([None, names[1]] if names[1:] else [])
                )
            return real(*arguments, **named)

        patch.setattr(os, name, call)

    if what == "fsync":
        replaced("fsync", lambda handle: stat.S_ISDIR(os.fstat(handle).st_mode), errno.EINVAL)
    elif what == "other device":
        replaced("link", lambda source, target: on_drive(source) != on_drive(target), errno.EXDEV)
    else:
        for name in _CALLS[what]:
            replaced(name, lambda *paths: on_drive(paths[-1] if what == "link" else paths[0]), number)
