"""What is done with the pictures of a run: exports, keywords, sortings and taking these back.

Each is an activity while it lasts, so that it can be stopped from every page and is asked about when the
window closes, and a notice when it has ended. None of them belongs to a dialog: closing that stops nothing.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.errors import StoreError
from app.core.files import is_there
from app.core.language_in_use import tr
from app.core.printable import printable
from app.export.files import write_answers
from app.organise.keywords import Written, write_keywords
from app.organise.work import Progress, carry_out, undo
from app.store.rows import answers
from app.store.runs import Runs
from app.store.sortings import Sortings
from app.ui.kit.files import offered, open_file
from app.ui.kit.notices import Action
from app.ui.kit.undo import Command
from app.ui.pages.batch.files import Pictures, RunFiles, seldom
from app.ui.pages.batch.texts import file_name, sorting_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.core.errors import WanwuError
    from app.core.jobs import JobContext
    from app.core.results import Answer
    from app.organise.planning import Plan
    from app.store.database import Database
    from app.store.sortings import StoredSorting
    from app.ui.current import Current

_MOST_FAILURES = 5


class BatchWork(QObject):
    """Belongs to the window's thread; what takes long happens in the worker of `files`, one after the other.

    Signals:
        exported(Path): a file is whole.
        keywords_written(Written): what has become of the sidecars.
        sorting_changed(): a sorting was begun, has ended or was taken back: pictures lie elsewhere.

    Attributes:
        busy: the sortings that are carried out or taken back just now.
    """

    exported = Signal(object)
    keywords_written = Signal(object)
    sorting_changed = Signal()

    def __init__(self, current: Current, files: RunFiles) -> None:
        super().__init__()
        self._current, self._files = current, files
        self.busy: set[int] = set()
        self._undoable: dict[int, _Sorted] = {}

    def export(self, pictures: Pictures, target: Path) -> None:
        """Write the answers for pictures in the form that the name's ending says, in the language of now."""
        translator, key, path = tr.now, _about_file(target), printable(str(target))

        def work(database: Database, context: JobContext) -> tuple[Path, int]:
            labels = pictures.labels()
            items, report = pictures.ids(database, labels), seldom(context.report)
            total = len(items) if items is not None else Runs(database).counts(pictures.run.id).total
            number = 0

            def checked() -> Iterator[Answer]:
                nonlocal number
                for number, answer in enumerate(answers(database, pictures.run.id, labels, items), 1):
                    context.check()
                    report(Progress(number, total))
                    yield answer
                pictures.check(database)

            write_answers(checked(), target, translator)
            return target, number

        self._do(
            work,
            lambda written: self.tell_exported(*written),
            name=lambda: tr("batch.activity_export", name=printable(target.name)),
            question=lambda: tr("batch.activity_export_question", name=printable(target.name)),
            stopped=lambda: self._current.notices.tell(tr("batch.export_stopped", path=path), about=key),
            key=key,
        )

    def tell_exported(self, target: Path, pictures: int | None = None) -> None:
        """Say that a file was written, with the answers for so many pictures, and offer it."""
        notices, path = self._current.notices, printable(str(target))
        sentence = tr("batch.exported", path=path)
        if pictures is not None:
            sentence = tr("batch.exported_pictures", count=f"{pictures:,}", path=path)
        notices.tell(sentence, *offered(target, notices), about=_about_file(target))
        self.exported.emit(target)

    def write_keywords(self, pictures: Pictures) -> None:
        """Write a sidecar beside each picture, in the language of now."""
        translator, run = tr.now, pictures.run
        key, folder = ("keywords", run.id), printable(file_name(run))

        def work(database: Database, context: JobContext) -> Written:
            labels = pictures.labels()
            items, report = pictures.ids(database, labels), seldom(context.report)
            return write_keywords(database, run.id, labels, translator, report, context.check, items)

        def stay() -> None:
            def say() -> None:
                self._current.notices.tell(tr("organise.keywords_stay", folder=folder), about=key)

            self._current.undo.push(_Stays(say))

        def stopped() -> None:
            self._current.notices.tell(tr("organise.keywords_stopped"), about=key)
            stay()

        def tell(written: Written) -> None:
            if written.written:
                stay()
            say = self._current.notices.warn if written.failures else self._current.notices.tell
            say(_keywords_line(written), self._opening(run.folder), about=key)
            self.keywords_written.emit(written)

        self._do(
            work,
            tell,
            name=lambda: tr("organise.activity_keywords", folder=folder),
            question=lambda: tr("organise.activity_keywords_question", folder=folder),
            stopped=stopped,
            key=key,
        )

    def sort(self, found: Plan) -> None:
        """Carry out a plan."""
        self._sort(found.sorting, carry_out, "sort", printable(str(found.wish.into)))

    def go_on(self, sorting: StoredSorting) -> None:
        """Carry out what is left of a sorting."""
        self._sort(sorting.id, carry_out, "sort", printable(str(sorting.folder)))

    def take_back(self, sorting: StoredSorting) -> None:
        """Put the pictures of a sorting where they were."""
        self._sort(sorting.id, undo, "undo", printable(str(sorting.folder)))

    def _have_undoable(self, sorting: int, folder: str) -> None:
        """Have Ctrl+Z take a sorting back, as it does with everything else."""
        self._undoable[sorting] = _Sorted(lambda: self._sort(sorting, undo, "undo", folder))
        self._current.undo.push(self._undoable[sorting])

    def _forget_undoable(self, sorting: int) -> bool:
        """Have Ctrl+Z leave a sorting alone, and go on to what was done before; whether it was to undo it."""
        command = self._undoable.pop(sorting, None)
        if command is not None:
            command.setObsolete(True)
        return command is not None

    def _sort(self, sorting: int, deed: Callable[..., StoredSorting], name: str, folder: str) -> None:
        key = "sorting", sorting
        if sorting in self.busy:
            return  # pressed twice, or in a notice as well as in the dialog
        self.busy.add(sorting)
        undoable = self._forget_undoable(sorting)  # while it is worked on

        def work(database: Database, context: JobContext) -> StoredSorting:
            nonlocal undoable
            try:
                return deed(database, sorting, seldom(context.report), context.check)
            finally:  # it may be stopped, or fail, half way
                with suppress(StoreError):
                    undoable = Sortings(database).get(sorting).done > 0

        def ended() -> None:
            self.busy.discard(sorting)
            if undoable:
                self._have_undoable(sorting, folder)
            self.sorting_changed.emit()

        self._do(
            work,
            self._tell_sorted,
            name=lambda: tr(f"organise.activity_{name}", folder=folder),
            question=lambda: tr(f"organise.activity_{name}_question", folder=folder),
            stopped=lambda: self._current.notices.tell(tr(f"organise.{name}_stopped"), about=key),
            key=key,
            ended=ended,
        )
        self.sorting_changed.emit()

    def _tell_sorted(self, sorting: StoredSorting) -> None:
        sentences, say = [sorting_line(sorting)], self._current.notices.tell
        bad = sorting.failed + sorting.kept
        if bad:
            sentences.append(tr("organise.some_failed", files=f"{bad:,}"))
            say = self._current.notices.warn
        actions = [self._opening(sorting.folder)] if is_there(sorting.folder) else []
        if sorting.done:
            actions.insert(0, Action(tr("organise.undo"), lambda: self.take_back(sorting)))
        say("\n".join(sentences), *actions, about=("sorting", sorting.id))

    def _opening(self, folder: Path) -> Action:
        return Action(tr("action.open_folder"), lambda: open_file(folder, self._current.notices))

    def _do(
        self,
        work: Callable[[Database, JobContext], object],
        tell: Callable[..., object],
        *,
        name: Callable[[], str],
        question: Callable[[], str],
        stopped: Callable[[], object],
        key: object,
        ended: Callable[[], object] = lambda: None,
    ) -> None:
        """Have the worker do something, as an activity; notices about `key` take the place of each other."""
        notices, task = self._current.notices, 0

        def stop() -> None:
            self._files.cancel(task, listen=True)

        def show(progress: object) -> None:
            if isinstance(progress, Progress):
                done, total = f"{progress.done:,}", f"{progress.total:,}"
                activity.show(tr("batch.of", done=done, total=total), progress.done / max(progress.total, 1))

        def end() -> None:
            activity.end()
            ended()

        def fail(error: WanwuError) -> None:
            notices.warn(tr.describe(error), about=key)

        activity = self._current.activities.begin(name, page="batch", question=question, stop=stop)
        notices.tell(tr("batch.begun", name=name()), Action(tr("organise.stop"), stop), about=key)
        task = self._files.submit(work, tell, failed=fail, progress=show, cancelled=stopped, ended=end)


class _Sorted(Command):
    """A sorting that was carried out; it is taken back by a worker, which is not to be done again."""

    def __init__(self, take_back: Callable[[], object]) -> None:
        super().__init__("batch")
        self._take_back = take_back

    def undo(self) -> None:
        self._take_back()


class _Stays(Command):
    """What cannot be taken back: Ctrl+Z says so once, instead of taking back what was done before it."""

    def __init__(self, tell: Callable[[], object]) -> None:
        super().__init__("batch")
        self._tell = tell

    def undo(self) -> None:
        self.setObsolete(True)
        self._tell()


def _about_file(target: Path) -> object:
    return "file", target


def _keywords_line(written: Written) -> str:
    sentences = [tr("organise.keywords_done", written=f"{written.written + written.unchanged:,}")]
    sentences += [tr.error(failure.code, failure.facts) for failure in written.failures[:_MOST_FAILURES]]
    if len(written.failures) > _MOST_FAILURES:
        sentences.append(tr("organise.and_more", count=f"{len(written.failures) - _MOST_FAILURES:,}"))
    return "\n".join(sentences)
