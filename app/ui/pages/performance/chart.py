"""What all charts share: a card with title, remark, plot and legend, in the colours and language in use.

pyqtgraph has no types and takes a third of a second to import: only the charts import it, and the page
imports the charts, with pauses, when it is first shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout

from app.core.engine_kinds import ENGINES
from app.core.language_in_use import tr
from app.ui.kit.fonts import points
from app.ui.kit.theme import theme
from app.ui.kit.widgets import Card, Text

if TYPE_CHECKING:
    from app.ui.pages.performance.figures import Figures

pg.setConfigOptions(antialias=True)

_RESTYLING = (QEvent.Type.StyleChange, QEvent.Type.PaletteChange, QEvent.Type.LanguageChange)
_FONT_PX = 12
_ROW_PX, _FRAME_PX, _LEAST_PX = 30, 60, 220
Tick = tuple[float, str]


class Chart(Card):
    """A chart of a run; `name` is that of its texts `chart_<name>` and `note_<name>`.

    A subclass makes its plot items once, and moves them in `_draw`.

    Attributes:
        only_subjects: whether it shows nothing of the series, which change twice a second.
        line_scale: pixels of the device for one of the window, for the width of lines;
            0 for those of the screen.
    """

    only_subjects = False
    line_scale = 0.0

    def __init__(self, name: str, grid_sides: Sequence[str] = ("left", "bottom")) -> None:
        super().__init__()
        self._name = name
        self._ticks: dict[str, Sequence[Tick]] = {}
        self._figures: Figures | None = None
        self._batch_size = 1
        self._note = Text(f"performance.note_{name}", "muted", wrap=True)
        self._legend = QLabel()
        self._legend.setObjectName("legend")
        self._legend.setWordWrap(True)
        self._legend.hide()
        self._view: Any = pg.PlotWidget(background=None)
        # A wheel over a chart scrolls the page.
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setMinimumWidth(200)
        self._plot: Any = self._view.getPlotItem()
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.getViewBox().disableAutoRange()
        # pyqtgraph's own grid hides the first and the last number at its axis.
        self._grids: dict[str, Any] = {side: pg.PlotCurveItem(connect="pairs") for side in grid_sides}
        for grid in self._grids.values():
            grid.setZValue(-1000)
            self._plot.addItem(grid, ignoreBounds=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(4)
        column.addWidget(Text(f"performance.chart_{name}", "strong"))
        column.addWidget(self._note)
        column.addSpacing(4)
        column.addWidget(self._view)
        column.addWidget(self._legend)
        column.addStretch()

    def show_figures(self, figures: Figures, batch_size: int) -> None:
        """Draw a run; charts that look at one batch size look at this one."""
        before, self._figures, self._batch_size = self._figures, figures, batch_size
        if before is None or not self.only_subjects or before.run.subjects is not figures.run.subjects:
            self.redraw()

    def set_rows(self, rows: int) -> None:
        """Be as high as bars for so many engines need: charts beside each other are equally high."""
        self._view.setFixedHeight(max(_LEAST_PX, _ROW_PX * rows + _FRAME_PX))

    def redraw(self) -> None:
        """Draw what is shown again, in the colours and language in use."""
        self._view.setAccessibleName(tr(f"performance.chart_{self._name}"))
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(QPen(theme.color("border"), 1))
            axis.setTextPen(theme.color("muted"))
            axis.setStyle(tickFont=chart_font(), tickLength=0, tickTextOffset=8, autoExpandTextSpace=False)
            axis.setStyle(hideOverlappingLabels=False)
        if self._figures is not None:
            self._draw(self._figures)
            self._draw_grids()

    def settle(self) -> None:
        """Put axes and plot in their places now, not when the window next has time."""
        for _ in range(2):  # bars depend on the width that the axes leave
            self._plot.layout.activate()
            self.redraw()

    def _draw(self, figures: Figures) -> None:
        """Move the plot items to these figures."""
        raise NotImplementedError

    def _axis(self, side: str, low: float, high: float, ticks: Sequence[Tick], unit: str = "") -> None:
        """Set range, ticks and unit of an axis."""
        self._ticks[side] = ticks
        axis = self._plot.getAxis(side)
        axis.setTicks([list(ticks)])
        if unit:
            axis.setLabel(unit, color=theme.color("muted").name())
            axis.label.setFont(chart_font())
        if side == "left":
            widest = max((text_width(text) for _, text in ticks), default=0)
            axis.setWidth(widest + 14 + (18 if unit else 0))
            self._plot.setYRange(low, high, padding=0)
        else:
            axis.setHeight(46 if unit else 26)
            self._plot.setXRange(low, high, padding=0)

    def _pen(self, color: QColor, width: float = 1, *, dashed: bool = False) -> QPen:
        """A pen for lines of the same width wherever they are."""
        pen = QPen(color, width * (self.line_scale or self.devicePixelRatioF()))
        pen.setCosmetic(True)
        pen.setStyle(Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
        return pen

    def _draw_grids(self) -> None:
        across, up = self._plot.getViewBox().viewRange()
        for side, grid in self._grids.items():
            places = np.repeat([place for place, _ in self._ticks[side]], 2)
            ends = np.tile(up if side == "bottom" else across, len(places) // 2)
            grid.setData(*((places, ends) if side == "bottom" else (ends, places)))
            grid.setPen(self._pen(theme.color("raised")))

    def _show_legend(self, entries: Sequence[tuple[str, QColor]]) -> None:
        """Name the colours under the plot."""
        spots = (
            f'<span style="color:{color.name()}">●</span>&nbsp;{escape(text).replace(" ", "&nbsp;")}'
            for text, color in entries
        )
        self._legend.setText(
            f'<span style="font-size:{_FONT_PX}px">' + "&nbsp;&nbsp; ".join(spots) + "</span>"
        )
        self._legend.setVisible(bool(entries))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _RESTYLING and self._figures is not None:
            self.redraw()


def chart_font(*, bold: bool = False) -> QFont:
    """The font of the program, in the size for charts."""
    font = QFont(pg.QtWidgets.QApplication.font())
    font.setPointSizeF(points(_FONT_PX))
    font.setBold(bold)
    return font


def text_width(text: str) -> int:
    """Pixels that a text takes in a chart."""
    return QFontMetrics(chart_font()).horizontalAdvance(text)


def engine_color(name: str) -> QColor:
    """The colour of an engine in all charts; of one that this version does not know, eager's."""
    colors = theme.colours.series
    return QColor(colors[ENGINES.index(name) % len(colors)] if name in ENGINES else colors[0])


def engine_names(figures: Figures) -> list[str]:
    """The engines that have figures, in order."""
    return list(dict.fromkeys(row.subject.engine for row in figures.rows if row.summary))
