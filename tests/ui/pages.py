"""The pages of a window, by their classes."""

from app.ui.pages.batch.items.view import ItemsView
from app.ui.pages.batch.page import BatchPage
from app.ui.pages.performance.page import PerformancePage
from app.ui.pages.recognise.page import RecognisePage
from app.ui.pages.settings.page import SettingsPage
from app.ui.shell.window import MainWindow


def recognise(window: MainWindow) -> RecognisePage:
    """The page where pictures are recognised one by one."""
    return window.page(RecognisePage)


def batch(window: MainWindow) -> BatchPage:
    """The page of the runs over folders."""
    return window.page(BatchPage)


def performance(window: MainWindow) -> PerformancePage:
    """The page where engines are measured."""
    return window.page(PerformancePage)


def settings_page(window: MainWindow) -> SettingsPage:
    """The settings."""
    return window.page(SettingsPage)


def made(view: ItemsView) -> ItemsView:
    """The view, with all its parts at once."""
    for _part in view.make():
        pass
    return view
