"""What is said of an item, in the language in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.language_in_use import tr
from app.export.text import percent
from app.labels import group_in
from app.store.listing import Column, Status
from app.ui.kit.drawing import places_of
from app.ui.pictures.texts import reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.labels import LabelSet
    from app.store.listing import Row

STATUS_COLORS = {
    Status.CERTAIN: "good",
    Status.UNCERTAIN: "warning",
    Status.CORRECTED: "accent",
    Status.FAILED: "error",
    Status.WAITING: "muted",
    Status.GONE: "muted",
}


class Texts:
    """Names labels by their numbers.

    Attributes:
        words: what is searched for.
        shared: how many characters the names of all rows that were read begin with alike.
    """

    def __init__(self, labels: LabelSet) -> None:
        self.labels = labels
        self.words: Sequence[str] = ()
        self.shared = 0

    def label_name(self, index: int) -> str:
        """A label in the language in use."""
        label = self.labels.labels[index]
        return label.zh if tr.language == "zh" else label.en

    def label(self, row: Row) -> str:
        """The label; the reason when there is none, and nothing while it is waited for.

        With the name that was searched for beside it, where that is the other language's or a group's.
        """
        if row.error is not None and row.label is None:
            return reason(row.error, dict(row.facts))
        if row.label is None:
            return ""
        label, name = self.labels.labels[row.label], self.label_name(row.label)
        if not self.words or places_of(name, self.words):
            return name
        groups = (
            *reversed(group_in(tr.language, row.group)),
            *reversed(row.group),
            *reversed(group_in("en", row.group)),
        )
        others = (label.zh, label.en, *groups)
        found = next((other for other in others if places_of(other, self.words)), None)
        return f"{name} · {found}" if found is not None else name

    def score(self, row: Row) -> str:
        """The probability of the model's first label; a person's word has none."""
        return percent(row.score) if row.score is not None and row.status is not Status.CORRECTED else ""

    def group(self, row: Row) -> str:
        """The group and those above it."""
        return " > ".join(group_in(tr.language, row.group))

    def cell(self, row: Row, column: Column) -> str:
        """What stands in a column."""
        if column is Column.NAME:
            return row.name
        if column is Column.LABEL:
            return self.label(row)
        if column is Column.SCORE:
            return self.score(row)
        if column is Column.GROUP:
            return self.group(row)
        if column is Column.STATUS:
            return tr(f"items.state_{row.status}")
        return f"{row.milliseconds:.1f}" if row.milliseconds is not None else ""

    def hit(self, row: Row) -> str:
        """Where the words that are searched for were found; nothing without any."""
        names = self.labels.labels[row.label] if row.label is not None else None
        where = {
            "label": f"{names.zh}\n{names.en}" if names is not None else "",
            "group": "\n".join([*row.group, *group_in("en", row.group)]),
            "name": row.name,
        }
        found = [tr(f"items.hit_{place}") for place, text in where.items() if places_of(text, self.words)]
        return tr("items.found_in", places=tr.join(found)) if found else ""

    def sentence(self, row: Row) -> str:
        """Everything, for a screen reader."""
        columns = (Column.NAME, Column.LABEL, Column.SCORE, Column.STATUS)
        parts = [*(self.cell(row, column) for column in columns), self.hit(row)]
        return tr.join(parts, "said")

    def tip(self, row: Row) -> str:
        """What may not fit on the screen."""
        lines = [row.name, self.label(row) or self.cell(row, Column.STATUS), self.group(row), self.hit(row)]
        return "\n".join(filter(None, lines))
