"""What is done when something is asked of runs, or of pictures in the one that is shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.core.language_in_use import tr
from app.core.printable import printable
from app.store.listing import Filter
from app.store.records import Wanted
from app.ui.kit.dialogs import ask, where_to_save
from app.ui.kit.files import open_file
from app.ui.kit.undo import Command
from app.ui.pages.batch.files import Pictures
from app.ui.pages.batch.sorting import SortDialog
from app.ui.pages.batch.sortings import SortingsDialog
from app.ui.pages.batch.texts import file_name, scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QDialog

    from app.store.records import StoredRun
    from app.ui.pages.batch.content import Content
    from app.ui.pages.batch.runs import BatchRuns

_FORMS = ("xlsx", "csv", "jsonl", "parquet")
_WISHES = {"pause": Wanted.PAUSE, "cancel": Wanted.CANCEL, "resume": Wanted.RUN, "look_again": Wanted.RUN}


class Asked:
    """Belongs to the page's content, over which its dialogs open."""

    def __init__(self, content: Content) -> None:
        self._content, self._current, self._runs = content, content.current, content.runs

    def do(self, action: str, runs: Sequence[StoredRun]) -> None:
        """Do what was asked of runs, in the head of the one that is shown or in the list."""
        if action == "forget":
            self.forget(runs)
            return
        for run in runs:
            if action in _WISHES:
                self._runs.want(run.id, _WISHES[action])
            elif action == "open_folder":
                open_file(run.folder, self._current.notices)
            elif action == "retry_failed":
                self._runs.retry_failed(run.id)
            elif action == "start_again":
                self._start_again(run)
            elif action == "export_all":
                self._ask_export(Pictures(run))
            elif action == "sortings":
                self.show_sortings(run)
            else:
                wish, _, which = action.partition("_")
                self.do_with(wish, self._content.items.selected() if which == "selected" else None)

    def do_with(self, wish: str, only: tuple[int, ...] | None) -> None:
        """Export, sort or write keywords for what the list shows, or for those that were selected in it."""
        pictures = self._content.pictures(only_listed=True)
        if pictures is None:
            return
        if only is not None:
            pictures = replace(pictures, only=only, is_selection=True, count=len(only))
        if wish == "export":
            self._ask_export(pictures)
        elif wish == "sort":
            self._open(SortDialog(self._content, self._content.files, self._content.work, pictures))
        elif wish == "keywords":
            title, question = tr("organise.keywords_title"), tr("organise.keywords_question")
            if scope(pictures):
                question = f"{tr('organise.keywords_for', which=scope(pictures))}\n\n{question}"
            write = partial(self._content.work.write_keywords, pictures)
            ask(self._content, title, question, tr("verb.write"), write, destructive=False)

    def forget(self, runs: Sequence[StoredRun]) -> None:
        self._current.do(_Deleted(self._runs, runs, self._content.list.go_to))

    def _start_again(self, stored: StoredRun) -> None:
        """Ask before answers are thrown away."""
        question = tr("batch.start_again_question", folder=printable(file_name(stored)))
        start = partial(self._runs.start_again, stored.id)
        ask(self._content, tr("batch.start_again"), question, tr("verb.start_again"), start)

    def show_sortings(self, stored: StoredRun | None) -> None:
        self._open(SortingsDialog(self._content, self._content.files, self._content.work, stored))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask_export(self, pictures: Pictures) -> None:
        nothing = self._nothing_in(pictures)
        if nothing:
            self._current.notices.tell(tr(nothing), about="export")
            return
        proposed = pictures.run.folder.parent / f"{file_name(pictures.run)}.{_FORMS[0]}"
        which = scope(pictures)
        title = tr("batch.export_which", which=which) if which else tr("batch.export")
        path = where_to_save(self._content, "answers", title, proposed, _FORMS)
        if path is not None:
            self._content.work.export(pictures, path)

    def _nothing_in(self, pictures: Pictures) -> str:
        """What is told instead of exporting nothing; empty where there is something."""
        if not pictures.run.counts.answered:
            return "batch.nothing_answered"
        by_filter = pictures.only is None and pictures.wanted != Filter()
        return "batch.nothing_listed" if by_filter and not self._content.items.ids().size else ""


class _Deleted(Command):
    """Runs that are deleted for good when the program is closed."""

    def __init__(
        self, runs: BatchRuns, deleted: Sequence[StoredRun], go_to: Callable[[Sequence[int]], object]
    ) -> None:
        """`go_to` shows the user where those are that were had back."""
        facts = {"count": f"{len(deleted):,}", "folder": printable(file_name(deleted[0]))}
        key = "batch.deleted" if len(deleted) == 1 else "batch.deleted_many"
        super().__init__("batch", key, lambda: facts)
        self._runs, self._ids, self._go_to = runs, [run.id for run in deleted], go_to

    def redo(self) -> None:
        self._runs.hide(self._ids)

    def undo(self) -> None:
        self._runs.bring_back(self._ids)
        self._go_to(self._ids)
