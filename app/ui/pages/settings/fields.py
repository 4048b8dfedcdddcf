"""The control of each setting: a list, a box to tick, a number, a probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from app.core.language_in_use import tr
from app.core.settings import Settings, declared_choices, declared_range
from app.ui.kit.fields import DropDown, leave_wheel, offer
from app.ui.kit.models import model_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_WIDTH = 260


class Number(QSpinBox):
    """A whole number; Enter applies what is typed, Esc puts back what was there.

    Signals:
        refused(str): what was typed is not taken, and the sentence that says what would be.
    """

    refused = Signal(str)

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.low, self.high = low, high
        self.setRange(min(low, 0), high)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(11, 0, 0, 0)

    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        """What is out of range may be typed: it is refused with a reason, and not swallowed key by key."""
        typed = text.removesuffix(self.suffix()).strip()
        if not typed.isdecimal():
            return super().validate(text, pos)
        fits = self.low <= int(typed) <= self.high or (int(typed) == 0 and bool(self.specialValueText()))
        return (QValidator.State.Acceptable if fits else QValidator.State.Intermediate), text, pos

    def fixup(self, text: str) -> str:
        """Asked before what does not fit is put back."""
        low, high = (f"{value}{self.suffix()}" for value in (self.low, self.high))
        self.refused.emit(tr("settings.out_of_range", low=low, high=high))
        return text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = self.lineEdit().text()
        if event.key() == Qt.Key.Key_Escape:
            self.setValue(self.value())
            # Where there was nothing to put back, Esc is for what stands around.
            event.setAccepted(self.lineEdit().text() != shown)
        else:
            super().keyPressEvent(event)


class Probability(Number):
    """A probability in percent, where 0 stands for the model's `own`: the next one up is above that."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__(round(low * 100), round(high * 100))
        self.own = 0
        self.setSuffix("%")
        self.setSingleStep(5)

    def stepEnabled(self) -> QSpinBox.StepEnabledFlag:
        """From the model's own it goes both ways, though 0 is the least that can be shown."""
        up, down = QSpinBox.StepEnabledFlag.StepUpEnabled, QSpinBox.StepEnabledFlag.StepDownEnabled
        return super().stepEnabled() if self.value() else up | down

    def stepBy(self, steps: int) -> None:
        value = self.value() or self.own
        self.setValue(max(self.low, value + steps * self.singleStep()))


def make_field(name: str, change: Callable[[object], object]) -> QWidget:
    """The control of a setting; `change` hears the value that the user chooses."""
    default = getattr(Settings(), name)
    field: QWidget
    if isinstance(default, bool):
        field = box = QCheckBox()
        box.setObjectName("wordless")
        box.toggled.connect(change)
        return field
    if isinstance(default, int):
        low, high = declared_range(name)
        field = number = Number(int(low), int(high))
        number.valueChanged.connect(change)
    elif isinstance(default, float):
        field = probability = Probability(*declared_range(name))
        probability.valueChanged.connect(lambda percent: change(percent / 100))
    else:
        field = choices = DropDown()
        choices.activated.connect(lambda row: change(choices.itemData(row)))
    field.setFixedWidth(_WIDTH)
    leave_wheel(field)
    return field


def show_value(field: QWidget, name: str, value: object, absent: Collection[str] = ()) -> None:
    """Show a value without telling of it; choices in `absent` are not offered, unless it is the value."""
    field.blockSignals(True)
    if isinstance(field, QCheckBox):
        field.setChecked(bool(value))
    elif isinstance(field, Probability):
        field.setValue(round(float(str(value)) * 100))
    elif isinstance(field, Number):
        field.setValue(int(str(value)))
    elif isinstance(field, QComboBox):
        offered = {choice: text for choice, text in choices(name).items() if choice not in absent}
        offered.setdefault(str(value), choices(name).get(str(value), str(value)))
        offer(field, [(text, choice) for choice, text in offered.items()], value)
    field.blockSignals(False)


def choices(name: str) -> dict[str, str]:
    """What a setting offers, and what each is called."""
    if name == "model":
        return model_names()
    if name == "engine":
        return {engine: tr(f"engine.{engine}") for engine in declared_choices(name)}
    if name == "device":
        named = {value: tr(f"choice.device_{value}") for value in declared_choices(name)}
        return named | {"auto": tr("choice.auto")}
    return {value: tr(f"choice.{name}_{value}") for value in declared_choices(name)}
