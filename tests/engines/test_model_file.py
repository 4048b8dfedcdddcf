"""A model file is whole and from here, or refused with a reason; nothing in it is run to find out."""

import os
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import ErrorCode, ModelError
from app.core.language_in_use import tr
from app.core.model_card import load_card
from app.engines import model_file
from app.engines.factory import EngineRequest
from app.engines.model_file import read_header, torch_version
from app.models.library import Model
from tests.model_files import extras, flip_weights, with_origin, write_header


@pytest.fixture
def members(model: Model) -> dict[str, bytes]:
    return extras(model.file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "模 型.pt"


def request(model: Model, file: Path) -> EngineRequest:
    """What asks for the model in `file`."""
    return replace(model.request("torchscript", "cpu", 2), file=file)


def refusal(file: Path) -> ErrorCode:
    """The code with which `file` is refused, in a sentence without blanks."""
    with pytest.raises(ModelError) as raised:
        read_header(file)
    assert "?" not in tr.describe(raised.value)
    return raised.value.code


def test_built_file_says_what_it_is(model: Model) -> None:
    header = read_header(model.file)
    assert header.card == load_card("efficientnet_lite2")
    assert header.labels.text == model.labels.text
    assert header.origin.torch == torch_version()
    assert header.origin.outputs == len(header.labels) == 1000
    assert len(header.origin.weights_sha256) == 64


def test_built_file_does_not_tell_where_it_was_built(model: Model) -> None:
    with zipfile.ZipFile(model.file) as archive:
        assert not [name for name in archive.namelist() if b"site-packages" in archive.read(name)]


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing.pt") is ErrorCode.MODEL_NOT_FOUND
    assert refusal(tmp_path) is ErrorCode.MODEL_FILE_FOREIGN


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04", os.urandom(5000)])
def test_file_that_is_no_model(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert refusal(file) in (ErrorCode.MODEL_FILE_INVALID, ErrorCode.MODEL_FILE_FOREIGN)


@pytest.mark.parametrize("share", [0.3, 0.99])
def test_truncated_file(model: Model, file: Path, share: float) -> None:
    content = model.file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    assert refusal(file) is ErrorCode.MODEL_FILE_INVALID


@pytest.mark.parametrize("name", ["card.toml", "labels.tsv", "origin.json"])
def test_file_with_a_part_missing(members: dict[str, bytes], file: Path, name: str) -> None:
    del members[name]
    assert refusal(write_header(file, members)) is ErrorCode.MODEL_FILE_FOREIGN


@pytest.mark.parametrize("torch", ["2.14.0", "3.0.0+cu130", "2.100.1", "10.0.0"])
def test_file_made_by_a_newer_torch(members: dict[str, bytes], file: Path, torch: str) -> None:
    assert refusal(write_header(file, with_origin(members, torch=torch))) is ErrorCode.MODEL_FILE_NEWER


def test_file_of_a_newer_form(members: dict[str, bytes], file: Path) -> None:
    assert refusal(write_header(file, with_origin(members, format=4))) is ErrorCode.MODEL_FILE_NEWER


@pytest.mark.parametrize("torch", ["2.13.1", "2.9.0+cu128", "1.13.1", "2.13.0a0+git123"])
def test_file_made_by_an_older_torch_is_read(members: dict[str, bytes], file: Path, torch: str) -> None:
    assert read_header(write_header(file, with_origin(members, torch=torch))).origin.torch == torch


def test_file_with_other_labels_than_outputs(members: dict[str, bytes], file: Path) -> None:
    assert refusal(write_header(file, with_origin(members, outputs=999))) is ErrorCode.MODEL_LABELS_MISMATCH
    headline = members["labels.tsv"].splitlines(keepends=True)[0]
    nothing = with_origin(members, outputs=0) | {"labels.tsv": headline}
    assert refusal(write_header(file, nothing)) is ErrorCode.MODEL_LABELS_MISMATCH
    members["labels.tsv"] = b"".join(members["labels.tsv"].splitlines(keepends=True)[:-1])
    assert refusal(write_header(file, members)) is ErrorCode.MODEL_LABELS_MISMATCH


@pytest.mark.parametrize(
    "changes", [{"torch": "nightly"}, {"torch": 2}, {"format": "1"}, {"colour": "red"}, {"outputs": None}]
)
def test_origin_of_the_wrong_form(members: dict[str, bytes], file: Path, changes: dict[str, object]) -> None:
    refused = refusal(write_header(file, with_origin(members, **changes)))
    assert refused in (ErrorCode.MODEL_FILE_INVALID, ErrorCode.MODEL_LABELS_MISMATCH)


@pytest.mark.parametrize(
    "labels",
    [
        b"", b"\xff\xfe", b"no table", b"index\twnid\tzh\ten\tgroup\n0\tn01440764\n",
        b"index\twnid\tzh\ten\tgroup\n0\tn1\t" + b"x" * 200_000 + b"\ten\tgroup\n",
    ],
    ids=["empty", "no UTF-8", "no table", "short row", "endless cell"],
)  # fmt: skip
def test_labels_of_the_wrong_form(members: dict[str, bytes], file: Path, labels: bytes) -> None:
    refused = refusal(write_header(file, members | {"labels.tsv": labels}))
    assert refused in (ErrorCode.MODEL_FILE_INVALID, ErrorCode.MODEL_LABELS_MISMATCH)


def test_damaged_card(members: dict[str, bytes], file: Path) -> None:
    assert refusal(write_header(file, members | {"card.toml": b"id = 1"})) is ErrorCode.MODEL_CARD_INVALID


def test_any_damaged_byte_is_harmless_or_refused(members: dict[str, bytes], file: Path) -> None:
    content = write_header(file, members).read_bytes()
    chance = random.Random(0)
    tail = len(content) - 600  # the zip's directory, where most bytes matter
    for _ in range(400):
        place = chance.randrange(tail if chance.random() < 0.8 else 0, len(content))
        damaged = bytearray(content)
        damaged[place] = chance.randrange(256)
        file.write_bytes(damaged)
        try:
            read_header(file)
        except ModelError:
            continue


def test_program_is_loaded_from_a_path_with_chinese_and_spaces(model: Model, file: Path) -> None:
    file.write_bytes(model.file.read_bytes())
    program, sha256 = model_file.load(request(model, file))
    assert not program.training
    assert sha256 == model.sha256


def test_changed_weight_is_noticed(model: Model, file: Path) -> None:
    file.write_bytes(model.file.read_bytes())
    flip_weights(file)
    assert read_header(file).card.id == "efficientnet_lite2"
    with pytest.raises(ModelError) as raised:
        model_file.load(request(model, file))
    assert raised.value.code is ErrorCode.MODEL_FILE_INVALID


def test_weights_of_another_model_are_noticed(model: Model, members: dict[str, bytes], file: Path) -> None:
    file.write_bytes(model.file.read_bytes())
    content = file.read_bytes()
    digest = model_file.read_header(file).origin.weights_sha256.encode()
    assert content.count(digest) == 2  # of the weights inside, and of those that they were made from
    with pytest.raises(ModelError) as raised:
        model_file.load(request(model, write_header(file, members)))
    assert raised.value.code is ErrorCode.MODEL_FILE_INVALID
