"""Questions to the user: whether something may be done, and which files or folders are meant."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QTextBoundaryFinder
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QSplitter,
    QTreeView,
)  # fmt: skip

from app.core.files import is_folder
from app.core.language_in_use import tr
from app.core.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping, Sequence

    from PySide6.QtGui import QFontMetrics
    from PySide6.QtWidgets import QWidget

# Of the texts of menu entries, which often are the title of what they open.
_ELLIPSES = "….⋯"
_MARGIN_PX, _SPACING_PX, _WIDEST_PX = 24, 12, 460
_BREAK = "\N{ZERO WIDTH SPACE}"
_PLACES_PX = 150
_FILES_PX = 860, 520  # of the dialog that Qt brings where the system has none


class LastFolders:
    """The folder where each purpose of a file dialog was last served; `last_folders` is the one instance.

    Remembers until the program ends, or for longer in a store that the shell gives.
    """

    def __init__(self) -> None:
        self._store: MutableMapping[str, str] = {}

    def keep_in(self, store: MutableMapping[str, str]) -> None:
        """Remember in `store`, folders by purpose, from now on."""
        self._store = store

    def of(self, purpose: str, default: Path | None = None) -> Path | None:
        """The last folder if it is still there, else `default`."""
        known = self._store.get(purpose)
        return Path(known) if known and is_folder(Path(known)) else default

    def remember(self, purpose: str, folder: Path) -> None:
        """This folder is where the next dialog for `purpose` begins."""
        self._store[purpose] = str(folder)


last_folders = LastFolders()


def ask(
    parent: QWidget,
    title: str,
    question: str,
    verb: str,
    then: Callable[[], object],
    *,
    destructive: bool = True,
    otherwise: tuple[str, Callable[[], object]] | None = None,
) -> QMessageBox:
    """Ask whether to do something; `then` does it when the user presses the button with the `verb`.

    `otherwise` is another way to do it, with its verb. Returns at once. Who asked may `reject()` the question
    when its reason has gone: nothing is done then.
    """
    box, do = _question(parent, title, question, verb, destructive=destructive)
    done: dict[object, Callable[[], object]] = {do: then}
    if otherwise is not None:
        done[box.addButton(otherwise[0], QMessageBox.ButtonRole.ActionRole)] = otherwise[1]
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(lambda _code: done.get(box.clickedButton(), lambda: None)())
    set_out(box)
    box.open()
    return box


def confirmed(parent: QWidget, title: str, question: str, verb: str, *, destructive: bool = True) -> bool:
    """As `ask`, but wait for the answer: for what cannot go on without one."""
    box, do = _question(parent, title, question, verb, destructive=destructive)
    set_out(box)
    box.exec()
    answer = box.clickedButton() is do
    box.deleteLater()
    return answer


def _question(
    parent: QWidget, title: str, question: str, verb: str, *, destructive: bool
) -> tuple[QMessageBox, object]:
    """The box, and its button that does what is asked about."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, _title(title), question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # names of files are never taken for markup
    do = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
    do.setObjectName("destructive" if destructive else "primary")
    do.style().polish(do)  # the box has done so before it had its name
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setEscapeButton(cancel)
    # Enter out of habit costs nothing.
    box.setDefaultButton(cancel if destructive else do)
    return box, do


def set_out(box: QMessageBox) -> None:
    """Lay a message box out: texts at its left edge, buttons at its right, where Qt indents and centres them.

    Again after each change of its informative text, with which Qt lays it out anew.
    """
    grid = box.layout()
    assert isinstance(grid, QGridLayout)
    for row, name in enumerate(("qt_msgbox_label", "qt_msgbox_informativelabel")):
        for label in box.findChildren(QLabel, name):
            grid.addWidget(label, row, 0, 1, grid.columnCount())
            _give_room(label)
    grid.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
    grid.setVerticalSpacing(_SPACING_PX)
    for buttons in box.findChildren(QDialogButtonBox):
        buttons.setCenterButtons(False)


def _give_room(label: QLabel) -> None:
    """As much as its text needs: Qt reckons with one line where it did not place the label itself."""
    label.setWordWrap(True)
    label.ensurePolished()
    metrics = label.fontMetrics()
    label.setText(_breakable(label.text(), metrics))
    longest = max(metrics.horizontalAdvance(line) for line in label.text().split("\n"))
    width = min(longest + metrics.averageCharWidth(), _WIDEST_PX)
    label.setMinimumSize(width, label.heightForWidth(width))


def _breakable(text: str, metrics: QFontMetrics) -> str:
    """`text` with places to break in what does not fit on a line: a long name without a space."""

    def fitting(piece: str) -> str:
        if metrics.horizontalAdvance(piece) <= _WIDEST_PX:
            return piece
        return _BREAK.join(_pieces(piece, QTextBoundaryFinder.BoundaryType.Grapheme))

    return "".join(map(fitting, _pieces(text, QTextBoundaryFinder.BoundaryType.Line)))


def _pieces(text: str, kind: QTextBoundaryFinder.BoundaryType) -> Iterator[str]:
    """What lies between boundaries of a kind. Qt counts in UTF-16."""
    finder, units, start = QTextBoundaryFinder(kind, text), text.encode("utf-16-le", "surrogatepass"), 0
    while (end := finder.toNextBoundary()) >= 0:
        yield units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
        start = end


def choose_files(parent: QWidget, purpose: str, title: str, filters: str) -> list[Path]:
    """Ask for files that are there; none when the user gives up. `filters` as `QFileDialog` has them."""
    dialog = _file_dialog(parent, title, _beginning(purpose), filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    names = _answered(dialog)
    if names:
        last_folders.remember(purpose, Path(names[0]).parent)
    return [Path(name) for name in names]


def choose_folder(parent: QWidget, purpose: str, title: str, begin: Path | None = None) -> Path | None:
    """Ask for a folder, from `begin` or the last one on; None when the user gives up."""
    dialog = _file_dialog(parent, title, str(begin) if begin else _beginning(purpose))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    names = _answered(dialog)
    if not names:
        return None
    name = names[0]
    # What lies beside it is looked for the next time, not what is inside.
    last_folders.remember(purpose, Path(name).parent)
    return Path(name)


def where_to_save(
    parent: QWidget, purpose: str, title: str, proposed: Path, forms: Sequence[str]
) -> Path | None:
    """Ask for a file whose name ends in one of these forms; None when the user gives up.

    A missing ending is added before it is asked whether a file with that name may be replaced: the system's
    dialog would ask about the name as it was typed, which is not the one that is written.
    """
    filters = {f"{form.upper()} (*.{form})": form for form in forms}
    proposed = (last_folders.of(purpose) or proposed.parent) / proposed.name
    while True:
        dialog = _file_dialog(parent, title, str(proposed.parent), ";;".join(filters))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(proposed.name)
        names = _answered(dialog)
        if not names:
            return None
        path = Path(names[0])
        if path.suffix.lower()[1:] not in forms:
            path = Path(f"{names[0]}.{filters.get(dialog.selectedNameFilter(), forms[0])}")
        # A folder of that name is a mistake that writing tells.
        if is_folder(path) or not os.path.lexists(path) or _may_replace(parent, path):
            last_folders.remember(purpose, path.parent)
            return path
        proposed = path


def users_folder(kind: str) -> Path:
    """Where a user keeps `pictures` or `documents`, as the system has it."""
    places = {
        "pictures": QStandardPaths.StandardLocation.PicturesLocation,
        "documents": QStandardPaths.StandardLocation.DocumentsLocation,
    }
    folder = Path(QStandardPaths.writableLocation(places[kind]))
    return folder if is_folder(folder) else Path.home()


def _file_dialog(parent: QWidget, title: str, begin: str, filters: str = "") -> QFileDialog:
    """The system's dialog; Qt's own, where the system has none, at a size at which nothing in it is cut."""
    dialog = QFileDialog(parent, _title(title), begin, filters)
    details = dialog.findChild(QTreeView)
    if details is not None:
        dialog.resize(*_FILES_PX)
        for places in dialog.findChildren(QSplitter):
            places.setSizes([_PLACES_PX, _FILES_PX[0]])
        header = details.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return dialog


def _answered(dialog: QFileDialog) -> list[str]:
    """Wait for the user: the files, or none when they give up."""
    accepted = dialog.exec()
    dialog.deleteLater()
    return dialog.selectedFiles() if accepted else []


def _may_replace(parent: QWidget, path: Path) -> bool:
    question = tr("saving.replace_question", name=printable(path.name), folder=printable(str(path.parent)))
    return confirmed(parent, tr("saving.replace_title"), question, tr("verb.replace"))


def _beginning(purpose: str) -> str:
    return str(last_folders.of(purpose) or "")


def _title(text: str) -> str:
    return text.rstrip(_ELLIPSES)
