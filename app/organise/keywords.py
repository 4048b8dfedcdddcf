"""What pictures of a run show, as keywords beside them, for programs that manage photographs."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, PictureError, StoreError, WanwuError
from app.core.files import read_small, write_atomically
from app.core.results import Failure
from app.labels import group_in
from app.organise.sidecars import Sidecars, is_for_stem
from app.organise.work import Check, Progress, Report
from app.organise.xmp import Keywords, merged
from app.store.rows import Labelled, labelled
from app.store.runs import Runs

if TYPE_CHECKING:
    from app.core.sentences import Translator
    from app.labels import LabelSet
    from app.store.database import Database

# Edits with painted masks make them large.
_MOST_BYTES = 8 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Written:
    """How many sidecars are new or changed, how many were right; how many pictures have no answer."""

    written: int
    unchanged: int
    left: int
    failures: tuple[Failure, ...]


def write_keywords(
    database: Database,
    run: int,
    labels: LabelSet,
    tr: Translator,
    report: Report,
    check: Check,
    items: Collection[int] | None = None,
) -> Written:
    """Write `NAME.EXT.xmp` beside each picture of a run, or of the items with these ids.

    Keywords are in the language of `tr`. A label that a person has chosen counts like the model's; of an
    answer that is not certain only the group is written. Pictures are not touched; a sidecar that cannot be
    read, or is protected, is left alone and is a failure. A new one starts from what is in `NAME.xmp`, if
    that is of this picture alone. Raises StoreError `run_unknown`, WanwuError `disk_full`, and what `check`
    raises; doing it again goes on. See `app.organise.xmp`.
    """
    stored = Runs(database).get(run)
    if stored is None:
        raise StoreError(ErrorCode.RUN_UNKNOWN, run=run)
    total = stored.counts.total if items is None else len(items)
    written = unchanged = left = 0
    failures: list[Failure] = []
    sidecars = Sidecars()
    for number, item in enumerate(labelled(database, run, labels, items), 1):
        check()
        try:
            if item.label is None:
                left += 1
            elif _write(item.path, keywords_of(item, tr), sidecars):
                written += 1
            else:
                unchanged += 1
        except PictureError as error:
            failures.append(Failure.of(item.path, error))
        report(Progress(number, total))
    return Written(written, unchanged, left, tuple(failures))


def _write(picture: Path, keywords: Keywords, sidecars: Sidecars) -> bool:
    """Whether the sidecar was written; False when it was right already. Raises PictureError."""
    if not os.path.lexists(picture):
        raise PictureError(ErrorCode.NOT_FOUND, path=picture)
    sidecar = Path(f"{picture}.xmp")
    # lexists: a link that leads nowhere is told, and no file is put in its place.
    old = _content(sidecar) if os.path.lexists(sidecar) else None
    model = sidecar if old is not None else _of_stem(picture, sidecars)
    try:
        new = merged(old if model is None or old is not None else _content(model), keywords)
    except ValueError as error:
        raise PictureError(ErrorCode.KEYWORDS_UNREADABLE, path=model or sidecar, detail=error) from error
    if new is None:
        return False

    def check() -> None:
        if (_content(sidecar) if os.path.lexists(sidecar) else None) != old:
            raise OSError(errno.EBUSY, "another program has changed the file meanwhile")

    try:
        write_atomically(sidecar, new, check)
    except OSError as error:
        if error.errno in _FULL:
            raise WanwuError(ErrorCode.DISK_FULL, path=sidecar.parent) from error
        detail = error.strerror or str(error)
        raise PictureError(ErrorCode.OUTPUT_UNWRITABLE, path=sidecar, detail=detail) from error
    return True


def _content(sidecar: Path) -> bytes:
    try:
        return read_small(sidecar, _MOST_BYTES)
    except OSError as error:
        detail = error.strerror or str(error)
        raise PictureError(ErrorCode.KEYWORDS_UNREADABLE, path=sidecar, detail=detail) from error


def _of_stem(picture: Path, sidecars: Sidecars) -> Path | None:
    """`NAME.xmp` of a picture, from which a new `NAME.EXT.xmp` starts.

    Programs that find the new one read the old one no more.
    """
    for each in sidecars.of(picture):
        if is_for_stem(each.path, picture) and each.path.suffix.lower() == ".xmp" and not each.shared:
            return each.path
    return None


def keywords_of(item: Labelled, tr: Translator) -> Keywords:
    """The group with its label, and how sure that is."""
    words = group_in(tr.language, item.group)
    if item.label is not None and item.certain:
        words = (*words, item.label.zh if tr.language == "zh" else item.label.en)
    sureness = "corrected" if item.corrected else "sure" if item.certain else "unsure"
    certainty = tr("app.title"), tr(f"sorting.certainty_{sureness}")
    return Keywords((words, certainty) if words else (certainty,))
