"""Single files: never over another one, never lost."""

import errno
import os
from pathlib import Path

import pytest

from app.sorting import placing


@pytest.fixture(params=[True, False])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A drive with hard links, and one without, such as a memory card."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not request.param:
        monkeypatch.setattr(os, "link", refuse)
    return bool(request.param)


@pytest.mark.usefixtures("links")
def test_file_is_moved_and_copied(tmp_path: Path) -> None:
    source, target, partial = (tmp_path / name for name in ("source", "target", "partial"))
    source.write_text("picture")
    os.utime(source, ns=(1, 10**9))
    placing.move(source, target, partial)
    placing.copy(target, source, partial)
    assert [file.read_text() for file in (source, target)] == ["picture", "picture"]
    assert source.stat().st_mtime_ns == 10**9
    assert not partial.exists()


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("act", [placing.move, placing.copy])
def test_taken_name_is_refused_and_both_files_stay(tmp_path: Path, act: object) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("mine")
    target.write_text("theirs")
    assert callable(act)
    with pytest.raises(FileExistsError):
        act(source, target, tmp_path / "partial")
    assert (source.read_text(), target.read_text()) == ("mine", "theirs")
    assert len(list(tmp_path.iterdir())) == 2


def test_source_that_cannot_be_removed_is_not_left_in_two_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("picture")
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == source:
            raise PermissionError(errno.EACCES, "Permission denied")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(PermissionError):
        placing.rename(source, target)
    assert list(tmp_path.iterdir()) == [source]


def test_one_name_in_two_spellings_is_not_taken_for_two(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("picture")
    (tmp_path / "other").symlink_to(tmp_path, target_is_directory=True)
    assert not placing.was_moved(tmp_path / "source", tmp_path / "other" / "source", 7)
    assert (tmp_path / "source").read_text() == "picture"
