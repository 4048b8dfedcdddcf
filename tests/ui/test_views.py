"""Large views: the picture that is looked at comes soon, whatever was looked at before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.ui.pictures.views import Views
from tests.ui.slow_loader import SlowLoader

_TIMEOUT_MS = 20_000


@pytest.fixture
def views() -> Iterator[Views]:
    made = Views(SlowLoader)
    yield made
    made.shut_down()


def test_of_many_quick_selections_only_the_last_is_shown(views: Views, qtbot: QtBot) -> None:
    widths: list[int] = []
    for number in range(1, 13):
        views.load(Path(str(number)), lambda image: widths.append(image.width() if image else 0))
    qtbot.waitUntil(lambda: bool(widths), timeout=_TIMEOUT_MS)
    assert widths == [12]


def test_a_picture_that_takes_for_ever_holds_up_no_other(views: Views, qtbot: QtBot) -> None:
    shown: list[str] = []
    views.load(Path("slow"), lambda _image: shown.append("slow"))
    qtbot.waitUntil(lambda: views._begun is not None, timeout=_TIMEOUT_MS)
    views.load(Path("7"), lambda image: shown.append(f"{image.width()}" if image else "nothing"))
    qtbot.waitUntil(lambda: bool(shown), timeout=_TIMEOUT_MS)
    assert shown == ["7"]
