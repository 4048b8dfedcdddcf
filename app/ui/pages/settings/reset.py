"""Settings put back to their defaults, so that it can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from app.core.settings import Settings, with_values

if TYPE_CHECKING:
    from app.ui.current import Current


def default(name: str) -> object:
    """What a setting is where nobody has chosen."""
    return getattr(Settings(), name)


class Reset(QUndoCommand):
    """Some settings go back to their defaults, and as they were; what is chosen in between stays."""

    def __init__(self, current: Current, names: tuple[str, ...], sentence: str) -> None:
        super().__init__(sentence)
        self._current = current
        self._names = names
        self._before: dict[str, object] = {}

    def redo(self) -> None:
        self._before = {name: getattr(self._current.settings, name) for name in self._names}
        self._use({name: default(name) for name in self._names})

    def undo(self) -> None:
        chosen = [name for name in self._names if getattr(self._current.settings, name) != default(name)]
        self._use({name: value for name, value in self._before.items() if name not in chosen})

    def _use(self, values: dict[str, object]) -> None:
        now = self._current.settings
        changed = with_values(now, **values)
        if changed == now:
            self.setObsolete(True)
        else:
            self._current.change(changed)
