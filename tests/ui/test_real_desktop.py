"""The program on a real X server: what only a real window, mouse and keyboard show."""

from pathlib import Path

import pytest

from app import paths
from app.models import open_model
from app.settings import Settings
from tests.ui.desktop import Desktop, wait_until

PANDA = paths.resource("samples", "panda.jpg")
CAT = paths.resource("samples", "cat.jpg")


@pytest.fixture
def chinese_home(home: Path, tmp_path: Path) -> Path:
    """A home folder with Chinese characters and a space, with models that are built already."""
    folder = tmp_path / "张 三"
    folder.mkdir()
    open_model(Settings().model)
    (folder / "data").symlink_to(home / "data")
    return folder


def test_drag_from_another_program_paste_and_engine_switch(chinese_home: Path) -> None:
    with Desktop(chinese_home) as desktop:
        program = desktop.open_program()
        desktop.drag_from_other_program(PANDA)
        wait_until(lambda: _copied(desktop, "大熊猫"), "the label of the dragged picture")
        desktop.put_picture_on_clipboard(CAT)
        desktop.key("ctrl+v")
        wait_until(lambda: _copied(desktop, "猫科"), "the label of the pasted picture")
        desktop.key("ctrl+e")
        wait_until(lambda: _copied(desktop, '"engine": "eager"'), "eager's answer")
        desktop.key("alt+F4")
        assert program.wait(20) == 0
        assert desktop.output_of(program) == ""


def _copied(desktop: Desktop, expected: str) -> bool:
    desktop.key("ctrl+shift+c")
    return expected in desktop.clipboard()
