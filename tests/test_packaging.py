"""What is left out of the installers, and what must not be."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "packaging"))
from steps.cuts import CUTS

_QT = "PySide6/Qt/plugins"


@pytest.mark.parametrize(
    "needed",
    [
        f"{_QT}/imageformats/libqjpeg.so",  # the samples
        f"{_QT}/imageformats/libqsvg.so",  # the icons
        "PySide6/plugins/imageformats/qjpeg.dll",
        f"{_QT}/imageformats/libqjpeg.dylib",
        f"{_QT}/platforms/libqxcb.so",
        "PySide6/plugins/platforms/qwindows.dll",
        f"{_QT}/platforms/libqcocoa.dylib",
    ],
)
def test_what_the_window_draws_with_is_in_the_installers(needed: str) -> None:
    assert [cut.why for cut in CUTS if cut.covers(needed)] == []
