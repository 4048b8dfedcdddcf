"""The ONNX file that says which model it is: two hashes at its end, which others skip."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, ModelError
from app.core.files import open_regular

if TYPE_CHECKING:
    from pathlib import Path

# `metadata_props` (field 14) of ModelProto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto: a key
# and a value of 128 hex digits. Protocol buffers may be added to at their end: nothing before is rewritten.
_KEY = b"wanwu.sha256"
_DIGITS = 64
_ENTRY = b"\x0a" + bytes((len(_KEY),)) + _KEY + b"\x12\x80\x01"
_SIZE = len(_ENTRY) + 2 * _DIGITS
# A length above 127 takes two bytes of seven bits each, the lower ones first.
_SEAL = b"\x72" + bytes((_SIZE & 0x7F | 0x80, _SIZE >> 7)) + _ENTRY
_LENGTH = len(_SEAL) + 2 * _DIGITS


def seal(content: bytes, model_sha256: str) -> bytes:
    """An ONNX file with the model that it was made from, and its own hash."""
    return content + _SEAL + model_sha256.encode() + _digest(content)


def is_sealed(file: Path) -> bool:
    """Whether `file` ends as `seal` ends it: a file that is cut short does not."""
    try:
        with open_regular(file) as stream:
            stream.seek(max(stream.seek(0, 2) - _LENGTH, 0))
            return stream.read(_LENGTH).startswith(_SEAL)
    except OSError:
        return False


def load(file: Path) -> tuple[bytes, str]:
    """The content of a sealed file and the hash of its model. Raises ModelError `model_file_invalid`."""
    try:
        with open_regular(file) as stream:
            content = stream.read()
    except OSError as error:
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail=error.strerror) from error
    seal_at = len(content) - _LENGTH
    digits = content[-2 * _DIGITS :]
    if content[max(seal_at, 0) : -2 * _DIGITS] != _SEAL or digits[_DIGITS:] != _digest(content[:seal_at]):
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail="SHA-256")
    return content, digits[:_DIGITS].decode()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
