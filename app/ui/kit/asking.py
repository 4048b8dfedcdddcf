"""Questions to the user: whether something may be done, and where a file is to be saved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.core.language_in_use import tr
from app.core.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget


def confirmed(parent: QWidget, title: str, question: str) -> bool:
    """Ask a question and wait for Yes or No; names of files in it are never taken for markup."""
    buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
    box = QMessageBox(QMessageBox.Icon.Question, title, question, buttons, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setDefaultButton(QMessageBox.StandardButton.No)  # Enter out of habit costs nothing
    answer = box.exec()
    box.deleteLater()
    return answer == QMessageBox.StandardButton.Yes


def where_to_save(parent: QWidget, title: str, proposed: Path, forms: Sequence[str]) -> Path | None:
    """Ask for a file whose name ends in one of these forms; None when the user gives up.

    A missing ending is added before it is asked whether a file with that name may be replaced: the system's
    dialog would ask about the name as it was typed, which is not the one that is written.
    """
    filters = {f"{form.upper()} (*.{form})": form for form in forms}
    unasked = QFileDialog.Option.DontConfirmOverwrite
    while True:
        name, chosen = QFileDialog.getSaveFileName(
            parent, title, str(proposed), ";;".join(filters), options=unasked
        )
        if not name:
            return None
        path = Path(name)
        if path.suffix.lower()[1:] not in forms:
            path = Path(f"{name}.{filters.get(chosen, forms[0])}")
        if path.is_dir() or not os.path.lexists(path) or _may_replace(parent, path):
            return path  # a folder of that name is a mistake that writing tells
        proposed = path


def _may_replace(parent: QWidget, path: Path) -> bool:
    question = tr("saving.replace_question", name=printable(path.name), folder=printable(str(path.parent)))
    return confirmed(parent, tr("saving.replace_title"), question)
