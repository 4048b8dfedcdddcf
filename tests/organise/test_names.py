"""Names that Windows, macOS and Linux all take."""

import unicodedata
from pathlib import Path

import pytest

from app.organise.names import Names, numbered, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("大熊猫.jpg", "大熊猫.jpg"),
        ('a<b>c:d"e/f\\g|h?i*j.jpg', "a_b_c_d_e_f_g_h_i_j.jpg"),
        ("two\nlines\x7f.jpg", "two_lines_.jpg"),
        ("stray\udcff.jpg", "stray_.jpg"),
        ("ends. . ", "ends"),
        ("..", "_"),
        ("", "_"),
        ("con.jpg", "_con.jpg"),
        ("COM¹ .png", "_COM¹ .png"),
        ("LPT1", "_LPT1"),
        ("console.jpg", "console.jpg"),
        (unicodedata.normalize("NFD", "é.jpg"), "é.jpg"),
    ],
)
def test_what_some_system_refuses_is_replaced(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


@pytest.mark.parametrize("name", ["长" * 200 + ".jpg", "a" * 300, "🐼" * 90 + ". .jpg", "a." + "b" * 300])
def test_long_name_is_cut_between_characters_and_keeps_its_ending(name: str, tmp_path: Path) -> None:
    for short in (safe_name(name), numbered(safe_name(name), 12)):
        assert 245 < len(short.encode()) <= 255
        assert short.endswith(".jpg") == name.endswith(".jpg")
        (tmp_path / short).touch()


def test_name_is_given_out_once_whatever_its_case(tmp_path: Path) -> None:
    (tmp_path / "A (3).JPG").touch()
    names = Names()
    given = [names.claim(tmp_path, name) for name in ("a.jpg", "A.jpg", "a.jpg", "a (2).jpg", "b.jpg")]
    assert given == ["a.jpg", "A (2).jpg", "a (4).jpg", "a (2) (2).jpg", "b.jpg"]
