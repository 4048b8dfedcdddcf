"""Texts from elsewhere, such as names of files, as any stream and any screen can show them."""

from unicodedata import category


def printable(text: str) -> str:
    """`text` on one line that any stream can print: control characters and stray bytes are escaped."""
    if text.isprintable():
        return text
    escaped = "".join(
        # For Python no space is printable but that of ASCII; U+3000 is an ordinary one in Chinese.
        char if char.isprintable() or category(char) == "Zs" else char.encode("unicode_escape").decode()
        for char in text
    )
    return escaped.encode("utf-8", "backslashreplace").decode("utf-8")
