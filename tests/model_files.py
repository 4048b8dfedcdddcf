"""Model files with something wrong in them."""

import json
import zipfile
from pathlib import Path

_EXTRAS = ("card.toml", "labels.tsv", "origin.json")


def extras(file: Path) -> dict[str, bytes]:
    """What a model file says of itself, as written."""
    with zipfile.ZipFile(file) as archive:
        names = {name.rpartition("/")[2]: name for name in archive.namelist() if "/extra/" in name}
        return {name: archive.read(names[name]) for name in _EXTRAS}


def write_header(target: Path, members: dict[str, bytes]) -> Path:
    """A file with a header and no program: enough for everything that happens before it is run."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"model/extra/{name}", content)
    return target


def with_origin(members: dict[str, bytes], **changes: object) -> dict[str, bytes]:
    """`members` with other values in `origin.json`."""
    origin = json.loads(members["origin.json"]) | changes
    return members | {"origin.json": json.dumps(origin).encode()}


def flip_weights(file: Path) -> None:
    """Change one bit in the middle of the largest tensor of a model file."""
    with zipfile.ZipFile(file) as archive:
        largest = max(archive.infolist(), key=lambda item: item.file_size)
    with file.open("r+b") as stream:
        stream.seek(largest.header_offset + largest.file_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, 1)
        stream.write(bytes((byte ^ 1,)))
