"""Which pictures the engines are fed: the samples, those of the recognise page, or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QComboBox

from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.dialogs import choose_folder
from app.ui.kit.fields import DropDown, leave_wheel, offer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_PX = 260
_SAMPLES, _STRIP, _FOLDER, _CHOOSE = "samples", "strip", "folder", "choose"


class PictureChoice(DropDown):
    """A menu; `strip` tells the pictures of the recognise page."""

    def __init__(self, strip: Callable[[], Sequence[Path]]) -> None:
        super().__init__()
        self._strip = strip
        self._folder: Path | None = None
        self._kind = _SAMPLES
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaximumWidth(_MOST_PX)
        self.activated.connect(self._on_activated)
        leave_wheel(self)
        self.refresh()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Files and folders; none means the samples."""
        if self._kind == _STRIP:
            return tuple(self._strip())
        return (self._folder,) if self._kind == _FOLDER and self._folder else ()

    def refresh(self) -> None:
        """Offer what there is to choose from now, in the language in use."""
        count = len(self._strip())
        if self._kind == _STRIP and not count:
            self._kind = _SAMPLES
        items = [(tr("performance.pictures_samples"), _SAMPLES)]
        if count:
            items.append((tr("performance.pictures_strip", count=count), _STRIP))
        if self._folder:
            items.append((tr("performance.pictures_folder", name=printable(self._folder.name)), _FOLDER))
        items.append((tr("performance.pictures_choose"), _CHOOSE))
        offer(self, items, self._kind)
        self.setAccessibleName(tr("performance.pictures"))

    def state(self) -> str:
        """What is chosen, for the next start."""
        return f"{self._kind}:{self._folder or ''}"

    def restore(self, state: str) -> None:
        """Choose that again, if it is still there; a folder that is gone is told of when it is measured."""
        kind, _, folder = state.partition(":")
        self._folder = Path(folder) if folder else None
        if kind == _STRIP or (kind == _FOLDER and self._folder):
            self._kind = kind
        self.refresh()

    def use_folder(self, folder: Path) -> None:
        """Take the pictures of a folder."""
        self._folder, self._kind = folder, _FOLDER
        self.refresh()

    def _on_activated(self, row: int) -> None:
        if self.itemData(row) != _CHOOSE:
            self._kind = self.itemData(row)
            return
        folder = choose_folder(self, "pictures", tr("action.folder"))
        if folder is not None:
            self.use_folder(folder)
        self.setCurrentIndex(self.findData(self._kind))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
