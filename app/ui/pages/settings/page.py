"""The settings page: every setting of `app.core.settings`, in groups; changes apply at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app import RELEASES, __version__
from app.core import crash_reports, paths
from app.core.language_in_use import tr
from app.core.settings import Settings, declared_choices, declared_range, with_values
from app.ui.kit.models import model_names, thresholds_of_model
from app.ui.kit.page import Page
from app.ui.kit.urls import url_of
from app.ui.kit.widgets import Card, Text, TextButton, leave_wheel, line, offer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.ui.current import Current

_GROUPS = {
    "look": ("language", "theme"),
    "recognition": ("model", "engine", "device", "threads", "top_k"),
    "certainty": ("certain_threshold", "group_threshold"),
    "folders": ("recursive",),
}
_FOLDERS = {"config": paths.config_folder, "data": paths.data_folder, "logs": paths.log_folder}
_WIDTH, _LABEL_WIDTH, _FIELD_WIDTH = 720, 200, 300


class SettingsPage(Page):
    """A form over the settings."""

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        self._settings = current.settings
        self._fields: dict[str, QWidget] = {}
        self._version, self._made_of = Text(wrap=True), Text(name="muted", wrap=True)
        # A link: whether there is a new version is never asked for by the program.
        self._releases = TextButton("about.releases", lambda: QDesktopServices.openUrl(QUrl(RELEASES)))
        self._build()

    def use(self, _before: Settings, settings: Settings) -> None:
        """Show other values."""
        self._settings = settings
        self._show_values()

    def _show_values(self) -> None:
        settings = self._settings
        own = thresholds_of_model(settings.model)
        for place, name in enumerate(_GROUPS["certainty"]):
            said = tr("choice.of_model", value=f"{own[place]:.2f}") if own else tr("choice.of_any_model")
            self._special(name, said)
            field = self._fields[name]
            if own and isinstance(field, _Threshold):
                field.own = own[place]
        for name, field in self._fields.items():
            field.blockSignals(True)
            _show(field, name, getattr(settings, name))
            field.blockSignals(False)

    def _build(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(Text("page.settings", "title"))
        for group, names in _GROUPS.items():
            column.addWidget(self._group(group, names))
        column.addWidget(self._about())
        column.addStretch()
        content.setMaximumWidth(_WIDTH)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self._retranslate()

    def _retranslate(self) -> None:
        """Set all texts in the language in use, in the fields that are there: one may be the cause."""
        for name, field in self._fields.items():
            field.setAccessibleName(tr(f"setting.{name}"))
        self._special("threads", tr("choice.auto"))
        self._version.setText(tr("about.text", version=__version__))
        parts = " · ".join(f"{name} {version}" for name, version in crash_reports.versions().items())
        self._made_of.setText(tr("about.made_of", versions=parts))
        self._releases.setToolTip(tr("about.releases_tip", address=RELEASES))
        self._show_values()

    def _special(self, name: str, text: str) -> None:
        """What stands for 0, which leaves it to the program or the model."""
        field = self._fields[name]
        if isinstance(field, QSpinBox | QDoubleSpinBox):
            field.setSpecialValueText(text)

    def _group(self, group: str, names: tuple[str, ...]) -> QWidget:
        card = Card()
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 14, 20, 16)
        column.addWidget(Text(f"settings.{group}", "section"))
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(24)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for name in names:
            self._fields[name] = field = self._field(name)
            field.setFixedWidth(_FIELD_WIDTH)
            leave_wheel(field)
            label = Text(f"setting.{name}")
            label.setFixedWidth(_LABEL_WIDTH)
            form.addRow(label, field)
        column.addLayout(form)
        hint = f"hint.{group}"
        if tr.has(hint):
            column.addWidget(Text(hint, "muted", wrap=True))
        return card

    def _field(self, name: str) -> QWidget:
        default = getattr(Settings(), name)
        if isinstance(default, bool):
            box = QCheckBox()
            box.toggled.connect(self._setter(name))
            return box
        if isinstance(default, int):
            return self._number(QSpinBox(), name)
        if isinstance(default, float):
            spin = _Threshold()
            spin.setSingleStep(0.05)
            return self._number(spin, name)
        choices = QComboBox()
        choices.activated.connect(lambda row: self._change(name, choices.itemData(row)))
        return choices

    def _number(self, spin: QSpinBox | QDoubleSpinBox, name: str) -> QWidget:
        low, high = declared_range(name)
        if isinstance(spin, QSpinBox):
            spin.setRange(int(low), int(high))
        else:
            spin.setRange(0, high)
        spin.setKeyboardTracking(False)
        spin.lineEdit().setTextMargins(8, 0, 0, 0)
        spin.valueChanged.connect(self._setter(name))
        return spin

    def _setter(self, name: str) -> Callable[[object], None]:
        return lambda value: self._change(name, value)

    def _change(self, name: str, value: object) -> None:
        if isinstance(value, float):
            value = round(value, 2)
        self.current.change(with_values(self._settings, **{name: value}))

    def _about(self) -> QWidget:
        card = Card()
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 14, 20, 16)
        column.addWidget(Text("settings.about", "section"))
        for widget in (self._version, self._made_of):
            column.addWidget(widget)
        for buttons in (
            [TextButton(f"about.folder_{name}", _opener(folder)) for name, folder in _FOLDERS.items()],
            [_licence_button(), self._releases],
        ):
            row = line(*buttons)
            row.addStretch()
            column.addLayout(row)
        return card

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


class _Threshold(QDoubleSpinBox):
    """A probability, where 0 stands for the model's `own`: the next one up from there is above that."""

    own = 0.0

    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        """What is too low to be one is not taken, but more may be typed; a comma is a point."""
        if text != self.specialValueText():
            text = text.replace(",", ".")
        state = super().validate(text, pos)
        low, _ = declared_range("certain_threshold")
        few = text != self.specialValueText() and 0 < self.valueFromText(text) < low
        return (QValidator.State.Intermediate, text, pos) if few else state

    def stepBy(self, steps: int) -> None:
        if self.value() == 0:
            self.setValue(self.own)
        super().stepBy(steps)


def _opener(folder: Callable[[], Path]) -> Callable[[], None]:
    """Makes a folder and shows it in the file manager."""

    def open_folder() -> None:
        folder().mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(url_of(folder()))

    return open_folder


def _licence_button() -> TextButton:
    place = paths.licences()
    button = TextButton("about.licences", lambda: place and QDesktopServices.openUrl(url_of(place)))
    button.setEnabled(place is not None)
    return button


def _choices(name: str) -> dict[str, str]:
    if name == "model":
        return model_names()
    if name == "engine":
        return {engine: tr(f"engine.{engine}") for engine in declared_choices(name)}
    return {value: tr(f"choice.{name}_{value}") for value in declared_choices(name)}


def _show(field: QWidget, name: str, value: object) -> None:
    if isinstance(field, QCheckBox):
        field.setChecked(bool(value))
    elif isinstance(field, QSpinBox):
        field.setValue(int(str(value)))
    elif isinstance(field, QDoubleSpinBox):
        field.setValue(float(str(value)))
    elif isinstance(field, QComboBox):
        offer(field, [(text, choice) for choice, text in _choices(name).items()], value)
