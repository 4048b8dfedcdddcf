"""What is asked of the database, and which answers still count."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.core.errors import ErrorCode, StoreError
from app.store.listing import NO_GROUP, Filter, Order, Status, group_counts
from app.ui.pages.batch.items.places import keep_places
from app.ui.pages.batch.items.reader import Reader, Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from app.core.results import GroupPath, Recognition
    from app.labels import LabelSet
    from app.store.items import Items
    from app.store.listing import Row

# What the user waits for most goes first.
_COUNTING, _LISTING, _LOOKING, _FETCHING, _ACTING = 0, 1, 2, 3, 1 << 60
# A query cannot be broken off: the views come first and ask for the rows that they show.
_COUNT_AFTER_MS = 60
# More windows of rows than are on any screen: older ones have scrolled away.
_MOST_FETCHES = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its items, how many the run has, whether it is the list of before, grown or changed."""

    ids: NDArray[np.int64]
    total: int
    same_list: bool


class Inquiry(QObject):
    """Asks for one list at a time; answers to what was asked before are dropped. Of the window's thread.

    Signals:
        listed(Listed): the list that is wanted.
        counted(dict, int): the items in each group and below it, and in all; the wanted group does not count.
        fetched(list): rows.
        dropped(list): the ids of rows that were asked for too long ago.
        answered(Row, Recognition): the item that is looked at, and the model's answer; both may be None.
        corrected(tuple[int, ...]): a correction is on disk; these are to be looked at again.
        failed(str): a sentence for the user.

    Attributes:
        wanted, order: what the list is filtered and sorted by.
    """

    listed = Signal(object)
    counted = Signal(object, int)
    fetched = Signal(object)
    dropped = Signal(object)
    answered = Signal(object, object)
    corrected = Signal(object)
    failed = Signal(str)

    def __init__(self, database_file: Callable[[], Path]) -> None:
        super().__init__()
        self._reader = Reader(database_file)
        self._reader.failed.connect(self._on_failed)
        self._run: int | None = None
        self.wanted, self.order = Filter(), Order()
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._held: set[int] = set()
        self._listing, self._counting, self._looking = 0, 0, 0
        self._fetching: deque[tuple[int, Sequence[int]]] = deque()
        self._fetches = 0
        self._is_listing, self._again = False, False
        self._counts_later = QTimer(self, interval=_COUNT_AFTER_MS, singleShot=True)
        self._counts_later.timeout.connect(self._count)

    def use(self, run: int | None, labels: LabelSet) -> None:
        """Ask another run from now on."""
        self._run = run
        self._fetching.clear()
        self._held = set()
        if run is not None:
            self._reader.use(run, labels)

    def want(self, wanted: Filter, order: Order) -> None:
        """List other items, or in another order."""
        self.wanted, self.order = wanted, order
        self._held = set()
        self._list(same_list=False)

    @property
    def holds(self) -> bool:
        """Whether items stay in the list that were corrected since it was wanted, whatever they are now."""
        return bool(self._held)

    def has_listed(self, wanted: Filter) -> bool:
        """Whether the list is there that this filters."""
        return not self._is_listing and wanted == self.wanted

    def refresh(self) -> None:
        """List the same once more, as soon as nothing else is being listed."""
        if self._is_listing:
            self._again = True
        else:
            self._list(same_list=True)

    def _list(self, *, same_list: bool) -> None:
        for job in (self._listing, self._counting):
            self._reader.drop(job)
        self._again = False
        self._counts_later.stop()
        if self._run is None:
            self.listed.emit(Listed(np.empty(0, np.int64), 0, same_list))
            self.counted.emit({}, 0)
            return
        run, wanted, order = self._run, self.wanted, self.order
        asked, before, held = (run, wanted, order), self._ids, frozenset(self._held)

        def query(tables: Tables) -> Listed:
            ids = tables.listing.ids(wanted, order)
            kept = keep_places(before, ids, held) if held else ids
            return Listed(kept, tables.runs.counts(run).total, same_list)

        def tell(found: Listed) -> None:
            if asked == (self._run, self.wanted, self.order):
                self._is_listing, self._ids = False, found.ids
                self.listed.emit(found)
                self._counts_later.start()
                if self._again:
                    self._list(same_list=True)

        self._is_listing = True
        self._listing = self._reader.ask(query, tell, _LISTING)

    def _count(self) -> None:
        wanted, run = replace(self.wanted, group=()), self._run

        def query(tables: Tables) -> tuple[dict[GroupPath, int], int]:
            # Those that wait have no group yet, which is not to be told as that they have none.
            waits = run is not None and tables.runs.counts(run).waiting and _lists_waiting(wanted)
            waiting = replace(wanted, statuses=frozenset({Status.WAITING}))
            exact = tables.listing.groups(wanted)
            return exact, tables.listing.groups(waiting).get((), 0) if waits else 0

        def tell(found: tuple[dict[GroupPath, int], int]) -> None:
            exact, waiting = found
            if (wanted, run) == (replace(self.wanted, group=()), self._run):
                without = exact.get((), 0) - waiting
                self.counted.emit({**group_counts(exact), NO_GROUP: without}, sum(exact.values()))

        self._counting = self._reader.ask(query, tell, _COUNTING)

    def fetch(self, items: Sequence[int]) -> None:
        """Read rows; the newest wish first, and the oldest ones not at all when there are many."""
        self._fetches += 1  # of equal jobs the worker takes the older one
        run = self._run

        def tell(rows: list[Row]) -> None:
            if run == self._run:
                self.fetched.emit(rows)

        job = self._reader.ask(lambda tables: tables.listing.rows(items), tell, _FETCHING + self._fetches)
        self._fetching.append((job, items))
        if len(self._fetching) > _MOST_FETCHES:
            oldest, unread = self._fetching.popleft()
            self._reader.drop(oldest)
            self.dropped.emit(unread)

    def look_at(self, item: int) -> None:
        """Read all about an item, and no longer about the one before."""
        self._reader.drop(self._looking)
        self._looking = self._read(item, self.answered.emit, _LOOKING)

    def read(
        self,
        item: int,
        tell: Callable[[Row, Recognition | None], None],
        ahead: Callable[[], object] = lambda: None,
    ) -> None:
        """Have `tell` hear all about an item, whichever is looked at by then; nothing if it is gone.

        The worker does something `ahead` of it.
        """
        self._read(item, lambda row, answer: tell(row, answer) if row is not None else None, _ACTING, ahead)

    def read_rows(self, items: Sequence[int], tell: Callable[[list[Row]], None]) -> None:
        """Have `tell` hear the rows of items."""
        self._reader.ask(lambda tables: tables.listing.rows(items), tell, _ACTING)

    def read_answers(
        self, items: Sequence[int], tell: Callable[[list[tuple[Row, Recognition | None]]], None]
    ) -> None:
        """The same with the model's answers."""

        def query(tables: Tables) -> list[tuple[Row, Recognition | None]]:
            return [(row, tables.listing.answer(row.item)) for row in tables.listing.rows(items)]

        self._reader.ask(query, tell, _ACTING)

    def _read(
        self,
        item: int,
        tell: Callable[[Row | None, Recognition | None], None],
        priority: int,
        ahead: Callable[[], object] = lambda: None,
    ) -> int:
        def query(tables: Tables) -> tuple[list[Row], Recognition | None]:
            ahead()
            return tables.listing.rows([item]), tables.listing.answer(item)

        def listen(found: tuple[list[Row], Recognition | None]) -> None:
            rows, answer = found
            tell(rows[0] if rows else None, answer)

        return self._reader.ask(query, listen, priority)

    def changing(self, items: Sequence[int]) -> Callable[[Callable[[Items], object], bool], None]:
        """What has the worker change items of the run that is asked now, also when another one is by then.

        They stay where they are listed until another list is wanted, so that nothing jumps under the hand of
        whoever corrects one after the other; told so, they are to be looked at again.
        """
        source = self._reader.source

        def query(tables: Tables, work: Callable[[Items], object]) -> None:
            if source is not None and tables.runs.get(source[0]) is None:
                # Or changing nothing would look like having done it.
                raise StoreError(ErrorCode.RUN_UNKNOWN, run=source[0])
            work(tables.items)

        def change(work: Callable[[Items], object], again: bool) -> None:
            def tell(_none: None) -> None:
                self.corrected.emit(tuple(items) if again else ())

            if source is not None and source[0] == self._run:
                self._held.update(items)
            self._reader.ask(lambda tables: query(tables, work), tell, _ACTING, source=source)

        return change

    def _on_failed(self, sentence: str) -> None:
        self._is_listing = False
        self.failed.emit(sentence)

    def shut_down(self) -> None:
        """Stop the worker and wait for it."""
        self._counts_later.stop()
        self._reader.shut_down()


def _lists_waiting(wanted: Filter) -> bool:
    return not wanted.statuses or Status.WAITING in wanted.statuses
