"""Files that belong to a picture go where it goes, and come back with it."""

from pathlib import Path

import pytest

from app.organise.keywords import write_keywords
from app.organise.names import Names
from app.organise.planning import ProblemKind
from app.organise.sidecars import Sidecars, beside
from app.organise.work import carry_out, undo
from app.store.database import Database
from app.store.sortings import How
from tests.organise.runs import CHINESE, LABELS, PANDA, files_below, go_on, ignore, make_run
from tests.organise.test_work import planned, sort

LONG = "x" * 50 + ".jpg"
SHOWN: dict[str, int | None] = {"1.jpg": PANDA, "1.png": PANDA, "2.jpg": PANDA}
ALONE, SHARED = ("1.jpg.xmp", "1.png.json", "2.jpg.xmp", "2.xmp", "2.AAE"), "1.xmp"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "整理"


@pytest.fixture
def run(database: Database, folder: Path) -> int:
    number = make_run(database, folder, SHOWN)
    for name in (*ALONE, SHARED, "notes.xmp"):
        (folder / name).write_text(name)
    return number


def arrived(into: Path) -> set[str]:
    return {name.partition("/")[2] for name in files_below(into)}


@pytest.mark.parametrize("how", list(How))
def test_sidecars_go_along_and_come_back(
    database: Database, run: int, folder: Path, into: Path, how: How
) -> None:
    before = files_below(folder)
    ended = sort(database, run, into, how)
    assert (ended.total, ended.done, ended.failed) == (3, 3, 0)
    if how is How.MOVE:
        assert arrived(into) == {*SHOWN, *ALONE}
        assert files_below(folder).keys() == {SHARED, "notes.xmp"}
    else:
        assert arrived(into) >= {"1.jpg.xmp", "1 (2).png", "1 (2).png.json", "1 (2).xmp", "2.AAE"}
        assert files_below(folder) == before
    again = undo(database, ended.id, ignore, go_on)
    assert (again.undone, again.kept) == (3, 0)
    assert files_below(folder) == before
    assert not into.exists()


def test_plan_tells_how_many_go_along_and_which_stay(database: Database, run: int, into: Path) -> None:
    shown = planned(database, run, into, How.MOVE)
    assert (shown.files, shown.sidecars) == (3, len(ALONE))
    assert [(each.kind, each.blocks, each.facts) for each in shown.problems] == [
        (ProblemKind.SHARED, False, (("files", 1),))
    ]


def test_keywords_that_were_written_after_a_move_come_back_as_well(
    database: Database, folder: Path, into: Path
) -> None:
    run = make_run(database, folder, SHOWN)
    ended = sort(database, run, into, How.MOVE)
    write_keywords(database, run, LABELS, CHINESE, ignore, go_on)
    undo(database, ended.id, ignore, go_on)
    assert files_below(folder).keys() == {*SHOWN, *(f"{name}.xmp" for name in SHOWN)}
    assert not into.exists()


def test_picture_takes_no_name_for_which_another_sidecar_waits(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    target = into / "大熊猫"
    target.mkdir(parents=True)
    (target / "1.jpg.xmp").write_text("of another picture")
    (target / "2.png").write_text("another picture with this stem")
    before = files_below(folder)
    ended = sort(database, run, into, How.MOVE)
    assert (target / "1.jpg.xmp").read_text() == "of another picture"
    assert {"1 (2).jpg", "1 (2).jpg.xmp", "2 (2).jpg", "2 (2).xmp", "2 (2).AAE", "2.png"} <= arrived(into)
    assert (target / "1 (2).jpg.xmp").read_bytes() == before["1.jpg.xmp"]
    undo(database, ended.id, ignore, go_on)
    assert files_below(folder) == before
    assert files_below(into).keys() == {"大熊猫/1.jpg.xmp", "大熊猫/2.png"}


def test_sidecar_follows_a_picture_whose_name_was_taken_after_the_preview(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    before = files_below(folder)
    shown = planned(database, run, into, How.MOVE)
    (into / "大熊猫").mkdir(parents=True)
    (into / "大熊猫" / "2.jpg.xmp").write_text("new")
    ended = carry_out(database, shown.sorting, ignore, go_on)
    assert (into / "大熊猫" / "2 (2).jpg.xmp").read_bytes() == before["2.jpg.xmp"]
    assert (into / "大熊猫" / "2 (2).xmp").exists()
    undo(database, ended.id, ignore, go_on)
    assert files_below(folder) == before


def test_sidecar_stays_with_a_picture_that_cannot_be_sorted_or_put_back(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    shown = planned(database, run, into, How.MOVE)
    (folder / "2.jpg").rename(folder / "weg")
    ended = carry_out(database, shown.sorting, ignore, go_on)
    assert (ended.done, ended.failed) == (2, 1)
    assert (folder / "2.jpg.xmp").exists()
    (folder / "1.jpg").write_text("new")
    again = undo(database, ended.id, ignore, go_on)
    assert (again.undone, again.kept) == (1, 1)
    assert arrived(into) == {"1.jpg", "1.jpg.xmp"}


@pytest.mark.parametrize(
    ("sidecar", "picture"),
    [
        ("IMG_1.jpg.json", "IMG_1.jpg"),
        ("IMG_1.jpg.supplemental-metadata.json", "IMG_1.jpg"),
        ("IMG_1.jpg.suppl.json", "IMG_1.jpg"),
        ("IMG_1.jpg(1).json", "IMG_1(1).jpg"),
        ("IMG_1.jpg.supplemental-metadata(1).json", "IMG_1(1).jpg"),
        ("x" * 46 + ".json", LONG),
        ("IMG_1_01.jpg.xmp", "IMG_1.jpg"),
        ("IMG_1.jpg.XMP", "IMG_1.jpg"),
        ("IMG_2.AAE", "IMG_2.heic"),
        ("IMG_1.txt", None),
        ("metadata.json", None),
    ],
)
def test_names_of_sidecars_are_understood(tmp_path: Path, sidecar: str, picture: str | None) -> None:
    pictures = ["IMG_1.jpg", "IMG_1(1).jpg", "IMG_2.heic", "IMG_2.MOV", LONG]
    for name in (*pictures, sidecar):
        (tmp_path / name).touch()
    found = {name for name in pictures if Sidecars().of(tmp_path / name)}
    assert found == ({picture} if picture else set())


def test_sidecar_is_called_after_its_picture(tmp_path: Path) -> None:
    new = tmp_path / "b (2).jpg"
    for sidecar, name in (
        ("a.jpg.xmp", "b (2).jpg.xmp"),
        ("a.AAE", "b (2).AAE"),
        ("a_01.jpg.xmp", "b (2)_01.jpg.xmp"),
        ("a.jpg.suppl.json", "b (2).jpg.suppl.json"),
    ):
        assert beside(new, sidecar, "a.jpg").name == name
    assert beside(tmp_path / "a(1).jpg", "a.jpg(1).json", "a(1).jpg").name == "a.jpg(1).json"


def test_two_pictures_with_one_stem_do_not_come_to_share_a_sidecar(tmp_path: Path) -> None:
    names = Names()
    assert names.claim(tmp_path, "a.jpg") == "a.jpg"
    assert names.claim(tmp_path, "a.png", alone=True) == "a (2).png"
    assert names.claim(tmp_path, "a (2).jpg") == "a (2) (2).jpg"
