"""An ONNX file says which model it is, to this program only, and is whole or not used."""

from pathlib import Path

import onnx
import pytest

from app.core.engine_kinds import Program
from app.core.errors import ErrorCode, ModelError
from app.core.stages import ignore
from app.engines import onnx_file
from app.models.library import Model


@pytest.fixture
def file(model: Model) -> Path:
    return model.program(Program.ONNX, ignore)


def test_it_names_the_model_that_it_was_made_from(model: Model, file: Path) -> None:
    content, sha256 = onnx_file.load(file)
    assert sha256 == model.sha256
    assert onnx_file.is_sealed(file)
    (seal,) = onnx.load_from_string(content).metadata_props
    assert seal.value.startswith(sha256)


@pytest.mark.parametrize("damage", ["one bit", "cut short", "not sealed", "empty"])
def test_damaged_file_is_not_run(file: Path, tmp_path: Path, damage: str) -> None:
    content = file.read_bytes()
    middle = len(content) // 2
    damaged = {
        "one bit": content[:middle] + bytes((content[middle] ^ 1,)) + content[middle + 1 :],
        "cut short": content[:-1],
        "not sealed": content[:-200],
        "empty": b"",
    }
    (tmp_path / "damaged.onnx").write_bytes(damaged[damage])
    assert onnx_file.is_sealed(tmp_path / "damaged.onnx") == (damage == "one bit")
    with pytest.raises(ModelError) as raised:
        onnx_file.load(tmp_path / "damaged.onnx")
    assert raised.value.code is ErrorCode.MODEL_FILE_INVALID
