"""The language of the window: our texts, the program's name beside every title, and what Qt says itself."""

import sys

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.core.language_in_use import tr
from app.core.sentences import LANGUAGES

# By context and source in Qt: what its own Chinese translation leaves in English. A `LookIn` label is always
# in English there; the icon provider says of what kind a file is, in the list of a file dialog.
_LEFT_OUT = {
    ("QFileDialog", "&Look in:"): "qt.look_in",
    ("QFileDialog", "Files of &type:"): "qt.files_of_type",
    ("QAbstractFileIconProvider", "Drive"): "qt.drive",
    ("QAbstractFileIconProvider", "File"): "qt.file",
    ("QAbstractFileIconProvider", "%1 File"): "qt.file_of",
    ("QAbstractFileIconProvider", "File Folder"): "qt.folder",
    ("QAbstractFileIconProvider", "Folder"): "qt.folder",
    ("QAbstractFileIconProvider", "Shortcut"): "qt.link",
    ("QAbstractFileIconProvider", "Alias"): "qt.link",
    ("QAbstractFileIconProvider", "Unknown"): "qt.unknown",
    # These it has, but as directions and not as keys.
    ("QShortcut", "Left"): "qt.key_left",
    ("QShortcut", "Up"): "qt.key_up",
    ("QShortcut", "Right"): "qt.key_right",
    ("QShortcut", "Down"): "qt.key_down",
}


class _LeftOut(QTranslator):
    """What Qt's translation lacks."""

    def translate(
        self, context: str, source: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str | None:
        key = _LEFT_OUT.get((context, source))
        return tr(key) if key else None  # then the next translator is asked


def language_of_system() -> str:
    """The first of the languages that the system prefers which the window speaks; `auto` where it is asked.

    On macOS and Windows the environment of a program says nothing of it. Elsewhere it does, and the command
    line goes by it too.
    """
    if sys.platform not in ("darwin", "win32"):
        return "auto"
    preferred = (name.partition("-")[0].lower() for name in QLocale.system().uiLanguages())
    return next((name for name in preferred if name in LANGUAGES), "en")


class Language:
    """The language in use; `language` is the one instance, owned by the window's thread."""

    def __init__(self) -> None:
        self._of_qt: list[QTranslator] = []

    def use(self, app: QApplication, wanted: str) -> None:
        """Switch to `zh`, `en` or, with `auto`, to what the system speaks."""
        tr.use(wanted if wanted in LANGUAGES else language_of_system(), "window")
        QLocale.setDefault(QLocale("zh_CN" if tr.language == "zh" else "en_US"))  # how sizes are written
        # Before the translators: these tell every widget, and windows set their titles then. Qt writes this
        # name behind each title that does not end in it, so a title of the other language would show both.
        app.setApplicationDisplayName(tr("app.title"))
        for translator in self._of_qt:
            app.removeTranslator(translator)
        self._of_qt = _chinese() if tr.language == "zh" else []  # without one, Qt speaks English
        for translator in self._of_qt:
            app.installTranslator(translator)


def _chinese() -> list[QTranslator]:
    """What translates Qt, the last one asked first."""
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return [translator, _LeftOut()] if translator.load("qtbase_zh_CN", folder) else [_LeftOut()]


language = Language()
