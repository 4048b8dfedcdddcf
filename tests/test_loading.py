"""A file becomes what an engine is fed, or is refused with its path."""

from pathlib import Path

import pytest
import torch

from app.cards import load_card
from app.errors import ErrorCode, PictureError
from app.loading import load_picture

SPEC = load_card("efficientnet_lite2").input


def refusal(path: Path) -> ErrorCode:
    with pytest.raises(PictureError) as raised:
        load_picture(path, SPEC)
    assert raised.value.facts["path"] == path
    return raised.value.code


def test_picture_is_ready_for_any_engine(cat: Path) -> None:
    picture = load_picture(cat, SPEC)
    assert picture.batch.shape == (1, 3, 260, 260)
    assert picture.batch.dtype is torch.float32
    assert float(picture.batch.abs().max()) <= 1 + 1e-6
    assert picture.decode_ms > 0
    assert picture.preprocess_ms > 0


def test_folder_has_no_pictures(tmp_path: Path) -> None:
    assert refusal(tmp_path) is ErrorCode.NO_PICTURES


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("not a picture")
    assert refusal(text) is ErrorCode.NOT_AN_IMAGE
    assert refusal(tmp_path / "missing.jpg") is ErrorCode.NOT_FOUND
    assert refusal(tmp_path / ("a" * 5000)) is ErrorCode.NOT_FOUND
