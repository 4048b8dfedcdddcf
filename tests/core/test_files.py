"""Files are written whole, whatever they are called; small ones are read within bounds."""

import ast
import errno
import json
import os
import socket
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import app
from app.core.errors import ErrorCode, WanwuError
from app.core.files import check_output, content_sha256, parsed, read_small, read_small_text, write_atomically
from tests.drives import refuse


@pytest.mark.parametrize(
    "name",
    [
        "结果.csv",
        "x" * 251 + ".csv",
        "图" * 83 + ".jsonl",
        "x." + "y" * 253,
        ".图" + "片" * 83,
        "a" + "🐼" * 63,
    ],
)
def test_file_with_the_longest_name_is_written_and_nothing_is_left_beside_it(
    tmp_path: Path, name: str
) -> None:
    for content in (b"old", b"new"):
        write_atomically(tmp_path / name, content)
        assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_new_file_gets_what_the_umask_leaves_and_an_old_one_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "结果.csv"
    before = os.umask(0o027)
    try:
        write_atomically(file, b"new")
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o640
    file.chmod(0o604)
    write_atomically(file, b"again")
    assert file.stat().st_mode & 0o777 == 0o604


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_file_of_another_user_stays_theirs(tmp_path: Path) -> None:
    file = tmp_path / "熊猫.jpg.xmp"
    file.touch(0o640)
    os.chown(file, 1234, 1234)
    write_atomically(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid, file.stat().st_mode & 0o777) == (1234, 1234, 0o640)


@pytest.mark.parametrize("refused", ["chmod", "utime", "link", "fsync"])
def test_file_is_written_on_a_drive_that_refuses_everything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    refuse(monkeypatch, tmp_path, refused)
    for content in (b"old", b"new"):
        write_atomically(tmp_path / "结果.csv", content)
        assert (tmp_path / "结果.csv").read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of these in folders")
def test_what_is_protected_or_no_file_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "结果.csv"
    cases: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (lambda: file.touch(0o444), file.unlink),
        (lambda: os.mkfifo(file), file.unlink),
        (lambda: file.symlink_to("/dev/null"), file.unlink),
        (lambda: file.symlink_to(tmp_path / "absent" / "file"), file.unlink),
        (file.mkdir, file.rmdir),
    ]
    for make, undo in cases:
        make()
        before = file.lstat()
        with pytest.raises(OSError, match=r"."):
            write_atomically(file, b"new")
        assert (file.lstat().st_ino, file.lstat().st_mode) == (before.st_ino, before.st_mode)
        assert [*tmp_path.iterdir()] == [file]
        undo()


def test_link_stays_and_the_file_that_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text("old")
    (tmp_path / "settings.json").symlink_to("kept.json")
    write_atomically(tmp_path / "settings.json", b"new")
    assert (tmp_path / "settings.json").is_symlink()
    assert (tmp_path / "kept.json").read_text() == "new"


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(path.parent)  # the path of a socket has a length limit of its own
        server.bind(path.name)


def _link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of these in folders")
@pytest.mark.parametrize(
    "make", [_fifo, _socket, Path.mkdir, _link_to("/dev/zero"), _link_to("/dev/tty"), _link_to("absent")]
)
def test_what_is_no_regular_file_is_refused_at_once(
    tmp_path: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "card.toml")
    with pytest.raises(OSError, match=r"card\.toml"):
        read_small(tmp_path / "card.toml")


def test_content_is_what_two_files_have_in_common(tmp_path: Path) -> None:
    for name, content in (("a", b"panda"), ("b", b"panda"), ("c", b"pandA")):
        (tmp_path / name).write_bytes(content)
    first, same, other = (content_sha256(tmp_path / name) for name in "abc")
    assert first == same != other


def test_file_is_read_up_to_the_bound_and_no_further(tmp_path: Path) -> None:
    file = tmp_path / "labels.tsv"
    file.write_bytes(b"x" * 100)
    assert read_small(file, 100) == b"x" * 100
    with pytest.raises(OSError, match="99") as raised:
        read_small(file, 99)
    assert raised.value.errno == errno.EFBIG


def test_sparse_file_of_a_terabyte_costs_no_memory(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.touch()
    os.truncate(file, 1 << 40)
    with pytest.raises(OSError, match="more than"):
        read_small(file)


def test_text_may_begin_with_a_mark_but_must_be_utf8(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes("\ufeff猫\r\n".encode())
    assert read_small_text(file) == "猫\n"
    file.write_bytes("猫狗".encode("gbk"))
    with pytest.raises(OSError, match="UTF-8"):
        read_small_text(file)


@pytest.mark.parametrize("name", ["nul\0", "\ud800"])
def test_name_that_no_file_can_have_is_an_error_like_others(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"surrogates|null"):
        read_small(tmp_path / name)


@pytest.mark.parametrize(
    ("parse", "text"),
    [(json.loads, "[" * 200_000), (tomllib.loads, "a = " + "[" * 200_000), (json.loads, "")],
    ids=["JSON", "TOML", "empty"],
)
def test_nesting_too_deep_is_damage_like_any_other(parse: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(parse, text)


def test_output_that_could_not_be_written_is_told_before_the_work_and_nothing_is_touched(
    tmp_path: Path,
) -> None:
    good, loop = tmp_path / "new" / "out.csv", tmp_path / "loop.csv"
    check_output(good)
    assert not good.exists()
    loop.symlink_to(loop)
    for target in (tmp_path, loop, Path("/dev/null"), Path("/dev/full"), Path("/proc/out.csv")):
        with pytest.raises(WanwuError) as raised:
            check_output(target)
        assert raised.value.code is ErrorCode.OUTPUT_UNWRITABLE
    assert sorted(tmp_path.rglob("*")) == [loop, good.parent]


# There an OSError is told of for each file; the second asks about what the program brought along.
_MAY_ASK = {"organise/hand.py", "organise/folders.py", "core/paths.py"}
_ASKING = {"exists", "is_dir", "is_file", "is_symlink"}


def test_nobody_asks_a_path_whether_it_is_there_which_raises_where_one_may_not_look() -> None:
    sources = Path(app.__file__).parent
    asked = [
        f"{file.relative_to(sources).as_posix()}:{node.lineno}"
        for file in sources.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _ASKING
        and not node.args
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "entry")  # of os.scandir
        and file.relative_to(sources).as_posix() not in _MAY_ASK
    ]
    assert asked == []
