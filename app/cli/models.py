"""`wanwu models`: list, build, describe, export models, and take back the trust in one from elsewhere."""

import argparse
from pathlib import Path

from app.cli.progress import show_stage
from app.core.engine_kinds import Program
from app.core.errors import ErrorCode, ModelError, SettingsError
from app.core.files import is_there
from app.core.language_in_use import tr
from app.core.model_card import InputSpec, ModelCard, load_card, model_ids
from app.core.printable import printable
from app.engines.model_file import Header, read_header, sha256_of
from app.export.json_text import json_text
from app.models.building import build, ready_file
from app.models.library import export, is_file, open_model
from app.models.trust import Trusted, all_trusted, is_trusted, revoke


def run(arguments: argparse.Namespace) -> int:
    """Run one action: `list`, `build` (all without an ID), `info` (also of a file), `export`, `revoke`."""
    if arguments.action == "export":
        return _export(arguments.model, arguments.out)
    if arguments.action == "info":
        return _info(arguments.model, arguments.json)
    if arguments.action == "revoke":
        return _revoke(_needed(arguments.model))
    if arguments.action == "build":
        for name in [arguments.model] if arguments.model else model_ids():
            print(tr("cli.built", model=name, file=build(load_card(name), report=show_stage, again=True)))
        return 0
    return _list(arguments.model, arguments.json)


def _list(model: str | None, as_json: bool) -> int:
    """Models and trusted files; 1 when a card among them cannot be used, which hides no other one."""
    models = [_summary(load_card(model))] if model else list(map(_found, model_ids()))
    trusted = [] if model else all_trusted()
    if as_json:
        print(json_text([*models, *map(_trusted_summary, trusted)], indent=2))
    else:
        print("\n".join([*map(_line, models), *map(_trusted_line, trusted)]))
    return int(any("error" in record for record in models))


def _found(name: str) -> dict[str, object]:
    try:
        return _summary(load_card(name))
    except ModelError as error:
        return {"id": name, "name": name, "ready": False, "file": None, "error": tr.describe(error)}


def _needed(name: str | None) -> str:
    if name is None:
        raise ModelError(ErrorCode.MODEL_UNKNOWN, model="", known=", ".join(model_ids()))
    return name


def _export(model: str | None, out: str | None) -> int:
    """Write a model as the kind of file that the ending of `out` says: `.onnx` or TorchScript's `.pt`."""
    name = _needed(model)
    programs = {".onnx": Program.ONNX, ".pt": Program.SCRIPTED}
    target = Path(out or f"{name}.onnx")
    if target.suffix not in programs:
        raise SettingsError(ErrorCode.OUTPUT_FORM_UNKNOWN, path=target, endings=", ".join(programs))
    export(open_model(name, report=show_stage), programs[target.suffix], target, report=show_stage)
    print(printable(str(target)))
    return 0


def _revoke(name: str) -> int:
    """Take back consents; 1 when there was none by this name."""
    ended = revoke(name)
    for consent in ended:
        print(tr("cli.revoked", sha256=consent.sha256, file=consent.file))
    if not ended:
        print(tr("cli.revoked_none", name=name))
    return int(not ended)


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
    if "error" in record:
        return f"{record['id']:<20}  ✗ {record['error']}"
    return f"{record['id']:<20}  {state}  {record['name']}"


def _trusted_summary(consent: Trusted) -> dict[str, object]:
    """A trusted file as a model: its path is what `--model` takes."""
    file = Path(consent.file)
    there = is_there(file)
    return {
        "id": consent.file,
        "name": file.name,
        "ready": there,
        "file": consent.file if there else None,
        "sha256": consent.sha256,
        "trusted": consent.since,
    }


def _trusted_line(consent: Trusted) -> str:
    state = tr("cli.state_trusted", since=consent.since)
    return f"{printable(consent.sha256)[:20]:<20}  {state}  {printable(consent.file)}"


def _info(model: str | None, as_json: bool) -> int:
    name = _needed(model)
    if is_file(name):
        file = Path(name)
        header, sha256 = read_header(file), sha256_of(file)
        record = _card_record(header.card) | _file_record(header, file)
        record |= {"sha256": sha256, "trusted": is_trusted(sha256)}
    else:
        card = load_card(name)
        ready = ready_file(card)
        record = _card_record(card) | (_file_record(read_header(ready), ready) if ready else {"file": None})
    if as_json:
        print(json_text(record, indent=2))
    else:
        print("\n".join(f"{key:<16}{printable(str(value))}" for key, value in record.items()))
    return 0


def _card_record(card: ModelCard) -> dict[str, object]:
    return {
        "id": card.id,
        "name": card.name[tr.language],
        "task": card.task,
        "architecture": card.architecture,
        "input": _input(card.input),
        "temperature": card.calibration.temperature,
        "calibration": card.calibration.how,
        "licence": card.licence,
        "source": card.source,
    }


def _input(spec: InputSpec) -> str:
    return f"{spec.width}×{spec.height} {spec.channels.upper()}, {spec.interpolation}"


def _file_record(header: Header, file: Path) -> dict[str, object]:
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "torch": header.origin.torch,
        "labels": len(header.labels),
        "weights_sha256": header.origin.weights_sha256,
    }
