"""Several hundred odd, damaged and hostile files, and what each may lead to.

    python -m tests.images.corpus FOLDER

writes them into the empty FOLDER, decodes each, prints what did not go as expected as JSON lines, and last
the number of files and how much memory the process took at its peak. It runs as a process of its own, so
that memory and what libraries print on stderr belong to decoding alone.
"""

import contextlib
import json
import os
import random
import socket
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from app.core.errors import PictureError
from app.images import decode
from tests.images.pictures import HEIC, encoded, every_format, exif, photo

OK = frozenset({"ok"})
CUT = frozenset({"truncated"})
BAD = frozenset({"truncated", "decode_failed"})
LARGE = frozenset({"too_large"})
OTHER = frozenset({"not_an_image"})
UNSUPPORTED = frozenset({"unsupported_format"})
ANYTHING = OK | BAD | LARGE | OTHER | UNSUPPORTED
MISSING = frozenset({"not_found"})
NO_FILE = frozenset({"not_a_file"})

CUT_SHARES = (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.99)
FLIPPED_FILES_PER_FORMAT = 8


class Case(NamedTuple):
    """One file: its name (bytes, as names need not be text), how to make it, and the outcomes allowed."""

    name: bytes
    make: bytes | Callable[[Path], None]
    allowed: frozenset[str]


def cases() -> Iterator[Case]:
    """All of them, in a fixed order, the same every time."""
    for family in (_damaged, _other_kinds, _png_bombs, _other_bombs, _tiffs, _metadata, _sizes, _names):
        for case in family():
            yield case._replace(
                name=case.name if family is _names else b"%s %s" % (family.__name__.encode(), case.name)
            )
    if hasattr(os, "mkfifo"):
        yield from _not_files()


def _damaged() -> Iterator[Case]:
    chance = random.Random(20260801)
    for name, data in every_format().items():
        for share in CUT_SHARES:
            size = int(len(data) * share)
            yield Case(f"{name} cut at {share}".encode(), data[:size], CUT)
        for size in (1, 4, 9, 14, 31):
            yield Case(f"{name} cut at {size} bytes".encode(), data[:size], CUT | OTHER)
        for lost in (1, 2, 8):
            yield Case(f"{name} without its last {lost} bytes".encode(), data[:-lost], CUT | OK)
        yield Case(f"{name} with a tail".encode(), data + b"\0tail" * 99, OK)
        yield Case(f"{name} with zeros for its last half".encode(), _zeroed(data), ANYTHING)
        for index in range(FLIPPED_FILES_PER_FORMAT):
            # Every other one only in the first bytes, where the headers are.
            yield Case(
                f"{name} flipped {index}".encode(),
                flipped(data, chance, 200 if index % 2 else None),
                ANYTHING,
            )


def _zeroed(data: bytes) -> bytes:
    return data[: len(data) // 2].ljust(len(data), b"\0")


def flipped(data: bytes, chance: random.Random, first: int | None = None) -> bytes:
    """`data` with one to twenty bytes changed, all among the `first`."""
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        damaged[chance.randrange(min(len(data), first or len(data)))] = chance.randrange(256)
    return bytes(damaged)


def _other_kinds() -> Iterator[Case]:
    kinds = {
        "empty": (b"", frozenset({"empty_file"})),
        "text": (b"a cat sat on a mat\n" * 99, OTHER),
        "text that begins like a bitmap": (b"BMW is a maker of cars\n" * 9, OTHER),
        "html": (b"<!DOCTYPE html><html><body>404</body></html>", OTHER),
        "zip": (b"PK\x03\x04" + bytes(200), OTHER),
        "program": (b"\x7fELF\x02\x01\x01" + bytes(200), OTHER),
        "film": (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(200), OTHER),
        "sound": (b"ID3\x04" + bytes(200), OTHER),
        "zeros": (bytes(5000), OTHER),
        "noise": (random.Random(1).randbytes(5000), OTHER),
        "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', UNSUPPORTED),
        "pdf": (b"%PDF-1.7\n" + bytes(200), UNSUPPORTED),
        "psd": (b"8BPS\0\1" + bytes(200), UNSUPPORTED),
        "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", UNSUPPORTED),
        "jpeg xl": (b"\xff\x0a" + bytes(200), UNSUPPORTED),
        "cr2": (b"II*\0\x10\0\0\0CR\2\0" + bytes(200), UNSUPPORTED),
        "cr3": (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(200), UNSUPPORTED),
        "dng": (_tiff({50706: (1, 4)}), UNSUPPORTED),
        "nef": (_tiff({254: (4, 1), 330: (4, 8)}), UNSUPPORTED),
        "ppm": (b"P6 2 2 255\n" + bytes(12), UNSUPPORTED),
        "heif with another codec": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1vvic" + bytes(200), UNSUPPORTED),
        "start of image only": (b"\xff\xd8\xff", CUT),
    }
    for name, (data, allowed) in kinds.items():
        yield Case(name.encode() + b".jpg", data, allowed)
    for name, data in every_format().items():
        yield Case(name.encode() + b" named otherwise.txt", data, OK)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(
    width: int, height: int, pixels: bytes, depth: int = 8, colour: int = 0, extra: bytes = b""
) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _blank(size: int) -> bytes:
    """`size` zero bytes, deflated, without taking the memory for them."""
    deflate = zlib.compressobj(9)
    parts = [deflate.compress(bytes(min(1 << 20, size - at))) for at in range(0, size, 1 << 20)]
    return b"".join(parts) + deflate.flush()


def _png_bombs() -> Iterator[Case]:
    tiny = zlib.compress(bytes(100))
    yield Case(b"65535 x 65535", _png(65535, 65535, tiny), LARGE)
    yield Case(b"2147483647 x 2147483647", _png(2**31 - 1, 2**31 - 1, tiny), LARGE)
    yield Case(b"4294967295 x 1", _png(2**32 - 1, 1, tiny), LARGE | BAD)
    yield Case(b"0 x 0", _png(0, 0, tiny), BAD)
    yield Case(b"900 megapixels in 110 kB", _png(30000, 30000, _blank(30000 * 3751), depth=1), LARGE)
    yield Case(b"100 megapixels in 100 kB", _png(10000, 10000, _blank(10000 * 10001)), OK)
    yield Case(b"200 megapixels announced, none there", _png(20000, 10000, tiny), BAD)
    yield Case(b"pixels without end", _png(8, 8, _blank(50_000_000)), OK)
    for name, extra in {
        b"iCCP": _chunk(b"iCCP", b"icc\0\0" + _blank(200_000_000)),
        b"zTXt": _chunk(b"zTXt", b"key\0\0" + _blank(200_000_000)),
        b"iTXt": _chunk(b"iTXt", b"key\0\1\0\0\0" + _blank(200_000_000)),
        b"200 zTXt": b"".join([_chunk(b"zTXt", b"key\0\0" + _blank(900_000))] * 200),
    }.items():
        yield Case(name + b" bomb", _png(8, 8, zlib.compress(bytes(72)), extra=extra), BAD | LARGE)
    yield Case(
        b"eXIf of noise", _png(8, 8, zlib.compress(bytes(72)), extra=_chunk(b"eXIf", bytes(range(256)))), OK
    )
    yield Case(b"chunk of 4 GB", _png(8, 8, tiny)[:33] + b"\xff\xff\xff\xffIDAT" + tiny[:6], BAD)
    yield Case(
        b"APNG of 4294967295 frames",
        _png(8, 8, zlib.compress(bytes(72)), extra=_chunk(b"acTL", b"\xff" * 8)),
        ANYTHING,
    )


def _with_jpeg_size(data: bytes, width: int, height: int) -> bytes:
    at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def _other_bombs() -> Iterator[Case]:
    jpeg, progressive = encoded(photo(64, 48), "JPEG"), encoded(photo(64, 48), "JPEG", progressive=True)
    scan = progressive[progressive.rfind(b"\xff\xda") : -2]
    yield Case(b"jpeg 65500 x 65500", _with_jpeg_size(jpeg, 65500, 65500), LARGE)
    yield Case(b"jpeg 65500 x 4000 of one row", _with_jpeg_size(jpeg, 65500, 4000), ANYTHING)
    yield Case(b"jpeg 500 scans", progressive[:-2] + scan * 500 + b"\xff\xd9", LARGE)
    yield Case(b"jpeg progressive 16000 x 16000", _with_jpeg_size(progressive, 16000, 16000), ANYTHING)
    frame = b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    yield Case(b"gif screen", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + frame, LARGE)
    far = b"," + struct.pack("<HHHHB", 65535, 65535, 65535, 65535, 0) + b"\2\2D\1\0;"
    yield Case(b"gif frame off the screen", b"GIF89a\1\0\1\0\0\0\0" + far, LARGE)
    disposed = b"!\xf9\4\x08\0\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\2\2D\1\0;"
    yield Case(b"gif frame to dispose", b"GIF89a\1\0\1\0\0\0\0" + disposed, LARGE)
    for width, height in ((60000, 60000), (2**31 - 1, 2**31 - 1), (0, 0), (2**32 - 1, 1)):
        header = struct.pack("<IIIHHIIIIII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
        bitmap = b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header
        yield Case(f"bmp {width} x {height}".encode(), bitmap, LARGE | BAD)
    header = struct.pack("<IIIHHIIIIII", 40, 16000, 16000, 1, 8, 1, 0, 0, 0, 2, 0)
    yield Case(
        b"bmp run-length 256 megapixels",
        b"BM" + struct.pack("<IHHI", 70, 0, 0, 62) + header + bytes(8) + b"\xff\1\0\1",
        BAD,
    )
    vp8x = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\xff\xff" * 2
    yield Case(
        b"webp canvas 16777216 x 16777216",
        b"RIFF" + struct.pack("<I", 4 + len(vp8x)) + b"WEBP" + vp8x,
        LARGE | BAD,
    )
    webp = bytearray(encoded(photo(64, 48), "WEBP"))
    webp[26:30] = struct.pack("<HH", 16383, 16383)
    yield Case(b"webp 16383 x 16383", bytes(webp), LARGE)
    for name, data in (
        ("heic", (HEIC / "orientation_1.heic").read_bytes()),
        ("avif", encoded(photo(64, 48), "AVIF")),
    ):
        at = data.find(b"ispe") + 8
        for side in (0, 5000, 16000, 60000, 2**32 - 1):
            yield Case(
                f"{name} claims {side}".encode(),
                data[:at] + struct.pack(">II", side, side) + data[at + 8 :],
                ANYTHING,
            )
    heic = (HEIC / "orientation_6.heic").read_bytes()
    yield Case(b"heic with metadata of a kind that is no text", heic.replace(b"Exif\0", b"Exi\xff\0", 1), OK)
    jp2 = encoded(photo(64, 48), "JPEG2000")
    at = jp2.find(b"ihdr") + 4
    for side in (0, 16000, 60000, 2**32 - 1):
        yield Case(
            f"jp2 header claims {side}".encode(),
            jp2[:at] + struct.pack(">II", side, side) + jp2[at + 8 :],
            LARGE | BAD,
        )
    at = jp2.find(b"\xff\x51") + 6
    yield Case(
        b"jp2 stream claims 60000", jp2[:at] + struct.pack(">II", 60000, 60000) + jp2[at + 8 :], LARGE | BAD
    )
    inner = _png(65535, 65535, b"")
    entry = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(inner), 22)
    yield Case(b"ico with a png bomb", b"\0\0\1\0\1\0" + entry + inner, LARGE)
    inner = struct.pack("<IiiHHIIiiII", 40, 40000, 80000, 1, 32, 0, 0, 0, 0, 0, 0)
    entry = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(inner), 22)
    yield Case(b"ico with a bitmap bomb", b"\0\0\1\0\1\0" + entry + inner, LARGE)
    yield Case(b"ico of 999 icons", b"\0\0\1\0\xe7\3" + bytes(16 * 999), BAD)


def _tiff(tags: dict[int, tuple[int, int]], next_directory: int = 0, pixels: bytes = bytes(64)) -> bytes:
    """A grey 8 × 8 TIFF of one strip; `tags` adds or replaces tag: (type 1, 3 or 4, value)."""
    entries = {256: (4, 8), 257: (4, 8), 258: (3, 8), 259: (3, 1), 262: (3, 1), 273: (4, 8), 277: (3, 1)}
    entries |= {278: (4, 8), 279: (4, len(pixels))} | tags
    packed = b"".join(
        struct.pack("<HHI", tag, kind, 1) + struct.pack({1: "<Bxxx", 3: "<Hxx", 4: "<I"}[kind], value)
        for tag, (kind, value) in sorted(entries.items())
    )
    directory = struct.pack("<H", len(entries)) + packed + struct.pack("<I", next_directory)
    return b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + directory


def _tiffs() -> Iterator[Case]:
    long, short = 4, 3
    blank = _blank(200_000_000)
    yield Case(b"plain", _tiff({}), OK)
    yield Case(b"directory that is its own next", _tiff({}, next_directory=72), OK)
    yield Case(b"next directory beyond the end", _tiff({}, next_directory=2**31), ANYTHING)
    yield Case(b"first directory beyond the end", b"II*\0\xff\xff\xff\x7f" + bytes(20), CUT)
    yield Case(b"first directory in the header", b"II*\0\0\0\0\0" + bytes(20), BAD)
    yield Case(b"directory of 65535 tags", b"II*\0\x08\0\0\0\xff\xff" + bytes(99), CUT)
    yield Case(b"65535 x 65535", _tiff({256: (long, 65535), 257: (long, 65535)}), LARGE)
    yield Case(b"4294967295 x 4294967295", _tiff({256: (long, 2**32 - 1), 257: (long, 2**32 - 1)}), LARGE)
    yield Case(b"0 x 0", _tiff({256: (long, 0), 257: (long, 0)}), BAD)
    yield Case(b"strip beyond the end", _tiff({273: (long, 2**31)}), CUT)
    yield Case(b"strip of 4 GB", _tiff({279: (long, 2**32 - 1)}), ANYTHING)
    yield Case(b"lzw strip of 4 GB", _tiff({279: (long, 2**32 - 1), 259: (short, 5)}), BAD)
    yield Case(b"lzw strip of 4294967295 rows", _tiff({278: (long, 2**32 - 1), 259: (short, 5)}), BAD)
    tiles = {
        322: (long, 2**31 - 16),
        323: (long, 2**31 - 16),
        324: (long, 8),
        325: (long, 64),
        259: (short, 5),
    }
    yield Case(b"tiles of 2147483632", _tiff(tiles), LARGE)
    yield Case(b"30000 samples a pixel", _tiff({277: (short, 30000)}), UNSUPPORTED)
    yield Case(b"unknown compression", _tiff({259: (short, 9999)}), UNSUPPORTED)
    yield Case(
        b"floats of one strip of 4 GB",
        _tiff({258: (short, 64), 339: (short, 3), 279: (long, 2**32 - 1)}),
        BAD,
    )
    wide = {322: (long, 16000), 323: (long, 16000), 324: (long, 8), 325: (long, len(blank))}
    deep = {258: (short, 64), 339: (short, 3), 259: (short, 8)}
    yield Case(b"tile of 2 GB in 200 kB", _tiff(deep | wide, pixels=blank), LARGE)
    large = {256: (long, 16000), 257: (long, 16000), 278: (long, 16000)}
    yield Case(b"floats 16000 x 16000", _tiff({258: (short, 64), 339: (short, 3)} | large), LARGE)
    yield Case(
        b"deflated 32 bits without end", _tiff({259: (short, 8), 258: (short, 32)}, pixels=blank), OK | BAD
    )
    deflated = _tiff(
        {256: (long, 14000), 257: (long, 14000), 278: (long, 14000), 259: (short, 8)}, pixels=blank
    )
    yield Case(b"196 megapixels in 200 kB", deflated, OK)
    yield Case(b"deflate without end", _tiff({259: (short, 8)}, pixels=blank), OK | BAD)
    yield Case(b"orientation 99", _tiff({274: (short, 99)}), OK)


def _metadata() -> Iterator[Case]:
    picture = photo(64, 48)
    circle = b"Exif\0\0II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    for name, block in {
        "noise": b"Exif\0\0" + random.Random(2).randbytes(500),
        "empty": b"Exif\0\0",
        "circle": circle,
        "half": exif(6)[:20],
        "huge counts": b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\xff\xff\xff\xff\0\6\0\0",
    }.items():
        for picture_format in ("JPEG", "PNG", "WEBP"):
            data = encoded(picture, picture_format, exif=block)
            yield Case(f"exif {name} in {picture_format}".encode(), data, OK)
    for name, profile in {
        "noise": random.Random(3).randbytes(600),
        "zeros": bytes(600),
        "short": b"icc",
    }.items():
        for picture_format in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
            data = encoded(picture, picture_format, icc_profile=profile)
            yield Case(f"icc {name} in {picture_format}".encode(), data, OK)


def _sizes() -> Iterator[Case]:
    for name, data in every_format(photo(1, 1)).items():
        yield Case(f"1 x 1 {name}".encode(), data, OK)
    for size in ((65535, 1), (1, 65535), (65500, 1), (1, 65500), (3, 20000)):
        for picture_format in ("PNG", "BMP", "GIF", "TIFF") + (("JPEG",) if max(size) <= 65500 else ()):
            yield Case(f"{size} {picture_format}".encode(), encoded(photo(*size), picture_format), OK)


def _names() -> Iterator[Case]:
    data = encoded(photo(16, 16), "PNG")
    for name in (
        "line\nfeed.png",
        "制表\t符.png",
        "一只猫.png",
        "😀👩‍👩‍👧.png",
        " space .png",
        "-rf.png",
        "$(rm).png",
        "no suffix",
    ):
        yield Case(name.encode(), data, OK)
    yield Case("猫".encode() * 83 + b"12.png", data, OK)
    if sys.platform == "linux":
        yield Case(b"latin1 \xe9\xff.png", data, OK)


def _not_files() -> Iterator[Case]:
    yield Case(b"pipe.jpg", os.mkfifo, NO_FILE)
    yield Case(b"socket.jpg", _make_socket, NO_FILE)
    yield Case(b"folder.jpg", os.mkdir, NO_FILE)
    yield Case(b"dangling.jpg", lambda path: path.symlink_to("nowhere"), MISSING)
    yield Case(b"circle.jpg", lambda path: path.symlink_to(path.name), MISSING)
    yield Case(b"to a folder.jpg", lambda path: path.symlink_to("."), NO_FILE)
    yield Case(b"device.jpg", lambda path: path.symlink_to("/dev/null"), NO_FILE)
    yield Case(b"endless.jpg", lambda path: path.symlink_to("/dev/zero"), NO_FILE)


def _make_socket(path: Path) -> None:
    # The address of a socket has room for 100 bytes only: a name, not a path.
    with contextlib.chdir(path.parent), socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


def write(folder: Path) -> dict[Path, frozenset[str]]:
    """Write every case into `folder`; returns path: allowed outcomes."""
    written = {}
    for case in cases():
        path = folder / os.fsdecode(case.name)
        if isinstance(case.make, bytes):
            path.write_bytes(case.make)
        else:
            case.make(path)
        written[path] = case.allowed
    written[folder / ("x" * 300 + ".jpg")] = MISSING
    written[folder / "nothing here.jpg"] = MISSING
    written[folder / "nul\0.jpg"] = MISSING
    return written


def outcome(path: Path) -> str:
    """`ok`, a code, or what went wrong with the promise of `decode`."""
    try:
        picture = decode(path, min_side=256)
    except PictureError as error:
        return str(error.code) if error.facts["path"] == path else f"{error.code} without its path"
    except Exception as error:
        return f"raised {error!r}"
    right = picture.rgb.ndim == 3 and picture.rgb.shape[2] == 3 and picture.rgb.flags.c_contiguous
    return "ok" if right else f"wrong array {picture.rgb.shape}"


def _memory(field: str) -> int:
    """Bytes of this process's memory: VmRSS now, VmHWM at its peak; 0 where /proc does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    return 0


def main(folder: Path) -> None:
    paths = write(folder)
    before = _memory("VmRSS")
    for path, allowed in paths.items():
        start = time.monotonic()
        found = outcome(path)
        seconds = time.monotonic() - start
        if found not in allowed or seconds > 10:
            print(
                json.dumps(
                    {"file": ascii(path.name), "found": found, "allowed": sorted(allowed), "seconds": seconds}
                )
            )
    print(json.dumps({"files": len(paths), "grown": _memory("VmHWM") - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
