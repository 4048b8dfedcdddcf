"""What is written can be read, and what has the focus is seen, in both themes."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QCompleter,
    QFileDialog,
    QFrame,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QTableView,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from app.ui.kit.fonts import points, set_font
from app.ui.kit.scroll import Scroll
from app.ui.kit.segments import Segments
from app.ui.kit.theme import DARK, LIGHT, Colours, theme
from app.ui.shell.application import Application

THEMES = {"light": LIGHT, "dark": DARK}
GROUNDS = ("window", "surface", "raised", "accent_soft")
# Ink on ground, as the style sheet and the painters of the pages put them on one another.
TEXTS = [
    *((ink, ground) for ink in ("text", "muted", "accent", "good", "warning", "error") for ground in GROUNDS),
    ("text", "border"),  # a button while it is pressed
    ("text", "warning_soft"), ("warning", "warning_soft"), ("on_accent", "accent"), ("surface", "muted"),
]  # fmt: skip
PILLS = ("good", "warning", "error", "accent", "muted")
MARKS = ("decode", "preprocess", "inference", "postprocess", "eager", "accent", "good", "error")
RINGS = [("accent", ground) for ground in GROUNDS] + [("text", "surface"), ("text", "raised")]


def luminance(color: str) -> float:
    """Of WCAG 2."""
    parts = (QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=THEMES)
def colours(request: pytest.FixtureRequest, qapp: Application) -> Iterator[Colours]:
    theme.use(qapp, request.param)
    yield THEMES[request.param]
    theme.use(qapp, "light")


def test_every_text_can_be_read_on_its_ground(colours: Colours) -> None:
    named = asdict(colours)
    faint = {pair: contrast(named[pair[0]], named[pair[1]]) for pair in TEXTS}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}


def test_the_words_on_pills_can_be_read(colours: Colours) -> None:
    named = asdict(colours)
    assert [name for name in PILLS if contrast(named[name], theme.pill(name).name()) < 4.5] == []


def test_marks_of_charts_and_rings_of_the_focus_are_seen(colours: Colours) -> None:
    named = asdict(colours)
    marks = [named[name] for name in MARKS] + [*colours.series, *colours.steps]
    pairs = [(mark, named[ground]) for mark in marks for ground in ("surface", "raised")]
    pairs += [(named[ring], named[ground]) for ring, ground in RINGS]
    assert [pair for pair in pairs if contrast(*pair) < 3] == []


def items(view: QAbstractItemView) -> QAbstractItemView:
    model = QStandardItemModel(view)
    model.appendRow(QStandardItem("猫"))
    view.setModel(model)
    return view


def tool_button(name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText("猫")
    return button


def run_card() -> QFrame:
    card = QFrame()
    card.setObjectName("runCard")
    card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    QVBoxLayout(card).addWidget(QLabel("猫"))
    return card


FOCUSED: dict[str, Callable[[], QWidget]] = {
    "button": lambda: QPushButton("猫"),
    "primary": lambda: primary(),
    "check": lambda: QCheckBox("猫"),
    "choice": QComboBox,
    "line": QLineEdit,
    "number": QSpinBox,
    "slider": lambda: QSlider(Qt.Orientation.Horizontal),
    "list": lambda: items(QListView()),
    "tree": lambda: items(QTreeView()),
    "table": lambda: items(QTableView()),
    "picture": QGraphicsView,
    "panel": lambda: Scroll("answer.panel"),
    "text": QPlainTextEdit,
    "segments": lambda: Segments(["a", "b"], str),
    "tool": lambda: tool_button("toolButton"),
    "panel button": lambda: tool_button("panelButton"),
    "run": run_card,
}


def test_paths_that_a_file_dialog_proposes_can_be_read(colours: Colours, qtbot: QtBot) -> None:
    completer = QCompleter(["/usr"])
    proposed = completer.popup()
    assert proposed is not None
    qtbot.addWidget(proposed)
    proposed.resize(100, 60)
    image = proposed.grab().toImage()
    assert image.pixelColor(50, 50) == QColor(colours.surface)


@pytest.mark.parametrize("kind", [QTreeView, QListView, QTableView])
@pytest.mark.parametrize("focused", [True, False])
def test_what_is_selected_in_a_file_dialog_is_seen_and_can_be_read(
    kind: type[QAbstractItemView], focused: bool, colours: Colours, qtbot: QtBot
) -> None:
    dialog = QFileDialog(options=QFileDialog.Option.DontUseNativeDialog)
    view = items(kind(dialog))
    view.setGeometry(0, 0, 200, 100)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    name = dialog.findChild(QLineEdit)
    assert name is not None
    (view if focused else name).setFocus()
    row = view.visualRect(view.model().index(0, 0))
    view.clearSelection()
    plain, _ = paints(view, row)
    view.setCurrentIndex(view.model().index(0, 0))
    ground, inks = paints(view, row)
    assert ground == QColor(colours.accent_soft).name() != plain
    assert max(contrast(ink, ground) for ink in inks) >= 4.5


def paints(view: QAbstractItemView, row: QRect) -> tuple[str, set[str]]:
    """The colour that a row has most of, and all its colours."""
    image = view.viewport().grab(row).toImage()
    pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
    found = Counter(image.pixelColor(*at).name() for at in pixels)
    return found.most_common(1)[0][0], set(found)


def primary() -> QPushButton:
    button = QPushButton("猫")
    button.setObjectName("primary")
    return button


def places(widget: QWidget) -> list[QRect]:
    return [widget.geometry(), *(child.geometry() for child in widget.findChildren(QWidget))]


@pytest.mark.parametrize("name", FOCUSED)
def test_what_has_the_focus_has_a_ring_and_stays_in_its_place(
    name: str, colours: Colours, qtbot: QtBot
) -> None:
    window, widget, elsewhere = QWidget(), FOCUSED[name](), QPushButton("")
    window.setStyleSheet(f"QWidget#all {{ background: {colours.surface}; }}")
    window.setObjectName("all")
    column = QVBoxLayout(window)
    column.addWidget(elsewhere)
    column.addWidget(widget)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    elsewhere.setFocus()
    QTest.keyClick(elsewhere, Qt.Key.Key_F13)  # whoever uses the keyboard sees rings
    before, there = widget.grab().toImage(), places(widget)
    target = widget.findChild(QPushButton) if name == "segments" else widget
    assert isinstance(target, QWidget)
    target.setFocus(Qt.FocusReason.TabFocusReason)
    assert target.hasFocus()
    after = widget.grab().toImage()
    rings = {QColor(colours.accent).rgb(), QColor(colours.text).rgb()}
    assert ring_pixels(before, after, rings) > 2 * target.height()
    assert places(widget) == there


def ring_pixels(before: QImage, after: QImage, rings: set[int]) -> int:
    """How many pixels have now a colour of the ring."""
    pixels = ((x, y) for x in range(after.width()) for y in range(after.height()))
    return sum(after.pixel(*at) in rings and after.pixel(*at) != before.pixel(*at) for at in pixels)


def test_text_is_as_large_as_the_systems(qapp: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = qapp.font()
    large = QFont(usual)
    large.setPointSizeF(21)
    monkeypatch.setattr("app.ui.kit.fonts.QFontDatabase.systemFont", lambda _kind: QFont(large))
    set_font(qapp)
    theme.use(qapp, "light")
    title = QLabel("猫")
    title.setObjectName("title")
    title.ensurePolished()
    assert QApplication.font().pointSizeF() == 21
    assert title.font().pointSizeF() == pytest.approx(33, abs=0.1)
    qapp.setFont(usual)
    theme.use(qapp, "light")
    assert points(14) == usual.pointSizeF()


def test_nothing_dark_stands_between_two_scroll_bars(qapp: Application, qtbot: QtBot) -> None:
    theme.use(qapp, "light")
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(QStandardItemModel(30, 6))
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its ring is no dark mark
    table.resize(300, 200)
    table.show()
    qapp.processEvents()
    assert table.horizontalScrollBar().isVisible()
    assert table.verticalScrollBar().isVisible()
    image = table.grab().toImage()
    right, foot = image.width(), image.height()
    corner = [image.pixelColor(right - x, foot - y) for x in range(1, 13) for y in range(1, 13)]
    assert not [color.name() for color in corner if color.alpha() and color.lightness() < 200]
