"""Colours and the style sheet, light and dark."""

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.core import paths
from app.ui.kit.fonts import points


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
    accent="#0b69c8", on_accent="#ffffff", accent_soft="#e3effb", good="#197947", warning="#8a5a00",
    warning_soft="#fdf3dc", error="#c0362c", decode="#b77f1b", preprocess="#8a6fd1", inference="#0b69c8",
    postprocess="#4f9586", eager="#7e8a9c",
    series=(
        "#7e8a9c", "#0b69c8", "#248dea", "#cd7114", "#bd7a10", "#b23a92", "#7b4cc9", "#2c9a66", "#cf4a3e",
        "#0f97a4", "#36979d",
    ),
    steps=("#b77f1b", "#8a6fd1", "#9479da", "#788ba6", "#0b69c8", "#4f9586", "#dc607e"),
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
    steps=("#e6b04f", "#a78bea", "#d0c2f5", "#6a768b", "#4da3ff", "#6cc0ae", "#ee8fa6"),
)  # fmt: skip
# Text of such a colour must still have 4.5:1 on it (tests/ui/test_theme.py).
_PILL_SHARE = 0.12
# Text in the style sheet, in px where the system's text has its usual size.
_TEXT_PX = {"small": 12, "dense": 13, "subtitle": 15, "title": 22, "headline": 30}


class Theme:
    """The colours in use; `theme` is the one instance, owned by the window's thread."""

    def __init__(self) -> None:
        self.colours = LIGHT

    def color(self, name: str) -> QColor:
        """A colour of the scheme in use, by its field name."""
        return QColor(getattr(self.colours, name))

    def pill(self, name: str) -> QColor:
        """The ground of a word in the colour `name`: opaque, so that it reads the same on a selected row."""
        ink, ground = self.color(name), self.color("surface")
        mixed = (
            round(_PILL_SHARE * of_ink + (1 - _PILL_SHARE) * of_ground)
            for of_ink, of_ground in zip(_rgb(ink), _rgb(ground), strict=True)
        )
        return QColor(*mixed)

    def use(self, app: QApplication, wanted: str) -> None:
        """Apply `light`, `dark` or, with `auto`, what the system uses."""
        system_is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self.colours = DARK if wanted == "dark" or (wanted == "auto" and system_is_dark) else LIGHT
        app.setPalette(self._palette())
        sheet = Template(paths.resource("style", "window.qss").read_text("utf-8"))
        icons = paths.resource("icons").as_posix()
        sizes = {name: f"{points(px):.2f}pt" for name, px in _TEXT_PX.items()}
        app.setStyleSheet(sheet.substitute(asdict(self.colours), icons=icons, **sizes))

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


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()


theme = Theme()
