"""What is in a folder: every picture once, in order, whatever else is there."""

import os
from pathlib import Path

import pytest

from app.batch.scan import Scan
from app.core.errors import CancelledError
from app.core.results import Failure
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


def test_folders_of_systems_and_programs_are_left_out_and_counted(tmp_path: Path) -> None:
    left_out = (
        "@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "#recycle/a.jpg", "#snapshot/day/a.jpg", "@Recycle/a.jpg",
        "$RECYCLE.BIN/S-1-5-21/$R1.jpg", "System Volume Information/a.jpg", "lost+found/a.jpg",
        "Cat Previews.lrdata/A/a.jpg", "P.photoslibrary/resources/a.jpg", "P.aplibrary/a.jpg",
        "__MACOSX/a.jpg", ".thumbnails/a.jpg",
    )  # fmt: skip
    for name in (*left_out, "lost/a.jpg", "a.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert scanned(tmp_path) == (["a.jpg", "lost/a.jpg"], len(left_out))
    assert scanned(tmp_path / "#recycle") == (["a.jpg"], 0)  # named by the user


def test_file_is_gone_when_it_is_not_there_or_left_out_but_not_when_it_was_moved(tmp_path: Path) -> None:
    for name in ("in/@eaDir/a.jpg", "in/b.jpg", "sorted/c.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    scan = Scan(tmp_path / "in", recursive=True)
    names = ("in/@eaDir/a.jpg", "in/b.jpg", "sorted/c.jpg", "in/d.jpg", "in/b.jpg/e.jpg")
    assert [scan.is_gone(tmp_path / name) for name in names] == [True, False, False, True, True]


def test_scan_that_finds_nothing_stops_at_the_next_entry(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number}.txt").touch()
    looked = 0

    def stop() -> None:
        nonlocal looked
        looked += 1
        if looked == 10:
            raise CancelledError

    with pytest.raises(CancelledError):
        list(Scan(tmp_path, recursive=True, check=stop))
    assert looked == 10


def test_time_after_2262_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    os.utime(tmp_path / "a.jpg", (0, 10_413_792_000))
    (file,) = Scan(tmp_path, recursive=True)
    assert isinstance(file, FoundFile)
    assert file.mtime_ns == 2**63 - 1


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
