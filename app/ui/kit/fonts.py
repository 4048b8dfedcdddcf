"""Text on every machine: in the size of the system, and Chinese where the system has no font for it."""

import sys

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from app.core import paths

_PREFERRED = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
)
# The window is drawn for text of 14 px. Systems whose text is smaller get this; larger text is followed.
_DRAWN_PX = 14
_LEAST_PT = 14.0 if sys.platform == "darwin" else 10.5  # a point is a pixel there, else 4/3 of one


def set_font(app: QApplication) -> None:
    """Use the system's Chinese font beside its interface font, or the bundled one."""
    installed = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    chinese = next((name for name in _PREFERRED if name in installed), None)
    if chinese is None:
        for file in sorted(paths.resource("fonts").glob("*.otf")):
            number = QFontDatabase.addApplicationFont(str(file))
            chinese = QFontDatabase.applicationFontFamilies(number)[0]
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFamilies([font.family(), *([chinese] if chinese else [])])
    font.setPointSizeF(max(font.pointSizeF(), _LEAST_PT))
    app.setFont(font)


def points(px: float) -> float:
    """The size in points of text that is `px` high where the system's text has its usual size."""
    return QApplication.font().pointSizeF() * px / _DRAWN_PX
