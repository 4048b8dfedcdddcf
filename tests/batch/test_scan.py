"""What is in a folder: every picture once, in order, whatever else is there."""

import os
from pathlib import Path

from app.batch.scan import Scan
from app.results import Failure
from app.store.records import FoundFile


def scanned(folder: Path, *, recursive: bool = True) -> tuple[list[str], int]:
    """The files that a scan finds, relative to the folder, and how many entries it left out."""
    scan = Scan(folder, recursive=recursive)
    names = [os.fspath(each.path.relative_to(folder)) for each in scan if isinstance(each, FoundFile)]
    return names, scan.skipped


def test_pictures_come_in_the_order_of_their_names_and_the_rest_is_counted(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.JPG", "notes.txt", ".hidden.jpg", "子/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    os.mkfifo(tmp_path / "pipe.jpg")
    assert scanned(tmp_path) == (["a.JPG", "b.jpg", "子/c.png"], 3)
    assert scanned(tmp_path, recursive=False) == (["a.JPG", "b.jpg"], 3)


def test_circle_of_links_ends_and_a_linked_folder_is_looked_through_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").touch()
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "zz").symlink_to(tmp_path / "in")
    (tmp_path / "round.jpg").symlink_to(tmp_path / "round.jpg")
    assert scanned(tmp_path)[0] == ["in/a.jpg"]


def test_odd_names_are_found_as_they_are(tmp_path: Path) -> None:
    names = [b"\xff\xfe.jpg", "换\n行.jpg".encode(), "🐼.jpg".encode(), b"x" * 251 + b".jpg"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    assert sorted(os.fsencode(name) for name in scanned(tmp_path)[0]) == sorted(names)


def test_folder_that_vanishes_gets_a_line_of_its_own(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    (failure,) = Scan(gone, recursive=True)
    assert isinstance(failure, Failure)
    assert failure.path == gone
