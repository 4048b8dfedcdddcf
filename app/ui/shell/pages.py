"""The pages of the window, in the order of the rail: each is a folder in `app/ui/pages` and a line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.ui.pages.batch.page import BatchPage
from app.ui.pages.performance.page import PerformancePage
from app.ui.pages.recognise.page import RecognisePage
from app.ui.pages.settings.page import SettingsPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.current import Current
    from app.ui.kit.page import Page


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its name is also that of its texts, `page.<name>`.

    Attributes:
        icon: one of `resources/icons/lucide`.
        key: shows the page.
        at_foot: stands apart from the others, at the foot of the rail.
    """

    name: str
    icon: str
    key: str
    make: Callable[[Current], Page]
    at_foot: bool = False


PAGES = (
    Entry("recognise", "scan-search", "Ctrl+1", RecognisePage),
    Entry("batch", "images", "Ctrl+2", BatchPage),
    Entry("performance", "gauge", "Ctrl+3", PerformancePage),
    Entry("settings", "settings", "Ctrl+,", SettingsPage, at_foot=True),
)
