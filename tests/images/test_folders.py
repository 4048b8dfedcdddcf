"""Files stay in the order they were named; a folder becomes the pictures in it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import CancelledError
from app.images.folders import expand


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.jpg", "a.PNG", "note.txt", ".hidden.jpg", "sub/c.webp", "sub/deep/d.heic", ".git/e.jpg"):
        file = tmp_path / "pictures" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path / "pictures"


def names(folder: Path, *, recursive: bool) -> list[str]:
    return [str(path.relative_to(folder)) for path in expand([folder], recursive=recursive)]


def test_pictures_of_a_folder_come_in_order_without_hidden_ones(folder: Path) -> None:
    assert names(folder, recursive=False) == ["a.PNG", "b.jpg"]


def test_sub_folders_when_asked(folder: Path) -> None:
    assert names(folder, recursive=True) == ["a.PNG", "b.jpg", "sub/c.webp", "sub/deep/d.heic"]


def test_named_files_stay_as_they_are(folder: Path) -> None:
    named = [folder / "note.txt", folder / "missing.jpg", folder / ".hidden.jpg", folder / "note.txt"]
    assert list(expand(named, recursive=False)) == named


def test_folder_among_files_takes_its_place(folder: Path) -> None:
    first, last = folder / "b.jpg", folder / "note.txt"
    assert list(expand([first, folder / "sub", last], recursive=False)) == [
        first, folder / "sub" / "c.webp", last,
    ]  # fmt: skip


def test_folder_without_pictures_stays_itself(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "nested" / "empty").mkdir(parents=True)
    for name in ("empty", "nested"):
        assert list(expand([tmp_path / name], recursive=True)) == [tmp_path / name]


def test_links_that_lead_round_in_a_circle_end(folder: Path) -> None:
    (folder / "sub" / "up").symlink_to(folder)
    (folder / "self.jpg").symlink_to("self.jpg")
    found = ["a.PNG", "b.jpg", "sub/c.webp", "sub/deep/d.heic"]
    assert names(folder, recursive=True) == found


def test_linked_folder_is_looked_through_once_whatever_it_is_called(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "e.jpg").touch()
    (folder / "link.jpg").symlink_to(tmp_path / "elsewhere")
    (folder / "sub" / "around").symlink_to(tmp_path / "elsewhere")
    found = ["a.PNG", "b.jpg", "link.jpg/e.jpg", "sub/c.webp", "sub/deep/d.heic"]
    assert names(folder, recursive=True) == found


def test_folders_of_systems_are_left_out_here_too(folder: Path) -> None:
    (folder / "@eaDir" / "b.jpg").mkdir(parents=True)
    (folder / "@eaDir" / "b.jpg" / "THUMB.jpg").touch()
    assert names(folder, recursive=True) == ["a.PNG", "b.jpg", "sub/c.webp", "sub/deep/d.heic"]


def test_looking_through_a_folder_without_pictures_can_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    def stop() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        list(expand([tmp_path], recursive=True, check=stop))


def test_named_link_to_a_folder_is_opened(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert list(expand([link], recursive=False)) == [link / "a.PNG", link / "b.jpg"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_name_that_is_no_utf8_is_found(tmp_path: Path) -> None:
    name = b"\xff\xd0\xc7\xc7\xf2.jpg"
    (tmp_path / os.fsdecode(name)).touch()
    assert [os.fsencode(path.name) for path in expand([tmp_path], recursive=False)] == [name]


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b"], ids=["too long", "with a zero byte"])
def test_impossible_name_is_left_for_decoding_to_refuse(name: str) -> None:
    assert list(expand([Path(name)], recursive=True)) == [Path(name)]


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """1100 folders in each other with a picture at the bottom; their path is too long for `rmtree`."""
    monkeypatch.chdir(tmp_path)
    for _ in range(1100):
        Path("d").mkdir()
        os.chdir("d")
    Path("deep.jpg").touch()
    bottom = Path.cwd()
    os.chdir(tmp_path)
    yield Path("d")
    os.chdir(bottom)
    Path("deep.jpg").unlink()
    for _ in range(1100):
        os.chdir("..")
        Path("d").rmdir()


def test_very_deep_folders_are_looked_through(deep: Path) -> None:
    assert [path.name for path in expand([deep], recursive=True)] == ["deep.jpg"]
