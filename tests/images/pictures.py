"""Pictures to write to files: something like a photograph, and four quadrants that tell every orientation."""

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms

HEIC = Path(__file__).parent / "heic"

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (240, 240, 240)

# How a camera stores an upright scene that EXIF orientation N will turn upright again.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def photo(width: int = 320, height: int = 240) -> Image.Image:
    """Slopes of colour with noise: compresses like a photograph."""
    y, x = np.mgrid[0:height, 0:width]
    slopes = np.stack([x * 255 / width, y * 255 / height, (x + y) * 255 / (width + height)], axis=-1)
    noise = np.random.default_rng(0).normal(0, 8, (height, width, 3))
    return Image.fromarray((slopes + noise).clip(0, 255).astype(np.uint8))


def quadrants(width: int = 64, height: int = 48) -> Image.Image:
    """Red, green over blue, white."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def turned(orientation: int) -> Image.Image:
    """Quadrants as a camera stores them with that EXIF orientation."""
    stored = STORED[orientation]
    return quadrants() if stored is None else quadrants().transpose(stored)


def exif(orientation: int) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def encoded(image: Image.Image, picture_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, picture_format, **options)
    return file.getvalue()


def every_format(image: Image.Image | None = None) -> dict[str, bytes]:
    """The same picture in every format, and in the variants that other code decodes."""
    image = image or photo(96, 64)
    cut_out = image.convert("RGBA")
    cut_out.putalpha(image.getchannel(0))
    small = image.resize((48, 48))
    return {
        "jpeg": encoded(image, "JPEG"),
        "jpeg-progressive": encoded(image, "JPEG", progressive=True),
        "jpeg-cmyk": encoded(image.convert("CMYK"), "JPEG"),
        "png": encoded(image, "PNG"),
        "png-palette": encoded(image.quantize(64), "PNG"),
        "webp": encoded(image, "WEBP"),
        "webp-lossless": encoded(image, "WEBP", lossless=True),
        "webp-alpha": encoded(cut_out, "WEBP"),
        "gif": encoded(image, "GIF"),
        "bmp": encoded(image, "BMP"),
        "tiff": encoded(image, "TIFF"),
        "tiff-lzw": encoded(image, "TIFF", compression="tiff_lzw"),
        "tiff-deflate": encoded(image, "TIFF", compression="tiff_deflate"),
        "tiff-jpeg": encoded(image, "TIFF", compression="jpeg"),
        "tiff-fax": encoded(image.convert("1"), "TIFF", compression="group4"),
        "tiff-big": encoded(image, "TIFF", big_tiff=True),
        "avif": encoded(image, "AVIF"),
        "heic": (HEIC / "orientation_1.heic").read_bytes(),
        "ico-png": encoded(small, "ICO"),
        "ico-bmp": encoded(small, "ICO", bitmap_format="bmp"),
        "jp2": encoded(image, "JPEG2000"),
        "j2k": encoded(image, "JPEG2000", no_jp2=True),
    }


def quadrant_colours(rgb: np.ndarray[Any, np.dtype[np.uint8]]) -> list[tuple[int, ...]]:
    """The colours at the four corners, a quarter in: top left, top right, bottom left, bottom right."""
    height, width = rgb.shape[:2]
    places = [(y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [tuple(int(value) for value in rgb[place]) for place in places]


def linear_profile(name: str) -> bytes:
    """The primaries of sRGB with a straight curve, which GIMP calls "built-in Linear sRGB"."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    straight = struct.pack(">4sIHHi", b"para", 0, 0, 0, 1 << 16).ljust(32, b"\0")
    at = data.index(b"para")
    assert len(name) == len("sRGB")
    data = data[:at] + straight + data[at + len(straight) :]
    return data.replace("sRGB".encode("utf-16-be"), name.encode("utf-16-be"))
