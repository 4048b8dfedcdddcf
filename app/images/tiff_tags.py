"""The tags of a TIFF's first directory, for what Pillow does not tell: raw files, flavours, lost data."""

import struct
from collections.abc import Iterator, Sequence

Tags = dict[int, Sequence[int]]

_PHOTOMETRIC = 262
_NEW_SUBFILE_TYPE, _SUB_IFDS, _DNG_VERSION = 254, 330, 50706
_TILE_WIDTH, _TILE_LENGTH = 322, 323
_OFFSETS_AND_COUNTS = ((273, 279), (324, 325))  # strips, tiles
_COLOUR_FILTER_ARRAY, _LINEAR_RAW = 32803, 34892
_INTEGERS = {3: "H", 4: "I", 13: "I", 16: "Q"}
_BYTES, _FRACTIONS = (1, 7), 5
# A transfer function has three for each of 16 bits; only a huge picture has more strips or tiles.
_MOST_NUMBERS, _MAY_BE_MORE = 1 << 18, sum(_OFFSETS_AND_COUNTS, ())
_TYPE_SIZES = dict(enumerate((1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4), start=1)) | {16: 8, 17: 8, 18: 8}


class CutShortError(Exception):
    """The file ends before its first directory, or a tag's data, does."""


def read_tags(data: bytes, *, all_of_them: bool = True) -> Tags:
    """The tags of the first directory of the TIFF or BigTIFF file `data`: of integers, bytes, or fractions.

    A fraction comes as two integers, above and below the line. Raises CutShortError when the directory or
    the data of a tag is not there; unless `all_of_them` are needed, only of one of integers, among which are
    all that tell where and what the pixels are.
    """
    big = data[2:4] in (b"+\0", b"\0+")
    try:
        return dict(_entries(data, byte_order(data), big, all_of_them))
    except (struct.error, OverflowError) as error:
        raise CutShortError from error


def byte_order(data: bytes) -> str:
    """How numbers are stored in the file, as `struct` and numpy write it: "<" or ">"."""
    return "<" if data.startswith(b"I") else ">"


def has_second_page(data: bytes) -> bool:
    """Whether the first directory, which has been read, names a next one."""
    big = data[2:4] in (b"+\0", b"\0+")
    word, count_format, entry = ("Q", "Q", 20) if big else ("I", "H", 12)
    order = byte_order(data)
    (at,) = struct.unpack_from(order + word, data, 8 if big else 4)
    (entries,) = struct.unpack_from(order + count_format, data, at)
    after = at + struct.calcsize(count_format) + entries * entry
    return any(data[after : after + struct.calcsize(word)])


def _entries(data: bytes, order: str, big: bool, all_of_them: bool) -> Iterator[tuple[int, Sequence[int]]]:
    word, count_format, inline = ("Q", "Q", 8) if big else ("I", "H", 4)
    (at,) = struct.unpack_from(order + word, data, 8 if big else 4)
    (entries,) = struct.unpack_from(order + count_format, data, at)
    at += struct.calcsize(count_format)
    read = 0
    for _ in range(entries):
        tag, kind, count = struct.unpack_from(f"{order}HH{word}", data, at)
        value = at + 4 + inline
        size = count * _TYPE_SIZES.get(kind, 0)
        if size > inline:
            (value,) = struct.unpack_from(order + word, data, value)
        if value + max(size, inline if size <= inline else 0) > len(data):
            if all_of_them or kind in _INTEGERS:
                raise CutShortError
        elif (read := read + size) > len(data) or (
            kind not in _BYTES and count > _MOST_NUMBERS and tag not in _MAY_BE_MORE
        ):
            pass  # many tags over the same bytes, or one of no use: megabytes would become gigabytes
        elif kind in _BYTES:
            yield tag, data[value : value + size]
        elif kind == _FRACTIONS:
            yield tag, struct.unpack_from(f"{order}{2 * count}I", data, value)
        elif kind in _INTEGERS:
            yield tag, struct.unpack_from(f"{order}{count}{_INTEGERS[kind]}", data, value)
        at += 4 + 2 * inline


def is_camera_raw(tags: Tags) -> bool:
    """Whether this is DNG, NEF, ARW or the like, whose first picture, if Pillow reads it, is a thumbnail."""
    if _DNG_VERSION in tags or tags.get(_PHOTOMETRIC, (0,))[0] in (_COLOUR_FILTER_ARRAY, _LINEAR_RAW):
        return True
    # Bit 0 says that this is a smaller version of another picture (TIFF 6.0, section 8).
    return bool(tags.get(_NEW_SUBFILE_TYPE, (0,))[0] & 1) and _SUB_IFDS in tags


def tile_size(tags: Tags) -> tuple[int, int]:
    """(width, height) of a tile in pixels, (0, 0) without tiles: libtiff takes memory for a whole one."""
    return tags.get(_TILE_WIDTH, (0,))[0], tags.get(_TILE_LENGTH, (0,))[0]


def pixels_end(tags: Tags) -> int:
    """The offset at which the last strip or tile ends, in bytes."""
    ends = [0]
    for offsets, counts in _OFFSETS_AND_COUNTS:
        ends += [at + size for at, size in zip(tags.get(offsets, ()), tags.get(counts, ()), strict=False)]
    return max(ends)
