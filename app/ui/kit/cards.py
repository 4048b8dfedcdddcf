"""Surfaces, and how widgets stand on them."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget


class Card(QFrame):
    """A rounded surface."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")


def line(*widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
