"""Numbers, sizes and moments as people read them, in the language of the window."""

import time

from PySide6.QtCore import QLocale

NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: int) -> str:
    """A count, its thousands set apart."""
    return QLocale().toString(value)


def size(count: int) -> str:
    """Bytes, in the largest unit of which there is one at least."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def unbroken(text: str) -> str:
    """A short text that is never broken over two lines, not between Chinese characters either."""
    return "\N{WORD JOINER}".join(text.replace(" ", NO_BREAK))


def whole_percent(share: float) -> str:
    """A share, 0 to 1."""
    return f"{round(share * 100)}%"


def moment(seconds: float) -> str:
    """A point of time, seconds since 1970, in local time: to the minute, the same in every language."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
