"""The program on a real X server: what only a real window, mouse and keyboard show."""

import zipfile
from pathlib import Path

import pytest

from app.core import paths
from app.core.settings import Settings
from app.models.library import open_model
from app.store.records import Counts
from tests.ui.batch_path import BatchPath
from tests.ui.desktop import Desktop, wait_until

pytestmark = pytest.mark.hard

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
        wait_until(lambda: _copied(desktop, "家猫"), "the label of the pasted picture")
        desktop.key("ctrl+e")
        wait_until(lambda: _copied(desktop, '"engine": "eager"'), "eager's answer")
        desktop.key("alt+F4")
        assert program.wait(20) == 0
        assert desktop.output_of(program) == ""


def _copied(desktop: Desktop, expected: str) -> bool:
    desktop.key("ctrl+shift+c")
    return expected in desktop.clipboard()


def test_folder_is_dropped_paused_killed_continued_filtered_exported_sorted_and_put_back(
    home: Path, tmp_path: Path
) -> None:
    own_home, folder = tmp_path / "李 四", tmp_path / "photos"
    (own_home / "data").mkdir(parents=True)
    open_model(Settings().model)
    (own_home / "data" / "models").symlink_to(home / "data" / "models")
    folder.mkdir()
    for number in range(400):
        sample = ("panda", "cat", "coffee")[number % 3]
        (folder / f"{number:03} {sample}.jpg").write_bytes(
            paths.resource("samples", f"{sample}.jpg").read_bytes()
        )
    with Desktop(own_home) as desktop:
        user = BatchPath(desktop, own_home, save=lambda _moment: None)
        user.drop_pause_and_kill(folder)
        assert user.run().counts == Counts(total=400, done=400, uncertain=user.run().counts.uncertain)
        listed = user.choose_group(("动物", "哺乳动物", "熊与熊猫"))
        user.export(tmp_path / "bears.xlsx")
        rows = zipfile.ZipFile(tmp_path / "bears.xlsx").read("xl/worksheets/sheet1.xml").count(b"<row ")
        assert rows == listed + 1
        user.sort(tmp_path / "sorted")
        moved = list((tmp_path / "sorted").rglob("*.jpg"))
        assert len(moved) == listed
        assert len(list(folder.iterdir())) == 400 - listed
        user.undo()
        assert len(list(folder.iterdir())) == 400
        assert not (tmp_path / "sorted").exists()
