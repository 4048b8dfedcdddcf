"""What stands in the way of a sorting is told before, in words that make sense."""

import os
from pathlib import Path

import pytest

from app.core.errors import ErrorCode
from app.organise.planning import ProblemKind, Wish, plan, told_apart
from app.organise.work import carry_out, undo
from app.store.database import Database
from app.store.items import Items
from app.store.records import FoundFile
from app.store.sortings import By, FileState, How
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
from tests.organise.test_work import errors, planned, sort

MAMMALS = "动物", "哺乳动物"


@pytest.mark.parametrize(
    ("needed", "free", "texts"),
    [
        (3, 2, ("3 B", "2 B")),
        (4096, 0, ("4.10 kB", "0.00 kB")),
        (5_000_000, 4_999_000, ("5000.00 kB", "4999.00 kB")),
        (7_250_000_000, 1_000, ("7.25 GB", "0.00 GB")),
    ],
)
def test_sizes_that_differ_do_not_look_the_same(needed: int, free: int, texts: tuple[str, str]) -> None:
    assert told_apart(needed, free) == texts


def test_picture_behind_a_link_that_leads_outside_is_never_moved(database: Database, tmp_path: Path) -> None:
    folder, outside = tmp_path / "照片", tmp_path / "别人的"
    run = make_run(database, folder, {"a.jpg": PANDA, "inside/b.jpg": PANDA})
    outside.mkdir()
    (outside / "c.jpg").write_text("theirs")
    (folder / "link").symlink_to(outside, target_is_directory=True)
    items = Items(database, run)
    items.add([FoundFile(folder / "link" / "c.jpg", 6, 1)])
    (task,) = items.waiting(1)
    items.finish([(task, answer(task.path, PANDA))])
    shown = planned(database, run, tmp_path / "整理", How.MOVE)
    assert [(each.kind, each.facts) for each in shown.problems] == [(ProblemKind.OUTSIDE, (("files", 1),))]
    assert carry_out(database, shown.sorting, ignore, go_on).done == 2
    assert files_below(outside) == {"c.jpg": b"theirs"}
    assert sort(database, run, tmp_path / "再次", How.MOVE).done == 2


def test_folder_that_became_a_link_after_the_preview_is_not_emptied(
    database: Database, tmp_path: Path
) -> None:
    folder, outside = tmp_path / "照片", tmp_path / "别人的"
    run = make_run(database, folder, {"inside/b.jpg": PANDA})
    shown = planned(database, run, tmp_path / "整理", How.MOVE)
    (folder / "inside").rename(outside)
    (folder / "inside").symlink_to(outside, target_is_directory=True)
    assert carry_out(database, shown.sorting, ignore, go_on).failed == 1
    assert errors(database, shown.sorting, FileState.FAILED) == [ErrorCode.LINK_NOT_MOVED]
    assert files_below(outside).keys() == {"b.jpg"}


def test_picture_in_a_folder_of_a_program_is_never_moved(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "照片"
    run = make_run(
        database, folder, {"a.jpg": PANDA, "@eaDir/a.jpg": PANDA, "My.photoslibrary/x/b.jpg": PANDA}
    )
    shown = planned(database, run, tmp_path / "整理", How.MOVE)
    assert [(each.kind, each.facts) for each in shown.problems] == [(ProblemKind.SYSTEM, (("files", 2),))]
    assert carry_out(database, shown.sorting, ignore, go_on).done == 1
    assert planned(database, run, tmp_path / "复制", How.COPY).files == 3


@pytest.mark.parametrize("how", list(How))
def test_links_in_a_circle_are_no_crash(database: Database, tmp_path: Path, how: How) -> None:
    run = make_run(database, tmp_path / "照片", {"a.jpg": PANDA})
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    problems = planned(database, run, tmp_path / "circle" / "整理", how).problems
    assert [problem.kind for problem in problems] == [ProblemKind.UNWRITABLE]


def test_run_over_a_link_to_a_folder_is_moved_as_any_other(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "照片"
    (tmp_path / "磁盘").mkdir()
    folder.symlink_to(tmp_path / "磁盘", target_is_directory=True)
    run = make_run(database, folder, {"a.jpg": PANDA})
    before = files_below(folder)
    ended = sort(database, run, tmp_path / "整理", How.MOVE)
    assert ended.done == 1
    undo(database, ended.id, ignore, go_on)
    assert files_below(folder) == before


def test_space_for_copies_includes_sidecars_and_is_told_in_units_that_fit(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "照片"
    run = make_run(database, folder, {"a.jpg": PANDA})
    (folder / "a.jpg.xmp").touch()
    os.truncate(folder / "a.jpg.xmp", 1 << 40)
    (problem,) = planned(database, run, tmp_path / "整理", How.COPY).problems
    assert problem.kind is ProblemKind.NO_SPACE
    assert str(dict(problem.facts)["needed"]).startswith("1099.51 GB")


@pytest.mark.parametrize(
    ("by", "levels", "folders"),
    [
        (By.GROUP, 1, {("动物",): 4}),
        (By.GROUP, 2, {("动物",): 1, ("动物", "哺乳动物"): 2, ("动物", "鸟类"): 1}),
        (
            By.GROUP,
            0,
            {("动物",): 1, (*MAMMALS, "熊与熊猫"): 1, (*MAMMALS, "家猫"): 1, ("动物", "鸟类", "猛禽"): 1},
        ),
        (By.LABEL, 0, {("大熊猫",): 1, ("虎斑猫",): 1, ("白头海雕",): 1, ("不确定",): 1}),
    ],
)
def test_folders_are_as_deep_as_was_asked_for(
    database: Database, tmp_path: Path, by: By, levels: int, folders: dict[tuple[str, ...], int]
) -> None:
    said = {"a.jpg": PANDA, "b.jpg": TABBY, "c.jpg": EAGLE, "d.jpg": None}
    run = make_run(database, tmp_path / "照片", said)
    wish = Wish(tmp_path / "整理", by, How.COPY, CHINESE, levels)
    found = plan(database, run, LABELS, wish, ignore, go_on)
    assert found.folders == folders
    assert found.unsure == folders.get(("不确定",), 0)
