"""Settings survive a restart; whatever is wrong with the file, the program starts."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import settings
from app.core.errors import ErrorCode, SettingsError
from app.core.settings import Settings
from tests.disk import nearly_full


@pytest.fixture
def file(home: Path) -> Iterator[Path]:
    """The settings file, which is not there yet."""
    path = home / "config" / "settings.json"
    path.parent.mkdir(exist_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_first_start_has_the_defaults(file: Path) -> None:
    assert not file.exists()
    assert settings.load() == Settings()


def test_saved_settings_come_back(file: Path) -> None:
    chosen = settings.with_values(Settings(), language="en", threads=3, certain_threshold=0.5, compare=True)
    settings.save(chosen)
    assert settings.load() == chosen
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "fr"), ("theme", None), ("engine", "onnx"), ("device", "tpu"), ("model", 2),
        ("threads", -1), ("threads", 257), ("threads", True), ("threads", "2"), ("top_k", 0), ("top_k", 5.0),
        ("certain_threshold", 1), ("certain_threshold", 0.03), ("certain_threshold", float("nan")),
        ("group_threshold", "0.5"),
        ("compare", 1), ("recursive", "yes"),
    ],
)  # fmt: skip
def test_impossible_value_falls_back_and_the_others_stay(file: Path, name: str, value: object) -> None:
    kept = {"language": "en"} if name != "language" else {"theme": "dark"}
    file.write_text(json.dumps(kept | {name: value}))
    assert settings.load() == settings.with_values(Settings(), **kept)
    with pytest.raises(SettingsError) as raised:
        settings.with_values(Settings(), **{name: value})
    assert raised.value.code is ErrorCode.SETTING_INVALID
    assert raised.value.facts["name"] == name


def test_threshold_that_an_earlier_version_wrote_unasked_is_the_models_own(file: Path) -> None:
    file.write_text('{"certain_threshold": 0.85, "group_threshold": 0.7}')
    found = settings.load()
    assert found == Settings(certain_threshold=0, group_threshold=0.7)
    chosen = settings.with_values(found, certain_threshold=0.85)
    settings.save(chosen)
    assert settings.load() == chosen


def test_setting_of_another_version_is_ignored(file: Path) -> None:
    file.write_text('{"of_tomorrow": 1, "top_k": 3}')
    assert settings.load() == Settings(top_k=3)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"3", b"\xff\xfe", b'{"threads": 1e999}', b"[" * 100_000],
    ids=["empty", "cut off", "list", "null", "number", "no UTF-8", "infinite", "too deep"],
)  # fmt: skip
def test_broken_file_means_defaults(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert settings.load() == Settings()


def test_folder_in_place_of_the_file_means_defaults(file: Path) -> None:
    file.mkdir()
    try:
        assert settings.load() == Settings()
    finally:
        file.rmdir()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs in folders")
def test_fifo_in_place_of_the_file_means_defaults_at_once(file: Path) -> None:
    os.mkfifo(file)
    assert settings.load() == Settings()


def test_what_another_window_has_chosen_meanwhile_stays(file: Path) -> None:
    at_start = Settings()
    assert not file.exists()
    settings.save(settings.with_values(at_start, theme="dark"), at_start)
    settings.save(settings.with_values(at_start, language="en"), at_start)
    assert settings.load() == Settings(theme="dark", language="en")


def test_where_the_file_is_damaged_everything_is_saved_again(file: Path) -> None:
    before = Settings(theme="dark")
    file.write_text("{")
    settings.save(settings.with_values(before, top_k=3), before)
    assert settings.load() == Settings(theme="dark", top_k=3)


def test_full_disk_leaves_the_old_settings_whole(file: Path) -> None:
    settings.save(Settings(top_k=3))
    with nearly_full(10), pytest.raises(OSError, match="File too large"):
        settings.save(Settings(top_k=7))
    assert settings.load() == Settings(top_k=3)
    assert list(file.parent.iterdir()) == [file]


def test_ranges_and_choices_are_what_a_settings_page_shows() -> None:
    assert settings.declared_range("top_k") == (1, 10)
    assert settings.declared_choices("language") == ("auto", "zh", "en")
