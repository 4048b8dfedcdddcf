"""The list of keys (F1), made from what declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from app.core.language_in_use import tr
from app.ui.kit.empty import Empty
from app.ui.kit.keys import shown_as
from app.ui.kit.search_field import SearchField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

_SIZE = QSize(560, 620)


class KeyList(QDialog):
    """Every key by what it is for, in the language in use; searched while one types."""

    def __init__(self, groups: Mapping[str, Mapping[str, str]], parent: QWidget) -> None:
        """`groups`: sequences by what they do, by where they work; all texts."""
        super().__init__(parent)
        self.setWindowTitle(tr("help.title"))
        self.finished.connect(self.deleteLater)
        self._search = SearchField("help.search")
        self._search.textChanged.connect(self._find)
        self._search.left.connect(self.reject)
        self.tree = QTreeWidget()
        self._search.hits_wanted.connect(self.tree.setFocus)
        self.tree.setObjectName("keys")
        self.tree.setAccessibleName(tr("help.title"))
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(12)
        for group, keys in groups.items():
            self._add(group, keys)
        self.tree.expandAll()
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox()
        buttons.addButton(tr("notice.close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        self.nothing = Empty("search-x", "help.nothing", "help.nothing_hint")
        self.nothing.hide()
        for widget in (self._search, self.tree, self.nothing, buttons):
            column.addWidget(widget)
        self.resize(_SIZE.boundedTo(parent.size()))

    def _add(self, group: str, keys: Mapping[str, str]) -> None:
        head = QTreeWidgetItem(self.tree, [group])
        font = self.font()
        font.setBold(True)
        head.setFont(0, font)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        for what, sequence in keys.items():
            item = QTreeWidgetItem(head, [what, shown_as(sequence)])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _find(self, text: str) -> None:
        """Show keys in whose line every word is."""
        words, found = text.casefold().split(), False
        for row in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(row)
            assert head is not None
            shown = 0
            for item in filter(None, map(head.child, range(head.childCount()))):
                line = f"{head.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in line for word in words))
                shown += not item.isHidden()
            head.setHidden(shown == 0)
            found = found or shown > 0
        self.tree.setVisible(found)
        self.nothing.setVisible(not found)
