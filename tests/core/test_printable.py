"""Whatever is in the name of a file, it prints."""

import pytest

from app.core.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("图 片.jpg", "图 片.jpg"),
        ("two\nlines\t.jpg", r"two\nlines\t.jpg"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("stray\udcff.jpg", r"stray\udcff.jpg"),
        ("gpj\u202e.exe", r"gpj\u202e.exe"),
        ("😀.jpg", "😀.jpg"),
        ("全角　空格.jpg", "全角　空格.jpg"),
        ("9.41\u202fAM.png", "9.41\u202fAM.png"),
    ],
)
def test_any_name_prints_on_one_line(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).encode("utf-8")
