"""JSON can be read by any program and shown on any terminal."""

import json
import math
from pathlib import Path

import pytest

from app.export.json_text import json_text


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\x9b2J", "\x7f", "\u202e", "\u2028", "\U000e0041", "\udcff", "a\nb\t"]
)
def test_what_commands_a_terminal_is_escaped_and_comes_back(text: str) -> None:
    written = json_text({"path": text})
    assert written.isprintable()
    assert json.loads(written) == {"path": text}


def test_what_people_read_stays_readable() -> None:
    assert json_text({"标签": "虎斑猫 😀　ß"}) == '{"标签": "虎斑猫 😀　ß"}'
    assert json_text({"a": [1, {}]}, indent=1).count("\n") == 5


def test_number_that_is_none_is_null_and_a_path_is_text() -> None:
    values = {"score": math.nan, "all": (math.inf, 1.5, {"deep": -math.inf}), "file": Path("a")}
    assert json.loads(json_text(values)) == {"score": None, "all": [None, 1.5, {"deep": None}], "file": "a"}
