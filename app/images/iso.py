"""The boxes of HEIC and AVIF files: where the picture's bytes lie, and the numbers of its colour space."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

Span = tuple[int, int]

_CONTAINERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # bytes between the header and the boxes inside
_FROM_FILE, _FROM_IDAT = 0, 1


@dataclass(slots=True)
class Picture:
    """The primary item: the (start, end) of all bytes that it needs, and its CICP numbers, if it has some."""

    spans: list[Span] = field(default_factory=list)
    colour: tuple[int, int] | None = None


def primary_picture(data: bytes) -> Picture:
    """What the boxes of `data` say; of what they do not say, nothing. Never raises."""
    try:
        return _picture(data, dict(_boxes(data, 0, len(data))))
    except (struct.error, IndexError, ValueError, KeyError, OverflowError):
        return Picture()


def end_of(data: bytes, wanted: bytes) -> int:
    """The offset at which the first box of a kind ends; that of the file's end if there is none."""
    return next((end for kind, (_, end) in _boxes(data, 0, len(data)) if kind == wanted), len(data))


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, Span]]:
    """(kind, (start, end) of the content) of each box; those inside a container come after it."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            header = 16
        # ISO 14496-12, 4.2: 1 says that 64 bits follow, 0 that the box goes to the end.
        size = size or end - at
        if size < header:
            return
        yield kind, (at + header, at + size)
        if kind in _CONTAINERS and kind != b"ipco":
            yield from _boxes(data, at + header + _CONTAINERS[kind], min(at + size, end))
        at += size


def _picture(data: bytes, boxes: dict[bytes, Span]) -> Picture:
    reader = _Reader(data, boxes[b"pitm"][0])
    primary = reader.number(4 if reader.version() else 2)
    parts = {primary, *_parts(data, boxes.get(b"iref"), primary)}
    idat = boxes.get(b"idat", (0, 0))[0]
    places = _places(data, boxes[b"iloc"], idat)
    properties = _properties(data, boxes, primary)
    return Picture([span for part in parts for span in places.get(part, [])], _colour(data, properties))


class _Reader:
    """Numbers one after another, big-endian."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self.at = data, at
        self.flags = 0

    def number(self, size: int) -> int:
        """The next `size` bytes; 0 of none."""
        self.at += size
        if self.at > len(self._data):
            raise ValueError("a box ends too early")
        return int.from_bytes(self._data[self.at - size : self.at], "big")

    def version(self) -> int:
        """The version of a full box; its flags are kept."""
        version, self.flags = self.number(1), self.number(3)
        return version


def _parts(data: bytes, references: Span | None, primary: int) -> Iterator[int]:
    """The tiles that the primary item is made of, and its alpha."""
    if references is None:
        return
    size = 4 if _Reader(data, references[0]).version() else 2
    for kind, (start, _) in _boxes(data, references[0] + 4, references[1]):
        reader = _Reader(data, start)
        whose = reader.number(size)
        others = [reader.number(size) for _ in range(reader.number(2))]
        if kind == b"dimg" and whose == primary:
            yield from others
        if kind == b"auxl" and primary in others:
            yield whose


def _places(data: bytes, box: Span, idat: int) -> dict[int, list[Span]]:
    """Where the bytes of each item lie in the file."""
    reader = _Reader(data, box[0])
    version = reader.version()
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    places: dict[int, list[Span]] = {}
    for _ in range(reader.number(4 if version == 2 else 2)):
        item = reader.number(4 if version == 2 else 2)
        # ISO 14496-12, 8.11.3: the construction method came with version 1; after it the data reference.
        method = reader.number(2) & 15 if version else _FROM_FILE
        reader.number(2)
        base = reader.number(base_size) + (idat if method == _FROM_IDAT else 0)
        for _ in range(reader.number(2)):
            reader.number(index_size if version else 0)
            start = base + reader.number(offset_size)
            length = reader.number(length_size)
            if method in (_FROM_FILE, _FROM_IDAT):
                places.setdefault(item, []).append((start, start + length))
    return places


def _properties(data: bytes, boxes: dict[bytes, Span], item: int) -> Iterator[tuple[bytes, Span]]:
    """The properties that belong to an item."""
    known = list(_boxes(data, *boxes[b"ipco"]))
    reader = _Reader(data, boxes[b"ipma"][0])
    version = reader.version()
    wide = reader.flags & 1
    for _ in range(reader.number(4)):
        owner = reader.number(4 if version else 2)
        for _ in range(reader.number(1)):
            # The upper bit says whether the property is essential.
            index = reader.number(2 if wide else 1) & (0x7FFF if wide else 0x7F)
            if owner == item and 0 < index <= len(known):
                yield known[index - 1]


def _colour(data: bytes, properties: Iterator[tuple[bytes, Span]]) -> tuple[int, int] | None:
    for kind, (start, _) in properties:
        if kind == b"colr" and data[start : start + 4] == b"nclx":
            primaries, transfer = struct.unpack_from(">HH", data, start + 4)
            return primaries, transfer
    return None
