"""What a file is that is no model file of this program, as far as its beginning and its directory tell."""

from __future__ import annotations

import pickletools
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import zipfile

_HEAD_BYTES = 4096
_MOST_PICKLE = 1 << 22
# The pickled number with which torch.save began its files before version 1.6.
_OLD_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_MOST_HEADER = 100 << 20
# What the pickle of plain weights needs; any other name is that of a class, which is in no file.
_OF_WEIGHTS = ("torch", "collections", "_codecs", "numpy")


def kind_by_beginning(stream: BinaryIO) -> str | None:
    """What a file is, as a key of `resources/i18n`, section `reason`; None for a zip archive.

    The stream is left at its beginning. Raises OSError.
    """
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return None
    kinds = {
        "model_is_empty": not head,
        "model_is_lfs_pointer": head.startswith(b"version https://git-lfs"),
        "model_is_page": head.lstrip()[:1] == b"<",
        "model_is_weights": head.startswith(_OLD_TORCH),
        "model_is_pickle": head[:1] == b"\x80",
        "model_is_safetensors": _is_safetensors(head),
        # ONNX has no magic: a version of the format (field 1, small), then the producer's name (2) or
        # version (3), or the graph (7). https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
        "model_is_onnx": head[:1] == b"\x08" and 0 < head[1] < 0x20 and head[2:3] in (b"\x12", b"\x1a", b":"),
    }
    return next((kind for kind, fits in kinds.items() if fits), "model_is_unknown")


def _is_safetensors(head: bytes) -> bool:
    """https://huggingface.co/docs/safetensors: eight bytes of length, then JSON."""
    return head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") <= _MOST_HEADER


def kind_of_archive(archive: zipfile.ZipFile) -> str:
    """What an archive without card, labels and origin is, as a key of section `reason`."""
    names = {each.filename.partition("/")[2] or each.filename for each in archive.infolist()}
    if any(name.startswith("extra/") and name.endswith(("card.toml", "origin.json")) for name in names):
        return "model_is_incomplete"
    if "bytecode.pkl" in names:
        return "model_is_lite"
    if any(name.startswith("code/") for name in names):
        return "model_is_torchscript"
    if "archive_format" in names or any(
        name.startswith(("models/", "serialized_exported")) for name in names
    ):
        return "model_is_exported"
    if "data.pkl" in names:
        return "model_is_weights" if _is_weights(archive) else "model_is_pickle"
    return "model_is_archive"


def _is_weights(archive: zipfile.ZipFile) -> bool:
    """Whether the pickle of a torch.save file names no class but those of tensors. Nothing is unpickled."""
    member = next(each for each in archive.infolist() if each.filename.endswith("data.pkl"))
    if member.file_size > _MOST_PICKLE or member.compress_type:
        return True
    try:
        classes = [
            str(argument)
            for code, argument, _ in pickletools.genops(archive.read(member))
            if code.name == "GLOBAL"
        ]
    except ValueError:
        return True
    return all(name.startswith(_OF_WEIGHTS) and not name.startswith("torch.nn") for name in classes)
