"""Answers as compact JSON: labels by their number, since a hundred thousand answers are kept."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode
from app.core.results import EngineInfo, Fallback, GroupScore, Prediction, Recognition, Timings

if TYPE_CHECKING:
    from pathlib import Path

    from app.labels import LabelSet


def to_text(answer: Recognition) -> str:
    """Everything of an answer but its path and the names of its labels."""
    group, fallback = answer.group, answer.fallback
    record = {
        "top": [[prediction.index, round(prediction.score, 5)] for prediction in answer.predictions],
        "group": group and [list(group.path), round(group.score, 5)],
        "certain": answer.certain,
        "ms": [round(value, 3) for value in astuple(answer.timings)],
        "engine": list(astuple(answer.engine)),
        "size": list(answer.source_size),
        "warnings": list(answer.warnings),
        "fallback": fallback and [fallback.wanted, fallback.code, _plain(fallback)],
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def group_text(group: GroupScore | None) -> str | None:
    """A group as the database sorts and searches it."""
    return "/".join(group.path) if group else None


def summary(text: str) -> tuple[int, str | None, int]:
    """Of an answer as text: its first label, its group as text, and whether it is certain."""
    record = json.loads(text)
    group = "/".join(record["group"][0]) if record["group"] else None
    return record["top"][0][0], group, int(record["certain"])


def _plain(fallback: Fallback) -> list[list[object]]:
    return [[name, str(value)] for name, value in fallback.facts]


def from_text(text: str, path: Path, labels: LabelSet) -> Recognition:
    """The answer for the picture at `path`, with the names that `labels` has today."""
    record = json.loads(text)
    group, fallback = record["group"], record["fallback"]
    return Recognition(
        path=path,
        predictions=tuple(_prediction(index, score, labels) for index, score in record["top"]),
        group=GroupScore(tuple(map(str, group[0])), float(group[1])) if group else None,
        certain=bool(record["certain"]),
        timings=Timings(*map(float, record["ms"])),
        engine=EngineInfo(*record["engine"]),
        source_size=(record["size"][0], record["size"][1]),
        warnings=tuple(record["warnings"]),
        fallback=_fallback(fallback) if fallback else None,
    )


def _prediction(index: int, score: float, labels: LabelSet) -> Prediction:
    label = labels.labels[index]
    return Prediction(index, label.zh, label.en, label.group, float(score))


def _fallback(record: list[object]) -> Fallback:
    wanted, code, facts = record
    pairs = tuple((name, value) for name, value in facts) if isinstance(facts, list) else ()
    return Fallback(str(wanted), ErrorCode(str(code)), pairs)
