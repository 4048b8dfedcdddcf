"""What a run says in a line: how much faster than the reference which engine is, if that can be said."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.bench.charts import times_as_fast
from app.bench.statistics import FEWEST

if TYPE_CHECKING:
    from app.bench.figures import Figures, Row
    from app.core.sentences import Translator


@dataclass(frozen=True, slots=True)
class Verdict:
    """A headline, its number first, and in a sentence or two what limits it; empty for nothing."""

    headline: str
    note: str = ""


def verdict(figures: Figures, size: int, tr: Translator) -> Verdict:
    """That of a batch size; engines that must not be used are not in it."""
    usable = [row for row in figures.at(size) if row.refusal is None]
    rows = [row for row in usable if row.summary]
    rows.sort(key=lambda row: row.summary.p50 if row.summary else math.inf)
    # An engine with too few times may be the fastest: nothing is said without it.
    short = [_name(row, tr) for row in usable if row.summary is None or row.summary.is_short]
    if short and figures.is_going_on:
        return _said("too_early", {}, tr)
    if short and rows:
        return _said("too_few", {"engines": tr.join(short), "needed": FEWEST}, tr)
    found = _said(*_found(rows, figures, tr), tr) if rows else _said("none", {}, tr)
    if figures.run.load:
        found = replace(found, headline=tr("verdict.busy", sentence=found.headline))
    if figures.is_going_on:
        found = replace(found, headline=tr("verdict.so_far", sentence=found.headline))
    return found


def advice(figures: Figures, tr: Translator) -> str:
    """What may have made times unsteady, and what to do; nothing where they are steady, or only few."""
    if not any(row.is_unsteady and row.summary and not row.summary.is_short for row in figures.rows):
        return ""
    if figures.run.load:
        return ""  # that was wanted
    if figures.load is None:
        return tr("verdict.why_unknown")
    return tr("verdict.why_busy", load=f"{figures.load:.1f}", cores=figures.run.machine.get("cores", 1))


def _said(key: str, facts: dict[str, object], tr: Translator) -> Verdict:
    note = f"verdict.{key}_note"
    return Verdict(tr(f"verdict.{key}", **facts), tr(note, **facts) if tr.has(note) else "")


def _found(rows: list[Row], figures: Figures, tr: Translator) -> tuple[str, dict[str, object]]:
    """What can be said of usable rows, the fastest first: a key of the section `verdict`, and its facts."""
    best, name = rows[0], figures.run.reference
    reference = next((row for row in rows if row.subject.engine == name), None)
    equal = [row for row in rows if row is not best and _overlap(best, row)]
    facts: dict[str, object] = {
        "engine": _name(best, tr), "time": _time(best), "reference": tr(f"engine.{name}")
    }  # fmt: skip
    facts["others"] = tr.join(_name(row, tr) for row in equal)
    if len(rows) == 1:
        return "alone" if reference else "alone_without_reference", facts
    first = [best, *equal]
    unsteady = max([*first, reference or best], key=_noise)
    facts |= {"unsteady": _name(unsteady, tr), "noise": noise(unsteady)}
    if unsteady.is_unsteady and (reference is None or reference in first):
        return "unclear", facts
    if reference is None:
        return "tied_without_reference" if equal else "without_reference", facts
    if reference in first:
        beats = reference is best and len(first) < len(rows)
        return "reference" if beats else "same", facts
    facts["times"] = times_as_fast(best.ratio or 1.0)
    if unsteady.is_unsteady:
        facts["times"] = f"{1 / (best.ratio or 1.0):.1f}"
        return "about_tied" if equal else "about", facts
    return "tied" if equal else "fastest", facts


def noise(row: Row) -> str:
    """How far the median may be off, as `±57%`; `?` for too few samples."""
    share = _noise(row)
    return f"±{share:.0%}" if math.isfinite(share) else "±?"


def _noise(row: Row) -> float:
    return row.summary.uncertainty if row.summary else 0.0


def _overlap(one: Row, other: Row) -> bool:
    """Whether the intervals of two medians meet: it cannot be said then which is the faster."""
    first, second = one.summary, other.summary
    return (
        first is not None
        and second is not None
        and max(first.low, second.low) <= min(first.high, second.high)
    )


def _name(row: Row, tr: Translator) -> str:
    return tr(f"engine.{row.subject.engine}")


def _time(row: Row) -> str:
    value = row.summary.p50 / row.batch_size if row.summary else 0.0
    return f"{value:.{2 if value < 10 else 1}f}"
