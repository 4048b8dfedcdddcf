"""The self-describing `.pt` file: a TorchScript program with its card, labels and origin inside."""

from __future__ import annotations

import errno
import hashlib
import importlib.metadata
import io
import json
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO

from app.core.engine_kinds import RECIPE
from app.core.errors import ErrorCode, ModelError
from app.core.files import content_sha256, open_regular, parsed
from app.core.model_card import ModelCard, parse_card
from app.engines import foreign_file
from app.engines.architecture import weights_sha256
from app.engines.torch_runtime import load_torch
from app.labels import LabelSet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch.jit import ScriptModule

    from app.core.engine_kinds import Program
    from app.engines.factory import EngineRequest

FORMAT = 3
_SOURCE_LINES = ".debug_pkl"
_WRITTEN_BY_TORCH = ("version", "byteorder", ".data/serialization_id")
# Bytes that the parts of a header may have. A file from elsewhere is looked at before it is trusted.
_MOST_BYTES = {"card.toml": 1 << 14, "labels.tsv": 1 << 25, "origin.json": 1 << 12}
_MOST_AT_ONCE = 1 << 22
_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL)
_NOT_REGULAR = (errno.ENODEV, errno.EISDIR, errno.ENXIO, errno.EOPNOTSUPP)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file comes from: its own format number, the torch that wrote it, the weights in it.

    Attributes:
        network_sha256: of the weights of the network that it was made from, which lower precision changes.
        recipe: how it was made from them (`app.core.engine_kinds.RECIPE`).
    """

    format: int
    program: str
    torch: str
    weights_sha256: str
    outputs: int
    network_sha256: str = ""
    recipe: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself."""

    card: ModelCard
    labels: LabelSet
    origin: Origin


@cache
def torch_version() -> str:
    """The installed torch's version, without importing torch."""
    return importlib.metadata.version("torch")


def save(
    module: ScriptModule,
    card: ModelCard,
    labels: LabelSet,
    outputs: int,
    program: Program,
    file: Path,
    network_sha256: str = "",
) -> None:
    """Write a TorchScript module with everything that is needed to use it, the same each time.

    `network_sha256` is of the weights that it was made from, when those in it are others. Raises OSError.
    """
    torch = load_torch()
    inside = weights_sha256(module)
    origin = Origin(FORMAT, program.value, torch_version(), inside, outputs, network_sha256 or inside, RECIPE)
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


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """OSError becomes ModelError: `model_not_found`, `model_file_foreign` (no regular file), `…_invalid`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_FILE:
            raise ModelError(ErrorCode.MODEL_NOT_FOUND, file=file) from error
        if isinstance(error, PermissionError):
            raise ModelError(ErrorCode.PERMISSION_DENIED, path=file) from error
        if error.errno in _NOT_REGULAR:
            raise ModelError(ErrorCode.MODEL_FILE_FOREIGN, file=file, reason="model_is_no_file") from error
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail=error.strerror) from error


def sha256_of(file: Path) -> str:
    """SHA-256 of everything in a file. Raises ModelError."""
    with _reading(file):
        return content_sha256(file).hex()


def read_header(file: Path) -> Header:
    """Read what a file says of itself, without torch, without running anything in it, and within bounds.

    Raises ModelError: not such a file, truncated, written by a newer torch, labels that do not match.
    """
    with _reading(file), open_regular(file) as stream:
        return _header(file, stream)


def _header(file: Path, stream: BinaryIO) -> Header:
    try:
        what = foreign_file.kind_by_beginning(stream)
        if what is not None:
            raise ModelError(ErrorCode.MODEL_FILE_FOREIGN, file=file, reason=what)
        texts = _texts(file, stream)
        table = parsed(json.loads, texts["origin.json"])
        if table["format"] > FORMAT or _release(table["torch"]) > _release(torch_version()):
            made_by = str(table["torch"])
            raise ModelError(
                ErrorCode.MODEL_FILE_NEWER, file=file, made_by=made_by, installed=torch_version()
            )
        origin, card = Origin(**table), parse_card(texts["card.toml"], file)
        labels = _labels(texts["labels.tsv"])
    except ModelError:
        raise
    except Exception as error:  # whatever zipfile, json and csv find wrong with a damaged file
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail=_first_line(error)) from error
    if origin.outputs != len(labels) or not labels.labels:
        raise ModelError(
            ErrorCode.MODEL_LABELS_MISMATCH, file=file, outputs=origin.outputs, labels=len(labels)
        )
    return Header(card, labels, origin)


@lru_cache(maxsize=2)
def _labels(text: str) -> LabelSet:
    """Headers are read several times until an engine runs; most have the same labels."""
    return LabelSet(text)


def _texts(file: Path, stream: BinaryIO) -> dict[str, str]:
    """The parts of a header by their names. Raises ModelError, ValueError, and what zipfile raises."""
    with zipfile.ZipFile(_Bounded(stream)) as archive:
        found = {name: _members(archive, name) for name in _MOST_BYTES}
        if not all(found.values()):
            what = foreign_file.kind_of_archive(archive)
            raise ModelError(ErrorCode.MODEL_FILE_FOREIGN, file=file, reason=what)
        return {name: _text(archive, members, _MOST_BYTES[name]) for name, members in found.items()}


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    # torch puts everything into a folder that is called after the archive.
    return [each for each in archive.infolist() if each.filename.endswith(f"/extra/{name}")]


def _text(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], most: int) -> str:
    """One part of a header; what the archive says of it is looked at before anything is unpacked."""
    member = members[0]
    if len(members) > 1:
        raise ValueError(f"{len(members)} × {member.filename}")
    # Others are unpacked by Python's zipfile without regard to how much comes out.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{member.filename}: compression {member.compress_type}")
    if member.file_size > most:
        raise ValueError(f"{member.filename}: {member.file_size:,} > {most:,} bytes")
    with archive.open(member) as stream:
        return stream.read(most).decode("utf-8")


class _Bounded:
    """A stream that is read a little at a time: the directory of an archive may say that it has gigabytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """As of any stream; ValueError for more than a directory of thousands of records needs."""
        content = self._stream.read(_MOST_AT_ONCE + 1 if size < 0 else min(size, _MOST_AT_ONCE + 1))
        if len(content) > _MOST_AT_ONCE:
            raise ValueError(f"a directory of more than {_MOST_AT_ONCE:,} bytes")
        return content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("+")[0].split(".")[:2])


def load(request: EngineRequest) -> tuple[ScriptModule, str]:
    """Load the program in the request's file onto its device; the program, and which model it is.

    Nothing in the file is run before it is known to be that of the request: one from elsewhere is the model
    only when every byte is the one that was trusted. torch gets the bytes because it cannot open paths with
    non-ASCII names on Windows (pytorch issue 75171). Raises ModelError.
    """
    torch, file = load_torch(), request.file
    with _reading(file), open_regular(file) as stream:
        content = io.BytesIO(stream.read())
    origin = _header(file, content).origin
    found = origin.network_sha256 if request.ours else hashlib.sha256(content.getbuffer()).hexdigest()
    if found != request.model_sha256:
        raise ModelError(ErrorCode.MODEL_WEIGHTS_DIFFER, engine=file.name, model=request.card.id)
    content.seek(0)
    try:
        module: ScriptModule = torch.jit.load(content, map_location=request.device)
    except (RuntimeError, torch.jit.Error) as error:
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail=_first_line(error)) from error
    if weights_sha256(module) != origin.weights_sha256:
        raise ModelError(ErrorCode.MODEL_FILE_INVALID, file=file, detail="SHA-256 of the weights differs")
    return module.eval(), found


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
