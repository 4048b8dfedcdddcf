"""A list shows what was asked for, in the order that was asked for, and a correction at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import ErrorCode
from app.core.results import Failure, GroupScore
from app.labels import LabelSet, load_labels
from app.store.database import Database
from app.store.items import Items
from app.store.label_search import best_labels, label_hits, quoted
from app.store.listing import NO_GROUP, Column, Filter, Listing, Order, Status, group_counts
from app.store.records import encode_path
from app.store.runs import Runs
from app.store.search import words_of
from app.store.sortings import By, How, Sortings
from tests.store.test_items import found, panda

LABELS = load_labels("imagenet1k")
EAGLE, LIPSTICK = 22, 629


@pytest.fixture
def listing(tmp_path: Path) -> Iterator[Listing]:
    """Three answers, a failure and a file that waits; another run beside it."""
    with Database(tmp_path / "runs.sqlite3") as database:
        runs = Runs(database)
        run = runs.create(Path("/图片"), {})
        items = Items(database, run)
        items.add([found(f"{name}.jpg") for name in ("b_eagle", "a panda", "c%", "坏", "waits")])
        first, second, third, fourth, _ = items.waiting(5)
        sure, eagle = panda(second.path), LABELS.labels[EAGLE]
        bird = replace(sure.predictions[0], index=EAGLE, group=eagle.group, score=0.4)
        items.finish(
            [
                (
                    first,
                    replace(sure, path=first.path, predictions=(bird,), group=GroupScore(eagle.group, 0.8)),
                ),
                (second, sure),
                (third, replace(sure, path=third.path, certain=False, group=None)),
                (fourth, Failure(fourth.path, ErrorCode.TRUNCATED, (("path", "坏.jpg"),))),
            ]
        )
        other = Items(database, runs.create(Path("/图片"), {"other": 1}))
        other.add([found("b_eagle.jpg")])
        yield Listing(database, run, LABELS)


def names(listing: Listing, wanted: Filter, order: Order | None = None) -> list[str]:
    return [row.name for row in listing.rows(list(listing.ids(wanted, order or Order())))]


def test_everything_comes_in_the_order_of_the_scan(listing: Listing) -> None:
    assert names(listing, Filter()) == ["b_eagle.jpg", "a panda.jpg", "c%.jpg", "坏.jpg", "waits.jpg"]


def test_pictures_that_were_moved_are_named_below_their_new_folder(listing: Listing) -> None:
    database, run = listing._database, listing._run
    Sortings(database).create(run, Path("/整理好的"), How.MOVE, By.GROUP)
    rename(database, "b_eagle.jpg", Path("/整理好的/动物/b_eagle.jpg"))
    rename(database, "a panda.jpg", Path("/别处/a panda.jpg"))
    assert names(listing, Filter())[:3] == ["动物/b_eagle.jpg", "a panda.jpg", "c%.jpg"]
    assert names(listing, Filter(text="动物/b_ea")) == ["动物/b_eagle.jpg"]


def rename(database: Database, name: str, target: Path) -> None:
    """As a sorting does it."""
    database.execute(
        "UPDATE items SET path = ?, name = ? WHERE run = 1 AND name = ?",
        (encode_path(target), str(target), f"/图片/{name}"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大熊猫", ["a panda.jpg", "c%.jpg"]),
        ("PANDA", ["a panda.jpg", "c%.jpg"]),
        ("鸟类", ["b_eagle.jpg"]),
        ("bird jpg", ["b_eagle.jpg"]),
        ("%", ["c%.jpg"]),
        ("_", ["b_eagle.jpg"]),
        ("图片", []),  # the folder itself is in every path
        ("没有这个词", []),
        ('"大熊猫"', ["a panda.jpg", "c%.jpg"]),
        ("“Giant Panda” c%", ["c%.jpg"]),
        ('"panda"', ["a panda.jpg", "c%.jpg"]),  # no label of that name: as it stands
        ('"a panda"', ["a panda.jpg"]),
        ('"a  panda"', []),
        ('"', []),
    ],
)
def test_words_are_looked_for_in_paths_labels_and_groups(
    listing: Listing, text: str, expected: list[str]
) -> None:
    assert names(listing, Filter(text=text)) == expected


def test_group_is_found_with_all_that_is_below_it(listing: Listing) -> None:
    assert names(listing, Filter(group=LABELS.labels[EAGLE].group[:1])) == ["b_eagle.jpg", "a panda.jpg"]
    counts = group_counts(listing.groups(Filter()))
    assert counts[LABELS.labels[EAGLE].group] == 1
    assert counts[("动物",)] == 2


def test_groups_are_sorted_as_they_are_shown(listing: Listing, tmp_path: Path) -> None:
    with Database(tmp_path / "runs.sqlite3") as database:
        Items(database, 1).correct(3, LABELS.labels[LIPSTICK])
    panda, eagle, lipstick = (LABELS.labels[index].group for index in (388, EAGLE, LIPSTICK))
    assert lipstick < panda, "by code point it would be first"
    for way, expected in ((False, [panda, eagle, lipstick]), (True, [lipstick, eagle, panda])):
        ids = listing.ids(Filter(), Order(Column.GROUP, descending=way))
        assert [row.group for row in listing.rows(list(ids))] == [*expected, (), ()]


def test_label_in_quotation_marks_is_that_label_and_no_part_of_a_word(
    listing: Listing, tmp_path: Path
) -> None:
    hen, scissors = 8, 623  # "hen" is in the name of the group of kitchen things, too
    with Database(tmp_path / "runs.sqlite3") as database:
        Items(database, 1).correct(3, LABELS.labels[hen])
        Items(database, 1).correct(2, LABELS.labels[scissors])
    assert len(names(listing, Filter(text=quoted("hen")))) == 1
    assert quoted('a "b" c') == '"a  b  c"'


def test_labels_are_sorted_by_their_names_in_the_language_in_use(listing: Listing, tmp_path: Path) -> None:
    hen, palace = 8, 698  # 母鸡, 宫殿
    with Database(tmp_path / "runs.sqlite3") as database:
        Items(database, 1).correct(2, LABELS.labels[hen])
        Items(database, 1).correct(3, LABELS.labels[palace])
    found = {
        language: [
            LABELS.labels[row.label].en
            for row in listing.rows(list(listing.ids(Filter(), Order(Column.LABEL, language=language))))
            if row.label is not None
        ]
        for language in ("zh", "en")
    }
    assert found["en"] == sorted(found["en"])
    assert found["zh"] != found["en"]


def test_probabilities_and_states_are_filters(listing: Listing) -> None:
    assert names(listing, Filter(lowest=0.5)) == ["a panda.jpg", "c%.jpg"]
    wanted = Filter(statuses=frozenset({Status.FAILED, Status.WAITING}))
    rows = listing.rows(list(listing.ids(wanted, Order())))
    assert [(row.status, row.error) for row in rows] == [
        (Status.FAILED, ErrorCode.TRUNCATED),
        (Status.WAITING, None),
    ]
    assert names(listing, Filter(statuses=frozenset({Status.UNCERTAIN}))) == ["c%.jpg"]


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("filtered", [False, True])
def test_every_column_sorts_and_what_has_no_value_comes_last(
    listing: Listing, column: Column, *, filtered: bool
) -> None:
    wanted = Filter(text="jpg") if filtered else Filter()
    up, down = (names(listing, wanted, Order(column, descending)) for descending in (False, True))
    assert sorted(up) == sorted(down)
    assert len(up) == 5
    if column in (Column.LABEL, Column.SCORE, Column.MILLISECONDS):
        assert set(up[3:]) == set(down[3:]) == {"坏.jpg", "waits.jpg"}
    if column is Column.SCORE:
        assert (up[0], down[2]) == ("b_eagle.jpg", "b_eagle.jpg")


def test_correction_is_shown_and_searched_and_the_models_answer_stays(
    listing: Listing, tmp_path: Path
) -> None:
    with Database(tmp_path / "runs.sqlite3") as database:
        runs, items = Runs(database), Items(database, 1)
        uncertain = int(listing.ids(Filter(statuses=frozenset({Status.UNCERTAIN})), Order())[0])
        assert runs.counts(1).uncertain == 1
        items.correct(uncertain, LABELS.labels[EAGLE])
        (row,) = listing.rows([uncertain])
        assert (row.status, row.label, row.group) == (Status.CORRECTED, EAGLE, LABELS.labels[EAGLE].group)
        assert names(listing, Filter(text="鸟类")) == ["b_eagle.jpg", "c%.jpg"]
        assert runs.counts(1).uncertain == 0
        answer = listing.answer(uncertain)
        assert answer is not None
        assert answer.predictions[0].index == 388
        items.correct(uncertain, None)
        (row,) = listing.rows([uncertain])
        assert (row.status, row.label, row.group) == (Status.UNCERTAIN, 388, ())
        assert runs.counts(1).uncertain == 1


def test_what_is_gone_is_listed_only_when_it_is_asked_for(listing: Listing, tmp_path: Path) -> None:
    with Database(tmp_path / "runs.sqlite3") as database:
        items = Items(database, 1)
        items.begin_scan()
        items.end_scan(lambda path: path.name == "a panda.jpg")
    there = ["b_eagle.jpg", "c%.jpg", "坏.jpg", "waits.jpg"]
    for column in Column:
        assert sorted(names(listing, Filter(), Order(column))) == sorted(there)
    assert names(listing, Filter(text="大熊猫")) == ["c%.jpg"]
    assert listing.summary(Filter()).labels == {EAGLE: 1, 388: 1}
    assert names(listing, Filter(statuses=frozenset({Status.GONE}))) == ["a panda.jpg"]


def test_charts_count_what_is_in_the_list(listing: Listing) -> None:
    summary = listing.summary(Filter())
    assert summary.labels == {EAGLE: 1, 388: 2}
    assert sum(summary.certainty) == 3
    assert summary.milliseconds[10] == 3
    assert listing.summary(Filter(text="鸟类")).labels == {EAGLE: 1}


def test_labels_come_before_file_names_and_whole_words_before_parts_of_them(tmp_path: Path) -> None:
    files = ("categorization.png", "cat.png", "x1.png", "x2.png", "x3.png", "catalogue.png")
    answers = {"x1.png": "catamaran", "x2.png": "polecat", "x3.png": "Persian cat"}
    listing = made_listing(tmp_path, files, answers)
    found = names(listing, Filter(text="cat"), Order(Column.RELEVANCE))
    assert found == ["x3.png", "x1.png", "x2.png", "cat.png", "categorization.png", "catalogue.png"]
    assert names(listing, Filter(text="cat png"), Order(Column.RELEVANCE))[:2] == ["x3.png", "x1.png"]
    assert names(listing, Filter(text="*"), Order(Column.RELEVANCE)) == []


@pytest.mark.parametrize("word", ["狗", "dog"])
def test_dogs_are_found_by_their_group_and_come_before_their_sleds(tmp_path: Path, word: str) -> None:
    answers = {"1.png": "dogsled", "2.png": "hotdog", "3.png": "Pug", "4.png": "Eskimo dog"}
    listing = made_listing(tmp_path, tuple(answers), answers)
    found = names(listing, Filter(text=word), Order(Column.RELEVANCE))
    assert found[:2] == ["3.png", "4.png"]
    assert set(found) == set(answers)


@pytest.mark.parametrize(
    ("word", "files"),
    [("图片", ("图片.png", "x图片.png")), ("École", ("École.png", "xÉcole.png"))],
)
def test_the_folder_of_a_run_makes_no_file_a_better_match(
    tmp_path: Path, word: str, files: tuple[str, ...]
) -> None:
    listing = made_listing(tmp_path, (*reversed(files), "other.png"), {})
    assert names(listing, Filter(text=word), Order(Column.RELEVANCE)) == list(files)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"w{number}" for number in range(2000)),
        " ".join(f'"w{number}"' for number in range(2000)),
        "汉" * 20_000,
        "_" * 32_767,
    ],
)
@pytest.mark.parametrize("column", [Column.FOUND, Column.RELEVANCE])
def test_a_page_pasted_by_mistake_finds_nothing(listing: Listing, text: str, column: Column) -> None:
    assert names(listing, Filter(text=text), Order(column)) == []


def test_a_word_is_looked_for_once_however_often_it_is_said() -> None:
    assert words_of("Cat cat dog CAT" + " cat" * 9000) == ["Cat", "dog"]


@pytest.mark.parametrize("word", ["a", "s", "猫", "cat", "hot dog", "."])
def test_the_labels_that_are_offered_are_the_best_of_all(word: str) -> None:
    rows = (f"{label.index}\t{label.zh}\t{label.en}\n" for label in LABELS.labels)
    without_groups = LabelSet("index\tzh\ten\n" + "".join(rows))
    hits = label_hits(without_groups, word)
    ranked = sorted(hits, key=lambda at: (hits[at], LABELS.labels[at].en.casefold(), at))
    offered = best_labels(without_groups, word, "en", 100)
    assert [label.index for label in offered] == ranked[:100]


def made_listing(folder: Path, files: tuple[str, ...], answers: dict[str, str]) -> Listing:
    """A run with these files, some of which have an English label."""
    by_name = {label.en.casefold(): label for label in LABELS.labels}
    database = Database(folder / "runs.sqlite3")
    items = Items(database, Runs(database).create(Path("/图片"), {}))
    items.add([found(name) for name in files])
    for task in items.waiting(99):
        if task.path.name in answers:
            label = by_name[answers[task.path.name].casefold()]
            sure = panda(task.path)
            said = replace(sure.predictions[0], index=label.index, group=label.group)
            items.finish([(task, replace(sure, predictions=(said,), group=GroupScore(label.group, 0.9)))])
    return Listing(database, 1, LABELS)


def test_pictures_without_a_group_are_a_group_of_their_own(listing: Listing) -> None:
    assert names(listing, Filter(group=NO_GROUP)) == ["c%.jpg", "坏.jpg"]
    assert listing.groups(Filter())[()] == 3, "with the one that waits"


def test_a_corrected_picture_has_no_probability_to_be_sorted_or_filtered_by(
    listing: Listing, tmp_path: Path
) -> None:
    with Database(tmp_path / "runs.sqlite3") as database:
        Items(database, 1).correct(2, LABELS.labels[EAGLE])
    assert names(listing, Filter(), Order(Column.SCORE, descending=True))[-1] == "a panda.jpg"
    assert names(listing, Filter(lowest=0.5)) == ["c%.jpg"]
    assert sum(listing.summary(Filter()).certainty) == 2, "nor to be counted by"
