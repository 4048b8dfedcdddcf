"""A file becomes what an engine is fed, or is refused with its path."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from app.core.errors import ErrorCode, PictureError
from app.core.model_card import load_card
from app.recognition.prepare import load_picture

SPEC = load_card("efficientnet_lite2").input


def refusal(path: Path) -> ErrorCode:
    with pytest.raises(PictureError) as raised:
        load_picture(path, SPEC)
    assert raised.value.facts["path"] == path
    return raised.value.code


def test_picture_is_ready_for_any_engine(cat: Path) -> None:
    picture = load_picture(cat, SPEC)
    assert picture.batch.shape == (1, 260, 260, 3)
    assert picture.batch.dtype is torch.uint8
    assert picture.decode_ms > 0
    assert picture.preprocess_ms > 0


def test_square_around_a_long_cut_out_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.png"
    canvas = Image.new("RGBA", (400, 30_000), (0, 0, 0, 0))
    canvas.paste("red", (100, 500, 300, 29_500))
    canvas.save(path)
    made, full = list[int](), np.full

    def noted(shape: tuple[int, ...], *value: Any) -> NDArray[Any]:
        made.append(math.prod(shape[:2]))
        return full(shape, *value)

    monkeypatch.setattr(np, "full", noted)
    batch = load_picture(path, SPEC).batch
    assert max(made) <= 400 * 30_000
    assert int(batch[0, 130, 130, 1]) < 128 < int(batch[0, 130, 5, 1])  # red in the middle, white beside


def test_memory_that_cannot_be_had_for_framing_is_an_error_of_the_picture(
    cat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("app.recognition.prepare.crop_pixels", exhausted)
    assert refusal(cat) is ErrorCode.TOO_LARGE


def test_folder_has_no_pictures(tmp_path: Path) -> None:
    assert refusal(tmp_path) is ErrorCode.NO_PICTURES


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("not a picture")
    assert refusal(text) is ErrorCode.NOT_AN_IMAGE
    assert refusal(tmp_path / "missing.jpg") is ErrorCode.NOT_FOUND
    assert refusal(tmp_path / ("a" * 5000)) is ErrorCode.NOT_FOUND
