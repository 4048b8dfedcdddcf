"""The tool bar of the recognise page: open, paste, copy; model, device, engine, comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton, QWidget

from app.core.language_in_use import tr
from app.core.settings import declared_choices, with_values
from app.ui.kit.icons import icon
from app.ui.kit.models import model_names
from app.ui.kit.widgets import Segments, offer

if TYPE_CHECKING:
    from app.core.settings import Settings

_MAIN_ENGINES = ("eager", "torchscript")


class Toolbar(QWidget):
    """Buttons and menus; keeps nothing but what it shows.

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
        self._buttons = {
            "open": self._button("file-image", self.open_requested.emit),
            "folder": self._button("folder-open", self.folder_requested.emit),
            "paste": self._button("clipboard-paste", self.paste_requested.emit),
            "clear": self._button("trash-2", self.clear_requested.emit),
            "copy": self._button("copy", None),
            "compare": self._button("git-compare-arrows", None),
        }
        self._copy_actions = {form: self._copy_action(form) for form in ("text", "json")}
        menu = QMenu(self)
        menu.addActions(list(self._copy_actions.values()))
        self._buttons["copy"].setMenu(menu)
        self._buttons["compare"].setCheckable(True)
        self._buttons["compare"].clicked.connect(lambda checked: self._choose(compare=checked))
        self._model, self._device = QComboBox(), QComboBox()
        for box in (self._model, self._device):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._model.activated.connect(lambda row: self._choose(model=self._model.itemData(row)))
        self._device.activated.connect(lambda row: self._choose(device=self._device.itemData(row)))
        self._engine = Segments((*_MAIN_ENGINES, "auto"), lambda name: tr(f"engine.{name}"))
        self._engine.chosen.connect(lambda name: self._choose(engine=name))
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for name in ("open", "folder", "paste", "copy", "clear"):
            layout.addWidget(self._buttons[name])
        layout.addStretch()
        for widget in (self._model, self._device, self._engine, self._buttons["compare"]):
            layout.addWidget(widget)

    def _button(self, icon_name: str, action: object) -> QPushButton:
        button = QPushButton(icon(icon_name), "")
        button.setIconSize(QSize(18, 18))
        if callable(action):
            button.clicked.connect(lambda: action())
        return button

    def _copy_action(self, form: str) -> QAction:
        action = QAction(icon("copy" if form == "text" else "braces"), "", self)
        action.triggered.connect(lambda: self.copy_requested.emit(form))
        return action

    def _choose(self, **choice: object) -> None:
        self.changed.emit(with_values(self._settings, **choice))

    def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._settings = settings
        models = [(name, model) for model, name in model_names().items()]
        devices = [(tr(f"choice.device_{name}"), name) for name in declared_choices("device")]
        offer(self._model, models, settings.model)
        offer(self._device, devices, settings.device)
        # Engines beyond the main two are chosen in the settings; the one in use stands in the last place.
        last = "auto" if settings.engine in _MAIN_ENGINES else settings.engine
        self._engine.set_values((*_MAIN_ENGINES, last))
        self._engine.show_value(settings.engine)
        self._buttons["compare"].setChecked(settings.compare)

    def allow_copy(self, allowed: bool) -> None:
        """Whether there is an answer to copy."""
        self._buttons["copy"].setEnabled(allowed)

    def choose_engine(self, name: str) -> None:
        """Choose an engine, as by the switch."""
        self._choose(engine=name)

    def toggle_compare(self) -> None:
        """Turn the comparison on or off."""
        self._choose(compare=not self._settings.compare)

    def retranslate(self) -> None:
        """Set all texts in the language in use."""
        for name, button in self._buttons.items():
            labelled = name in ("open", "compare")
            # The leading space keeps the text off the icon.
            button.setText(f" {tr(f'action.{name}')}" if labelled else "")
            button.setToolTip(tr(f"tip.{name}"))
            button.setAccessibleName(tr(f"action.{name}"))
        for form, action in self._copy_actions.items():
            action.setText(tr(f"action.copy_{form}"))
        for name, box in (("model", self._model), ("device", self._device)):
            box.setAccessibleName(tr(f"setting.{name}"))
            box.setToolTip(tr(f"setting.{name}"))
        self._engine.setAccessibleName(tr("setting.engine"))
        self._engine.setToolTip(tr("tip.engine"))
        self.show_settings(self._settings)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
