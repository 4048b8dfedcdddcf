"""What is said of an answer, its times and its errors, in the language in use, wherever it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.core.language_in_use import tr
from app.core.results import Failure
from app.export.json_lines import to_json_line
from app.export.text import percent, to_text
from app.labels import group_in, label_in
from app.ui.kit.format import NO_BREAK, unbroken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.core.errors import ErrorCode
    from app.core.results import Comparison, EngineInfo, Prediction, Recognition

# Stands for a file's path in a sentence about it, and what leads to the path in most of them.
_PATH = "@path@"
_NAMED = re.compile(rf"[:：] ?{_PATH}")

_NO_MEDIANS = 0.0, 0.0, 0
Medians = Callable[[str, str], tuple[float, float, int] | None]  # `Session.medians`


def name_of(prediction: Prediction) -> str:
    """A label in the language in use."""
    return label_in(tr.language, prediction)


def other_name_of(prediction: Prediction) -> str:
    """A label in the other language; empty where it has the same name in both."""
    other = prediction.label_en if tr.language == "zh" else prediction.label
    return "" if other == name_of(prediction) else other


def headline(recognition: Recognition) -> str:
    """The label when it is certain, else that it is not."""
    return name_of(recognition.predictions[0]) if recognition.certain else tr("answer.uncertain")


def subtitle(recognition: Recognition) -> str:
    """The group that the answer belongs to, or may belong to and how likely; empty where there is none."""
    if recognition.group is None:
        return "" if recognition.certain else tr("answer.no_group")
    group = " > ".join(group_in(tr.language, recognition.group.path))
    if recognition.certain:
        return group
    return tr("answer.like", group=group, score=percent(recognition.group.score))


def remarks(recognition: Recognition) -> str:
    """What else the user should know: another engine has answered, or not all of the file was used."""
    said = [tr(f"warning.{warning}") for warning in recognition.warnings]
    fallback = recognition.fallback
    if fallback is not None:
        reason = tr.error(fallback.code, fallback.facts)
        wanted, used = tr(f"engine.{fallback.wanted}"), tr(f"engine.{recognition.engine.name}")
        said.insert(0, tr("answer.fallback", wanted=wanted, used=used, reason=reason))
    return "\n".join(said)


def failure(answer: Failure) -> str:
    """Why there is no answer, and what can be done."""
    return reason(answer.code, dict(answer.facts))


def reason(code: ErrorCode, facts: Mapping[str, object]) -> str:
    """Why there is no answer, without the path: the name stands beside it."""
    if "path" not in facts:
        return tr.error(code, facts)
    said = tr.error(code, {**facts, "path": _PATH})
    return _NAMED.sub("", said).replace(_PATH, tr("items.this_file"))


def copied(answer: Recognition | Failure, form: str) -> str:
    """An answer for the clipboard, as `text` or `json`."""
    return to_json_line(answer, tr.now) if form == "json" else to_text(answer, tr.now)


def milliseconds(value: float) -> str:
    """A time with three figures that count: `4.27 ms`, `31.2 ms`, `312 ms`; on one line."""
    decimals = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{decimals}f}{NO_BREAK}ms"


def engine_text(engine: EngineInfo) -> str:
    """Who computed: engine, device, number type and, on the CPU, threads."""
    parts = [tr(f"engine.{engine.name}"), engine.device.upper(), engine.precision]
    if engine.device == "cpu":
        parts.append(unbroken(tr("times.threads", threads=engine.threads)))
    return tr.join(parts, "facts")


def reference_name(comparison: Comparison) -> str:
    """What the reference of a comparison is called."""
    return tr(f"engine.{comparison.reference.engine.name}")


def engine_beside(comparison: Comparison) -> str:
    """What the engine beside the reference is called, also when that had to stand in for it."""
    fallback = comparison.other.fallback
    return tr(f"engine.{fallback.wanted if fallback else comparison.other.engine.name}")


def verdict(comparison: Comparison, medians: Medians) -> str:
    """How fast the engine is, in multiples of the reference's speed: by the medians, if there are any yet.

    One ratio, for two would contradict each other. The medians of one picture are its times.
    """
    names = {"engine": engine_beside(comparison), "reference": reference_name(comparison)}
    if comparison.other.fallback is not None:
        return tr("compare.fell_back", **names)
    first, other, count = (
        medians(comparison.reference.engine.name, comparison.other.engine.name) or _NO_MEDIANS
    )
    share = other / first if count > 1 else comparison.ratio
    said = tr("compare.faster" if share <= 1 else "compare.slower", **names, times=f"{1 / share:.2f}")
    if count <= 1:
        return said
    return tr("compare.medians", said=said, count=count, first=milliseconds(first), other=milliseconds(other))
