"""Chinese text on every machine: the bundled font steps in where the system has none."""

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from app.core import paths

_PREFERRED = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
)
_SIZE_PX = 14


def set_font(app: QApplication) -> None:
    """Use the system's Chinese font beside its interface font, or the bundled one."""
    installed = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    chinese = next((name for name in _PREFERRED if name in installed), None)
    if chinese is None:
        for file in sorted(paths.resource("fonts").glob("*.otf")):
            number = QFontDatabase.addApplicationFont(str(file))
            chinese = QFontDatabase.applicationFontFamilies(number)[0]
    font = QFont(app.font())
    font.setFamilies([font.family(), *([chinese] if chinese else [])])
    font.setPixelSize(_SIZE_PX)
    app.setFont(font)
