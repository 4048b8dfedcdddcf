"""The self-describing `.pt` file: a TorchScript program with its card, labels and origin inside."""

from __future__ import annotations

import importlib.metadata
import io
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from app.cards import ModelCard, parse_card
from app.engines.architecture import weights_sha256
from app.engines.torch_runtime import load_torch
from app.errors import ErrorCode, ModelError
from app.labels import LabelSet

if TYPE_CHECKING:
    from pathlib import Path

    from torch.jit import ScriptModule

    from app.engines.kinds import Program

_FORMAT = 2
_SOURCE_LINES = ".debug_pkl"
_WRITTEN_BY_TORCH = ("version", "byteorder", ".data/serialization_id")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file comes from: its own format number, the torch that wrote it, the weights in it."""

    format: int
    program: str
    torch: str
    weights_sha256: str
    outputs: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself."""

    card: ModelCard
    labels: LabelSet
    origin: Origin


def torch_version() -> str:
    """The installed torch's version, without importing torch."""
    return importlib.metadata.version("torch")


def save(
    module: ScriptModule, card: ModelCard, labels: LabelSet, outputs: int, program: Program, file: Path
) -> None:
    """Write a TorchScript module with everything that is needed to use it, the same each time.

    Raises OSError.
    """
    torch = load_torch()
    origin = Origin(_FORMAT, program.value, torch_version(), weights_sha256(module), outputs)
    extra = {"card.toml": card.text, "labels.tsv": labels.text, "origin.json": json.dumps(asdict(origin))}
    written = io.BytesIO()
    torch.jit.save(module, written, _extra_files=extra)
    written.seek(0)
    file.write_bytes(_without_source_lines(written))


def _without_source_lines(written: io.BytesIO) -> bytes:
    """The file without the lines of Python that it was compiled from, and the paths where these lay.

    Nothing runs on them, and they differ from one machine to the next.
    """
    torch, shorter = load_torch(), io.BytesIO()
    reader, writer = torch._C.PyTorchFileReader(written), torch._C.PyTorchFileWriter(shorter)
    for name in reader.get_all_records():
        if not name.endswith(_SOURCE_LINES) and name not in _WRITTEN_BY_TORCH:
            content = reader.get_record(name)
            writer.write_record(name, content, len(content))
    writer.write_end_of_file()
    return shorter.getvalue()


def read_header(file: Path) -> Header:
    """Read what a file says of itself, without torch and without running anything in it.

    Raises ModelError: not such a file, truncated, written by a newer torch, labels that do not match.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            texts = {
                name.rpartition("/extra/")[2]: archive.read(name).decode("utf-8")
                for name in archive.namelist()
                if "/extra/" in name
            }
        origin = Origin(**json.loads(texts["origin.json"]))
        card, labels = parse_card(texts["card.toml"]), LabelSet(texts["labels.tsv"])
        newer = _release(origin.torch) > _release(torch_version()) or origin.format > _FORMAT
    except Exception as error:  # whatever zipfile, json, tomllib and csv find wrong with a damaged file
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail=_first_line(error)) from error
    if newer:
        raise ModelError(
            ErrorCode.MODEL_FILE_NEWER, file=file, made_by=origin.torch, installed=torch_version()
        )
    if origin.outputs != len(labels):
        raise ModelError(
            ErrorCode.MODEL_LABELS_MISMATCH, file=file, outputs=origin.outputs, labels=len(labels)
        )
    return Header(card, labels, origin)


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("+")[0].split(".")[:2])


def load(file: Path, device: str) -> ScriptModule:
    """Load the program in `file` onto `device`, and check that its weights are what the header says.

    The file is opened here because torch cannot open paths with non-ASCII names on Windows
    (pytorch issue 75171). Raises ModelError.
    """
    torch = load_torch()
    header = read_header(file)
    try:
        with file.open("rb") as stream:
            module: ScriptModule = torch.jit.load(stream, map_location=device)
    except (OSError, RuntimeError, torch.jit.Error) as error:
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail=_first_line(error)) from error
    if weights_sha256(module) != header.origin.weights_sha256:
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail="SHA-256 of the weights differs")
    return module.eval()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
