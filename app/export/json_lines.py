"""Results as JSON records, one line a picture: the contract of `wanwu classify --json`."""

import base64
import os
from dataclasses import asdict
from pathlib import Path

from app.core.printable import printable
from app.core.results import Failure, GroupScore, Prediction, Recognition, Timings
from app.core.sentences import Translator
from app.export.json_text import json_text

Record = dict[str, object]


def to_json_line(answer: Recognition | Failure, tr: Translator, correction: Prediction | None = None) -> str:
    """An answer as one line of JSON. Scores have 4 decimals, times are milliseconds with 2.

    The label that a person has chosen stands apart from the model's, as `correction`.
    """
    record = _failure(answer, tr) if isinstance(answer, Failure) else _recognition(answer, tr)
    if correction is not None:
        record["correction"] = _label(correction)
    return json_text(record)


def _recognition(recognition: Recognition, tr: Translator) -> Record:
    engine = recognition.engine
    record: Record = {
        **_path(recognition.path),
        "ok": True,
        "predictions": [_prediction(prediction) for prediction in recognition.predictions],
        "group": _group(recognition.group),
        "certain": recognition.certain,
        "warnings": list(recognition.warnings),
        "timings_ms": _timings(recognition.timings),
        "engine": engine.name,
        "device": engine.device,
        "precision": engine.precision,
        "model": engine.model,
    }
    if recognition.fallback is not None:
        fallback = recognition.fallback
        reason = tr.error(fallback.code, fallback.facts)
        record["fallback"] = {"wanted": fallback.wanted, "code": str(fallback.code), "reason": reason}
    return record


def _failure(failure: Failure, tr: Translator) -> Record:
    message = tr.error(failure.code, failure.facts)
    return {**_path(failure.path), "ok": False, "error": {"code": str(failure.code), "message": message}}


def _timings(timings: Timings) -> dict[str, float]:
    return {name: round(value, 2) for name, value in (asdict(timings) | {"total": timings.total}).items()}


def _path(path: Path) -> Record:
    """The path; one that is not valid text has its bytes beside it, so that it can be found again."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return {"path": printable(str(path)), "path_base64": base64.b64encode(os.fsencode(path)).decode()}
    return {"path": str(path)}


def _prediction(prediction: Prediction) -> Record:
    return {**_label(prediction), "score": round(prediction.score, 4)}


def _label(prediction: Prediction) -> Record:
    return {
        "index": prediction.index,
        "label": prediction.label,
        "label_en": prediction.label_en,
        "group": list(prediction.group),
    }


def _group(group: GroupScore | None) -> Record | None:
    return None if group is None else {"path": list(group.path), "score": round(group.score, 4)}
