"""A file that is cut short is an error and never a picture of a part."""

from pathlib import Path

import pytest

from app.core.errors import ErrorCode, PictureError
from app.images import decode
from tests.images.pictures import encoded, every_format, photo

# Room that a file may have after its last pixel: an end mark, or padding. JPEG needs its end mark.
END_BYTES = 12

# pytest makes errors of the warnings that the program has switched off (app/images/opening.py).
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def _pixels_or_code(path: Path) -> bytes | ErrorCode:
    try:
        return decode(path).rgb.tobytes()
    except PictureError as error:
        return error.code


@pytest.mark.parametrize("variant", every_format())
def test_cut_file_is_never_shown(variant: str, tmp_path: Path) -> None:
    data = every_format(photo(64, 48))[variant]
    path = tmp_path / "picture"
    for size in range(40, len(data) - END_BYTES, max(len(data) // 40, 1)):
        path.write_bytes(data[:size])
        with pytest.raises(PictureError) as raised:
            decode(path)
        assert raised.value.code is ErrorCode.TRUNCATED, size


@pytest.mark.parametrize("variant", every_format())
def test_file_without_its_end_mark_shows_all_pixels_or_nothing(variant: str, tmp_path: Path) -> None:
    data = every_format()[variant]
    path = tmp_path / "picture"
    path.write_bytes(data)
    whole = decode(path)
    for lost in range(1, END_BYTES + 1):
        path.write_bytes(data[:-lost])
        assert _pixels_or_code(path) in (whole.rgb.tobytes(), ErrorCode.TRUNCATED)


def test_download_that_stopped_half_way_and_was_padded_is_truncated(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    data = encoded(photo(), "JPEG")
    path.write_bytes(data[: len(data) // 2].ljust(len(data), b"\0"))
    with pytest.raises(PictureError, match="truncated"):
        decode(path)
