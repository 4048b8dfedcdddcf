"""Results as files: with corrections apart from the model's answers, typed, and whole or not at all."""

import csv
import gc
import json
import math
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from xlsxwriter.utility import xl_col_to_name

from app.core.errors import ErrorCode, SettingsError, WanwuError
from app.core.results import Answer, Failure, Prediction
from app.export import files
from app.export.files import check_ending, write_answers
from app.export.table import COLUMNS, Table, harmless
from app.labels import load_labels
from tests.disk import nearly_full
from tests.export.test_json_lines import ANSWER, CHINESE

EAGLE = load_labels("imagenet1k").labels[22]
CORRECTION = Prediction(EAGLE.index, EAGLE.zh, EAGLE.en, EAGLE.group, 1.0)
FAILURE = Failure(Path("=坏\udcff.jpg"), ErrorCode.TRUNCATED, (("path", "坏.jpg"),))
ANSWERS = [Answer(ANSWER), Answer(ANSWER, CORRECTION), Answer(FAILURE)]
ENDINGS = [".jsonl", ".csv", ".xlsx", ".parquet"]


def test_table_has_the_correction_beside_the_models_answer(tmp_path: Path) -> None:
    write_answers(ANSWERS, tmp_path / "out.csv", CHINESE)
    header, *rows = csv.reader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines())
    assert header[:6] == ["文件", "标签", "标签（英文）", "概率", "确定", "类别"]
    assert header[6:10] == ["类别概率", "更正", "更正（英文）", "更正后的类别"]
    group, models = (
        " / ".join(EAGLE.group),
        ["虎斑猫", "tabby", "0.6312", "是", "动物 / 哺乳动物 / 家猫", "0.93"],
    )
    assert rows[0][1:10] == [*models, "", "", ""]
    assert rows[1][1:10] == [*models, EAGLE.zh, EAGLE.en, group]
    assert rows[2][0] == r"'=坏\udcff.jpg"
    assert rows[2][-4] == "truncated"


def test_labels_of_a_model_that_has_one_name_for_each_are_written_once() -> None:
    same = replace(ANSWER, predictions=(replace(ANSWER.predictions[0], label_en="虎斑猫"),))
    row = dict(zip(COLUMNS, Table(CHINESE).row(Answer(same)), strict=True))
    assert (row["label"], row["label_other"]) == ("虎斑猫", None)


@pytest.mark.parametrize("answers", [ANSWERS, []])
def test_sheet_is_filtered_and_sorted_by_its_head_which_stays(tmp_path: Path, answers: list[Answer]) -> None:
    write_answers(answers, tmp_path / "out.xlsx", CHINESE)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert f'<autoFilter ref="A1:{xl_col_to_name(len(COLUMNS) - 1)}{len(answers) + 1}"/>' in sheet
    assert 'ySplit="1"' in sheet


def test_json_lines_name_a_correction_only_where_there_is_one(tmp_path: Path) -> None:
    write_answers(ANSWERS, tmp_path / "out.jsonl", CHINESE)
    plain, corrected, _ = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    expected = {"index": 22, "label": EAGLE.zh, "label_en": EAGLE.en, "group": list(EAGLE.group)}
    assert corrected.pop("correction") == expected
    assert corrected == plain


def test_parquet_has_typed_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_ROW_GROUP", 2)
    write_answers(iter(ANSWERS), tmp_path / "out.parquet", CHINESE)
    file = pq.ParquetFile(tmp_path / "out.parquet")
    assert (file.num_row_groups, file.schema_arrow.names) == (2, list(COLUMNS))
    rows = file.read().to_pylist()
    assert [row["certain"] for row in rows] == [True, True, None]
    assert [row["score"] for row in rows] == [0.6312, 0.6312, None]
    assert [row["correction"] for row in rows] == [None, EAGLE.zh, None]
    assert rows[2]["error"] == "truncated"


def test_parquet_without_its_library_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(WanwuError) as raised:
        check_ending(tmp_path / "out.parquet")
    assert (raised.value.code, raised.value.facts["extra"]) == (ErrorCode.EXTRA_MISSING, "parquet")


@pytest.mark.parametrize(
    "text", ["=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "﹣1", " =1+1", "\t=1+1", "\ttab", "\rline", "　@x"]
)
def test_text_that_a_spreadsheet_would_compute_is_quoted(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["猫", "1-1", "'=1", "", None, 1.5, -2.0])
def test_other_cells_stay_as_they_are(cell: str | float | None) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize("ending", ENDINGS)
def test_number_that_is_none_is_written_as_nothing(tmp_path: Path, ending: str) -> None:
    unknown = replace(ANSWER, predictions=(replace(ANSWER.predictions[0], score=math.nan),))
    write_answers([Answer(unknown)], tmp_path / f"out{ending}", CHINESE)
    assert b"nan" not in whole_content(tmp_path / f"out{ending}").lower()


def whole_content(file: Path) -> bytes:
    if not zipfile.is_zipfile(file):
        return file.read_bytes()
    with zipfile.ZipFile(file) as book:
        return b"".join(book.read(name) for name in book.namelist())


def test_unknown_ending_is_refused_with_those_that_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="output_form_unknown") as raised:
        check_ending(tmp_path / "out.parquetx")
    assert ".csv" in CHINESE.describe(raised.value)


def test_rows_beyond_the_end_of_a_sheet_go_to_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_SHEET_ROWS", 2)
    write_answers(ANSWERS, tmp_path / "out.xlsx", CHINESE)
    sheets = [name for name in zipfile.ZipFile(tmp_path / "out.xlsx").namelist() if "worksheets/" in name]
    assert len(sheets) == 2


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # XlsxWriter's
@pytest.mark.parametrize("ending", ENDINGS)
def test_full_disk_leaves_the_old_file_whole(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"out{ending}"
    write_answers(ANSWERS, out, CHINESE)
    before = out.read_bytes()
    with nearly_full(30_000), pytest.raises(WanwuError) as raised:
        write_answers(many(), out, CHINESE)
    assert raised.value.code is ErrorCode.OUTPUT_UNWRITABLE
    del raised
    gc.collect()
    assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == [out]


def many() -> Iterator[Answer]:
    """More than a nearly full disk has room for, however well it can be packed."""
    for number in range(30_000):
        yield Answer(Failure(Path(f"{hash(str(number)):x}.jpg"), ErrorCode.TRUNCATED))


@pytest.mark.parametrize("ending", ENDINGS)
def test_run_without_answers_is_a_file_without_rows(tmp_path: Path, ending: str) -> None:
    write_answers([], tmp_path / f"out{ending}", CHINESE)
    assert (tmp_path / f"out{ending}").exists()
