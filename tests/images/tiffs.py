"""TIFFs of any layout, written byte by byte: what Pillow cannot save."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_CODES = {"B": 1, "H": 3, "I": 4, "fraction": 5}


def tiff(
    samples: Array,
    *,
    photometric: int = 1,
    bits: int | None = None,
    order: str = "<",
    planar: bool = False,
    tile: tuple[int, int] | None = None,
    rows: int | None = None,
    deflated: bool = False,
    predictor: int = 1,
    tags: Mapping[int, tuple[str, Sequence[int]]] | None = None,
) -> bytes:
    """`samples [H, W, C]` as a file; `bits` other than their own are packed; `tile` is (width, height)."""
    height, width, count = samples.shape
    kind = {"u": 1, "i": 2, "f": 3}[samples.dtype.kind]
    bits = bits or samples.itemsize * 8
    planes = [samples[..., [index]] for index in range(count)] if planar else [samples]
    blocks = [_packed(block, bits, order, predictor) for plane in planes for block in _cut(plane, tile, rows)]
    if deflated:
        blocks = [zlib.compress(block) for block in blocks]
    offsets = [8 + sum(map(len, blocks[:index])) for index in range(len(blocks))]
    entries = {
        256: ("I", [width]),
        257: ("I", [height]),
        258: ("H", [bits] * count),
        262: ("H", [photometric]),
    }
    entries |= {259: ("H", [8 if deflated else 1]), 277: ("H", [count]), 284: ("H", [2 if planar else 1])}
    entries |= {317: ("H", [predictor]), 339: ("H", [kind] * count)}
    if tile:
        entries |= {322: ("I", [tile[0]]), 323: ("I", [tile[1]]), 324: ("I", offsets)}
        entries |= {325: ("I", [len(block) for block in blocks])}
    else:
        entries |= {278: ("I", [rows or height]), 273: ("I", offsets)}
        entries |= {279: ("I", [len(block) for block in blocks])}
    return _file(b"".join(blocks), entries | dict(tags or {}), order)


def _cut(plane: Array, tile: tuple[int, int] | None, rows: int | None) -> list[Array]:
    height, width, _ = plane.shape
    if tile is None:
        step = rows or height
        return [plane[top : top + step] for top in range(0, height, step)]
    across, down = tile
    padded = np.pad(plane, ((0, -height % down), (0, -width % across), (0, 0)), mode="edge")
    return [
        padded[top : top + down, left : left + across]
        for top in range(0, height, down)
        for left in range(0, width, across)
    ]


def _packed(block: Array, bits: int, order: str, predictor: int) -> bytes:
    if bits % 8:
        wide = np.ascontiguousarray(block.astype(">u2")).view(np.uint8).reshape(len(block), -1, 2)
        return np.packbits(
            np.unpackbits(wide, axis=-1)[..., 16 - bits :].reshape(len(block), -1), axis=1
        ).tobytes()
    if predictor == 1:
        return block.astype(f"{order}{block.dtype.kind}{block.itemsize}").tobytes()
    if predictor == 2:
        whole = block.view(f"u{block.itemsize}")
        whole = np.concatenate([whole[:, :1], np.diff(whole, axis=1)], axis=1)
        return whole.astype(f"{order}u{block.itemsize}").tobytes()
    planes = np.ascontiguousarray(block.astype(f">f{block.itemsize}")).view(np.uint8)
    planes = (
        planes.reshape(len(block), -1, block.itemsize).swapaxes(1, 2).reshape(len(block), -1, block.shape[2])
    )
    return np.concatenate([planes[:, :1], np.diff(planes, axis=1)], axis=1).astype(np.uint8).tobytes()


def _file(pixels: bytes, entries: dict[int, tuple[str, Sequence[int]]], order: str) -> bytes:
    directory, values = struct.pack(f"{order}H", len(entries)), b""
    at = 8 + len(pixels) + 2 + 12 * len(entries) + 4
    for tag, (kind, numbers) in sorted(entries.items()):
        is_fraction = kind == "fraction"  # two integers, above and below the line
        packed = struct.pack(f"{order}{len(numbers)}{'I' if is_fraction else kind}", *numbers).ljust(4, b"\0")
        where = packed if len(packed) == 4 else struct.pack(f"{order}I", at + len(values))
        values += packed if len(packed) > 4 else b""
        directory += struct.pack(f"{order}HHI", tag, _CODES[kind], len(numbers) // (1 + is_fraction)) + where
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(pixels))
    return head + pixels + directory + bytes(4) + values
