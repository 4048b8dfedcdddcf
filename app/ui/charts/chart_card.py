"""A card with a chart: title, remark, the chart itself, and a menu to copy and to save it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout

from app.charts.parts import framed
from app.charts.svg import to_svg
from app.core.errors import WanwuError
from app.core.files import write_output
from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.charts.chart_view import MARGIN_PX, ChartView
from app.ui.charts.painter import chart_lettering, colour, to_image, to_png
from app.ui.kit.cards import Card
from app.ui.kit.dialogs import users_folder, where_to_save
from app.ui.kit.icons import icon
from app.ui.kit.texts import Text

if TYPE_CHECKING:
    from app.charts.parts import Chart
    from app.charts.scene import Scene

_FORMS = ("png", "svg")
# A file is as wide as this at least, however narrow the window is.
_LEAST_WIDTH = 560


class ChartCard(Card):
    """One chart; `title` and `note` are keys of its texts.

    Signals:
        saved(Path): the chart has been written to a file.
        failed(str): the sentence for why it could not be.

    Attributes:
        view: the chart.
        subject: what it is about; files of it are proposed beside this and called after it.
    """

    saved = Signal(object)
    failed = Signal(str)

    def __init__(self, title: str, note: str, *, is_pressable: bool = False) -> None:
        super().__init__()
        self._name = title
        self.subject: Path | None = None
        self._title = Text(title, "strong")
        self._note = Text(note, "muted", wrap=True)
        for text in (self._title, self._note):
            text.setContentsMargins(MARGIN_PX, 0, 0, 0)  # as far in as the drawing
        self.view = ChartView(is_pressable=is_pressable)
        self._button = QPushButton(icon("ellipsis"), "")
        self._button.setObjectName("panelButton")
        self._button.setIconSize(QSize(16, 16))
        self._button.clicked.connect(self._on_button)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 4)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._note)
        column.addSpacing(2)
        column.addWidget(self.view, 1)
        self._retranslate()

    def show_chart(self, chart: Chart, note: str = "") -> None:
        """Draw a chart, with another remark than usual if there is one."""
        if note:
            self._note.setText(note)
        self.view.show_chart(tr(self._name), chart)

    def menu(self) -> QMenu:
        """What can be done with the chart."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for form in _FORMS:
            action = menu.addAction(icon("download"), tr(f"chart.save_{form}"))
            action.triggered.connect(lambda _checked=False, form=form: self._ask(form))
        menu.addAction(icon("copy"), tr("chart.copy")).triggered.connect(self.copy)
        return menu

    def _on_button(self) -> None:
        self.menu().popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def copy(self) -> None:
        """Put the chart into the clipboard, as a picture."""
        QGuiApplication.clipboard().setImage(self.image())

    def _ask(self, form: str) -> None:
        title = tr(f"chart.save_{form}").rstrip("….")
        name = f"{self._title.text()}.{form}".replace("/", "-")
        proposed = users_folder("pictures") / name
        if self.subject is not None:
            proposed = self.subject.with_name(f"{self.subject.name} {name}")
        path = where_to_save(self, "charts", title, proposed, [form])
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> None:
        """Write the chart as PNG or SVG, by the ending of the name, and tell how it went."""
        try:
            write_output(path, self.svg().encode() if path.suffix.lower() == ".svg" else to_png(self.image()))
        except WanwuError as error:
            self.failed.emit(tr.describe(error))
        else:
            self.saved.emit(path)

    def _whole(self) -> Scene:
        """The chart with its title and remark, as wide as it is here but not too narrow."""
        lettering, chart = chart_lettering(), self.view.chart
        if chart is None:
            raise RuntimeError("there is no chart to save")
        width = float(max(self.view.width(), _LEAST_WIDTH))
        height = max(chart.height(width, lettering), 1.0)
        scene = chart.scene(width, height, lettering)
        return framed(scene, self._title.text(), self._note.text(), lettering)

    def image(self) -> QImage:
        """The chart as a picture, with twice the dots of the screen."""
        return to_image(self._whole())

    def svg(self) -> str:
        """The same as SVG."""
        return to_svg(self._whole(), colour, chart_lettering().size, colour("surface"))

    def _retranslate(self) -> None:
        # By its key: the title itself is still in the language of before.
        self._button.setAccessibleName(tr("chart.menu", chart=printable(tr(self._name))))
        self._button.setToolTip(tr("chart.menu_tip"))
        if self.view.chart is not None:
            self.view.show_chart(tr(self._name), self.view.chart)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
