"""Paths that are not what they seem lead to an answer, at once."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.errors import ErrorCode, PictureError
from app.images import decode
from tests.images.pictures import encoded, photo


def _code(path: Path) -> ErrorCode:
    with pytest.raises(PictureError) as raised:
        decode(path)
    assert raised.value.facts["path"] is path
    assert str(path) not in str(raised.value.facts.get("detail"))
    return raised.value.code


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(photo(8, 8), "PNG"))
    return path


def test_missing_file(tmp_path: Path) -> None:
    assert _code(tmp_path / "nothing.jpg") is ErrorCode.NOT_FOUND


def test_file_inside_a_file(picture: Path) -> None:
    assert _code(picture / "inside.jpg") in (ErrorCode.NOT_FOUND, ErrorCode.PERMISSION_DENIED)


def test_impossible_name(tmp_path: Path) -> None:
    assert _code(tmp_path / "a\0b.jpg") is ErrorCode.NOT_FOUND


def test_folder(tmp_path: Path) -> None:
    assert _code(tmp_path) is ErrorCode.NOT_A_FILE


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert _code(tmp_path / "empty.jpg") is ErrorCode.EMPTY_FILE


def test_link_is_followed(picture: Path) -> None:
    link = picture.with_name("link.png")
    link.symlink_to(picture.name)
    assert decode(link).source_size == (8, 8)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe_without_a_writer_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert _code(tmp_path / "pipe.jpg") is ErrorCode.NOT_A_FILE


@pytest.fixture
def locked(picture: Path) -> Path:
    picture.chmod(0)
    return picture


@pytest.fixture
def nobody() -> Iterator[None]:
    """Become another user if we are root, whom permissions do not stop."""
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no file modes")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.mark.usefixtures("locked", "nobody")
def test_file_that_may_not_be_read(picture: Path) -> None:
    assert _code(picture) is ErrorCode.PERMISSION_DENIED


@pytest.mark.skipif(sys.platform != "linux", reason="only here names are any bytes")
@pytest.mark.parametrize("name", [b"\xff\xfe.png", b"line\nfeed.png", "猫😀.png".encode(), b"x" * 255])
def test_name_may_be_anything(name: bytes, picture: Path) -> None:
    path = picture.rename(picture.with_name(os.fsdecode(name)))
    assert decode(path).source_size == (8, 8)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EIO, "read_failed"),
        (errno.ESTALE, "read_failed"),
        (errno.ENXIO, "not_a_file"),
        (errno.EPERM, "permission_denied"),
    ],
)
def test_system_error_has_a_code(
    number: int, code: str, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> int:
        raise OSError(number, os.strerror(number), str(picture))

    monkeypatch.setattr("app.images.source.os.open", failing)
    assert _code(picture) == code


def test_no_descriptor_stays_open(picture: Path, tmp_path: Path) -> None:
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("this system does not list open files")
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture.read_bytes()[:50])
    attempts: list[Callable[[], object]] = [
        lambda: decode(picture),
        lambda: _code(broken),
        lambda: _code(tmp_path),
    ]
    for attempt in attempts * 20:
        attempt()
    opened = [os.path.realpath(each) for each in folder.iterdir()]  # other tests' may be closed meanwhile
    assert [each for each in opened if each.startswith(str(tmp_path))] == []
