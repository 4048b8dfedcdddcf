"""Answers as people read them: on a terminal, or pasted into a letter."""

import math
import unicodedata

from app.core.printable import printable
from app.core.results import Failure, Recognition
from app.core.sentences import Translator
from app.labels import group_in, label_in, other_label

_BAR = 20
_LABEL_COLUMNS = 26


def to_text(answer: Recognition | Failure, tr: Translator) -> str:
    """An answer on several lines: labels with bars and times, or the error."""
    return _failure(answer, tr) if isinstance(answer, Failure) else _recognition(answer, tr)


def percent(score: float) -> str:
    """A probability as people read it: never "0.0%" for what is merely unlikely, a dash for no number."""
    if not math.isfinite(score):
        return "–"
    return "<0.1%" if score < 0.001 else f"{score:.1%}"


def _recognition(recognition: Recognition, tr: Translator) -> str:
    lines = [printable(str(recognition.path)), f"  {_headline(recognition, tr)}"]
    for prediction in recognition.predictions:
        label, other = label_in(tr.language, prediction), other_label(tr.language, prediction)
        bar = "█" * round(prediction.score * _BAR if math.isfinite(prediction.score) else 0)
        shown = f"{_padded(label, _LABEL_COLUMNS)}{percent(prediction.score):>7}  {bar:{_BAR}}"
        lines.append(f"    {shown}  {other if other != label else ''}".rstrip())
    lines.append(f"  {_times(recognition, tr)}")
    lines += [f"  ! {tr(f'warning.{warning}')}" for warning in recognition.warnings]
    if recognition.fallback is not None:
        reason = tr.error(recognition.fallback.code, recognition.fallback.facts)
        used = tr(f"engine.{recognition.engine.name}")
        lines.append(f"  ! {tr('cli.fallback', used=used, reason=reason)}")
    return "\n".join(lines)


def _headline(recognition: Recognition, tr: Translator) -> str:
    if recognition.certain:
        return label_in(tr.language, recognition.predictions[0])
    if recognition.group is None:
        return tr("answer.uncertain")
    return tr("answer.looks_like", group=" > ".join(group_in(tr.language, recognition.group.path)))


def _failure(failure: Failure, tr: Translator) -> str:
    return f"{printable(str(failure.path))}\n  ✗ {tr.error(failure.code, failure.facts)}"


def _times(recognition: Recognition, tr: Translator) -> str:
    times, engine = recognition.timings, recognition.engine
    return tr(
        "cli.times",
        decode=f"{times.decode:.1f}",
        preprocess=f"{times.preprocess:.1f}",
        inference=f"{times.inference:.1f}",
        postprocess=f"{times.postprocess:.1f}",
        total=f"{times.total:.1f}",
        engine=tr(f"engine.{engine.name}"),
        device=engine.device.upper(),
        precision=engine.precision,
    )


def _padded(text: str, columns: int) -> str:
    """`text` padded to terminal columns; Chinese characters take two."""
    width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(columns - width, 1)
