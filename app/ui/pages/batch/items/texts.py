"""What is said of an item, in the language in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.language_in_use import tr
from app.export.text import percent
from app.labels import group_in
from app.store.listing import Column, Status

if TYPE_CHECKING:
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
    """Names labels by their numbers."""

    def __init__(self, labels: LabelSet) -> None:
        self.labels = labels

    def label_name(self, index: int) -> str:
        """A label in the language in use."""
        label = self.labels.labels[index]
        return label.zh if tr.language == "zh" else label.en

    def label(self, row: Row) -> str:
        """The label; the reason when there is none, and nothing while it is waited for."""
        if row.error is not None and row.label is None:
            return tr.error(row.error, row.facts)
        return self.label_name(row.label) if row.label is not None else ""

    def score(self, row: Row) -> str:
        """The probability of the model's first label."""
        return percent(row.score) if row.score is not None else ""

    def cell(self, row: Row, column: Column) -> str:
        """What stands in a column."""
        if column is Column.NAME:
            return row.name
        if column is Column.LABEL:
            return self.label(row)
        if column is Column.SCORE:
            return self.score(row)
        if column is Column.GROUP:
            return " > ".join(group_in(tr.language, row.group))
        if column is Column.STATUS:
            return tr(f"items.state_{row.status}")
        return f"{row.milliseconds:.1f}" if row.milliseconds is not None else ""

    def sentence(self, row: Row) -> str:
        """Everything, for a screen reader."""
        columns = (Column.NAME, Column.LABEL, Column.SCORE, Column.STATUS)
        return tr.join(self.cell(row, column) for column in columns)

    def tip(self, row: Row) -> str:
        """What may not fit on the screen."""
        return f"{row.name}\n{self.label(row) or self.cell(row, Column.STATUS)}"
