"""The language of the window: our texts, the program's name beside every title, and what Qt says itself."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.core.language_in_use import tr


class Language:
    """The language in use; `language` is the one instance, owned by the window's thread."""

    def __init__(self) -> None:
        self._of_qt: QTranslator | None = None

    def use(self, app: QApplication, wanted: str) -> None:
        """Switch to `zh`, `en` or, with `auto`, to what the system speaks."""
        tr.use(wanted)
        app.setApplicationDisplayName(tr("app.title"))
        QLocale.setDefault(QLocale("zh_CN" if tr.language == "zh" else "en_US"))  # how sizes are written
        if self._of_qt is not None:
            app.removeTranslator(self._of_qt)
            self._of_qt = None
        translator = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if tr.language == "zh" and translator.load("qtbase_zh_CN", folder):  # without one, Qt speaks English
            app.installTranslator(translator)
            self._of_qt = translator


language = Language()
