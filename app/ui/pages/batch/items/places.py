"""Where corrected pictures stand in a list that would put them elsewhere by now, or leave them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray


def keep_places(
    before: NDArray[np.int64], now: NDArray[np.int64], held: Collection[int]
) -> NDArray[np.int64]:
    """The list of `now`, but those of `before` that are `held` after what they stood after there."""
    is_held = np.isin(before, list(held))
    rest = now[~np.isin(now, before[is_held])]
    numbers = np.argsort(rest)
    places = np.searchsorted(rest, before, sorter=numbers)
    found = numbers[np.minimum(places, rest.size - 1)] if rest.size else np.zeros(before.size, np.int64)
    is_there = (rest[found] == before) if rest.size else np.zeros(before.size, bool)
    # The last one above that is still listed, by its row; -1 above all of them.
    rows = np.where(is_there, found, -1)
    above = np.maximum.accumulate(np.where(is_there, np.arange(before.size), -1))
    anchors = np.where(above >= 0, rows[above], -1)[is_held]
    order = np.argsort(np.concatenate([np.arange(rest.size), anchors + 0.5]), kind="stable")
    return np.concatenate([rest, before[is_held]])[order]
