"""A picture's file on the screen: loaded, zoomed, copied, dragged out; or the reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.ui.kit.icons import Emblem, icon
from app.ui.kit.texts import Text
from app.ui.pictures import file_actions
from app.ui.pictures.decoder import version_of
from app.ui.pictures.picture_view import KEYS, STEP, PictureView

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.core.errors import WanwuError
    from app.ui.pictures.loader import Load, Loaded, PictureLoader

# A picture that comes sooner is not announced: the one before would flicker.
_ANNOUNCED_MS = 200
_DRAGGED_PX = 128
# More is copied as fewer pixels: other programs take a clipboard of 200 MB badly.
_MOST_COPIED_PIXELS = 50_000_000
_BAR_MARGIN = 8


class PicturePane(QStackedWidget):
    """Shows one file. With `bar`, buttons for the zoom lie over the picture.

    Attributes:
        view: the picture itself.

    Signals:
        told(str), failed(str): a sentence for the user, of what was done or what went wrong.
        remove_wanted(): the user wants this picture, and no other, off the list; `removable`: whether that
            is offered.
    """

    told = Signal(str)
    failed = Signal(str)
    remove_wanted = Signal()

    def __init__(self, loader: PictureLoader, *, bar: bool = False, removable: bool = False) -> None:
        super().__init__()
        self._loader, self._removable = loader, removable
        self._path: Path | None = None
        self._name = ""
        self._shown: tuple[Path, Loaded] | None = None
        self._error: tuple[Path, WanwuError] | None = None
        self._explains = True
        self._loading: Load | None = None
        self._part: Load | None = None
        self.view, self.broken = PictureView(), _Broken()
        self._bar = _ZoomBar(self.view) if bar else None
        self._sign = _LoadingSign(self.view)
        self._announcing = QTimer(self, interval=_ANNOUNCED_MS, singleShot=True)
        self._announcing.timeout.connect(self.view.fade)
        self._announcing.timeout.connect(self._sign.appear)
        self.addWidget(self.view)
        self.addWidget(self.broken)
        self.view.zoomed.connect(self._on_zoomed)
        self.view.part_wanted.connect(self._load_part)
        self.view.drag_wanted.connect(self._drag_out)
        self._on_zoomed()

    def show_file(self, path: Path | None, name: str = "") -> None:
        """Show a file as soon as it is loaded, and what was shown before until then; None for nothing.

        One that could not be loaded is tried again. `name` is what it is called.
        """
        self._path, self._name = path, name
        if path is None:
            self._stop_loading()
            self._show(None)
        elif self._shown is not None and self._is_up_to_date():
            self._stop_loading()
            self._show(self._shown[1])
        else:
            self._load()

    @property
    def _is_loaded(self) -> bool:
        """Whether the wanted file is shown, and not the one before it."""
        return self._shown is not None and self._shown[0] == self._path and self._loading is None

    def _is_up_to_date(self) -> bool:
        """Whether the wanted file is shown, as it is on disk now."""
        path, shown = self._path, self._shown
        return path is not None and shown is not None and shown[1].version == version_of(path)

    def _load(self) -> None:
        self._stop_loading()
        path = self._path
        if self._error is not None and self._error[0] != path:
            self._show(None)  # what is said of another picture is wrong of this one
        if path is not None and self.isVisible():  # or else when it is
            self._loading = self._loader.view(
                path,
                lambda loaded: self._on_loaded(path, loaded),
                lambda error: self._on_failed(path, error),
            )
            self._announcing.start()

    def _stop_loading(self) -> None:
        self._announcing.stop()
        self._sign.hide()
        for load in (self._loading, self._part):
            self._loader.cancel(load)
        self._loading = self._part = None

    def _on_loaded(self, path: Path, loaded: Loaded) -> None:
        self._stop_loading()
        self._shown = path, loaded
        self._show(loaded)

    def _show(self, loaded: Loaded | None) -> None:
        self._error = None
        if loaded is None:
            self._shown = None
        self.setCurrentWidget(self.view)
        self.view.show_picture(loaded)

    def _on_failed(self, path: Path, error: WanwuError) -> None:
        self._stop_loading()
        self._show(None)
        self._error = path, error
        self._say_error()
        self.setCurrentWidget(self.broken)

    def explain(self, wanted: bool) -> None:
        """Say why a picture cannot be shown, or only that it cannot: what stands beside it says why."""
        self._explains = wanted
        self._say_error()

    def _say_error(self) -> None:
        if self._error is not None:
            sentence = tr.describe(self._error[1]) if self._explains else tr("picture.broken")
            self.broken.sentence.setText(sentence)

    def _load_part(self, box: QRect, size: QSize) -> None:
        self._loader.cancel(self._part)
        # While another file is on its way, its part would be painted over the wrong picture.
        if self._shown is not None and self._loading is None:
            corners = box.left(), box.top(), box.left() + box.width(), box.top() + box.height()
            self._part = self._loader.part(
                self._shown[0],
                corners,
                (size.width(), size.height()),
                lambda loaded: self._on_part(box, loaded),
                lambda _error: self._on_no_part(),
            )

    def _on_part(self, box: QRect, loaded: Loaded) -> None:
        if self._shown is not None and self._shown[1].version == loaded.version:
            self.view.show_part(box, loaded.image)
        else:
            self._load()  # new pixels over old ones would be a picture that there never was

    def _on_no_part(self) -> None:
        """A part that cannot be had takes nothing away from the whole picture, unless the file changed."""
        if not self._is_up_to_date():
            self._load()

    def copy_picture(self) -> None:
        """Put the wanted picture on the clipboard, with all its pixels; that may not be shown yet."""
        path = self._path
        if path is None:
            return
        if self._shown is not None and self._is_loaded:
            self._copy(path, self._shown[1])
        else:
            self._load_and_copy(path)

    def _load_and_copy(self, path: Path) -> None:
        self._loader.view(path, lambda loaded: self._copy(path, loaded), self._tell)

    def _tell(self, error: WanwuError) -> None:
        self.failed.emit(tr.describe(error))

    def _copy(self, path: Path, loaded: Loaded) -> None:
        width, height = loaded.source_size
        scale = min(1.0, (_MOST_COPIED_PIXELS / (width * height)) ** 0.5)
        size = round(width * scale), round(height * scale)

        def copy(found: Loaded) -> None:
            if found.version != loaded.version:  # the size is that of a picture that is no more
                self._load_and_copy(path)
                return
            file_actions.copy_picture(found.image, path)
            self.told.emit(tr("notice.copied_picture"))

        def on_failed(error: WanwuError) -> None:
            if loaded.version != version_of(path):
                self._load_and_copy(path)
            else:
                self._tell(error)

        if loaded.image.size() == QSize(*size):
            copy(loaded)
        else:
            self._loader.part(path, (0, 0, width, height), size, copy, on_failed)

    def _drag_out(self) -> None:
        """While another picture is on its way, nobody could say which of the two was drawn."""
        if self._shown is not None and self._is_loaded:
            path, loaded = self._shown
            small = loaded.image.scaled(
                QSize(_DRAGGED_PX, _DRAGGED_PX),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            file_actions.drag_out(self, path, QPixmap.fromImage(small))

    def perform(self, name: str) -> None:
        """Do one of `file_actions.NAMES` with the file."""
        if self._path is not None:
            sentence = file_actions.perform(name, self._path)
            if sentence:
                self.failed.emit(sentence)

    def make_menu(self) -> QMenu:
        """What can be done with the picture."""
        menu, add = QMenu(self), file_actions.add
        if self.currentWidget() is self.view:
            add(menu, "maximize", "picture.fit", self.view.fit, keys=KEYS.sequences["fit"])
            add(menu, "zoom-in", "picture.pixels", self.view.show_pixels, keys=KEYS.sequences["pixels"])
            menu.addSeparator()
            add(menu, "image", "picture.copy", self.copy_picture)
        add(menu, "copy", "picture.copy_path", lambda: self.perform("copy"))
        menu.addSeparator()
        add(menu, "external-link", "items.open", lambda: self.perform("open"))
        add(menu, "folder-search", "items.folder", lambda: self.perform("folder"))
        if self._removable:
            menu.addSeparator()
            add(menu, "trash-2", "picture.remove", self.remove_wanted.emit)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._path is not None:
            menu = self.make_menu()
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def _on_zoomed(self) -> None:
        if self._bar is not None:
            self._bar.setVisible(self._shown is not None)
            self._bar.show_percent(self.view.percent)
        name = f"{self._name}, {self.view.percent}%" if self._shown is not None else tr("items.picture")
        for widget in (self.view, self.view.viewport()):
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tr("picture.keys"))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stop_loading()  # what nobody sees must not hold up what is seen on another page

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._path is not None and (self._shown is None or self._shown[0] != self._path):
            self._load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sign.settle()
        if self._bar is not None:
            self._bar.settle()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._on_zoomed()
            self._say_error()


class _Broken(QWidget):
    """Stands where the picture would be."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = Text(name="muted", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch()
        layout.addWidget(Emblem("image-off", "muted", 64), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.sentence)
        layout.addStretch()


class _LoadingSign(Text):
    """Says in the middle of a view that its picture is on its way."""

    def __init__(self, view: PictureView) -> None:
        super().__init__("picture.loading", "loadingSign")
        self._view = view
        self.setParent(view)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def appear(self) -> None:
        """Be seen from now on."""
        self.settle()
        self.show()

    def settle(self) -> None:
        """Go to the middle of the view."""
        self.adjustSize()
        self.move(self._view.rect().center() - self.rect().center())


class _ZoomBar(QFrame):
    """Buttons in the lower right corner of a view."""

    def __init__(self, view: PictureView) -> None:
        super().__init__(view)
        self.setObjectName("zoomBar")
        self._view = view
        self._percent = Text(name="zoomPercent")
        self._percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("800%") + 8)
        self._buttons = {
            "zoom_out": self._button("zoom-out", lambda: view.zoom(1 / STEP)),
            "zoom_in": self._button("zoom-in", lambda: view.zoom(STEP)),
            "pixels": self._button("", view.show_pixels),
            "fit": self._button("maximize", view.fit),
        }
        self._buttons["pixels"].setText("1:1")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 3, 4, 3)
        layout.setSpacing(2)
        for widget in (self._buttons["zoom_out"], self._percent, *list(self._buttons.values())[1:]):
            layout.addWidget(widget)
        self._retranslate()

    def _button(self, picture: str, press: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setObjectName("flatButton")
        if picture:
            button.setIcon(icon(picture))
            button.setIconSize(QSize(16, 16))
        button.clicked.connect(lambda: press())
        return button

    def show_percent(self, percent: int) -> None:
        """Show how far the picture is zoomed."""
        self._percent.setText(f"{percent}%")
        self.settle()

    def settle(self) -> None:
        """Go to the corner of the view."""
        self.adjustSize()
        corner = self._view.rect().bottomRight()
        self.move(corner.x() - self.width() - _BAR_MARGIN, corner.y() - self.height() - _BAR_MARGIN)

    def _retranslate(self) -> None:
        for name, button in self._buttons.items():
            button.setAccessibleName(tr(f"picture.{name}"))
            button.setToolTip(f"{tr(f'picture.{name}')} ({KEYS.sequences[name]})")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
