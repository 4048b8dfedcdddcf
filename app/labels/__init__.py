"""What the outputs of a network are called, and the groups that the labels belong to."""

from app.labels.label_set import (
    Label,
    LabelSet,
    group_in,
    group_place,
    label_in,
    load_labels,
    other_label,
)

__all__ = ["Label", "LabelSet", "group_in", "group_place", "label_in", "load_labels", "other_label"]
