"""Where things are: in a checkout, in a bundle, and where the user wants them."""

import sys
from pathlib import Path

import pytest

from app.core import paths


def test_home_holds_everything_that_is_written(home: Path) -> None:
    folders = paths.config_folder(), paths.data_folder(), paths.cache_folder(), paths.log_folder()
    assert folders == tuple(home / name for name in ("config", "data", "cache", "logs"))


def test_without_a_home_the_systems_folders_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WANWU_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    folders = paths.config_folder(), paths.data_folder(), paths.cache_folder(), paths.log_folder()
    assert len(set(folders)) == 4
    assert all("wanwu" in str(folder) for folder in folders)


def test_resources_are_beside_the_program_and_in_a_bundle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert paths.resource("labels", "imagenet1k.tsv").is_file()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("labels") == tmp_path / "resources" / "labels"
    assert paths.cards_folder() == tmp_path / "models"
