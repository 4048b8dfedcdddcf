"""What a reader of a result should know about its picture, short of an error."""

from enum import StrEnum


class PictureWarning(StrEnum):
    """The closed list; each is a key of `resources/i18n`, section `warning`."""

    DAMAGED = "damaged"
    END_MISSING = "end_missing"
    FIRST_FRAME_ONLY = "first_frame_only"
    FIRST_PAGE_ONLY = "first_page_only"
    ICC_IGNORED = "icc_ignored"
    HDR_COMPRESSED = "hdr_compressed"
    DEPTH_REDUCED = "depth_reduced"
    TRANSPARENCY_ON_WHITE = "transparency_on_white"
    FULLY_TRANSPARENT = "fully_transparent"
