"""The keys of the batch page."""

from app.ui.kit.keys import Keys

KEYS = Keys(
    {
        "go_on_or_pause": "Ctrl+P",
        "find": "Ctrl+F",
        "export": "Ctrl+Shift+E",
        "sort": "Ctrl+Shift+S",
        "sortings": "Ctrl+Shift+H",
        "look_again": "F5",
        "back": "Alt+Left",
    }
)
