"""Answers as compact JSON: labels by their number, since a million answers are kept.

A versioned record of plain values with names. What is empty is left out; what else is missing has the default
of its field in `app.core.results`, or the record is damaged. What a later version has added is ignored.
"""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from app.core.errors import ErrorCode
from app.core.results import EngineInfo, Fallback, GroupPath, GroupScore, Prediction, Recognition, Timings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from app.labels import LabelSet

# Goes up when a name gets another meaning, not when one is added; with a migration, be it an empty one, so
# that a program of before refuses the database.
_VERSION = 2
_STEPS = tuple(field.name for field in fields(Timings))
_ENGINE = tuple(field.name for field in fields(EngineInfo))
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_text(answer: Recognition) -> str:
    """Everything of an answer but its path and the names of its labels."""
    predictions, group, fallback = answer.predictions, answer.group, answer.fallback
    record = {
        "v": _VERSION,
        # One list for each name: beside every number, the names would be longer than the numbers.
        "labels": [prediction.index for prediction in predictions],
        "scores": [round(prediction.score, 5) for prediction in predictions],
        "group": group and {"path": group.path, "score": round(group.score, 5)},
        "certain": answer.certain,
        "ms": {step: round(getattr(answer.timings, step), 3) for step in _STEPS},
        "engine": {name: getattr(answer.engine, name) for name in _ENGINE},
        "size": answer.source_size,
        "warnings": answer.warnings,
        "fallback": fallback and _plain(fallback),
    }
    # Not whatever is falsy: `certain` has to be there when it is false.
    return _ENCODER.encode({name: value for name, value in record.items() if value not in (None, ())})


def _plain(fallback: Fallback) -> dict[str, object]:
    # Facts may be paths and exceptions, which JSON does not know.
    facts = {name: str(value) for name, value in fallback.facts}
    return {"wanted": fallback.wanted, "code": fallback.code, "facts": facts}


def group_text(group: GroupScore | None) -> str | None:
    """A group as the database sorts and searches it."""
    return "/".join(group.path) if group else None


def group_of(text: str | None) -> GroupPath:
    """The group that the database has as this text; empty without one."""
    return tuple(text.split("/")) if text else ()


def summary(text: str) -> tuple[int, str | None, int]:
    """Of an answer as text: its first label, its group as text, and whether it is certain.

    For a damaged one it raises what `Database.reading` makes a StoreError of; so does `from_text`.
    """
    record = _of_today(text)
    group = record.get("group")
    return record["labels"][0], "/".join(group["path"]) if group else None, int(record["certain"])


def from_text(text: str, path: Path, labels: LabelSet) -> Recognition:
    """The answer for the picture at `path`, with the names that `labels` has today."""
    record = _of_today(text, len(labels))
    group, fallback = record.get("group"), record.get("fallback")
    answered = zip(record["labels"], record["scores"], strict=True)
    ms, engine = record["ms"], record["engine"]
    return Recognition(
        path=path,
        predictions=tuple(_prediction(index, score, labels) for index, score in answered),
        group=GroupScore(tuple(group["path"]), float(group["score"])) if group else None,
        certain=record["certain"],
        timings=Timings(**{step: float(ms[step]) for step in _STEPS if step in ms}),
        engine=EngineInfo(**{name: engine[name] for name in _ENGINE if name in engine}),
        source_size=(record["size"][0], record["size"][1]),
        warnings=tuple(record.get("warnings", ())),
        fallback=_fallback(fallback) if fallback else None,
    )


def _prediction(index: int, score: float, labels: LabelSet) -> Prediction:
    label = labels.labels[index]
    return Prediction(index, label.zh, label.en, label.group, float(score))


def _fallback(record: dict[str, Any]) -> Fallback:
    return Fallback(str(record["wanted"]), ErrorCode(record["code"]), tuple(record["facts"].items()))


def _of_today(text: str, labels: int | None = None) -> dict[str, Any]:
    """The record of an answer, one of an older version as one of today's; ValueError for an impossible one.

    `labels` is how many there are, None where that is not known.

    No migration does this: one over millions of answers would keep a user waiting for a start.
    """
    record: dict[str, Any] = json.loads(text)
    version = record.get("v", 1)
    if version == _VERSION:
        return _possible(record, labels)
    if version != 1:
        raise ValueError(f"an answer of version {version}")
    # It told its values apart by their places.
    top, group, fallback = record["top"], record["group"], record["fallback"]
    named = {
        "labels": [label for label, _ in top],
        "scores": [score for _, score in top],
        "group": group and _named("path score", group),
        "ms": _named("decode preprocess inference postprocess", record["ms"]),
        "engine": _named("name device precision threads model", record["engine"]),
        "fallback": fallback and _named("wanted code facts", (*fallback[:2], dict(fallback[2]))),
    }
    return _possible(record | named, labels)


def _possible(record: dict[str, Any], labels: int | None) -> dict[str, Any]:
    """`record`, if it can be an answer: a wrong one that looks right would be worse than none."""
    found, scores, ms, engine = record["labels"], record["scores"], record["ms"], record["engine"]
    group, facts = record.get("group"), (record.get("fallback") or {}).get("facts", {})
    names = [engine[name] for name in _ENGINE if name != "threads" and name in engine]
    texts = [*names, *record.get("warnings", ()), *(group["path"] if group else ()), *facts.values()]
    lists = [record.get("warnings", []), group["path"] if group else []]
    fits = (
        bool(found)
        and all(_is_number(each, 0, math.inf if labels is None else labels - 1, whole=True) for each in found)
        and len(set(found)) == len(found)
        and all(_is_number(each, 0, 1) for each in (*scores, *([group["score"]] if group else [])))
        and all(_is_number(ms[step], 0, math.inf) for step in _STEPS if step in ms)
        and all(_is_number(each, 1, math.inf, whole=True) for each in record["size"])
        and all(isinstance(each, list) for each in lists)
        and all(isinstance(each, str) for each in texts)
        and all(name.isprintable() for name in names)
        and type(record["certain"]) is bool
    )
    if not fits:
        raise ValueError("an impossible answer")
    return record


def _is_number(found: object, low: float, high: float, *, whole: bool = False) -> bool:
    """Whether `found` is a number from `low` to `high`; not-a-number is none, and `true` is not 1."""
    if isinstance(found, bool) or not isinstance(found, int if whole else int | float):
        return False
    return low <= found <= high


def _named(names: str, values: Iterable[object]) -> dict[str, Any]:
    return dict(zip(names.split(), values, strict=True))
