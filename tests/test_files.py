"""Files that the user asked for are written whole, whatever they are called."""

from pathlib import Path

import pytest

from app.files import write_atomically


@pytest.mark.parametrize("name", ["结果.csv", "x" * 251 + ".csv", "图" * 83 + ".jsonl"])
def test_file_with_the_longest_name_is_written_and_nothing_is_left_beside_it(
    tmp_path: Path, name: str
) -> None:
    for content in (b"old", b"new"):
        write_atomically(tmp_path / name, content)
        assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"new"
