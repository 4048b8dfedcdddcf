"""What a screen reader finds in the window: `python -m tests.measure.accessible [PICTURE …]`.

Opens the real window (without a screen: `QT_QPA_PLATFORM=offscreen`), shows every page, and prints the tree
of what is visible: role, name, value and states. `!` marks what the keyboard reaches and has no name.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface

from app.ui.shell import application
from app.ui.shell.window import MainWindow

_FIRST_MS, _EACH_MS = 8000, 2000
# Lists may have a million rows.
_MOST_CHILDREN = 12
_STATES = ("focusable", "focused", "checkable", "checked", "disabled", "selected", "expandable", "editable")


def visible(item: QAccessibleInterface, depth: int = 0) -> Iterator[tuple[int, QAccessibleInterface]]:
    """An item and all below it that are visible, each with its depth."""
    if not item.isValid() or item.state().invisible:
        return
    yield depth, item
    for place in range(min(item.childCount(), _MOST_CHILDREN)):
        child = item.child(place)
        if child is not None:
            yield from visible(child, depth + 1)


def line(depth: int, item: QAccessibleInterface) -> str:
    """One row of the tree."""
    name = item.text(QAccessible.Text.Name)
    value = item.text(QAccessible.Text.Value)
    states = [state for state in _STATES if getattr(item.state(), state)]
    nameless = bool(item.state().focusable) and not name and not value
    parts = [item.role().name, repr(name), *([f"= {value!r}"] if value else []), *states]
    return ("! " if nameless else "  ") + "  " * depth + " ".join(parts)


def print_page(window: MainWindow, name: str) -> None:
    """Print the tree of a page that is shown."""
    print(f"\n== {name}")
    item = QAccessible.queryAccessibleInterface(window.pages[name])
    if item is not None:
        for depth, each in visible(item):
            print(line(depth, each))


def main(pictures: list[Path]) -> None:
    """Show the pages one after the other, print each, end."""
    app = application.Application(["wanwu"])
    window = application.open_window(app)
    window.show()
    window.begin(pictures)
    for number, name in enumerate(window.pages):
        at = _FIRST_MS + number * _EACH_MS
        QTimer.singleShot(at, lambda name=name: window.show_page(name))
        QTimer.singleShot(at + _EACH_MS - 100, lambda name=name: print_page(window, name))
    QTimer.singleShot(_FIRST_MS + len(window.pages) * _EACH_MS, window.close)
    app.exec()


if __name__ == "__main__":
    main([Path(name).absolute() for name in sys.argv[1:]])
