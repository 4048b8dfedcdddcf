"""Answers as files: JSON lines, CSV, XLSX and Parquet, by the ending of the name; whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.core.errors import ErrorCode, SettingsError, WanwuError
from app.core.files import for_user, replacing
from app.export.json_lines import to_json_line
from app.export.table import COLUMNS, Table, harmless

if TYPE_CHECKING:
    from app.core.results import Answer
    from app.core.sentences import Translator
    from app.export.table import Cell

    Answers = Iterable[Answer]

# Parquet is written in groups of rows, each of which is in memory as a whole.
_ROW_GROUP = 20_000
# A sheet has 2**20 rows; what is beyond is dropped without a word.
_SHEET_ROWS = 2**20 - 1


def _write_json_lines(answers: Answers, file: Path, tr: Translator) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        for answer in answers:
            stream.write(to_json_line(answer.model, tr, answer.correction) + "\n")


def _write_csv(answers: Answers, file: Path, tr: Translator) -> None:
    table = Table(tr)
    # Excel takes a CSV file for UTF-8 only when it begins with this mark.
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.header())
        for answer in answers:
            writer.writerow([harmless(table.shown(cell)) for cell in table.row(answer)])


def _write_xlsx(answers: Answers, file: Path, tr: Translator) -> None:
    import xlsxwriter

    table = Table(tr)
    # Rows go to disk as they come; texts are never taken for formulas, links or numbers.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    content = BytesIO()  # compressed; a zip file on a full disk would complain once more when it is collected
    with TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(content, options | {"tmpdir": folder})
        sheet, line = _new_sheet(book, tr, 1), 0
        for answer in answers:
            if line == _SHEET_ROWS:
                _end_sheet(sheet, line)
                sheet, line = _new_sheet(book, tr, len(book.worksheets()) + 1), 0
            line += 1
            sheet.write_row(line, 0, [table.shown(cell) for cell in table.row(answer)])
        _end_sheet(sheet, line)
        try:
            book.close()  # not by `with`, which would read back rows that could not be written
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(str(error)) from error
    file.write_bytes(content.getbuffer())


def _new_sheet(book: Any, tr: Translator, number: int) -> Any:
    sheet = book.add_worksheet(tr("app.title") if number == 1 else f"{tr('app.title')} {number}")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 5, 16)
    sheet.write_row(0, 0, Table(tr).header(), book.add_format({"bold": True}))
    return sheet


def _end_sheet(sheet: Any, rows: int) -> None:
    """Put buttons that filter and sort into the head, for all rows: known only when the last one is there."""
    sheet.autofilter(0, 0, rows, len(COLUMNS) - 1)


def _write_parquet(answers: Answers, file: Path, tr: Translator) -> None:
    """Columns have the English names of `COLUMNS`: this form is for programs."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    kinds = {str: pa.string(), float: pa.float64(), bool: pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    with file.open("wb") as stream, ParquetWriter(stream, schema) as writer:
        for rows in _row_groups(map(Table(tr).row, answers)):
            records = [dict(zip(COLUMNS, cells, strict=True)) for cells in rows]
            writer.write_batch(pa.RecordBatch.from_pylist(records, schema))


def _row_groups(rows: Iterable[list[Cell]]) -> Iterator[list[list[Cell]]]:
    waiting = iter(rows)
    while group := list(islice(waiting, _ROW_GROUP)):
        yield group


_WRITERS: dict[str, Callable[[Answers, Path, Translator], None]] = {
    ".jsonl": _write_json_lines,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".parquet": _write_parquet,
}


def check_ending(file: Path) -> None:
    """Raise SettingsError for a name whose ending is none of those that can be written.

    Raises WanwuError `extra_missing` where what writes this form is not installed.
    """
    ending = file.suffix.lower()
    if ending not in _WRITERS:
        raise SettingsError(ErrorCode.OUTPUT_FORM_UNKNOWN, path=file, endings=", ".join(_WRITERS))
    if ending == ".parquet" and find_spec("pyarrow") is None:
        raise WanwuError(ErrorCode.EXTRA_MISSING, path=file, extra="parquet")


def write_answers(answers: Answers, file: Path, tr: Translator) -> None:
    """Write answers in the form that the ending of `file` names, texts in the language of `tr`.

    Until everything is on disk, what was there before stays. Raises WanwuError `output_unwritable` and what
    `check_ending` raises.
    """
    check_ending(file)
    with for_user(file), replacing(file) as partial:
        _WRITERS[file.suffix.lower()](answers, partial, tr)
