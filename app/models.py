"""The models that can be used: found ready-made, built on first use, or opened from a user's file."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from app import parity, paths, trust
from app.cards import ModelCard, load_card, model_ids
from app.engines import model_file, onnx_file
from app.engines.kinds import KINDS, RECIPE, Program
from app.engines.registry import EngineRequest, create_engine
from app.errors import EngineError, ErrorCode, ModelError
from app.files import write_output
from app.labels import LabelSet, load_labels
from app.loading import load_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.store.records import StoredRun

log = logging.getLogger(__name__)

Report = Callable[[str], None]
_TOLERANCE = 1e-3
# Under which people keep models; a name that ends so is a file, whether it is there or not.
_ENDINGS = (".pt", ".pth", ".torchscript", ".ptl", ".pt2", ".onnx", ".safetensors", ".ckpt", ".bin")


def ignore(_stage: str) -> None:
    """A report that nobody listens to."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is ready to run: its card, its labels and its scripted program.

    Attributes:
        sha256: what tells one model from another: the hash of the weights or, of a file from elsewhere, of
            everything in it, since a program can answer without weights.
        weights_sha256: of the weights of a file from elsewhere, by which runs of earlier versions know it.
        ours: whether the file was made by this program from the card, and others can be.
    """

    card: ModelCard
    labels: LabelSet
    file: Path
    sha256: str
    ours: bool = True
    weights_sha256: str = ""

    @property
    def version(self) -> str:
        """Sixteen hex digits that change with everything that decides what this model answers."""
        return _digits(self.card.text, self.labels.text, self.sha256, length=16)

    def request(self, engine: str, device: str, threads: int, report: Report = ignore) -> EngineRequest:
        """What `create_engine` needs to run this model on the engine; its program file is built if need be.

        Raises EngineError `engine_not_here` for a file from elsewhere, which can only be run as it is;
        ModelError.
        """
        if not self.ours and not KINDS[engine].any_program:
            raise EngineError(ErrorCode.ENGINE_NOT_HERE, engine=engine, reason="foreign_model")
        file = self.program(KINDS[engine].program, report)
        return EngineRequest(self.card, file, device, threads, self.sha256, len(self.labels), ours=self.ours)

    def program(self, program: Program, report: Report) -> Path:
        """The file of one form of this model, built if need be.

        Raises EngineError `engine_not_here` for a file from elsewhere that is not of this form; ModelError.
        """
        if program is Program.SCRIPTED:
            return self.file
        if not self.ours:
            raise EngineError(ErrorCode.ENGINE_NOT_HERE, engine=program.value, reason="foreign_model")
        return ready_file(self.card, program) or build(self.card, program, report=report)


def is_file(name: str) -> bool:
    """Whether a model's name is the path of a file from elsewhere, which need not exist, and no id."""
    path = Path(name)
    if name in model_ids():
        return False
    return path.suffix.lower() in _ENDINGS or path.name != name or os.path.lexists(path)


def open_model(name: str, *, report: Report = ignore) -> Model:
    """A model by its id, built if need be, or by the path of a file from elsewhere.

    A TorchScript file is a program: one from elsewhere is only opened when the user has said that its content
    is to be trusted. `report` gets keys of `resources/i18n`, section `build`. Raises ModelError.
    """
    if is_file(name):
        return _open_file(Path(name))
    card = load_card(name)
    file = ready_file(card) or build(card, report=report)
    return Model(card, load_labels(card.labels), file, model_file.read_header(file).origin.network_sha256)


def trust_file(name: str) -> None:
    """Remember the user's consent to run the content that the file `name` has now; nothing for an id.

    Raises ModelError: no model file, or the consent cannot be kept.
    """
    if is_file(name):
        model_file.read_header(Path(name))
        trust.trust(model_file.sha256_of(Path(name)), Path(name))


def labels_of(name: str) -> LabelSet:
    """The labels of a model, by its id or the path of a file; nothing is built. Raises ModelError."""
    if is_file(name):
        return model_file.read_header(Path(name)).labels
    return load_labels(load_card(name).labels)


def labels_to_run(name: str) -> LabelSet:
    """As `labels_of`, of a model that may be run now. Raises ModelError, also `model_untrusted`."""
    return _open_file(Path(name)).labels if is_file(name) else labels_of(name)


def labels_of_run(stored: StoredRun) -> LabelSet:
    """The labels that a run was made with; before its first answer, its model's. Raises ModelError."""
    return stored.labels or labels_of(stored.options["shelf"]["model"])


def ready_file(card: ModelCard, program: Program = Program.SCRIPTED) -> Path | None:
    """A model's file that needs no building: shipped with the program, or built earlier."""
    places = paths.cards_folder() / card.id / _name(card, program), built_file(card, program)
    return next((file for file in places if _is_current(file, card, program)), None)


def _open_file(file: Path) -> Model:
    header, sha256 = model_file.read_header(file), model_file.sha256_of(file)
    if not trust.is_trusted(sha256):
        raise ModelError(ErrorCode.MODEL_UNTRUSTED, file=file, sha256=sha256)
    return Model(
        header.card, header.labels, file, sha256, ours=False, weights_sha256=header.origin.weights_sha256
    )


def export(model: Model, program: Program, target: Path, *, report: Report = ignore) -> None:
    """Copy one form of a model to `target`, whole or not at all.

    Raises WanwuError `output_unwritable`, and what `Model.program` raises.
    """
    write_output(target, model.program(program, report).read_bytes())


def built_file(card: ModelCard, program: Program = Program.SCRIPTED) -> Path:
    """Where one form of a model is built for this user."""
    return paths.data_folder() / "models" / _name(card, program)


def _name(card: ModelCard, program: Program) -> str:
    """The name says from which card an ONNX file was made: the file itself has room for hashes only."""
    if program is Program.ONNX:
        return f"{card.id}.{fingerprint(card)}.onnx"
    return f"{card.id}.pt" if program is Program.SCRIPTED else f"{card.id}.{program}.pt"


def fingerprint(card: ModelCard) -> str:
    """Twelve hex digits that change with card, labels, torch and our own making of programs."""
    return _digits(card.text, load_labels(card.labels).text, length=12)


def _digits(*texts: str, length: int) -> str:
    made_by = model_file.torch_version(), f"{model_file.FORMAT}.{RECIPE}"
    return hashlib.sha256("\0".join((*texts, *made_by)).encode()).hexdigest()[:length]


def _is_current(file: Path, card: ModelCard, program: Program) -> bool:
    """Whether `file` is this program, made as today from this card and its labels by the installed torch."""
    if program is Program.ONNX:
        return onnx_file.is_sealed(file)
    if not file.exists():
        return False
    try:
        header = model_file.read_header(file)
    except ModelError as error:
        log.warning("%s is built anew: %s", file, error)
        return False
    origin, labels = header.origin, load_labels(card.labels)
    made = origin.format, origin.recipe, origin.program, origin.torch
    today = model_file.FORMAT, RECIPE, program.value, model_file.torch_version()
    return (made, header.card.text, header.labels.text) == (today, card.text, labels.text)


def build(
    card: ModelCard,
    program: Program = Program.SCRIPTED,
    *,
    report: Report = ignore,
    again: bool = False,
) -> Path:
    """Make, save and check a form of a model, once even when several processes ask; the path of its file.

    `again` helps against damaged files: with the scripted form the others are made anew too, when needed.
    Raises ModelError when the folder cannot be written or the scripted form differs from eager; EngineError
    when the form cannot be made.
    """
    target = built_file(card, program)
    with _lock(target, report):
        if again or not _is_current(target, card, program):
            partial = target.with_name(f"partial.{target.name}")
            try:
                _write(card, program, partial, report)
                partial.replace(target)
                _remove_outdated(card, target, others=again and program is Program.SCRIPTED)
            except OSError as error:
                raise _unwritable(target.parent, error) from error
            finally:
                partial.unlink(missing_ok=True)
    return target


def _remove_outdated(card: ModelCard, newest: Path, *, others: bool) -> None:
    """An ONNX file of another card or torch is never asked for again; `others` are all other forms."""
    outdated = newest.parent.glob(f"{card.id}.*.onnx") if others or newest.suffix == ".onnx" else ()
    forms = [built_file(card, program) for program in Program] if others else ()
    for file in {*outdated, *forms} - {newest}:
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
    labels, sha256 = load_labels(card.labels), model_file.read_header(file).origin.network_sha256
    request = Model(card, labels, file, sha256).request("torchscript", "cpu", 1)
    pictures = [
        load_picture(path, card.input).batch for path in sorted(paths.resource("samples").glob("*.jpg"))
    ]
    answers = []
    for name in ("eager", "torchscript"):
        engine = create_engine(name, request)
        engine.warm_up(1)  # the executor changes the program in the first runs: compare later ones
        answers.append(parity.probabilities(engine, pictures, card))
    return parity.compare("torchscript", *answers).largest
