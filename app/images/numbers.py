"""Colour spaces that a file gives by numbers instead of a profile: made into a profile, so that they count.

The numbers are those of ITU-T H.273 (CICP): PNG's cICP, nclx of HEIC and AVIF. PNG's gAMA and cHRM, TIFF's
tags for white, primaries and curve, the header of newer bitmaps, and Adobe RGB as cameras say it in EXIF, end
the same way.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from app.images import iso, tiff_tags
from app.images.profile import MAX_PROFILE_BYTES
from app.images.tiff_layout import MIN_IS_BLACK, RGB

Curve = bytes

_D65, _D50 = (0.3127, 0.3290), (0.3457, 0.3585)
_BT709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_ADOBE_RGB, _ADOBE_GAMMA = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06), 563 / 256
# x and y of red, green and blue, then of white.
_PRIMARIES = {
    **dict.fromkeys((1, 2), (*_BT709, *_D65)),
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.310, 0.316),
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, *_D65),
    **dict.fromkeys((6, 7), (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *_D65)),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65),
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65),
    22: (0.630, 0.340, 0.295, 0.605, 0.155, 0.077, *_D65),
}
# What television writes is shown with a curve so near to that of sRGB that viewers take them for the same.
_LIKE_SRGB = (1, 2, 6, 11, 12, 13, 14, 15)
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}
PQ, HLG = 16, 18
_NO_PROFILE = b"unknown numbers"

_CURVE_POINTS = 4096
_WHITE_NITS = 203.0  # diffuse white of HDR, BT.2408
_HLG_PEAK_NITS, _HLG_SYSTEM_GAMMA = 1000.0, 1.2
_KNEE = 0.7  # of white: what is brighter is compressed
_PNG_FIRST_CHUNK, _PNG_CHUNK_FRAME = 8, 12
_USUAL_PNG_GAMMA, _NEAR = 0.45455, 0.01
_SIGNATURE_OF_ADOBE_RGB = b"R03"

_TIFF_PHOTOMETRIC, _TIFF_CURVE, _TIFF_WHITE, _TIFF_PRIMARIES, _TIFF_RANGE = 262, 301, 318, 319, 342
# In a bitmap: where its header has the kind of colour space, its numbers, and a profile's place and size.
_BMP_HEADER, _BMP_SPACE, _BMP_NUMBERS, _BMP_PROFILE = 14, 70, 74, 126
_BMP_V4, _BMP_V5 = 108, 124
# The latter two are the letters MBED and LINK.
_BMP_CALIBRATED, _BMP_EMBEDDED, _BMP_LINKED = 0, 0x4D424544, 0x4C494E4B
_LEAST_EXPONENT = 0.2  # of a bitmap's curve; others are no curves of screens or cameras

_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]], np.float64
)


def colour_profile(image: Image.Image, data: bytes, file: BinaryIO) -> tuple[bytes | None, bool]:
    """The profile that the numbers in a file mean, and whether it is of high dynamic range.

    None where there are no numbers, or a profile counts more. What the numbers mean may be unknown: then the
    profile is one that cannot be used. `image` is open; `data` is the beginning of `file`, or all of it.
    """
    embedded = image.info.get("icc_profile")
    numbers = _cicp(image, data, bool(embedded))
    if numbers is not None:
        return _by_cicp(*numbers), numbers[1] in (PQ, HLG)
    if embedded:
        return None, False
    if image.format == "PNG":
        return _by_png(image), False
    if image.format == "BMP":
        return _by_bitmap(data, file), False
    if image.format == "TIFF":
        return _by_tiff(image, data), False
    if _SIGNATURE_OF_ADOBE_RGB in image.info.get("exif", b"") and _is_adobe_rgb(image):
        return _profile((*_ADOBE_RGB, *_D65), _gamma(_ADOBE_GAMMA)), False
    return None, False


def _cicp(image: Image.Image, data: bytes, has_profile: bool) -> tuple[int, int] | None:
    if image.format == "PNG":
        return _png_cicp(data)
    if has_profile:
        return None
    if image.format == "AVIF":
        return iso.primary_picture(data).colour
    return image.info.get("nclx")


def _png_cicp(data: bytes) -> tuple[int, int] | None:
    at = _PNG_FIRST_CHUNK
    while at + _PNG_CHUNK_FRAME <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"cICP" and length >= 2:
            return data[at + 8], data[at + 9]
        # cICP stands before the pixels (PNG, third edition, 5.6).
        if kind in (b"IDAT", b"IEND"):
            return None
        at += _PNG_CHUNK_FRAME + length
    return None


def _by_png(image: Image.Image) -> bytes | None:
    gamma, chromaticity = image.info.get("gamma"), image.info.get("chromaticity")
    if "srgb" in image.info or not (gamma or chromaticity):
        return None
    # cHRM has white first.
    places = (*chromaticity[2:], *chromaticity[:2]) if chromaticity else (*_BT709, *_D65)
    if not gamma or abs(gamma - _USUAL_PNG_GAMMA) < _NEAR:
        return _profile(places, _srgb())
    return _profile(places, _gamma(1 / gamma))


def _by_tiff(image: Image.Image, data: bytes) -> bytes | None:
    """TIFF 6.0, section 20. A curve has a point for each level of a sample, for all channels or for each."""
    try:
        tags = tiff_tags.read_tags(data, all_of_them=False)
    except tiff_tags.CutShortError:
        return None  # whoever reads the pixels tells
    white, primaries, curve = (tags.get(tag, ()) for tag in (_TIFF_WHITE, _TIFF_PRIMARIES, _TIFF_CURVE))
    if not (white or primaries or curve) or image.mode in ("CMYK", "LAB"):
        return None
    try:
        places = *(_fractions(primaries) or _BT709), *(_fractions(white) or _D65)
        curves = _tables(curve, 3 if image.mode.startswith("RGB") else 1) if curve else (_srgb(),)
    except (ValueError, ArithmeticError):
        return _NO_PROFILE
    is_of_others = curve and tags.get(_TIFF_PHOTOMETRIC, (0,))[0] not in (MIN_IS_BLACK, RGB)
    if is_of_others or _TIFF_RANGE in tags or len(places) != len(_PRIMARIES[1]):
        return _NO_PROFILE
    return _profile(places, *curves)


def _fractions(pairs: Sequence[int]) -> tuple[float, ...]:
    return tuple(above / below for above, below in zip(pairs[::2], pairs[1::2], strict=True))


def _tables(points: Sequence[int], channels: int) -> tuple[Curve, ...]:
    """A tone curve for each channel, or one for all."""
    levels = np.asarray(points, np.uint16)
    count = channels if len(levels) % channels == 0 and _is_power_of_two(len(levels) // channels) else 1
    parts = [each[:: max(1, len(each) // _CURVE_POINTS)] for each in np.split(levels, count)]
    if any(not _is_power_of_two(len(part)) or part[0] >= part[-1] for part in parts):
        raise ValueError("no curve for whole samples")
    return tuple(
        b"curv" + bytes(4) + struct.pack(">I", len(part)) + part.astype(">u2").tobytes() for part in parts
    )


def _is_power_of_two(number: int) -> bool:
    return number > 1 and number & (number - 1) == 0


def _by_bitmap(data: bytes, file: BinaryIO) -> bytes | None:
    """The headers BITMAPV4HEADER and BITMAPV5HEADER; many programs leave the numbers in them 0."""
    if (
        len(data) < _BMP_HEADER + _BMP_V4
        or (size := struct.unpack_from("<I", data, _BMP_HEADER)[0]) < _BMP_V4
    ):
        return None
    (space,) = struct.unpack_from("<I", data, _BMP_SPACE)
    if space == _BMP_CALIBRATED:
        return _by_endpoints(struct.unpack_from("<9i3I", data, _BMP_NUMBERS))
    if space == _BMP_LINKED:
        return _NO_PROFILE  # a file elsewhere, which nobody named
    if space != _BMP_EMBEDDED or size < _BMP_V5 or len(data) < _BMP_HEADER + _BMP_V5:
        return None
    offset, length = struct.unpack_from("<2I", data, _BMP_PROFILE)
    file.seek(_BMP_HEADER + offset)
    return file.read(min(length, MAX_PROFILE_BYTES + 1)) or _NO_PROFILE


def _by_endpoints(numbers: tuple[int, ...]) -> bytes | None:
    """From XYZ of red, green and blue in 2.30 and three exponents in 16.16."""
    ends, exponents = np.reshape(numbers[:9], (3, 3)) / (1 << 30), [each / 65536 for each in numbers[9:]]
    if not ends.any() and not any(exponents):
        return None
    if any(each and not _LEAST_EXPONENT <= each <= 1 / _LEAST_EXPONENT for each in exponents):
        return _NO_PROFILE
    places = [*_BT709, *_D65]
    if ends.any():
        sums = ends.sum(axis=1, keepdims=True)
        if (ends < 0).any() or not sums.all():
            return _NO_PROFILE
        places = (ends / sums)[:, :2].ravel().tolist()
        # Most write chromaticities, which say nothing of white; ends that are XYZ add up to it.
        white = ends.sum(axis=0)
        places += _D65 if np.allclose(sums, 1, atol=0.01) else (white / white.sum())[:2].tolist()
    # Some write the exponent of the curve, some that of its inverse.
    curves = [_gamma(each if each >= 1 else 1 / each) if each else _srgb() for each in exponents]
    return _profile(tuple(places), *curves)


def _is_adobe_rgb(image: Image.Image) -> bool:
    try:
        index = image.getexif().get_ifd(ExifTags.IFD.Interop).get(1)
    except Exception:  # as in `geometry.orientation`: damaged EXIF raises nearly anything, and is left alone
        return False
    return str(index).startswith("R03")


def _by_cicp(primaries: int, transfer: int) -> bytes | None:
    if primaries in (1, 2) and transfer in _LIKE_SRGB:
        return None
    places = _PRIMARIES.get(primaries)
    if transfer in _LIKE_SRGB:
        curve = _srgb()
    elif transfer in _GAMMAS:
        curve = _gamma(_GAMMAS[transfer])
    elif transfer in (PQ, HLG):
        curve = _hdr(transfer)
    else:
        return _NO_PROFILE
    return _profile(places, curve) if places else _NO_PROFILE


def _gamma(exponent: float) -> Curve:
    # parametricCurveType of ICC.1: function 0 is a power alone, 3 has sRGB's straight part as well.
    return b"para" + bytes(4) + struct.pack(">HHi", 0, 0, _fixed(min(exponent, 100.0)))


def _srgb() -> Curve:
    numbers = map(_fixed, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    return b"para" + bytes(4) + struct.pack(">HH5i", 3, 0, *numbers)


@lru_cache(maxsize=2)
def _hdr(transfer: int) -> Curve:
    """Light for each level of PQ or HLG, of white, the highlights compressed."""
    levels = np.linspace(0, 1, _CURVE_POINTS)
    light = (_pq_nits(levels) if transfer == PQ else _hlg_nits(levels)) / _WHITE_NITS
    bright = _KNEE + (1 - _KNEE) * -np.expm1(-(light - _KNEE) / (1 - _KNEE))
    points = np.where(light < _KNEE, light, bright)
    return (
        b"curv" + bytes(4) + struct.pack(">I", len(points)) + (points * 65535).round().astype(">u2").tobytes()
    )


def _pq_nits(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """SMPTE ST 2084."""
    power = levels ** (1 / 78.84375)
    return 10000 * (np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (
        1 / 0.1593017578125
    )


def _hlg_nits(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """BT.2100, shown at 1000 nits; its system gamma for each channel by itself."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(levels <= 0.5, levels**2 / 3, (np.exp((levels - c) / a) + b) / 12)
    return _HLG_PEAK_NITS * scene**_HLG_SYSTEM_GAMMA


@lru_cache(maxsize=16)
def _profile(places: tuple[float, ...], *curves: Curve) -> bytes:
    """An ICC profile, version 4, of three primaries, a white and a curve for all or for each."""
    x, y = places[-2:]
    if not (0 < x < 1 and 0 < y < 1 and x + y <= 1):
        return _NO_PROFILE
    try:
        columns = _to_d50(places)
    except (np.linalg.LinAlgError, ZeroDivisionError):
        return _NO_PROFILE
    if not np.isfinite(columns).all() or np.abs(columns).max() > 100:
        return _NO_PROFILE
    white, (red, green, blue) = _xyz(_D50), (curves * 3)[:3]
    parts = {b"wtpt": _xyz_tag(white), b"rTRC": red, b"gTRC": green, b"bTRC": blue}
    parts |= {name: _xyz_tag(columns[:, index]) for index, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    at = 128 + 4 + 12 * len(parts)
    table, body = struct.pack(">I", len(parts)), b""
    for name, part in parts.items():
        table += struct.pack(">4sII", name, at + len(body), len(part))
        # Tags of a profile begin at multiples of four.
        body += part.ljust(-(-len(part) // 4) * 4, b"\0")
    header = struct.pack(">I4sI4s4s4s", at + len(body), bytes(4), 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", *map(_fixed, white))
    return header.ljust(128, b"\0") + table + body


def _to_d50(places: tuple[float, ...]) -> NDArray[np.float64]:
    """The XYZ of red, green and blue, in columns, as they are seen where white is D50."""
    red, green, blue, white = (_xyz((places[at], places[at + 1])) for at in range(0, 8, 2))
    colours = np.column_stack([red, green, blue])
    colours = colours * np.linalg.solve(colours, white)
    cones = (_BRADFORD @ _xyz(_D50)) / (_BRADFORD @ white)
    adapted: NDArray[np.float64] = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD @ colours
    return adapted


def _xyz(place: tuple[float, float]) -> NDArray[np.float64]:
    x, y = place
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _xyz_tag(xyz: NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *map(_fixed, xyz))


def _fixed(value: float) -> int:
    return round(value * 65536)
