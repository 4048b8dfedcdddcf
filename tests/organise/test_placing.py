"""Single files: never over another one, never lost, never removed but for the same content elsewhere."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.files import sync
from app.organise import placing
from app.organise.placing import DiffersError, Spare
from tests.drives import refuse

Act = Callable[[Path, Path, Spare], None]
SPARE = Spare(".wanwu-1-1")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "here" / "source"
    file.parent.mkdir()
    file.write_text("picture")
    os.utime(file, ns=(1, 10**9))
    return file


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """On what may be made an odd drive."""
    (tmp_path / "there").mkdir()
    return tmp_path / "there" / "target"


@pytest.fixture(params=[True, False])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bool:
    """A drive with hard links, and one without, such as a memory card."""
    if not request.param:
        refuse(monkeypatch, tmp_path, "link")
    return bool(request.param)


def contents(folder: Path) -> list[str]:
    return [file.read_text() for file in folder.rglob("*") if file.is_file()]


@pytest.mark.usefixtures("links")
def test_file_is_moved_and_copied(source: Path, target: Path) -> None:
    placing.move(source, target, SPARE)
    placing.copy(target, source, SPARE)
    assert [file.read_text() for file in (source, target)] == ["picture", "picture"]
    assert source.stat().st_mtime_ns == 10**9
    assert len([*source.parent.iterdir(), *target.parent.iterdir()]) == 2


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("act", [placing.move, placing.copy])
def test_taken_name_is_refused_and_both_files_stay(source: Path, target: Path, act: Act) -> None:
    target.write_text("theirs")
    with pytest.raises(FileExistsError):
        act(source, target, SPARE)
    assert (source.read_text(), target.read_text()) == ("picture", "theirs")
    assert len([*source.parent.iterdir(), *target.parent.iterdir()]) == 2


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP])
@pytest.mark.parametrize("refused", ["chmod", "utime", "link", "fsync"])
@pytest.mark.parametrize("act", [placing.move, placing.copy])
def test_drive_that_refuses_times_permissions_links_or_syncing_gets_the_content(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, act: Act, refused: str, number: int
) -> None:
    refuse(monkeypatch, target.parent, refused, number)
    refuse(monkeypatch, target.parent, "other device")
    act(source, target, SPARE)
    assert target.read_text() == "picture"
    assert source.exists() is (act is placing.copy)
    assert [*target.parent.iterdir()] == [target]


@pytest.mark.parametrize("device", ["same device", "other device"])
def test_file_that_cannot_be_removed_is_not_left_in_two_places(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    if device == "other device":
        refuse(monkeypatch, target.parent, device)
    refuse(monkeypatch, source.parent, "remove", errno.EACCES)
    with pytest.raises(PermissionError):
        placing.move(source, target, SPARE)
    assert [*source.parent.iterdir(), *target.parent.iterdir()] == [source]


def test_picture_that_another_program_saves_during_the_move_stays(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def save_anew(old: Path, new_name: Path, **_: bool) -> None:
        link(old, new_name)
        new = source.with_name("new")
        new.write_text("edited")
        new.replace(source)

    monkeypatch.setattr(os, "link", save_anew)
    with pytest.raises(DiffersError):
        placing.move(source, target, SPARE)
    assert source.read_text() == "edited"


def test_copy_is_whole_although_its_first_name_cannot_be_removed(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def refuse_from_now_on(path: Path) -> None:
        sync(path)
        refuse(monkeypatch, target.parent, "remove", errno.EACCES)

    monkeypatch.setattr(placing, "sync", refuse_from_now_on)
    placing.copy(source, target, SPARE)
    assert target.read_text() == "picture"


def test_copy_is_kept_when_its_source_goes_during_the_move(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, target.parent, "other device")
    monkeypatch.setattr(placing, "sync", lambda path: source.unlink() if path == target.parent else None)
    placing.move(source, target, SPARE)
    assert target.read_text() == "picture"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_file_is_removed_only_for_the_same_content_elsewhere(source: Path, target: Path) -> None:
    away = SPARE.away(source)
    for make in (
        lambda: target.write_text("emptied"),
        lambda: target.write_text(""),
        target.mkdir,
        lambda: target.symlink_to(source),
        lambda: os.mkfifo(target),
        lambda: target.symlink_to(target),
    ):
        make()
        with pytest.raises(DiffersError):
            placing.remove(source, away, target)
        assert contents(source.parent) == ["picture"]
        target.rmdir() if target.is_dir() else target.unlink()
    target.write_text("picture")
    placing.remove(source, away, target)
    assert [*source.parent.iterdir()] == []


def test_file_that_was_taken_away_never_replaces_a_new_one(source: Path) -> None:
    away = SPARE.away(source)
    source.replace(away)
    source.write_text("new")
    placing.put_back(away, source)
    assert sorted(file.name for file in source.parent.iterdir()) == ["source", "source (2)"]
    assert sorted(contents(source.parent)) == ["new", "picture"]


def test_one_name_in_two_spellings_is_not_taken_for_two(source: Path, tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(source.parent, target_is_directory=True)
    assert not placing.was_moved(source, tmp_path / "other" / "source", 7, SPARE)
    assert source.read_text() == "picture"


def test_link_to_a_picture_is_not_taken_for_its_copy(source: Path, target: Path) -> None:
    os.link(source, source.with_name("second name"))
    target.symlink_to(source)
    assert not placing.was_moved(source, target, 7, SPARE)
    assert not placing.was_copied(source, target)
    assert source.read_text() == "picture"
