"""A person's labels in the place of the model's, as commands that Ctrl+Z takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.kit.undo import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.labels import Label, LabelSet
    from app.store.items import Items

Words = dict[int, int | None]


class Correct(Command):
    """Says a label of many pictures at once, and what was said of each before.

    `change` has the worker change the items of the run that this is about, whichever is shown by then, and
    shows them again if it is told so. It does one thing after the other: what was said before is known when
    it comes to taking this back.
    """

    def __init__(
        self,
        change: Callable[[Callable[[Items], object], bool], None],
        words: Mapping[int, Label | None],
        labels: LabelSet,
        key: str,
        facts: Callable[[], Mapping[str, object]],
    ) -> None:
        super().__init__("batch", key, facts)
        self._change, self._words, self._labels = change, words, labels
        self._before: Words = {}
        self._again = False  # whoever corrects for the first time sees what it is about

    def redo(self) -> None:
        self._change(lambda items: self._before.update(items.say(self._words)), self._again)
        self._again = True

    def undo(self) -> None:
        def say(items: Items) -> None:
            labels = self._labels.labels
            items.say({item: None if at is None else labels[at] for item, at in self._before.items()})

        self._change(say, self._again)
