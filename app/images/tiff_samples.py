"""A Pillow plugin for TIFFs whose samples Pillow takes for others or does not know.

Pillow gets 16-bit planes, 12-bit grey, a white zero, signed and wide integers wrong, and refuses most floats.
libtiff, however, unpacks a strip whatever its bytes mean: here it is given strips as grey pictures of bytes,
and numpy makes samples of these.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, TiffImagePlugin

from app.core.errors import ErrorCode, PictureError
from app.images import tiff_tags
from app.images.geometry import upright, upright_size
from app.images.tiff_layout import FLOAT, ICCLAB, MIN_IS_WHITE, SIGNED, UNCOMPRESSED, Layout

Array = NDArray[Any]

_ORIENTATION, _PROFILE, _ROWS_PER_STRIP = 274, 34675, 278
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES, _TILE_WIDTH, _TILE_LENGTH = 273, 279, 324, 325, 322, 323
_HEADER_BYTES = 8
_GROUP_BYTES = 1 << 20  # strips are unpacked together up to this size
_MOST_BLOCK_BYTES = 64 << 20  # of a small picture
_FLAT = 1e-35  # a range of float32 too small to divide by


class TiffSamplesFile(ImageFile.ImageFile):
    """The first page of a TIFF with unusual samples; `info` has `bit_depth` and perhaps `icc_profile`."""

    format = "TIFF"
    format_description = "TIFF picture with unusual samples"
    working_bytes = 0
    _blocks: "_Blocks | None" = None

    def _open(self) -> None:
        if self.fp is None:
            raise ValueError("no file")
        data = self.fp.read()
        tags = tiff_tags.read_tags(data, all_of_them=False)
        layout = Layout.of(data, tags)
        self._blocks = _Blocks.of(data, tags, layout)
        self._orientation = (tags.get(_ORIENTATION) or (1,))[0]
        self._size = upright_size(layout.size, self._orientation)
        self._mode = layout.mode if layout.alpha is None else layout.mode + "A"
        self.is_animated = tiff_tags.has_second_page(data)
        # Bytes a pixel that loading takes beside the picture: a strip of everything, and its samples.
        self.working_bytes = layout.samples * (layout.bits // 4 + 1) + 4 * len(_kept(layout))
        self.info["bit_depth"] = layout.bits
        if profile := tags.get(_PROFILE):
            self.info["icc_profile"] = bytes(profile)

    def load(self) -> Any:
        """Unpack the strips or tiles and bring their samples to eight bits."""
        if self._blocks is not None:
            blocks, self._blocks = self._blocks, None
            picture = upright(_picture(_samples(blocks), blocks.layout), self._orientation)
            self.im, self._mode, self._size = picture.im, picture.mode, picture.size
        return Image.Image.load(self)


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """The strips or tiles of a page; those of a plane lie together, `across` × `down` of them."""

    data: bytes
    layout: Layout
    offsets: Sequence[int]
    sizes: Sequence[int]
    width: int
    rows: int
    across: int
    down: int

    @classmethod
    def of(cls, data: bytes, tags: tiff_tags.Tags, layout: Layout) -> "_Blocks":
        width, height = layout.size
        if _TILES in tags:
            offsets, sizes = tags[_TILES], tags.get(_TILE_SIZES)
            block_width, rows = tags[_TILE_WIDTH][0], tags[_TILE_LENGTH][0]
        else:
            offsets, sizes = tags[_STRIPS], tags.get(_STRIP_SIZES)
            block_width, rows = width, min((tags.get(_ROWS_PER_STRIP) or (height,))[0], height)
        if not (width and height and block_width and rows):
            raise SyntaxError("a picture without pixels")
        across, down = -(-width // block_width), -(-height // rows)
        sizes = sizes or [len(data) - at for at in offsets]
        if min(len(offsets), len(sizes)) < across * down * (layout.samples if layout.is_planar else 1):
            raise SyntaxError("fewer strips than there are rows")
        blocks = cls(data, layout, offsets, sizes, block_width, rows, across, down)
        block_bytes, page_bytes = blocks.row_bytes * rows, blocks.row_bytes * across * height
        if block_bytes > max(2 * page_bytes, _MOST_BLOCK_BYTES):  # a tile that sticks out far
            raise PictureError(ErrorCode.TOO_LARGE, decoded_bytes=block_bytes, limit=_MOST_BLOCK_BYTES)
        return blocks

    @property
    def inside(self) -> int:
        """Samples of a pixel within a block."""
        return 1 if self.layout.is_planar else self.layout.samples

    @property
    def row_bytes(self) -> int:
        return -(-self.width * self.inside * self.layout.bits // 8)

    def unpacked(self, plane: int) -> Iterator[tuple[int, Array]]:
        """(index of the first block, uint8 [rows of one or several blocks, bytes]) of a plane, in order."""
        blocks = self.across * self.down
        step = max(1, _GROUP_BYTES // (self.rows * self.row_bytes))
        for first in range(0, blocks, step):
            count = min(step, blocks - first)
            rows = count * self.rows
            if self.width == self.layout.size[0] and first + count == blocks:
                rows = min(
                    rows, self.layout.size[1] - first * self.rows
                )  # the last strip ends with the picture
            place = slice(plane * blocks + first, plane * blocks + first + count)
            yield first, self._bytes(place, rows)

    def _bytes(self, place: slice, rows: int) -> Array:
        pieces: list[bytes] = []
        for at, size in zip(self.offsets[place], self.sizes[place], strict=True):
            needed = min(self.rows, rows - self.rows * len(pieces)) * self.row_bytes
            pieces.append(self.data[at : at + size])
            # Behind a piece that is too short libtiff would find the next one, and take it for pixels.
            if len(pieces[-1]) < (needed if self.layout.compression == UNCOMPRESSED else size):
                raise OSError("image file is truncated")
        file = BytesIO(_grey_tiff(pieces, self.row_bytes, rows, self.rows, self.layout))
        return np.asarray(TiffImagePlugin.TiffImageFile(file))


def _grey_tiff(pieces: list[bytes], width: int, height: int, rows: int, layout: Layout) -> bytes:
    """A TIFF of eight-bit grey with `pieces` as its strips of `rows` rows."""
    starts = np.cumsum([_HEADER_BYTES, *map(len, pieces)])
    long, short = 4, 3
    tags = [
        (256, long, [width]),
        (257, long, [height]),
        (258, short, [8]),
        (259, short, [layout.compression]),
    ]
    tags += [(262, short, [1]), (266, short, [layout.fill_order]), (273, long, list(starts[:-1]))]
    tags += [(277, short, [1]), (278, long, [rows]), (279, long, [len(piece) for piece in pieces])]
    directory_at = int(starts[-1])
    values_at = directory_at + 2 + 12 * len(tags) + 4
    directory, values = struct.pack("<H", len(tags)), b""
    for tag, kind, numbers in tags:
        packed = struct.pack(f"<{len(numbers)}{'H' if kind == short else 'I'}", *numbers).ljust(4, b"\0")
        where = packed if len(packed) == 4 else struct.pack("<I", values_at + len(values))
        directory += struct.pack("<HHI", tag, kind, len(numbers)) + where
        values += packed if len(packed) > 4 else b""
    header = b"II*\0" + struct.pack("<I", directory_at)
    return b"".join([header, *pieces, directory, bytes(4), values])


def _samples(blocks: _Blocks) -> Array:
    """The colours and alpha, [H, W, C]: uint8 where a white is agreed on, else float32."""
    layout = blocks.layout
    width, height = layout.size
    kept = _kept(layout)
    out = np.empty((height, width, len(kept)), np.float32 if layout.is_spread else np.uint8)
    if layout.is_planar:
        for band, plane in enumerate(kept):
            _fill(out[..., band : band + 1], blocks, plane, [0])
    else:
        _fill(out, blocks, 0, kept)
    return out


def _fill(out: Array, blocks: _Blocks, plane: int, kept: list[int]) -> None:
    """Put the `kept` samples of a plane's blocks in their places, a few rows at a time."""
    step = max(1, _GROUP_BYTES // blocks.row_bytes)
    for first, raw in blocks.unpacked(plane):
        is_strip = blocks.width == out.shape[1]
        section = len(raw) if is_strip else blocks.rows
        for above in range(0, len(raw), section):
            row, column = divmod(first + above // blocks.rows, blocks.across)
            for start in range(0, min(section, len(raw) - above), step):
                rows = raw[above + start : above + min(start + step, section)]
                samples = _levels(_numbers(rows, blocks), blocks.layout)[..., kept]
                top, left = row * blocks.rows + start, column * blocks.width
                place = out[top : top + len(samples), left : left + blocks.width]
                place[...] = samples[: place.shape[0], : place.shape[1]]


def _numbers(rows: Array, blocks: _Blocks) -> Array:
    """Rows of bytes [R, B] as numbers [R, W, samples]; odd depths fill the upper bits of 16."""
    layout = blocks.layout
    shape = len(rows), blocks.width, blocks.inside
    if layout.bits % 8:
        count = blocks.width * blocks.inside
        bits = np.zeros((len(rows), count, 16), np.uint8)
        bits[..., : layout.bits] = np.unpackbits(rows, axis=1, count=count * layout.bits).reshape(
            len(rows), count, layout.bits
        )
        kind = ">i2" if layout.kind == SIGNED else ">u2"
        return np.packbits(bits, axis=-1).view(kind).reshape(shape)
    order, size = layout.order, layout.bits // 8
    if layout.predictor == 3:  # differences of bytes, the highest ones of a row's numbers first
        rows = rows.reshape(len(rows), -1, blocks.inside).cumsum(axis=1, dtype=np.uint8)
        rows = np.ascontiguousarray(rows.reshape(len(rows), size, -1).swapaxes(1, 2)).reshape(len(rows), -1)
        order = ">"
    numbers = rows.view(f"{order}u{size}").reshape(shape)
    # Undone here and not by libtiff, which would add up the bytes that it is given, and not the samples.
    if layout.predictor == 2:
        numbers = numbers.cumsum(axis=1, dtype=f"u{size}")
        order = "="
    kind = {SIGNED: "i", FLOAT: "f"}.get(layout.kind, "u") if layout.mode != "LAB" else "u"
    return numbers.view(f"{order}{kind}{size}")


def _levels(numbers: Array, layout: Layout) -> Array:
    """Numbers as uint8 where a white is agreed on, else as float32."""
    if layout.is_spread:
        # What float32 cannot hold becomes infinite, and `_spread` leaves that out.
        with np.errstate(over="ignore"):
            return numbers.astype(np.float32)
    return (numbers >> (8 * numbers.itemsize - 8)).astype(np.uint8)


def _picture(samples: Array, layout: Layout) -> Image.Image:
    """What `_samples` returns as L, LA, RGB, RGBA, CMYK or LAB."""
    levels = _spread(samples[..., : layout.colours]) if layout.is_spread else samples[..., : layout.colours]
    if layout.photometric == MIN_IS_WHITE:
        levels = 255 - levels
    if layout.photometric == ICCLAB:
        # ICCLab adds 128 to a* and b*; CIELab, and Pillow, have them signed.
        levels = levels ^ np.array([0, 128, 128], np.uint8)
    mode = layout.mode
    # A fourth sample of unknown meaning that is 0 everywhere is no alpha: nobody saves an empty picture.
    if layout.alpha is not None and (not layout.is_alpha_guessed or samples[..., -1].any()):
        levels = np.dstack([levels, _opacity(samples[..., -1], layout)])
        mode += "a" if layout.is_premultiplied else "A"
    height, width = levels.shape[:2]
    picture = Image.frombytes(mode, (width, height), np.ascontiguousarray(levels).data)
    return picture.convert(mode.upper()) if mode.endswith("a") else picture


def _opacity(values: Array, layout: Layout) -> NDArray[np.uint8]:
    if not layout.is_spread:
        return values
    white = {FLOAT: 1.0, SIGNED: 2.0 ** (layout.bits - 1)}.get(layout.kind, 2.0**layout.bits)
    return (np.nan_to_num(values) * (255 / white)).round().clip(0, 255).astype(np.uint8)


def _spread(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The finite values from black (the lowest) to white (the highest); `values` are lost."""
    finite = np.isfinite(values)
    low = float(values.min(where=finite, initial=np.inf))
    high = float(values.max(where=finite, initial=-np.inf))
    # Halved before subtracting: the range of float32 does not fit itself.
    span = high / 2 - low / 2
    if not span > _FLAT:
        return np.zeros(values.shape, np.uint8)
    values[~finite] = low
    values /= 2
    values -= low / 2
    values *= 255 / span
    return values.round(out=values).clip(0, 255, out=values).astype(np.uint8)


def _kept(layout: Layout) -> list[int]:
    """The indices of the samples that make the picture."""
    return [*range(layout.colours), *([] if layout.alpha is None else [layout.alpha])]
