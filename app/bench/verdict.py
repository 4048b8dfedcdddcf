"""What a run says, in one sentence: which engine is fastest here and by how much, if that can be said."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.bench.charts import times_as_fast

if TYPE_CHECKING:
    from app.bench.figures import Figures, Row
    from app.core.sentences import Translator


def verdict(figures: Figures, size: int, tr: Translator) -> str:
    """The sentence for a batch size; engines that must not be used are not in it."""
    rows = [row for row in figures.at(size) if row.summary and row.refusal is None]
    rows.sort(key=lambda row: row.summary.p50 if row.summary else math.inf)
    if not rows:
        return tr("verdict.none")
    reference = next((row for row in rows if row.subject.engine == figures.run.reference), None)
    sentence = _sentence(rows, reference, figures, tr)
    if figures.is_going_on:
        sentence = tr("verdict.so_far", sentence=sentence)
    if len(figures.batch_sizes) > 1:
        sentence = tr("verdict.at_batch", batch=size, sentence=sentence)
    return sentence


def _sentence(rows: list[Row], reference: Row | None, figures: Figures, tr: Translator) -> str:
    best = rows[0]
    facts = {
        "engine": _name(best, tr),
        "time": _time(best),
        "reference": tr(f"engine.{figures.run.reference}"),
    }
    if len(rows) == 1 or reference is None:
        return tr("verdict.alone", **facts)
    unsteady = max((best, reference), key=_noise)
    equal = [row for row in rows if row is not best and _overlap(best, row)]
    if unsteady.is_unsteady and (reference is best or reference in equal):
        return tr("verdict.unclear", engine=_name(unsteady, tr), noise=noise(unsteady)) + why_unsteady(
            figures, tr
        )
    if reference is best:
        return tr("verdict.same" if len(equal) == len(rows) - 1 else "verdict.reference", **facts)
    if reference in equal:
        return tr("verdict.same", **facts)
    facts["times"] = times_as_fast(best.ratio or 1.0)
    if unsteady.is_unsteady:
        facts["times"] = f"{1 / (best.ratio or 1.0):.1f}"
        return tr("verdict.about", **facts, unsteady=_name(unsteady, tr), noise=noise(unsteady))
    if equal:
        facts["others"] = tr.join(_name(row, tr) for row in equal)
        return tr("verdict.tied", **facts)
    return tr("verdict.fastest", **facts)


def why_unsteady(figures: Figures, tr: Translator) -> str:
    """What may have made times unsteady, and what to do."""
    if figures.load is None:
        return tr("verdict.why_unknown")
    return tr("verdict.why_busy", load=f"{figures.load:.1f}", cores=figures.run.machine.get("cores", 1))


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
