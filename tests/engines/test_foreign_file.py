"""A file that is no model of this program is told by its content, under any name, and is left alone."""

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from app.core.errors import ErrorCode, ModelError
from app.core.language_in_use import tr
from app.models.library import Model, open_model, trust_file
from tests.model_files import extras, write_header

NETWORK = nn.Linear(2, 2)


def saved(write: Callable[[io.BytesIO], object]) -> bytes:
    stream = io.BytesIO()
    write(stream)
    return stream.getvalue()


def zipped(**members: bytes) -> bytes:
    def write(stream: io.BytesIO) -> None:
        with zipfile.ZipFile(stream, "w") as archive:
            for name, content in members.items():
                archive.writestr(name.replace("__", "/"), content)

    return saved(write)


KINDS = {
    "model_is_empty": b"",
    "model_is_lfs_pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 123\n",
    "model_is_page": b"\n<!DOCTYPE html><html>404</html>",
    "model_is_weights": saved(lambda stream: torch.save(NETWORK.state_dict(), stream)),
    "model_is_pickle": saved(lambda stream: torch.save(NETWORK, stream)),
    "model_is_torchscript": saved(lambda stream: torch.jit.save(torch.jit.script(NETWORK), stream)),
    "model_is_lite": zipped(m__bytecode_pkl=b"").replace(b"bytecode_pkl", b"bytecode.pkl"),
    "model_is_exported": zipped(m__archive_format=b"pt2", m__models__model_json=b"{}"),
    "model_is_onnx": b"\x08\x07\x12\x07pytorch" + bytes(100),
    "model_is_safetensors": (64).to_bytes(8, "little") + b"{}".ljust(64),
    "model_is_archive": zipped(word=b"document"),
    "model_is_unknown": b"\x00\x01\x02\x03 something else",
}


def refusal(file: Path) -> ModelError:
    """The error with which a file is refused; the user is not told to delete it, and it is as it was."""
    content = file.read_bytes()
    with pytest.raises(ModelError) as raised:
        trust_file(str(file))
    sentence = tr.describe(raised.value)
    assert "删除" not in sentence
    assert str(file) in sentence
    assert file.read_bytes() == content
    return raised.value


@pytest.mark.parametrize("ending", [".pt", ".pth", ".torchscript"])
@pytest.mark.parametrize("kind", KINDS)
def test_file_is_told_by_its_content(tmp_path: Path, kind: str, ending: str) -> None:
    file = tmp_path / f"模型{ending}"
    file.write_bytes(KINDS[kind])
    error = refusal(file)
    assert error.code is ErrorCode.MODEL_FILE_FOREIGN
    assert error.facts["reason"] == kind


def test_weights_saved_by_an_old_torch_are_told(tmp_path: Path) -> None:
    file = tmp_path / "old.pth"
    torch.save(NETWORK.state_dict(), file, _use_new_zipfile_serialization=False)
    assert refusal(file).facts["reason"] == "model_is_weights"
    file.write_bytes(pickle.dumps([1]))
    assert refusal(file).facts["reason"] == "model_is_pickle"


@pytest.mark.parametrize("name", ["missing.pt", "missing.pth", "missing.ptl", "missing.pt2", "no/such/model"])
def test_missing_file_is_missing_and_no_unknown_model(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError) as raised:
        open_model(str(tmp_path / name))
    assert raised.value.code is ErrorCode.MODEL_NOT_FOUND


@pytest.mark.skipif(os.name == "nt", reason="no pipes and devices with names")
def test_pipe_device_and_folder_are_refused_at_once(tmp_path: Path) -> None:
    pipe, device = tmp_path / "pipe.pt", tmp_path / "device.pt"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    for path in (pipe, device, tmp_path):
        with pytest.raises(ModelError) as raised:
            open_model(str(path))
        assert raised.value.facts["reason"] == "model_is_no_file"


@pytest.mark.parametrize("part", ["card.toml", "labels.tsv", "origin.json"])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_part_that_would_be_huge_is_not_unpacked(
    model: Model, tmp_path: Path, part: str, method: int
) -> None:
    file = write_header(tmp_path / "bomb.pt", extras(model.file) | {part: b""})
    with zipfile.ZipFile(tmp_path / "bomb.pt", "w") as archive:
        for name, content in (extras(model.file) | {part: bytes(1 << 24)}).items():
            archive.writestr(f"model/extra/{name}", content, method)
    assert refusal(file).code is ErrorCode.MODEL_FILE_INVALID


def test_part_that_is_there_twice_is_refused(model: Model, tmp_path: Path) -> None:
    file = write_header(tmp_path / "two.pt", extras(model.file))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("another/extra/card.toml", extras(model.file)["card.toml"])
    assert refusal(file).code is ErrorCode.MODEL_FILE_INVALID


def test_endless_directory_is_not_read(model: Model, tmp_path: Path) -> None:
    file = write_header(tmp_path / "many.pt", extras(model.file))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(80):
            archive.writestr(f"{number}".rjust(60_000, "x"), b"")
    assert "directory" in str(refusal(file).facts["detail"])


@pytest.mark.parametrize(
    "rows",
    [
        [f"{number}\tn{number}\t标签\tlabel\t" + "/".join("组" * 3000) for number in range(2)],
        [f"{number}\t\t\t\t{number}/" + "/".join("组" * 9) for number in range(30_000)],
        [""] * 300_000,
    ],
    ids=["3000 deep", "300,000 groups", "300,000 labels"],
)
def test_endless_labels_are_refused(model: Model, tmp_path: Path, rows: list[str]) -> None:
    members = extras(model.file)
    members["labels.tsv"] = "\n".join(["index\twnid\tzh\ten\tgroup", *rows]).encode()
    members["origin.json"] = json.dumps(json.loads(members["origin.json"]) | {"outputs": len(rows)}).encode()
    assert refusal(write_header(tmp_path / "labels.pt", members)).code is ErrorCode.MODEL_FILE_INVALID
