"""Keywords beside pictures: ours come and go, the user's stay."""

import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from app.core.errors import ErrorCode, WanwuError
from app.core.sentences import Translator
from app.organise.keywords import Written, write_keywords
from app.organise.xmp import Keywords, merged
from app.store.database import Database
from app.store.items import Items
from app.store.listing import Filter, Listing, Order
from tests.disk import nearly_full
from tests.organise.runs import CHINESE, LABELS, PANDA, TABBY, files_below, go_on, ignore, make_run

SHOWN = {"熊猫.jpg": PANDA, "什么.jpg": None}
BEAR = (*LABELS.labels[PANDA].group, "大熊猫")
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PROPERTIES = {
    "subject": "{http://purl.org/dc/elements/1.1/}subject",
    "hierarchical": "{http://ns.adobe.com/lightroom/1.0/}hierarchicalSubject",
    "tags": "{http://www.digikam.org/ns/1.0/}TagsList",
}
# As darktable writes it, with a keyword, an edit, a comment and a namespace that nobody knows.
DARKTABLE = """<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <!-- mine -->
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:darktable="http://darktable.sf.net/"
    xmlns:odd="urn:odd" xmp:Rating="4" odd:thing="x">
   <dc:subject><rdf:Bag><rdf:li>动物</rdf:li><rdf:li>假期</rdf:li></rdf:Bag></dc:subject>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Zoo</rdf:li></rdf:Alt></dc:title>
   <darktable:history><rdf:Seq><rdf:li darktable:operation="exposure"/></rdf:Seq></darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""


@pytest.fixture
def run(database: Database, folder: Path) -> int:
    return make_run(database, folder, SHOWN)


def write(database: Database, run: int, tr: Translator = CHINESE) -> Written:
    return write_keywords(database, run, LABELS, tr, ignore, go_on)


def words(sidecar: bytes, name: str) -> list[str | None]:
    found = ET.fromstring(sidecar).find(f".//{_PROPERTIES[name]}")
    return [] if found is None else [item.text for item in found.iter(f"{_RDF}li")]


def test_keywords_are_written_in_the_three_forms_and_pictures_stay(
    database: Database, run: int, folder: Path
) -> None:
    before = files_below(folder)
    assert write(database, run) == Written(2, 0, 0, ())
    after = files_below(folder)
    panda, unsure = after.pop("熊猫.jpg.xmp"), after.pop("什么.jpg.xmp")
    assert after == before
    assert words(panda, "subject") == [*BEAR, "万物识别", "确定"]
    assert words(panda, "hierarchical") == ["|".join(BEAR), "万物识别|确定"]
    assert words(panda, "tags") == ["/".join(BEAR), "万物识别/确定"]
    assert words(unsure, "hierarchical") == ["动物", "万物识别|不确定"]


def test_second_time_changes_nothing(database: Database, run: int, folder: Path) -> None:
    write(database, run)
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert write(database, run) == Written(0, 2, 0, ())
    assert {file: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_correction_takes_the_place_of_our_keywords(database: Database, run: int, folder: Path) -> None:
    write(database, run)
    first = int(Listing(database, run, LABELS).ids(Filter(), Order())[0])
    Items(database, run).correct(first, LABELS.labels[TABBY])
    write(database, run)
    subject = words((folder / "熊猫.jpg.xmp").read_bytes(), "subject")
    assert subject == [
        *LABELS.labels[TABBY].group[:2],
        "万物识别",
        *LABELS.labels[TABBY].group[2:],
        LABELS.labels[TABBY].zh,
        "人工更正",
    ]


def test_what_another_program_wrote_stays_and_the_users_keywords_are_never_ours() -> None:
    eagle, cat = Keywords((("动物", "鸟类", "鹰"),)), Keywords((("动物", "猫"),))
    first = merged(DARKTABLE.encode(), eagle)
    assert first is not None
    assert words(first, "subject") == ["动物", "假期", "鸟类", "鹰"]
    second = merged(first, cat)
    assert second is not None
    assert words(second, "subject") == ["动物", "假期", "猫"]
    assert words(second, "tags") == ["动物/猫"]
    none = merged(second, Keywords(()))
    assert none is not None
    assert words(none, "subject") == ["动物", "假期"]
    text = second.decode()
    for kept in ("<!-- mine -->", 'xmp:Rating="4"', 'odd:thing="x"', "darktable:operation", "Zoo", "<?xml"):
        assert kept in text


@pytest.mark.parametrize(
    "form",
    [
        "<dc:subject>假期</dc:subject>",
        "<dc:subject><rdf:Seq><rdf:li>假期</rdf:li></rdf:Seq></dc:subject>",
    ],
)
def test_unusual_forms_of_lists_are_understood(form: str) -> None:
    sidecar = DARKTABLE.replace(DARKTABLE[DARKTABLE.index("<dc:s") : DARKTABLE.index("   <dc:title")], form)
    new = merged(sidecar.replace("UTF-8", "UTF-16").encode("utf-16"), Keywords((("猫",),)))
    assert new is not None
    assert words(new, "subject") == ["假期", "猫"]


@pytest.mark.parametrize("content", ["", "not xml", "<html/>", DARKTABLE[:400], "<!DOCTYPE x><x/>"])
def test_file_that_is_no_xmp_is_left_alone_and_told(
    database: Database, run: int, folder: Path, content: str
) -> None:
    (folder / "熊猫.jpg.xmp").write_text(content, "utf-8")
    ended = write(database, run)
    assert ended.written == 1
    assert [failure.code for failure in ended.failures] == [ErrorCode.KEYWORDS_UNREADABLE]
    assert (folder / "熊猫.jpg.xmp").read_text("utf-8") == content


def test_full_disk_leaves_the_old_sidecar_whole(database: Database, run: int, folder: Path) -> None:
    (folder / "熊猫.jpg.xmp").write_text(DARKTABLE, "utf-8")
    with nearly_full(500), pytest.raises(WanwuError) as raised:
        write(database, run)
    assert raised.value.code is ErrorCode.DISK_FULL
    assert (folder / "熊猫.jpg.xmp").read_text("utf-8") == DARKTABLE
    assert len(files_below(folder)) == 3


def test_english_readers_get_english_keywords(database: Database, run: int, folder: Path) -> None:
    write(database, run, Translator("en"))
    tags = words((folder / "熊猫.jpg.xmp").read_bytes(), "tags")
    assert str(tags[0]).startswith("Animals/")
    assert str(tags[0]).endswith(LABELS.labels[PANDA].en)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs exiftool")
def test_exiftool_reads_what_we_write(database: Database, run: int, folder: Path) -> None:
    write(database, run)
    command = ["exiftool", "-s3", "-XMP-digiKam:TagsList", str(folder / "熊猫.jpg.xmp")]
    shown = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert shown.stdout.strip() == f"{'/'.join(BEAR)}, 万物识别/确定"
