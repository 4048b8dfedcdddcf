"""What the program is made of, its licences, and what a report of a problem should say."""

from __future__ import annotations

import dataclasses
import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication

from app import RELEASES, __version__
from app.core import crash_reports, paths
from app.core.language_in_use import tr
from app.ui.kit.files import open_file
from app.ui.kit.texts import TextButton
from app.ui.pages.settings.section import Row

if TYPE_CHECKING:
    from app.core.settings import Settings
    from app.ui.current import Current


def about_rows(current: Current) -> list[Row]:
    """The rows of the section."""

    def copy() -> None:
        QApplication.clipboard().setText(diagnosis(current.settings))
        current.notices.tell(tr("diagnostics.copied"))

    def open_licences() -> None:
        place = paths.licences()
        if place is not None:
            open_file(place, current.notices)

    def open_releases() -> None:
        if not QDesktopServices.openUrl(QUrl(RELEASES)):
            QApplication.clipboard().setText(RELEASES)
            current.notices.warn(tr("about.no_browser", url=RELEASES), passes=True)

    licences = TextButton("about.licences", open_licences)
    licences.setEnabled(paths.licences() is not None)
    # A link: whether there is a new version is never asked for by the program.
    releases = TextButton("about.releases", open_releases)
    releases.setToolTip(RELEASES)
    program = Row("app.title", "about.text", (licences, releases))
    report = Row("diagnostics.name", "diagnostics.about", (TextButton("diagnostics.copy", copy),))
    return [program, report]


def made_of() -> str:
    """The version of the program, and of what it is made of."""
    parts = (f"{name} {version}" for name, version in crash_reports.versions().items() if name != "wanwu")
    return tr("about.made", version=__version__, parts=tr.join(parts))


def diagnosis(settings: Settings) -> str:
    """What helps with a report, in lines of `name: value`; nothing in it names a user's files."""
    chosen = dataclasses.asdict(settings)
    if "/" in settings.model or "\\" in settings.model:
        chosen["model"] = "(a file)"
    screens = (
        f"{screen.size().width()}x{screen.size().height()} @ {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    )
    facts = {
        "wanwu": f"{__version__}{' (installed)' if paths.is_frozen() else ''}",
        "system": platform.platform(),
        "processor": platform.machine(),
        **{name: version for name, version in crash_reports.versions().items() if name != "wanwu"},
        "Qt": QLibraryInfo.version().toString(),
        "platform": QGuiApplication.platformName(),
        "screens": ", ".join(screens),
        "languages": ", ".join(QLocale.system().uiLanguages()),
        **chosen,
    }
    return "".join(f"{name}: {value}\n" for name, value in facts.items())
