"""A model of any form, and pictures of the colours that it knows."""

from pathlib import Path

import pytest
from PIL import Image

from tests.any_model.models import MODELS
from tests.cli.conftest import wanwu_here

__all__ = ["file", "pictures", "wanwu_here"]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with a picture that is green at the left and black at the right, and others."""
    folder = tmp_path / "图片"
    folder.mkdir()
    for name, left, right in (
        ("green.png", "lime", "black"),
        ("blue.png", "black", "blue"),
        ("both.png", "red", "blue"),
    ):
        picture = Image.new("RGB", (400, 200), left)
        picture.paste(right, (200, 0, 400, 200))
        picture.save(folder / name)
    return folder


@pytest.fixture(params=MODELS)
def file(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Path:
    """One of the models."""
    assert home
    return MODELS[request.param].save(tmp_path / "模型.pt")
