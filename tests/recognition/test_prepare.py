"""A file becomes what an engine is fed, or is refused with its path."""

from pathlib import Path
from typing import Any

import pytest
import torch
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
    assert picture.batch.shape == (1, 3, 260, 260)
    assert picture.batch.dtype is torch.float32
    assert float(picture.batch.abs().max()) <= 1 + 1e-6
    assert picture.decode_ms > 0
    assert picture.preprocess_ms > 0


def test_square_around_a_long_cut_out_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.png"
    canvas = Image.new("RGBA", (400, 30_000), (0, 0, 0, 0))
    canvas.paste("red", (100, 500, 300, 29_500))
    canvas.save(path)
    made, new = list[tuple[int, int]](), Image.new

    def noted(mode: str, size: tuple[int, int], *colour: Any) -> Image.Image:
        made.append(size)
        return new(mode, size, *colour)

    monkeypatch.setattr(Image, "new", noted)
    batch = load_picture(path, SPEC).batch
    assert max(width * height for width, height in made) <= 400 * 30_000
    assert float(batch[0, 1, 130, 130]) < 0 < float(batch[0, 1, 130, 5])  # red in the middle, white beside


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
