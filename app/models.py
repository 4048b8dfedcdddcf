"""The models that can be used: found ready-made, built on first use, or opened from a user's file."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from app import parity, paths
from app.cards import ModelCard, load_card
from app.engines import model_file
from app.engines.kinds import Program
from app.engines.registry import EngineRequest, create_engine
from app.errors import EngineError, ErrorCode, ModelError
from app.files import write_output
from app.labels import LabelSet, load_labels
from app.loading import load_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

Report = Callable[[str], None]
_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is ready to run: its card, its labels and its scripted program.

    Attributes:
        ours: whether the file was made by this program from the card, and others can be.
    """

    card: ModelCard
    labels: LabelSet
    file: Path
    ours: bool = True

    @property
    def weights_sha256(self) -> str:
        """What tells one set of weights from another."""
        return model_file.read_header(self.file).origin.weights_sha256

    def program(self, program: Program, report: Report) -> Path:
        """The file of one form of this model, built if need be.

        Raises EngineError `engine_not_here` for a file from elsewhere that is not of this form; ModelError.
        """
        if program is Program.SCRIPTED:
            return self.file
        if not self.ours:
            raise EngineError(ErrorCode.ENGINE_NOT_HERE, engine=program.value, reason="foreign_model")
        return ready_file(self.card, program) or build(self.card, program, report=report)


def ignore(_stage: str) -> None:
    """A report that nobody listens to."""


def open_model(name: str, *, trusted: bool = False, report: Report = ignore) -> Model:
    """A model by its id, built if need be, or by the path of a `.pt` file.

    A TorchScript file is a program: one from elsewhere is only opened when the user says that it is
    `trusted`. `report` gets keys of `resources/i18n`, section `build`. Raises ModelError.
    """
    if name.endswith(".pt"):
        return _open_file(Path(name), trusted)
    card = load_card(name)
    return Model(card, load_labels(card.labels), ready_file(card) or build(card, report=report))


def labels_of(name: str) -> LabelSet:
    """The labels of a model, by its id or the path of a `.pt` file; nothing is built. Raises ModelError."""
    if name.endswith(".pt"):
        return model_file.read_header(Path(name)).labels
    return load_labels(load_card(name).labels)


def ready_file(card: ModelCard, program: Program = Program.SCRIPTED) -> Path | None:
    """A model's file that needs no building: shipped with the program, or built earlier."""
    places = paths.cards_folder() / card.id / _name(card, program), built_file(card, program)
    return next((file for file in places if _is_current(file, card)), None)


def _open_file(file: Path, trusted: bool) -> Model:
    header = model_file.read_header(file)
    if not trusted:
        raise ModelError(ErrorCode.MODEL_UNTRUSTED, file=file)
    return Model(header.card, header.labels, file, ours=False)


def export(model: Model, program: Program, target: Path, *, report: Report = ignore) -> None:
    """Copy one form of a model to `target`, whole or not at all.

    Raises WanwuError `output_unwritable`, and what `Model.program` raises.
    """
    write_output(target, model.program(program, report).read_bytes())


def built_file(card: ModelCard, program: Program = Program.SCRIPTED) -> Path:
    """Where one form of a model is built for this user."""
    return paths.data_folder() / "models" / _name(card, program)


def _name(card: ModelCard, program: Program) -> str:
    """An ONNX file cannot say what it was made from: its name does."""
    if program is Program.ONNX:
        return f"{card.id}.{fingerprint(card)}.onnx"
    return f"{card.id}.pt" if program is Program.SCRIPTED else f"{card.id}.{program}.pt"


def fingerprint(card: ModelCard) -> str:
    """Twelve hex digits that change with card, labels and torch, which decide what a model answers."""
    text = "\0".join((card.text, load_labels(card.labels).text, model_file.torch_version()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _is_current(file: Path, card: ModelCard) -> bool:
    """Whether `file` was built from this card and its labels by the installed torch."""
    if not file.exists() or file.suffix == ".onnx":
        return file.exists()
    try:
        header = model_file.read_header(file)
    except ModelError as error:
        log.warning("%s is built anew: %s", file, error)
        return False
    same_torch = header.origin.torch == model_file.torch_version()
    labels = load_labels(card.labels)
    return same_torch and (header.card.text, header.labels.text) == (card.text, labels.text)


def build(
    card: ModelCard,
    program: Program = Program.SCRIPTED,
    *,
    report: Report = ignore,
    again: bool = False,
) -> Path:
    """Make, save and check a form of a model, once even when several processes ask; the path of its file.

    Raises ModelError when the folder cannot be written or the scripted form differs from eager; EngineError
    when the form cannot be made.
    """
    target = built_file(card, program)
    with _lock(target, report):
        if again or not _is_current(target, card):
            partial = target.with_name(f"partial.{target.name}")
            try:
                _write(card, program, partial, report)
                partial.replace(target)
                _remove_outdated(card, target)
            except OSError as error:
                raise _unwritable(target.parent, error) from error
            finally:
                partial.unlink(missing_ok=True)
    return target


def _remove_outdated(card: ModelCard, newest: Path) -> None:
    """An ONNX file of another card or torch is never asked for again."""
    if newest.suffix == ".onnx":
        for file in newest.parent.glob(f"{card.id}.*.onnx"):
            if file != newest:
                file.unlink(missing_ok=True)


@contextmanager
def _lock(target: Path, report: Report) -> Iterator[None]:
    lock = FileLock(target.with_suffix(".lock"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            report("waiting")
            lock.acquire()
    except OSError as error:
        raise _unwritable(target.parent, error) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> ModelError:
    return ModelError(ErrorCode.MODEL_STORE_UNWRITABLE, folder=folder, detail=error.strerror or str(error))


def _write(card: ModelCard, program: Program, file: Path, report: Report) -> None:
    from app.engines.programs import write_program

    labels = load_labels(card.labels)
    write_program(program, card, labels, file, lambda: list(parity.check_batches(card.input)), report)
    if program is not Program.SCRIPTED:
        return  # `app.engine_shelf` checks the engine that runs it
    report("check")
    difference = largest_difference(card, file)
    if difference > _TOLERANCE:
        raise ModelError(ErrorCode.MODEL_DIFFERS, model=card.id, difference=f"{difference:.2g}")


def largest_difference(card: ModelCard, file: Path) -> float:
    """How far TorchScript's probabilities are from eager's on the sample pictures, at most."""
    request = EngineRequest(card, file, "cpu", 1)
    pictures = [
        load_picture(path, card.input).batch for path in sorted(paths.resource("samples").glob("*.jpg"))
    ]
    answers = []
    for name in ("eager", "torchscript"):
        engine = create_engine(name, request)
        engine.warm_up(1)  # the executor changes the program in the first runs: compare later ones
        answers.append(parity.probabilities(engine, pictures, card))
    return parity.compare("torchscript", *answers).largest
