"""Settings put back to their defaults, so that it can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.language_in_use import tr
from app.core.settings import Settings, with_values
from app.ui.kit.undo import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.current import Current


def default(name: str) -> object:
    """What a setting is where nobody has chosen."""
    return getattr(Settings(), name)


class Reset(Command):
    """Some settings go back to their defaults, and as they were; what is chosen in between stays."""

    def __init__(
        self,
        current: Current,
        names: tuple[str, ...],
        section: str,
        show: Callable[[], object] = lambda: None,
    ) -> None:
        """`show` shows the user where they are."""
        super().__init__("settings", "settings.reset_done", lambda: {"section": tr(f"settings.{section}")})
        self._current, self._names, self._show = current, names, show
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
            self._show()
