"""Icons have the colours of the theme that is shown."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.kit.icons import Emblem
from app.ui.kit.theme import theme


def test_large_icon_takes_the_colour_of_another_theme(qtbot: QtBot, qapp: QApplication) -> None:
    theme.use(qapp, "light")
    emblem = Emblem("image-off", "muted", 72)
    qtbot.addWidget(emblem)
    found = []
    for name in ("light", "dark"):
        theme.use(qapp, name)
        image = emblem.grab().toImage()
        inked = {image.pixelColor(x, y).name() for x in range(72) for y in range(72)}
        found.append(theme.color("muted").name() in inked)
    theme.use(qapp, "light")
    assert found == [True, True]
