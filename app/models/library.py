"""The models that can be used: found ready-made, built on first use, or opened from a user's file."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, fields
from pathlib import Path

from app.core.engine_kinds import KINDS, Program
from app.core.errors import EngineError, ErrorCode, ModelError
from app.core.files import write_output
from app.core.model_card import ModelCard, card_error, load_card, model_ids
from app.core.stages import Report, ignore
from app.engines import model_file
from app.engines.factory import EngineRequest
from app.labels import LabelSet, load_labels
from app.models import trust
from app.models.building import build, ready_file, version_of

# Fields of a card that decide no answer of a program that is made from it.
_NO_ANSWERS = ("how", "embedding", "names", "count")
# Under which people keep models; a name that ends so is a file, whether it is there or not.
_ENDINGS = (".pt", ".pth", ".torchscript", ".ptl", ".pt2", ".onnx", ".safetensors", ".ckpt", ".bin")


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
    def answering(self) -> str:
        """SHA-256 of what decides this model's answers on any engine, torch and our own making left out.

        A value of the card counts only where it is not the default one: a field that a later version adds
        must not make another model of this one.
        """
        if not self.ours:
            return self.sha256  # of the whole file, with its card
        parts = self.card.input, self.card.outputs, self.card.calibration
        values = [
            (field.name, getattr(part, field.name))
            for part in parts
            for field in fields(part)
            if field.name not in _NO_ANSWERS and getattr(part, field.name) != field.default
        ]
        return hashlib.sha256(repr((self.sha256, values)).encode()).hexdigest()

    @property
    def version(self) -> str:
        """Sixteen hex digits that change with everything that decides what this model answers."""
        return version_of(self.card.text, self.labels.text, self.sha256)

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
    labels = load_labels(card.labels)
    _require_labels(card, labels, "card.toml")
    file = ready_file(card) or build(card, report=report)
    return Model(card, labels, file, model_file.read_header(file).origin.network_sha256)


def trust_file(name: str) -> None:
    """Remember the user's consent to run the content that the file `name` has now; nothing for an id.

    Raises ModelError: no model file, or the consent cannot be kept.
    """
    if is_file(name):
        model_file.read_header(Path(name))
        trust.trust(model_file.sha256_of(Path(name)), Path(name))


def card_of(name: str) -> ModelCard:
    """The card of a model, by its id or the path of a file; nothing is built. Raises ModelError."""
    return model_file.read_header(Path(name)).card if is_file(name) else load_card(name)


def labels_of(name: str) -> LabelSet:
    """The labels of a model, by its id or the path of a file; nothing is built. Raises ModelError."""
    if is_file(name):
        return model_file.read_header(Path(name)).labels
    return load_labels(load_card(name).labels)


def labels_to_run(name: str) -> LabelSet:
    """As `labels_of`, of a model that may be run now. Raises ModelError, also `model_untrusted`."""
    return _open_file(Path(name)).labels if is_file(name) else labels_of(name)


def _open_file(file: Path) -> Model:
    # The file may change after this: `model_file.load` hashes once more what it runs.
    header, sha256 = model_file.read_header(file), model_file.sha256_of(file)
    if not trust.is_trusted(sha256):
        raise ModelError(ErrorCode.MODEL_UNTRUSTED, file=file, sha256=sha256)
    _require_labels(header.card, header.labels, file)
    return Model(
        header.card, header.labels, file, sha256, ours=False, weights_sha256=header.origin.weights_sha256
    )


def _require_labels(card: ModelCard, labels: LabelSet, file: object) -> None:
    """Raise ModelError for other labels than the card counts; for a softmax over one, always sure."""
    if card.outputs.count not in (None, len(labels)):
        raise card_error("outputs.count", card.outputs.count, str(len(labels)), file)
    if card.outputs.activation == "softmax" and len(labels) < 2:
        raise card_error("outputs.activation", "softmax", f"sigmoid; {len(labels)} → 2, 3, … labels", file)


def export(model: Model, program: Program, target: Path, *, report: Report = ignore) -> None:
    """Copy one form of a model to `target`, whole or not at all.

    Raises WanwuError `output_unwritable`, and what `Model.program` raises.
    """
    write_output(target, model.program(program, report).read_bytes())
