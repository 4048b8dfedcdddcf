"""Which format a file has, told from its first bytes and never from its name."""

from enum import StrEnum

from app.core.errors import ErrorCode, PictureError

HEAD_BYTES = 4096

PICTURE_SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib"),
    *(".tif", ".tiff", ".avif", ".heic", ".heif", ".hif", ".ico"),
    *(".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"),
)
"""Lower-case suffixes for file dialogs and folder scans; `decode` itself does not look at them."""


class Format(StrEnum):
    """The formats that are decoded."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"
    AVIF = "AVIF"
    HEIF = "HEIF"
    ICO = "ICO"
    JPEG2000 = "JPEG2000"


# What a file is by its first bytes, the first that fits; formats that are not decoded have a name only.
_SIGNATURES: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("JPEG-LS", (b"\xff\xd8\xff\xf7",)),
    (Format.JPEG, (b"\xff\xd8\xff",)),
    (Format.PNG, (b"\x89PNG\r\n\x1a\n",)),
    (Format.GIF, (b"GIF87a", b"GIF89a")),
    (Format.TIFF, (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    (Format.JPEG2000, (b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")),
    ("RAW", (b"IIRO", b"IIRS", b"IIU\0", b"FUJIFILMCCD-RAW", b"FOVb", b"\0MRM")),
    ("JPEG XL", (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")),
    ("EPS", (b"%!PS", b"\xc5\xd0\xd3\xc6")),
    *(("PDF", (b"%PDF-",)), ("PSD", (b"8BPS",)), ("JPEG XR", (b"II\xbc",)), ("XCF", (b"gimp xcf",))),
    *(("OpenEXR", (b"v/1\1",)), ("HDR", (b"#?RADIANCE",)), ("ICNS", (b"icns",)), ("DDS", (b"DDS ",))),
    *(("QOI", (b"qoif",)), ("BPG", (b"BPG\xfb",)), ("FLIF", (b"FLIF",)), ("DjVu", (b"AT&TFORM",))),
    *(("MNG", (b"\x8aMNG",)), ("XPM", (b"/* XPM */",)), ("FITS", (b"SIMPLE  =",))),
    ("WMF", (b"\xd7\xcd\xc6\x9a",)),
)
# The same, further in: offset, bytes.
_LATER_SIGNATURES = (("EMF", 40, b" EMF"), ("DICOM", 128, b"DICM"))

_AVIF_BRANDS = {b"avif", b"avis"}
_HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_OTHER_HEIF_BRANDS = {b"mif1", b"mif2", b"msf1", b"miaf", b"avci", b"vvic", b"j2ki", b"jpeg"}
_BMP_HEADER_SIZES = {12, 40, 52, 56, 64, 108, 124}
_RIFF_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X"}


def sniff(head: bytes) -> Format:
    """Name the format of a file that starts with `head`, its first `HEAD_BYTES` bytes or all of it.

    Raises PictureError: `unsupported_format` (fact `format`) for a known picture format that is not
    decoded, `not_an_image` for anything else.
    """
    name = _signature(head) or _iso_media(head) or _weak_signature(head)
    if name is None:
        raise PictureError(ErrorCode.NOT_AN_IMAGE)
    if not isinstance(name, Format):
        raise PictureError(ErrorCode.UNSUPPORTED_FORMAT, format=name)
    return name


def _signature(head: bytes) -> str | None:
    if head.startswith(b"II*\0") and head[8:10] == b"CR":
        return "RAW"  # Canon's CR2: as a TIFF it would show a thumbnail.
    name = next((name for name, magics in _SIGNATURES if head.startswith(magics)), None)
    return name or next((name for name, at, magic in _LATER_SIGNATURES if head.startswith(magic, at)), None)


def _iso_media(head: bytes) -> str | None:
    """AVIF, HEIC and Canon's raw files share one container with films; the brands tell them apart."""
    if head[4:8] != b"ftyp":
        return None
    size = int.from_bytes(head[:4], "big")
    # Between the first brand and the others is its version, at 12.
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))]
    if brands[0] == b"crx ":
        return "RAW"
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return Format.AVIF
        if brand in _HEVC_BRANDS:
            return Format.HEIF
    return "HEIF" if _OTHER_HEIF_BRANDS.intersection(brands[:1]) else None


def _weak_signature(head: bytes) -> str | None:
    """Formats whose first bytes also occur in other files, so that more than the magic is looked at."""
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return Format.BMP
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP" and head[12:16] in _RIFF_WEBP_CHUNKS:
        return Format.WEBP
    # Too few bytes to be sure: a plausible number of icons, and the first one's reserved byte, which is 0.
    icons = int.from_bytes(head[4:6], "little")
    if head.startswith((b"\0\0\1\0", b"\0\0\2\0")) and 0 < icons < 1000 and head[9:10] == b"\0":
        return Format.ICO if head[2] == 1 else "CUR"
    if head[:1] == b"P" and head[1:2] in b"1234567" and head[2:3].isspace() and head[3:4] in b"0123456789#W":
        return "PNM"
    if head[:1] == b"\n" and head[1:2] in b"\0\2\3\4\5" and head[2:3] == b"\1":
        return "PCX"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"<svg", b"<?xml", b"<!DOCTYPE svg", b"<!--")) and b"<svg" in text:
        return "SVG"
    return None
