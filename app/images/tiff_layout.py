"""How the samples of a TIFF are stored, who reads them right, and what to call a flavour that nobody does."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import ErrorCode, PictureError
from app.images import tiff_tags

_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_SAMPLES, _PLANES, _PREDICTOR, _INK_SET, _EXTRA_SAMPLES, _SAMPLE_FORMAT = 277, 284, 317, 332, 338, 339
_SUBSAMPLING = 530

UNCOMPRESSED = 1
_FAX_OR_JPEG = (2, 3, 4, 6, 7)
# Uncompressed, LZW, Deflate, PackBits, Deflate by its old number, LZMA, Zstandard.
_LOSSLESS = (UNCOMPRESSED, 5, 8, 32773, 32946, 34925, 50000)
_COMPRESSIONS = {
    **{32809: "ThunderScan", 32909: "PixarLog", 34661: "JBIG", 34676: "SGILog", 34677: "SGILog"},
    **{33003: "JPEG 2000", 33004: "JPEG 2000", 33005: "JPEG 2000", 34712: "JPEG 2000", 34887: "LERC"},
    **{34892: "lossy JPEG", 34933: "PNG", 34934: "JPEG XR", 22610: "JPEG XR", 50001: "WebP"},
    **{50002: "JPEG XL", 52546: "JPEG XL"},
}

MIN_IS_WHITE, MIN_IS_BLACK, RGB, PALETTE, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
_MODES = {
    **{MIN_IS_WHITE: "L", MIN_IS_BLACK: "L", RGB: "RGB", PALETTE: "P", CMYK: "CMYK", YCBCR: "YCbCr"},
    **{CIELAB: "LAB", ICCLAB: "LAB"},
}
_NAMES = {"L": "grey", "P": "palette"}
_COLOURS = {"L": 1, "P": 1, "RGB": 3, "CMYK": 4, "YCbCr": 3, "LAB": 3}
UNSIGNED, SIGNED, FLOAT, VOID = 1, 2, 3, 4
_KINDS = {UNSIGNED: "", SIGNED: " signed", FLOAT: " float", VOID: ""}
_ASSOCIATED, _UNASSOCIATED, _COREL_ALPHA = 1, 2, 999
_MOST_SAMPLES = 64


@dataclass(frozen=True, slots=True)
class Layout:
    """What the tags of a TIFF's first page say of its samples: numbers as TIFF 6.0 has them."""

    size: tuple[int, int]
    bits: int
    kind: int
    samples: int
    photometric: int
    compression: int
    is_planar: bool
    predictor: int
    fill_order: int
    extra: tuple[int, ...]
    subsampling: tuple[int, ...]
    order: str

    @classmethod
    def of(cls, data: bytes, tags: tiff_tags.Tags) -> "Layout":
        """The layout that `tags` state; raises `unsupported_format` where samples differ from each other."""

        def values(tag: int, *default: int) -> Sequence[int]:
            return tags.get(tag) or default

        bits, kinds = values(_BITS, 1), values(_SAMPLE_FORMAT, UNSIGNED)
        samples = values(_SAMPLES, len(bits))[0]
        layout = cls(
            size=(values(_WIDTH, 0)[0], values(_LENGTH, 0)[0]),
            bits=bits[0],
            kind=kinds[0],
            samples=samples,
            photometric=values(_PHOTOMETRIC, MIN_IS_WHITE)[0],
            compression=values(_COMPRESSION, UNCOMPRESSED)[0],
            is_planar=values(_PLANES, 1)[0] == 2 and samples > 1,
            predictor=values(_PREDICTOR, 1)[0],
            fill_order=values(_FILL_ORDER, 1)[0],
            extra=tuple(values(_EXTRA_SAMPLES)),
            # TIFF 6.0, section 21: 2, 2 where nothing is said.
            subsampling=tuple(values(_SUBSAMPLING, 2, 2)),
            order=tiff_tags.byte_order(data),
        )
        is_lab = layout.mode == "LAB"  # its a* and b* are signed, its L* is not
        if len(set(bits)) > 1 or (len(set(kinds)) > 1 and not is_lab):
            raise PictureError(ErrorCode.UNSUPPORTED_FORMAT, format="TIFF (mixed samples)")
        if layout.mode == "CMYK" and values(_INK_SET, 1)[0] != 1:
            raise PictureError(ErrorCode.UNSUPPORTED_FORMAT, format="TIFF (other inks than CMYK)")
        return layout

    @property
    def mode(self) -> str:
        """The mode of Pillow that has its colours, "" for a colour space that Pillow has not."""
        return _MODES.get(self.photometric, "")

    @property
    def colours(self) -> int:
        """How many samples of a pixel are colours; the others are extra."""
        return _COLOURS.get(self.mode, self.samples)

    @property
    def is_pillows(self) -> bool:
        """Whether Pillow reads it right: up to 8 bits, unsigned, interleaved, nothing extra but alpha."""
        if self.bits > 8 or self.kind not in (UNSIGNED, VOID):
            return False
        if self.compression in _FAX_OR_JPEG:
            return True
        if self.compression not in _LOSSLESS or self.is_planar or self.photometric == ICCLAB:
            return False
        if self.mode == "YCbCr":
            return self.compression != UNCOMPRESSED or self.subsampling == (1, 1)
        if self.mode == "P":
            return True
        if self.bits < 8:
            return self.mode == "L" and self.samples == 1
        alpha = self.photometric in (MIN_IS_BLACK, RGB) and self.extra in (
            (0,),
            (_ASSOCIATED,),
            (_UNASSOCIATED,),
        )
        return bool(self.mode) and self.samples == self.colours + alpha

    @property
    def is_ours(self) -> bool:
        """Whether `tiff_samples` reads it."""
        depths = (16, 32, 64) if self.kind == FLOAT else (*range(8, 17), 32, 64)
        predictors = {1} if self.bits % 8 else {1, 2, 3} if self.kind == FLOAT else {1, 2}
        return (
            self.mode in ("L", "RGB", "CMYK", "LAB")
            and self.colours <= self.samples <= _MOST_SAMPLES
            and self.compression in _LOSSLESS
            and self.kind in _KINDS
            and self.bits in depths
            and self.predictor in predictors
        )

    @property
    def is_spread(self) -> bool:
        """Whether no white is agreed on, so that the samples' own range goes from black to white."""
        return self.mode != "LAB" and (self.bits > 16 or self.kind in (SIGNED, FLOAT))

    @property
    def alpha(self) -> int | None:
        """The index of the sample that is alpha, if any."""
        if self.mode not in ("L", "RGB"):
            return None
        said = [index for index, kind in enumerate(self.extra) if kind in (_ASSOCIATED, _UNASSOCIATED)]
        if said:
            return self.colours + said[0] if self.colours + said[0] < self.samples else None
        return self.colours if self.is_alpha_guessed else None

    @property
    def is_alpha_guessed(self) -> bool:
        """Whether a fourth sample is taken for alpha although the file does not say what it is."""
        return self.photometric == RGB and self.samples == 4 and self.extra in ((), (_COREL_ALPHA,))

    @property
    def is_premultiplied(self) -> bool:
        """Whether colours were multiplied by alpha."""
        alpha = self.alpha
        return alpha is not None and bool(self.extra) and self.extra[alpha - self.colours] == _ASSOCIATED

    @property
    def name(self) -> str:
        """What the flavour is called when it cannot be decoded, such as "TIFF (32-bit float RGB)"."""
        if self.compression not in (*_LOSSLESS, *_FAX_OR_JPEG):
            known = _COMPRESSIONS.get(self.compression, f"number {self.compression}")
            return f"TIFF (compression {known})"
        colour = _NAMES.get(self.mode, self.mode) or f"colour space {self.photometric}"
        extra = f" + {self.samples - self.colours}" if self.samples > self.colours else ""
        return f"TIFF ({self.bits}-bit{_KINDS.get(self.kind, ' complex')} {colour}{extra})"
