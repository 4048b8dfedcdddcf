"""Between paths and Qt's URLs, byte for byte: Qt's own way replaces what is not valid UTF-8 in names."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QUrl

_LOCAL_HOSTS = ("", "localhost")
_ENCODED = QUrl.ComponentFormattingOption.FullyEncoded


def path_of(url: QUrl) -> Path:
    """The path of a local file's URL, which carries the bytes of its name percent-encoded."""
    if sys.platform == "win32" or url.host() not in _LOCAL_HOSTS:
        return Path(url.toLocalFile())
    name = unquote_to_bytes(url.path(_ENCODED))
    try:
        return Path(name.decode("utf-8", "surrogatepass"))  # of a program in Python that made it of a `str`
    except UnicodeDecodeError:
        return Path(os.fsdecode(name))


def url_of(path: Path) -> QUrl:
    """The URL of a file or folder."""
    return QUrl.fromEncoded(path.absolute().as_uri().encode())


def is_text(path: Path) -> bool:
    """Whether a path's bytes are valid text, so that Qt's texts can hold all of them."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
