"""Values as JSON that any reader takes and any terminal can be shown."""

import json
import math
from typing import Any

from app.core.printable import printable


def json_text(value: Any, indent: int | None = None) -> str:
    """`value` as JSON: what is not printable is escaped, a number that is none is null, a path is a text."""
    try:
        text = _dumped(value, indent)
    except ValueError:  # rare, and going through a value takes longer than writing it
        text = _dumped(_finite(value), indent)
    return "\n".join(line if printable(line) == line else _escaped(line) for line in text.split("\n"))


def _dumped(value: Any, indent: int | None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str, indent=indent)


def _escaped(line: str) -> str:
    return "".join(char if printable(char) == char else _escape(char) for char in line)


def _escape(char: str) -> str:
    # RFC 8259, 7: what is beyond U+FFFF is escaped as a pair of UTF-16's units.
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
