"""Pictures go into folders and back: each exactly once, whatever stands in the way."""

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import CancelledError, ErrorCode, StoreError, WanwuError
from app.organise.planning import Plan, ProblemKind, Wish, plan
from app.organise.work import Progress, carry_out, undo
from app.store.database import Database
from app.store.items import Items
from app.store.journal import Journal
from app.store.listing import Filter, Listing, Order
from app.store.records import FoundFile
from app.store.runs import Runs
from app.store.sortings import By, FileState, How, Sortings, SortingState, StoredSorting
from tests.disk import nearly_full
from tests.drives import refuse
from tests.organise.runs import (
    CHINESE,
    EAGLE,
    LABELS,
    PANDA,
    TABBY,
    answer,
    files_below,
    go_on,
    ignore,
    make_run,
)

SHOWN = {"熊猫.jpg": PANDA, "旅行/鹰.jpg": EAGLE, "旅行/熊猫.jpg": PANDA, "什么.jpg": None}


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "整理" / "好的"


@pytest.fixture
def run(database: Database, folder: Path) -> int:
    return make_run(database, folder, SHOWN)


def planned(database: Database, run: int, into: Path, how: How, by: By = By.LABEL) -> Plan:
    return plan(database, run, LABELS, Wish(into, by, how, CHINESE), ignore, go_on)


def sort(database: Database, run: int, into: Path, how: How, by: By = By.LABEL) -> StoredSorting:
    return carry_out(database, planned(database, run, into, how, by).sorting, ignore, go_on)


def names(folder: Path) -> list[str]:
    return sorted(files_below(folder))


def paths(database: Database, run: int) -> list[Path]:
    listing = Listing(database, run, LABELS)
    return [row.path for row in listing.rows(list(listing.ids(Filter(), Order())))]


def errors(database: Database, sorting: int, state: FileState) -> list[ErrorCode | None]:
    return [file.error for file in Journal(database, sorting).all(state)]


def test_preview_tells_what_will_happen_and_touches_nothing(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    before = files_below(folder)
    shown = planned(database, run, into, How.COPY)
    assert shown.folders == {("大熊猫",): 2, (LABELS.labels[EAGLE].zh,): 1, ("不确定",): 1}
    assert (shown.files, shown.renamed, shown.left) == (4, 1, 0)
    assert shown.examples[0][1].name == "熊猫 (2).jpg"
    assert shown.size == sum(map(len, before.values()))
    assert shown.problems == ()
    assert files_below(folder) == before
    assert not into.parent.exists()
    assert Sortings(database).of_run(run) == []


def test_folders_of_a_plan_stand_in_the_order_of_the_groups(database: Database, run: int, into: Path) -> None:
    shown = planned(database, run, into, How.COPY, By.GROUP)
    eagle, panda = (LABELS.labels[index].group for index in (EAGLE, PANDA))
    assert list(shown.folders) == [("动物",), panda, eagle]
    assert list(planned(database, run, into, How.COPY).folders)[-1] == ("不确定",)


def test_label_that_belongs_to_no_group_has_a_folder_of_its_own(
    database: Database, folder: Path, into: Path
) -> None:
    run = make_run(database, folder, SHOWN)
    items = Items(database, run)
    (folder / "别的.jpg").write_text("another")
    items.add([FoundFile(folder / "别的.jpg", 7, 1)])
    (task,) = items.waiting(1)
    items.finish([(task, replace(answer(task.path, TABBY), group=None))])
    folders = list(planned(database, run, into, How.COPY, By.GROUP).folders)
    assert folders[-1] == ("虎斑猫",)
    assert len(folders) == 4


@pytest.mark.parametrize("how", list(How))
def test_pictures_are_in_the_folders_of_their_groups_and_after_undo_as_before(
    database: Database, run: int, folder: Path, into: Path, how: How
) -> None:
    before, known = files_below(folder), paths(database, run)
    ended = sort(database, run, into, how, By.GROUP)
    assert (ended.done, ended.failed, ended.state) == (4, 0, SortingState.SORTED)
    eagle, panda = ("/".join(LABELS.labels[index].group) for index in (EAGLE, PANDA))
    expected = [f"{eagle}/鹰.jpg", f"{panda}/熊猫.jpg", f"{panda}/熊猫 (2).jpg", "动物/什么.jpg"]
    assert names(into) == sorted(expected)
    assert sorted(files_below(into).values()) == sorted(before.values())
    assert files_below(folder) == ({} if how is How.MOVE else before)
    assert all(path.exists() for path in paths(database, run))
    again = undo(database, ended.id, ignore, go_on)
    assert (again.undone, again.kept, again.state) == (4, 0, SortingState.UNDONE)
    assert files_below(folder) == before
    assert paths(database, run) == known
    assert not into.parent.exists()


@pytest.mark.parametrize("how", list(How))
def test_picture_of_the_year_2300_is_sorted_as_any_other(
    database: Database, run: int, folder: Path, into: Path, how: How
) -> None:
    os.utime(folder / "熊猫.jpg", (0, 10_413_792_000))
    ended = sort(database, run, into, how)
    assert (ended.done, ended.failed) == (4, 0)
    assert undo(database, ended.id, ignore, go_on).undone == 4


def test_moved_picture_is_known_at_its_new_place_and_not_done_again(
    database: Database, run: int, folder: Path
) -> None:
    other = make_run(database, folder, SHOWN)
    sort(database, run, folder, How.MOVE)
    assert paths(database, run) == paths(database, other)
    assert all(path.exists() and path.parent.parent == folder for path in paths(database, run))
    assert sort(database, run, folder, How.MOVE).total == 0


def test_correction_decides_the_folder_and_the_filter_what_is_sorted(
    database: Database, run: int, into: Path
) -> None:
    ids = Listing(database, run, LABELS).ids(Filter(), Order())
    Items(database, run).correct(int(ids[3]), LABELS.labels[TABBY])
    shown = plan(database, run, LABELS, Wish(into, By.LABEL, How.COPY, CHINESE), ignore, go_on, ids[2:])
    carry_out(database, shown.sorting, ignore, go_on)
    assert names(into) == sorted([f"{LABELS.labels[TABBY].zh}/什么.jpg", "大熊猫/熊猫.jpg"])


@pytest.mark.parametrize("how", list(How))
def test_name_that_was_taken_after_the_preview_is_not_overwritten(
    database: Database, run: int, into: Path, how: How
) -> None:
    shown = planned(database, run, into, how)
    taken = into / "不确定" / "什么.jpg"
    taken.parent.mkdir(parents=True)
    taken.write_text("mine")
    ended = carry_out(database, shown.sorting, ignore, go_on)
    assert ended.done == 4
    assert taken.read_text() == "mine"
    assert (into / "不确定" / "什么 (2).jpg").exists()
    undo(database, ended.id, ignore, go_on)
    assert files_below(into) == {"不确定/什么.jpg": b"mine"}


def test_odd_names_arrive_under_names_that_every_system_takes(
    database: Database, folder: Path, into: Path
) -> None:
    odd = ["两\n行.jpg", "\udcff\udcfe.jpg", "🐼:?.jpg", "长" * 83 + "12.jpg", "CON.jpg", "a. .jpg"]
    run = make_run(database, folder, dict.fromkeys(odd, PANDA))
    before = files_below(folder)
    ended = sort(database, run, into, How.MOVE)
    assert (ended.done, ended.failed) == (6, 0)
    arrived = {name.partition("/")[2] for name in names(into)}
    assert arrived == {"两_行.jpg", "__.jpg", "🐼__.jpg", "长" * 83 + "12.jpg", "_CON.jpg", "a. .jpg"}
    assert undo(database, ended.id, ignore, go_on).undone == 6
    assert files_below(folder) == before


def test_file_that_vanished_is_told_and_the_others_are_sorted(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    shown = planned(database, run, into, How.MOVE)
    (folder / "熊猫.jpg").rename(folder / "weg")
    ended = carry_out(database, shown.sorting, ignore, go_on)
    assert (ended.done, ended.failed) == (3, 1)
    assert errors(database, ended.id, FileState.FAILED) == [ErrorCode.NOT_FOUND]
    (folder / "weg").rename(folder / "熊猫.jpg")
    assert carry_out(database, ended.id, ignore, go_on).done == 4


def test_folder_that_pictures_cannot_be_taken_out_of_is_named(
    database: Database, run: int, folder: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, folder, "remove", errno.EACCES)
    ended = sort(database, run, into, How.MOVE)
    named = [str(dict(file.facts)["path"]) for file in Journal(database, ended.id).all(FileState.FAILED)]
    assert sorted(named) == sorted(str(folder / name) for name in SHOWN)
    assert files_below(into) == {}


def test_draft_cannot_be_undone(database: Database, run: int, into: Path) -> None:
    shown = planned(database, run, into, How.MOVE)
    with pytest.raises(StoreError) as raised:
        undo(database, shown.sorting, ignore, go_on)
    assert raised.value.code is ErrorCode.SORTING_UNKNOWN
    assert Sortings(database).get(shown.sorting).state is SortingState.PLANNED


def test_link_to_another_place_is_copied_but_not_moved(database: Database, folder: Path, into: Path) -> None:
    run = make_run(database, folder, {"a.jpg": PANDA})
    (folder / "a.jpg").rename(folder / "b.jpg")
    (folder / "a.jpg").symlink_to("b.jpg")
    (problem,) = planned(database, run, into, How.MOVE).problems
    assert (problem.kind, problem.blocks) == (ProblemKind.LINKS, False)
    sort(database, run, into, How.COPY)
    assert not (into / "大熊猫" / "a.jpg").is_symlink()


def test_full_disk_stops_cleanly_and_the_rest_is_done_later(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    (folder / "旅行/鹰.jpg").write_bytes(b"x" * 5_000_000)
    shown = planned(database, run, into, How.COPY)
    with nearly_full(4_000_000), pytest.raises(WanwuError) as raised:
        carry_out(database, shown.sorting, ignore, go_on)
    assert raised.value.code is ErrorCode.DISK_FULL
    assert names(into) == ["大熊猫/熊猫.jpg"]
    begun = Sortings(database).unfinished(run, into, How.COPY, By.LABEL)
    assert begun is not None
    assert carry_out(database, begun.id, ignore, go_on).done == 4
    assert len(names(into)) == 4


def test_copying_again_leaves_what_is_there_and_copies_only_what_is_new(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    sort(database, run, into, How.COPY)
    (folder / "熊猫.jpg").write_bytes(b"another picture" * 50)
    before = files_below(into)
    again = planned(database, run, into, How.COPY)
    assert (again.files, again.there) == (1, 3)
    carry_out(database, again.sorting, ignore, go_on)
    assert files_below(into) == before | {"大熊猫/熊猫 (3).jpg": b"another picture" * 50}
    assert planned(database, run, into, How.COPY).there == 4


@pytest.mark.parametrize("how", [How.COPY, How.LINK])
@pytest.mark.parametrize(
    "names_and_labels",
    [
        {"a.jpg": PANDA, "a.png": PANDA, "a.xmp": None},  # the second picture cannot keep the stem
        {"A.JPG": PANDA, "x/a.jpg": PANDA},
        {"a (2).jpg": PANDA, "x/a.jpg": PANDA, "y/a.jpg": PANDA},
        {"1/a.jpg": PANDA, "2/a.jpg": PANDA, "2/a.jpg.xmp": None},
        {f"{folder}/{'x' * 251}.jpg": PANDA for folder in "ab"},
        {f"{folder}/p.jpg_thatisverylongindeed": PANDA for folder in "ab"},
    ],
)
def test_whatever_name_a_picture_got_it_is_known_again(
    database: Database, folder: Path, into: Path, how: How, names_and_labels: dict[str, int | None]
) -> None:
    shown = {name: label for name, label in names_and_labels.items() if not name.endswith(".xmp")}
    run = make_run(database, folder, shown)
    for name in names_and_labels.keys() - shown.keys():
        (folder / name).write_text("<x/>")
    sort(database, run, into, how)
    before = files_below(into)
    assert len(before) == len(names_and_labels) + ("a.xmp" in names_and_labels)
    again = planned(database, run, into, how)
    assert (again.files, again.there) == (0, len(shown))
    assert files_below(into) == before


def test_copy_is_known_again_where_one_with_a_smaller_number_was_deleted(
    database: Database, run: int, into: Path
) -> None:
    sort(database, run, into, How.COPY)
    (into / "大熊猫" / "熊猫.jpg").unlink()
    again = planned(database, run, into, How.COPY)
    assert (again.files, again.there) == (1, 3)


def test_sidecar_that_is_new_is_copied_with_its_picture(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    sort(database, run, into, How.COPY)
    (folder / "熊猫.jpg.xmp").write_text("<x/>")
    sort(database, run, into, How.COPY)
    assert b"<x/>" in files_below(into).values()
    assert planned(database, run, into, How.COPY).there == 4


def test_hard_link_is_no_copy(database: Database, run: int, folder: Path, into: Path) -> None:
    sort(database, run, into, How.LINK)
    sort(database, run, into, How.COPY)
    before = files_below(into)
    (folder / "熊猫.jpg").write_bytes(b"written over")
    changed = [name for name, content in files_below(into).items() if content != before[name]]
    assert changed == ["大熊猫/熊猫.jpg"]
    assert len(before) == 8


def test_linking_again_knows_the_links_with_a_number_too(database: Database, run: int, into: Path) -> None:
    sort(database, run, into, How.LINK)
    assert "大熊猫/熊猫 (2).jpg" in names(into)
    assert planned(database, run, into, How.LINK).there == 4


def test_target_that_cannot_take_it_is_told_before(database: Database, run: int, folder: Path) -> None:
    (inside,) = planned(database, run, folder / "neu", How.COPY).problems
    assert (inside.kind, inside.blocks) == (ProblemKind.INSIDE_RUN, False)
    (folder / "file").touch()
    problems = planned(database, run, folder / "file" / "neu", How.MOVE).problems
    assert [problem.kind for problem in problems] == [ProblemKind.UNWRITABLE]


def test_pictures_on_another_device_are_copied_and_then_removed(database: Database, run: int) -> None:
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == database.file.stat().st_dev:
        pytest.skip("one device only")
    known = paths(database, run)
    before = [path.read_bytes() for path in known]
    into = elsewhere / f"wanwu-{database.file.parent.name}-{database.file.stat().st_ino}"
    (problem,) = planned(database, run, into, How.LINK).problems
    assert problem.kind is ProblemKind.OTHER_DEVICE
    ended = sort(database, run, into, How.MOVE)
    try:
        assert [path.read_bytes() for path in paths(database, run)] == before
        assert not any(path.exists() for path in known)
    finally:
        assert undo(database, ended.id, ignore, go_on).undone == 4
    assert [path.read_bytes() for path in known] == before
    assert not into.exists()


def test_undo_keeps_what_was_changed_and_the_last_copy(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    ended = sort(database, run, into, How.COPY)
    (into / "不确定/什么.jpg").write_bytes(b"edited")
    (folder / "旅行/鹰.jpg").unlink()
    again = undo(database, ended.id, ignore, go_on)
    assert (again.undone, again.kept) == (2, 2)
    told = set(errors(database, ended.id, FileState.KEPT))
    assert told == {ErrorCode.COPY_CHANGED, ErrorCode.ORIGINAL_GONE}
    assert len(names(into)) == 2


@pytest.mark.parametrize("how", [How.COPY, How.LINK])
@pytest.mark.parametrize("damage", ["truncated", "emptied", "replaced", "folder", "link to the copy", "gone"])
def test_undo_never_removes_the_last_good_copy(
    database: Database, run: int, folder: Path, into: Path, how: How, damage: str
) -> None:
    before = files_below(folder)["旅行/鹰.jpg"]
    ended = sort(database, run, into, how)
    original, copy = folder / "旅行/鹰.jpg", into / LABELS.labels[EAGLE].zh / "鹰.jpg"
    original.unlink()
    if damage == "folder":
        original.mkdir()
    elif damage == "link to the copy":
        original.symlink_to(copy)
    elif damage != "gone":
        content = {"truncated": before[:-1], "emptied": b"", "replaced": bytes(len(before))}[damage]
        original.write_bytes(content)
        os.utime(original, ns=(copy.stat().st_atime_ns, copy.stat().st_mtime_ns))
    again = undo(database, ended.id, ignore, go_on)
    assert (again.undone, again.kept) == (3, 1)
    assert errors(database, ended.id, FileState.KEPT) == [ErrorCode.ORIGINAL_GONE]
    assert files_below(into) == {f"{LABELS.labels[EAGLE].zh}/鹰.jpg": before}


@pytest.mark.parametrize("how", [How.COPY, How.LINK])
def test_undo_goes_by_content_and_not_by_the_clock(
    database: Database, run: int, folder: Path, into: Path, how: How
) -> None:
    ended = sort(database, run, into, how)
    for file in into.rglob("*.jpg"):
        os.utime(file, (0, file.stat().st_mtime + 3600))
    again = undo(database, ended.id, ignore, go_on)
    assert (again.undone, again.kept) == (4, 0)
    assert len(names(folder)) == 4


def test_undo_does_not_move_a_folder_that_is_in_the_place_of_a_picture(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    ended = sort(database, run, into, How.MOVE)
    (into / "不确定/什么.jpg").unlink()
    (into / "不确定/什么.jpg").mkdir()
    assert undo(database, ended.id, ignore, go_on).kept == 1
    assert errors(database, ended.id, FileState.KEPT) == [ErrorCode.COPY_CHANGED]
    assert not (folder / "什么.jpg").exists()


def test_pictures_are_sorted_by_one_process_at_a_time(database: Database, run: int, into: Path) -> None:
    first, second = (planned(database, run, into.with_name(name), How.MOVE) for name in ("一", "二"))
    refused = []

    def sort_again() -> None:
        with Database(database.file) as another, pytest.raises(StoreError) as raised:
            carry_out(another, second.sorting, ignore, go_on)
        refused.append(raised.value.code)

    assert carry_out(database, first.sorting, ignore, sort_again).done == 4
    assert set(refused) == {ErrorCode.SORTING_BUSY}
    assert len(files_below(into.parent)) == 4


def test_undo_of_a_move_leaves_a_picture_whose_place_is_taken(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    ended = sort(database, run, into, How.MOVE)
    (folder / "熊猫.jpg").write_text("new")
    assert undo(database, ended.id, ignore, go_on).kept == 1
    assert errors(database, ended.id, FileState.KEPT) == [ErrorCode.PLACE_TAKEN]
    assert (folder / "熊猫.jpg").read_text() == "new"
    (folder / "熊猫.jpg").unlink()
    assert undo(database, ended.id, ignore, go_on).undone == 4
    assert len(names(folder)) == 4


def test_undo_of_a_move_is_done_where_the_same_picture_is_back_in_its_place(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    before = files_below(folder)
    ended = sort(database, run, into, How.MOVE)
    for name, content in before.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    assert undo(database, ended.id, ignore, go_on).undone == 4
    assert files_below(folder) == before
    assert not into.exists()


def test_undo_works_after_the_run_was_deleted(database: Database, run: int, folder: Path, into: Path) -> None:
    before = files_below(folder)
    ended = sort(database, run, into, How.MOVE)
    Runs(database).delete(run)
    assert [sorting.id for sorting in Sortings(database).of_run(None)] == [ended.id]
    undo(database, ended.id, ignore, go_on)
    assert files_below(folder) == before


def test_cancelled_sorting_keeps_what_is_done_and_can_go_on_or_back(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    before, asked = files_below(folder), iter(range(10))

    def stop_at_the_third() -> None:
        if next(asked) == 2:
            raise CancelledError

    shown = planned(database, run, into, How.MOVE)
    with pytest.raises(CancelledError):
        carry_out(database, shown.sorting, ignore, stop_at_the_third)
    assert Sortings(database).get(shown.sorting).done == 2
    assert len(names(into)) == 2
    undo(database, shown.sorting, ignore, go_on)
    assert files_below(folder) == before
    with pytest.raises(StoreError) as raised:
        carry_out(database, shown.sorting, ignore, go_on)
    assert raised.value.code is ErrorCode.SORTING_UNKNOWN


def test_folders_go_with_the_last_sorting_that_is_undone(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    copied, linked = sort(database, run, into, How.COPY), sort(database, run, into, How.LINK)
    assert linked.done == 4
    undo(database, copied.id, ignore, go_on)
    assert into.exists()
    undo(database, linked.id, ignore, go_on)
    assert not into.parent.exists()
    assert len(files_below(folder)) == 4


def test_undo_takes_no_folder_away_where_another_sorting_was(
    database: Database, run: int, into: Path, tmp_path: Path
) -> None:
    before = sort(database, run, into, How.COPY)
    (into / "大熊猫" / "mine.txt").touch()
    undo(database, before.id, ignore, go_on)
    (into / "大熊猫" / "mine.txt").unlink()  # the folder is the user's now
    undo(database, sort(database, run, tmp_path / "别处", How.COPY).id, ignore, go_on)
    assert (into / "大熊猫").is_dir()


def test_undo_takes_no_folder_away_behind_a_link(
    database: Database, run: int, into: Path, tmp_path: Path
) -> None:
    ended, mine = sort(database, run, into, How.COPY, By.GROUP), tmp_path / "我的"
    (mine / "哺乳动物").mkdir(parents=True)
    (into / "动物").rename(tmp_path / "移开")
    (into / "动物").symlink_to(mine, target_is_directory=True)
    undo(database, ended.id, ignore, go_on)
    assert (mine / "哺乳动物").is_dir()


def test_undo_takes_no_folder_away_where_only_an_earlier_sorting_had_put_something(
    database: Database, run: int, into: Path
) -> None:
    before = sort(database, run, into, How.COPY)
    (into / "大熊猫" / "mine.txt").touch()
    undo(database, before.id, ignore, go_on)
    (into / "大熊猫" / "mine.txt").unlink()
    undo(database, sort(database, run, into, How.COPY, By.GROUP).id, ignore, go_on)
    assert (into / "大熊猫").is_dir()


def test_folder_that_the_user_makes_where_a_sorting_was_deleted_stays(
    database: Database, run: int, into: Path
) -> None:
    before = sort(database, run, into, How.COPY)
    shutil.rmtree(into)
    undo(database, before.id, ignore, go_on)
    assert into not in Journal(database, before.id).folders()
    (into / "大熊猫").mkdir(parents=True)
    undo(database, sort(database, run, into, How.COPY).id, ignore, go_on)
    assert (into / "大熊猫").is_dir()


def test_folder_that_two_sortings_share_goes_with_the_last_of_them(
    database: Database, run: int, tmp_path: Path
) -> None:
    both = [sort(database, run, tmp_path / "共有" / name, How.COPY) for name in ("一", "二")]
    for sorting in both:
        undo(database, sorting.id, ignore, go_on)
    assert not (tmp_path / "共有").exists()


def test_undo_touches_nothing_behind_a_link_in_the_place_of_a_folder_of_an_earlier_sorting(
    database: Database, run: int, into: Path, tmp_path: Path
) -> None:
    sort(database, run, into, How.COPY)
    second, mine = sort(database, run, into, How.COPY), tmp_path / "我的"
    (into / "大熊猫").rename(mine)
    (into / "大熊猫").symlink_to(mine, target_is_directory=True)
    before = files_below(mine)
    undo(database, second.id, ignore, go_on)
    assert files_below(mine) == before


def test_folder_that_was_emptied_and_made_anew_stays(database: Database, run: int, into: Path) -> None:
    ended = sort(database, run, into, How.COPY)
    shutil.rmtree(into / "大熊猫")
    (into / "大熊猫").mkdir()
    with database.transaction():  # file systems give the number of a folder that is gone to the next one
        inode, name = str((into / "大熊猫").stat().st_ino), "%大熊猫"
        database.execute("UPDATE sorted_folders SET inode = ? WHERE CAST(path AS TEXT) LIKE ?", (inode, name))
    undo(database, ended.id, ignore, go_on)
    assert (into / "大熊猫").is_dir()


def test_undo_that_was_killed_between_files_takes_the_folders_away_in_the_end(
    database: Database, run: int, into: Path
) -> None:
    ended = sort(database, run, into, How.COPY)
    asked = iter(range(10))

    def stop_at_the_third() -> None:
        if next(asked) == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        undo(database, ended.id, ignore, stop_at_the_third)
    undo(database, ended.id, ignore, go_on)
    assert not into.parent.exists()


@pytest.mark.parametrize("change", ["state = 'boo'", "target = x'2f746d702f00'"])
def test_sorting_with_damaged_files_is_not_undone_in_silence(
    database: Database, run: int, into: Path, change: str
) -> None:
    ended = sort(database, run, into, How.COPY)
    with database.transaction():
        database.execute(f"UPDATE sorted_files SET {change}")
    with pytest.raises(StoreError) as raised:
        undo(database, ended.id, ignore, go_on)
    assert raised.value.code is ErrorCode.STORE_DAMAGED
    assert Sortings(database).get(ended.id).state is not SortingState.UNDONE
    assert len(files_below(into)) == 4


def test_damaged_sorting_hides_no_other(database: Database, run: int, into: Path) -> None:
    damaged, whole = sort(database, run, into, How.COPY), sort(database, run, into, How.LINK)
    with database.transaction():
        database.execute("UPDATE sortings SET how = 'boo' WHERE id = ?", (damaged.id,))
    assert [sorting.id for sorting in Sortings(database).of_run(run)] == [whole.id]


def test_undo_takes_no_folder_away_behind_a_link_in_the_place_of_the_target(
    database: Database, run: int, into: Path, tmp_path: Path
) -> None:
    ended, mine = sort(database, run, into, How.COPY), tmp_path / "我的"
    (mine / "大熊猫").mkdir(parents=True)
    into.rename(tmp_path / "移开")
    into.symlink_to(mine, target_is_directory=True)
    undo(database, ended.id, ignore, go_on)
    assert (mine / "大熊猫").is_dir()


def test_undo_takes_no_folder_away_that_is_in_the_place_of_one_it_made(
    database: Database, run: int, into: Path, tmp_path: Path
) -> None:
    ended = sort(database, run, into, How.COPY)
    (into / "大熊猫").rename(tmp_path / "移开")
    (into / "大熊猫").mkdir()
    undo(database, ended.id, ignore, go_on)
    assert (into / "大熊猫").is_dir()


@pytest.mark.parametrize("how", [How.COPY, How.MOVE])
def test_undo_touches_nothing_behind_a_link_in_the_place_of_a_folder(
    how: How, database: Database, run: int, into: Path, tmp_path: Path
) -> None:
    ended, elsewhere = sort(database, run, into, how), tmp_path / "备份"
    (into / "大熊猫").rename(elsewhere)
    (into / "大熊猫").symlink_to(elsewhere, target_is_directory=True)
    before = files_below(elsewhere)
    undone = undo(database, ended.id, ignore, go_on)
    assert files_below(elsewhere) == before
    assert undone.kept == len(before) > 0
    kept = list(Journal(database, ended.id).all(FileState.KEPT))
    assert {file.error for file in kept} == {ErrorCode.LINK_IN_PLACE}
    (into / "大熊猫").unlink()
    elsewhere.rename(into / "大熊猫")
    assert undo(database, ended.id, ignore, go_on).kept == 0


def test_cancelled_undo_counts_what_is_still_sorted(database: Database, run: int, into: Path) -> None:
    def stop_at_once() -> None:
        raise CancelledError

    ended = sort(database, run, into, How.MOVE)
    with pytest.raises(CancelledError):
        undo(database, ended.id, ignore, stop_at_once)
    assert Sortings(database).get(ended.id).done == len(names(into)) == 4
    seen: list[Progress] = []
    undo(database, ended.id, seen.append, go_on)
    assert seen[-1] == Progress(4, 4)


def test_drive_that_is_pulled_out_ends_the_work(database: Database, run: int, into: Path) -> None:
    def pull_out() -> None:
        if into.exists():
            into.rename(into.with_name("away"))

    shown = planned(database, run, into, How.MOVE)
    with pytest.raises(WanwuError) as raised:
        carry_out(database, shown.sorting, ignore, pull_out)
    assert raised.value.code is ErrorCode.OUTPUT_UNWRITABLE
    assert not into.exists()


def test_picture_of_an_earlier_day_at_the_same_place_does_not_get_in_the_way(
    database: Database, run: int, folder: Path, into: Path
) -> None:
    sort(database, run, into, How.MOVE)
    for file in list(folder.parent.glob("整理/好的/大熊猫/*")):
        file.unlink()
    (folder / "熊猫.jpg").write_text("new")
    items = Items(database, run)
    items.add([FoundFile(folder / "熊猫.jpg", 3, 1)])
    (task,) = items.waiting(1)
    items.finish([(task, answer(task.path, PANDA))])
    assert sort(database, run, into, How.MOVE).done == 1
    assert into / "大熊猫" / "熊猫.jpg" in paths(database, run)


def test_progress_counts_every_file(database: Database, run: int, into: Path) -> None:
    seen: list[Progress] = []
    shown = planned(database, run, into, How.COPY)
    carry_out(database, shown.sorting, seen.append, go_on)
    assert seen[-1] == Progress(4, 4)
