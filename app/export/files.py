"""Answers as files: JSON lines, CSV and XLSX, by the ending of the name; whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import ErrorCode, SettingsError
from app.export.json_lines import to_json_line
from app.export.table import harmless, header, row
from app.files import for_user, replacing
from app.i18n import tr

if TYPE_CHECKING:
    from app.results import Failure, Recognition

    Answers = Iterable[Recognition | Failure]


def _write_json_lines(answers: Answers, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        for answer in answers:
            stream.write(to_json_line(answer) + "\n")


def _write_csv(answers: Answers, file: Path) -> None:
    # Excel takes a CSV file for UTF-8 only when it begins with this mark.
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header())
        for answer in answers:
            writer.writerow([harmless(cell) for cell in row(answer)])


def _write_xlsx(answers: Answers, file: Path) -> None:
    import xlsxwriter

    # Rows go to disk as they come; texts are never taken for formulas, links or numbers.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        sheet = book.add_worksheet(tr("app.title"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, 4, 16)
        sheet.write_row(0, 0, header(), book.add_format({"bold": True}))
        for number, answer in enumerate(answers, 1):
            sheet.write_row(number, 0, row(answer))


_WRITERS: dict[str, Callable[[Answers, Path], None]] = {
    ".jsonl": _write_json_lines,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}


def check_ending(file: Path) -> None:
    """Raise SettingsError for a name whose ending is none of those that can be written."""
    if file.suffix.lower() not in _WRITERS:
        raise SettingsError(ErrorCode.SETTING_INVALID, name="--out", value=file)


def write_answers(answers: Answers, file: Path) -> None:
    """Write answers in the form that the ending of `file` names.

    Until everything is on disk, what was there before stays. Raises WanwuError `output_unwritable`.
    """
    check_ending(file)
    with for_user(file), replacing(file) as partial:
        _WRITERS[file.suffix.lower()](answers, partial)
