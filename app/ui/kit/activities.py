"""What runs and lasts: batch runs, exports, sortings, measurements. Every page can see and stop them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator


# A sentence, or what makes it in the language of the moment in which it is read.
Said = str | Callable[[], str]


def _said(text: Said) -> str:
    return text if isinstance(text, str) else text()


class Activity(QObject):
    """One thing that runs. Whoever began it says how far it is, and when it has ended.

    Attributes:
        name: what it is, a noun phrase in the language in use.
        detail: how far it is, in words; empty for nothing to say.
        share: how far it is, 0 to 1; None while that is not known.
        page: the page where it is looked at.
        question: what closing the window would break off, asked beforehand; empty where nothing is lost.
        stop: ends it early; None where it cannot be.
        can_wait: it works in the background, and waits while that is held back (`Current`).
        yields: nothing has to wait for it: it makes way by itself, or is over in a moment.
    """

    def __init__(
        self,
        activities: Activities,
        name: Said,
        *,
        page: str,
        question: Said,
        stop: Callable[[], object] | None,
        can_wait: bool = False,
        yields: bool = False,
    ) -> None:
        super().__init__(activities)
        self._activities = activities
        self.detail, self.share = "", None
        self.page, self.stop, self._name, self._question = page, stop, name, question
        self.can_wait, self.yields = can_wait, yields

    share: float | None

    @property
    def name(self) -> str:
        return _said(self._name)

    @property
    def question(self) -> str:
        return _said(self._question)

    def ask(self, question: Said) -> None:
        """Have closing ask something else from now on."""
        self._question = question

    def show(self, detail: str, share: float | None = None) -> None:
        """Say how far it is."""
        if (detail, share) != (self.detail, self.share):
            self.detail, self.share = detail, share
            self._activities.changed.emit()

    def end(self) -> None:
        """It is over, in whichever way; told twice, it is over still."""
        self._activities.remove(self)


class Activities(QObject):
    """The list of what runs, the oldest first. Belongs to the window's thread.

    Signals:
        changed(): one has begun, ended or gone on.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._list: list[Activity] = []

    def __iter__(self) -> Iterator[Activity]:
        return iter(tuple(self._list))

    def __len__(self) -> int:
        return len(self._list)

    def begin(
        self,
        name: Said,
        *,
        page: str,
        question: Said = "",
        stop: Callable[[], object] | None = None,
        can_wait: bool = False,
        yields: bool = False,
    ) -> Activity:
        """Something has begun to run."""
        activity = Activity(
            self, name, page=page, question=question, stop=stop, can_wait=can_wait, yields=yields
        )
        self._list.append(activity)
        self.changed.emit()
        return activity

    def remove(self, activity: Activity) -> None:
        """Something has ended."""
        if activity in self._list:
            self._list.remove(activity)
            activity.deleteLater()
            self.changed.emit()

    def questions(self) -> list[str]:
        """What is to be asked before the window closes."""
        return [activity.question for activity in self._list if activity.question]
