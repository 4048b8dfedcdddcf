"""The window recognises with any model that it is given."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.results import Recognition
from app.ui.pictures.texts import subtitle
from tests.any_model.conftest import pictures
from tests.any_model.models import MODELS
from tests.ui.conftest import Drop, Open
from tests.ui.test_batch_page import content, dropped

__all__ = ["pictures"]


@pytest.mark.parametrize("name", ["54,092 classes", "240 by 320", "no groups, English names"])
def test_pictures_and_folders_are_recognised(
    open_with: Open, drop: Drop, qtbot: QtBot, pictures: Path, tmp_path: Path, name: str
) -> None:
    window = open_with(model=str(MODELS[name].save(tmp_path / "模型.pt")), engine="torchscript")
    (picture,) = drop(window, [pictures / "green.png"])
    answer = picture.recognition
    assert isinstance(answer, Recognition)
    assert answer.predictions[0].index == 1
    assert subtitle(answer) == ("" if "no groups" in name else "颜色 > left")
    dropped(qtbot, window, pictures)
    qtbot.waitUntil(lambda: len(content(window).items.ids()) == 3, timeout=20_000)
