"""`wanwu models`: list, build, describe and export models."""

import argparse
from pathlib import Path

from app.cards import ModelCard, load_card, model_ids
from app.cli.progress import show_stage
from app.engines.kinds import Program
from app.engines.model_file import Header, read_header
from app.errors import ErrorCode, ModelError, SettingsError
from app.export.json_text import json_text
from app.i18n import printable, tr
from app.models import build, export, open_model, ready_file


def run(arguments: argparse.Namespace) -> int:
    """Run one of `list`, `build` (all without an ID), `info` (an id or a `.pt` file) and `export`."""
    if arguments.action == "export":
        return _export(arguments.model, arguments.out)
    if arguments.action == "info":
        return _info(arguments.model, arguments.json)
    cards = [load_card(name) for name in ([arguments.model] if arguments.model else model_ids())]
    if arguments.action == "build":
        for card in cards:
            print(tr("cli.built", model=card.id, file=build(card, report=show_stage, again=True)))
        return 0
    records = [_summary(card) for card in cards]
    if arguments.json:
        print(json_text(records, indent=2))
    else:
        print("\n".join(_line(record) for record in records))
    return 0


def _export(name: str | None, out: str | None) -> int:
    """Write a model as the kind of file that the ending of `out` says: `.onnx` or TorchScript's `.pt`."""
    if name is None:
        raise ModelError(ErrorCode.MODEL_UNKNOWN, model="", known=", ".join(model_ids()))
    programs = {".onnx": Program.ONNX, ".pt": Program.SCRIPTED}
    target = Path(out or f"{name}.onnx")
    if target.suffix not in programs:
        raise SettingsError(ErrorCode.OUTPUT_FORM_UNKNOWN, path=target, endings=", ".join(programs))
    export(open_model(name, report=show_stage), programs[target.suffix], target, report=show_stage)
    print(printable(str(target)))
    return 0


def _summary(card: ModelCard) -> dict[str, object]:
    file = ready_file(card)
    return {
        "id": card.id,
        "name": card.name[tr.language],
        "ready": file is not None,
        "file": file and str(file),
    }


def _line(record: dict[str, object]) -> str:
    state = tr("cli.state_ready" if record["ready"] else "cli.state_unbuilt")
    return printable(f"{record['id']:<20}  {state}  {record['name']}")


def _info(model: str | None, as_json: bool) -> int:
    if model is None:
        raise ModelError(ErrorCode.MODEL_UNKNOWN, model="", known=", ".join(model_ids()))
    if model.endswith(".pt"):
        record = _card_record(read_header(Path(model)).card) | _file_record(
            read_header(Path(model)), Path(model)
        )
    else:
        card = load_card(model)
        file = ready_file(card)
        record = _card_record(card) | (_file_record(read_header(file), file) if file else {"file": None})
    if as_json:
        print(json_text(record, indent=2))
    else:
        print("\n".join(printable(f"{key:<16}{value}") for key, value in record.items()))
    return 0


def _card_record(card: ModelCard) -> dict[str, object]:
    return {
        "id": card.id,
        "name": card.name[tr.language],
        "architecture": card.architecture,
        "input": f"{card.input.size}×{card.input.size} RGB, {card.input.interpolation}",
        "temperature": card.calibration.temperature,
        "calibration": card.calibration.how,
        "licence": card.licence,
        "source": card.source,
    }


def _file_record(header: Header, file: Path) -> dict[str, object]:
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "torch": header.origin.torch,
        "labels": len(header.labels),
        "weights_sha256": header.origin.weights_sha256,
    }
