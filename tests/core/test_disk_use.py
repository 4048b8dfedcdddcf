"""Room is made by deleting what may go, and nothing beyond the folder."""

from pathlib import Path

import pytest

from app.core.disk_use import clear, size_of


def test_everything_in_the_folder_goes_but_what_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    (folder / "deep").mkdir(parents=True)
    kept, other = folder / "kept", folder / "deep" / "other"
    kept.write_bytes(bytes(10))
    other.write_bytes(bytes(300))
    assert size_of(folder) == 310
    assert clear(folder, [kept]) == 300
    assert (kept.exists(), other.exists(), folder.is_dir()) == (True, False, True)
    assert size_of(folder) == 10


def test_a_link_goes_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "cache", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "mine").touch()
    (folder / "link").symlink_to(elsewhere)
    clear(folder)
    assert list(folder.iterdir()) == []
    assert (elsewhere / "mine").exists()


def test_what_is_not_there_takes_no_room(tmp_path: Path) -> None:
    assert size_of(tmp_path / "none") == 0
    assert clear(tmp_path / "none") == 0


def test_what_cannot_be_deleted_is_told_after_the_rest_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    unlink = Path.unlink

    def refuse(file: Path) -> None:
        if file.name == "a":
            raise PermissionError(13, "in use")
        unlink(file)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(PermissionError):
        clear(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_what_is_being_made_stays_with_its_lock(tmp_path: Path) -> None:
    for name in ("model.lock", "partial.model.pt", "model.pt"):
        (tmp_path / name).write_bytes(bytes(10))
    assert clear(tmp_path) == 10
    assert {file.name for file in tmp_path.iterdir()} == {"model.lock", "partial.model.pt"}
    assert size_of(tmp_path) == 0
