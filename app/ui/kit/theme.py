"""Colours and the style sheet, light and dark."""

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.core import paths


@dataclass(frozen=True, slots=True)
class Colours:
    """One colour scheme, as `#rrggbb`.

    Attributes:
        series: of the engines in charts, in the order of `app.core.engine_kinds.ENGINES`.
        steps: of decode, resize, normalise, copy, forward, softmax and paint.
    """

    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    good: str
    warning: str
    warning_soft: str
    error: str
    decode: str
    preprocess: str
    inference: str
    postprocess: str
    eager: str
    series: tuple[str, ...]
    steps: tuple[str, ...]


LIGHT = Colours(
    window="#f4f6f9", surface="#ffffff", raised="#eef1f5", border="#dde2ea", text="#1a2230", muted="#5f6b7c",
    accent="#0b6bcb", on_accent="#ffffff", accent_soft="#e3effb", good="#1a7f4b", warning="#8a5a00",
    warning_soft="#fdf3dc", error="#c0362c", decode="#e0a030", preprocess="#8a6fd1", inference="#0b6bcb",
    postprocess="#5aa897", eager="#8792a3",
    series=(
        "#8792a3", "#0b6bcb", "#63aef0", "#e07b16", "#f0b04a", "#b23a92", "#7b4cc9", "#2c9a66", "#cf4a3e",
        "#0f97a4", "#6cc7cd",
    ),
    steps=("#e0a030", "#8a6fd1", "#bcabe8", "#d3d9e2", "#0b6bcb", "#5aa897", "#e0718c"),
)  # fmt: skip
DARK = Colours(
    window="#14171c", surface="#1c2027", raised="#272c35", border="#333a45", text="#e8ebf0", muted="#9aa5b5",
    accent="#4da3ff", on_accent="#08182b", accent_soft="#1d324a", good="#4cc38a", warning="#f0bd5b",
    warning_soft="#352b17", error="#ff8077", decode="#e6b04f", preprocess="#a78bea", inference="#4da3ff",
    postprocess="#6cc0ae", eager="#76829a",
    series=(
        "#8a96ab", "#4da3ff", "#9accff", "#f2994a", "#f5c878", "#dd7cc4", "#ab8af0", "#5cc896", "#f0786c",
        "#3cc0cc", "#94dfe4",
    ),
    steps=("#e6b04f", "#a78bea", "#d0c2f5", "#5b6577", "#4da3ff", "#6cc0ae", "#ee8fa6"),
)  # fmt: skip


class Theme:
    """The colours in use; `theme` is the one instance, owned by the window's thread."""

    def __init__(self) -> None:
        self.colours = LIGHT

    def color(self, name: str) -> QColor:
        """A colour of the scheme in use, by its field name."""
        return QColor(getattr(self.colours, name))

    def use(self, app: QApplication, wanted: str) -> None:
        """Apply `light`, `dark` or, with `auto`, what the system uses."""
        system_is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self.colours = DARK if wanted == "dark" or (wanted == "auto" and system_is_dark) else LIGHT
        app.setPalette(self._palette())
        sheet = Template(paths.resource("style", "window.qss").read_text("utf-8"))
        icons = paths.resource("icons").as_posix()
        app.setStyleSheet(sheet.substitute(asdict(self.colours), icons=icons))

    def _palette(self) -> QPalette:
        role, palette = QPalette.ColorRole, QPalette()
        names = {
            role.Window: "window",
            role.Base: "surface",
            role.AlternateBase: "raised",
            role.Button: "surface",
            role.Text: "text",
            role.WindowText: "text",
            role.ButtonText: "text",
            role.PlaceholderText: "muted",
            role.Highlight: "accent",
            role.HighlightedText: "on_accent",
            role.Link: "accent",
            role.ToolTipBase: "raised",
            role.ToolTipText: "text",
            role.Mid: "border",
        }
        for key, name in names.items():
            palette.setColor(key, self.color(name))
        for key in (role.Text, role.WindowText, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, key, self.color("muted"))
        return palette


theme = Theme()
