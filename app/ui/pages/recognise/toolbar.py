"""The tool bar of the recognise page: open, paste, copy; model, device, engine, comparison."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from app.core.language_in_use import tr
from app.core.settings import declared_choices, with_values
from app.ui.kit.fields import DropDown, offer
from app.ui.kit.icons import icon
from app.ui.kit.models import model_names
from app.ui.kit.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.core.settings import Settings

_MAIN_ENGINES = ("eager", "torchscript")
_ICONS = {"open": "file-image", "folder": "folder-open", "paste": "clipboard-paste", "copy": "copy",
          "clear": "list-x", "more": "ellipsis", "compare": "git-compare-arrows"}  # fmt: skip
# What goes into the menu "more" where there is no room for buttons.
_FOLDED = ("folder", "paste", "clear")
_WITH_TEXT = ("open", "compare")
# What is left out, one after the other, until all has room: rare buttons; texts of buttons; the list of
# devices. All but texts is in the menu then. After that the model's name is cut; the switch of engines never.
_NO_BUTTONS, _NO_TEXTS, _NO_DEVICES = range(1, 4)
_LEAST_NAME_PX = 92
_SPACING = 8


class Toolbar(QWidget):
    """Buttons and menus; keeps nothing but what it shows, and folds up where there is no room for all of it.

    Signals:
        open_requested(), folder_requested(), paste_requested(), clear_requested().
        copy_requested(str): `text` or `json`.
        changed(Settings): the user chose another engine, model, device or comparison.
    """

    open_requested = Signal()
    folder_requested = Signal()
    paste_requested = Signal()
    clear_requested = Signal()
    copy_requested = Signal(str)
    changed = Signal(object)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._in_use = settings.engine
        # Until it is known which there are: that takes torch, which is loaded in another process.
        self._devices: Sequence[str] = ("cpu",)
        self._presses: dict[str, Callable[[], None]] = {
            "open": self.open_requested.emit, "folder": self.folder_requested.emit,
            "paste": self.paste_requested.emit, "clear": self.clear_requested.emit,
        }  # fmt: skip
        self._buttons = {name: self._button(name) for name in _ICONS}
        self._folded = {name: self._action(_ICONS[name], self._presses[name]) for name in _FOLDED}
        self._copies = {
            form: self._action(picture, partial(self.copy_requested.emit, form))
            for form, picture in (("text", "copy"), ("json", "braces"))
        }
        self._to_devices = {name: self._device_action(name) for name in declared_choices("device")}
        for name, actions in (("copy", self._copies), ("more", self._folded | self._to_devices)):
            menu = QMenu(self)
            menu.addActions(list(actions.values()))
            self._buttons[name].setMenu(menu)
        self._buttons["compare"].setCheckable(True)
        self._buttons["compare"].clicked.connect(lambda checked: self._choose(compare=checked))
        self._model, self._device = _Choice(), _Choice()
        for box in (self._model, self._device):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._model.activated.connect(lambda row: self._choose(model=self._model.itemData(row)))
        self._device.activated.connect(lambda row: self._choose(device=self._device.itemData(row)))
        # "Automatic" does not say which engine that is: it would grow under the mouse when it is chosen.
        self._engine = Segments((*_MAIN_ENGINES, "auto"), lambda name: tr(f"engine.{name}"))
        self._engine.chosen.connect(lambda name: self._choose(engine=name))
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING)
        for name in ("open", "folder", "paste", "copy", "clear", "more"):
            layout.addWidget(self._buttons[name])
        layout.addStretch()
        for widget in (self._model, self._device, self._engine, self._buttons["compare"]):
            layout.addWidget(widget)

    def _button(self, name: str) -> QPushButton:
        button = QPushButton(icon(_ICONS[name]), "")
        button.setIconSize(QSize(18, 18))
        if name in self._presses:
            button.clicked.connect(lambda: self._presses[name]())
        return button

    def _action(self, picture: str, do: Callable[[], None]) -> QAction:
        action = QAction(icon(picture), "", self)
        action.triggered.connect(lambda: do())
        return action

    def _device_action(self, name: str) -> QAction:
        action = self._action("cpu", lambda: self._choose(device=name))
        action.setCheckable(True)
        return action

    def _choose(self, **choice: object) -> None:
        self.changed.emit(with_values(self._settings, **choice))

    def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._settings = settings
        models = [(name, model) for model, name in model_names().items()]
        there = {"auto", settings.device, *self._devices}
        devices = [
            (tr(f"choice.device_{name}"), name) for name in declared_choices("device") if name in there
        ]
        offer(self._model, models, settings.model)
        offer(self._device, devices, settings.device)
        for name, action in self._to_devices.items():
            action.setText(tr(f"choice.device_{name}"))
            action.setChecked(name == settings.device)
        self._engine.setToolTip(tr("tip.engine", engine=tr(f"engine.{self._in_use}")))
        self._buttons["compare"].setChecked(settings.compare)
        self._fold()

    def show_engine_in_use(self, name: str) -> None:
        """Say which engine answers, in the tool tip of the switch."""
        self._in_use = name
        self.show_settings(self._settings)

    def offer_devices(self, names: Sequence[str]) -> None:
        """Offer the devices that compute here."""
        self._devices = names
        self.show_settings(self._settings)

    def allow_copy(self, allowed: bool) -> None:
        """Whether there is an answer to copy."""
        self._buttons["copy"].setEnabled(allowed)

    def allow_clear(self, allowed: bool) -> None:
        """Whether there are pictures to take off the list."""
        self._buttons["clear"].setEnabled(allowed)
        self._folded["clear"].setEnabled(allowed)

    def choose_engine(self, name: str) -> None:
        """Choose an engine, as by the switch."""
        self._choose(engine=name)

    def toggle_compare(self) -> None:
        """Turn the comparison on or off."""
        self._choose(compare=not self._settings.compare)

    def _fold(self) -> None:
        """Leave out as little as the width asks for."""
        for level in range(_NO_DEVICES + 1):
            self._show_level(level)
            if self._needed() <= self.width():
                return

    def _show_level(self, level: int) -> None:
        for name, button in self._buttons.items():
            if name in _FOLDED or name == "more":
                button.setVisible((level >= _NO_BUTTONS) == (name == "more"))
            # The leading space keeps the text off the icon.
            has_text = name in _WITH_TEXT and level < _NO_TEXTS
            button.setText(f" {tr(f'action.{name}')}" if has_text else "")
        # Engines beyond the main two are chosen in the settings; the one in use stands in the last place.
        engine = self._settings.engine
        self._engine.set_values((*_MAIN_ENGINES, "auto" if engine in _MAIN_ENGINES else engine))
        self._engine.show_value(engine)
        # Where there is nothing but the CPU, there is nothing to be chosen.
        offered = {"auto", self._settings.device, *self._devices}
        has_choice = offered != {"auto", "cpu"}
        self._device.setVisible(has_choice and level < _NO_DEVICES)
        for name, action in self._to_devices.items():
            action.setVisible(has_choice and level == _NO_DEVICES and name in offered)

    def _needed(self) -> int:
        """How wide all is that is shown now."""
        # The layout knows it only a turn of the event loop later: the buttons would be seen to jump.
        widgets = (*self._buttons.values(), self._model, self._device, self._engine)
        shown = [widget.sizeHint().width() for widget in widgets if not widget.isHidden()]
        return sum(shown) + _SPACING * len(shown)

    def minimumSizeHint(self) -> QSize:
        """As much as is needed when all is folded: what is shown now must not keep the window wide."""
        # Without their texts, "open" and "compare" are as wide as a button that has none.
        widgets = (self._buttons[name] for name in ("paste", "copy", "more", "paste"))
        parts = [widget.sizeHint().width() for widget in (*widgets, self._engine)] + [_LEAST_NAME_PX]
        return QSize(sum(parts) + _SPACING * len(parts), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def retranslate(self) -> None:
        """Set all texts in the language in use."""
        for name, button in self._buttons.items():
            button.setToolTip(tr(f"tip.{name}"))
            button.setAccessibleName(tr(f"action.{name}"))
        for form, action in self._copies.items():
            action.setText(tr(f"action.copy_{form}"))
        for name, action in self._folded.items():
            action.setText(tr(f"action.{name}"))
        for name, box in (("model", self._model), ("device", self._device)):
            box.setAccessibleName(tr(f"setting.{name}"))
            box.setToolTip(tr(f"setting.{name}"))
        self._engine.setAccessibleName(tr("setting.engine"))
        self.show_settings(self._settings)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class _Choice(DropDown):
    """A list that gives way: its text is cut where there is no room."""

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_NAME_PX, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        option, style = QStyleOptionComboBox(), self.style()
        self.initStyleOption(option)
        field = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        end = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(self.currentText(), end, field.width())
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()
