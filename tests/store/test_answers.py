"""An answer means the same in every version; one that cannot be understood is told."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import ErrorCode, StoreError
from app.core.results import Failure, Fallback, Recognition
from app.store.database import Database
from app.store.items import Items
from app.store.listing import Listing
from app.store.rows import answers
from app.store.runs import Runs
from tests.store.test_items import EAGLE, LABELS, found, panda

PLAIN = replace(panda(Path("/图片/a.jpg")), group=None, certain=False)
RICH = replace(
    panda(Path("/图片/a.jpg")),
    warnings=("icc_ignored",),
    fallback=Fallback("onnx", ErrorCode.ENGINE_UNAVAILABLE, (("engine", "onnx"), ("detail", "拒绝"))),
)
# As the first version wrote them.
OLD_PLAIN = (
    '{"top":[[388,0.9]],"group":null,"certain":false,"ms":[1,2,3,4],'
    '"engine":["torchscript","cpu","float32",1,"efficientnet_lite2"],"size":[800,600],'
    '"warnings":[],"fallback":null}'
)
OLD_RICH = (
    '{"top":[[388,0.9]],"group":[["动物","哺乳动物","熊与熊猫"],0.95],"certain":true,"ms":[1,2,3,4],'
    '"engine":["torchscript","cpu","float32",1,"efficientnet_lite2"],"size":[800,600],'
    '"warnings":["icc_ignored"],"fallback":["onnx","engine_unavailable",[["engine","onnx"],["detail","拒绝"]]]}'
)


class Kept:
    """One answer in a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.items = Items(database, Runs(database).create(Path("/图片"), {}))
        self.items.add([found("a.jpg")])

    def keep(self, answer: Recognition) -> None:
        """As the pipeline does it."""
        self.items.finish([(task, answer) for task in self.items.waiting(1)])

    def rewrite(self, text: str) -> None:
        """Put the text of another version in the place of today's."""
        self.database.execute("UPDATE answers SET answer = ?", (text,))

    def change(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the record."""
        record = json.loads(self.database.rows("SELECT answer FROM answers")[0]["answer"])
        change(record)
        self.rewrite(json.dumps(record))

    def export(self) -> object:
        """The answer, as all of a run are read."""
        return next(answers(self.database, 1, LABELS)).model

    def look(self) -> object:
        """The answer, as the one that is looked at."""
        return Listing(self.database, 1, LABELS).answer(1)

    def take_back(self) -> list[object]:
        """What a list has of the answer after a correction was made and taken back."""
        self.items.correct(1, EAGLE)
        self.items.correct(1, None)
        return list(self.database.rows("SELECT label, group_path, certain FROM items")[0])


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with Database(tmp_path / "runs.sqlite3") as database:
        yield Kept(database)


@pytest.mark.parametrize(("answer", "old"), [(PLAIN, OLD_PLAIN), (RICH, OLD_RICH)])
def test_answer_of_an_earlier_version_and_one_of_today_read_the_same(
    kept: Kept, answer: Recognition, old: str
) -> None:
    kept.keep(answer)
    today = kept.export(), kept.look(), kept.take_back()
    kept.rewrite(old)
    assert (kept.export(), kept.look(), kept.take_back()) == today
    assert today[:2] == (answer, answer)


def test_what_a_later_version_has_added_to_an_answer_is_ignored(kept: Kept) -> None:
    def add(record: dict[str, Any]) -> None:
        for each in (record, record["group"], record["ms"], record["engine"], record["fallback"]):
            each["later"] = "以后"

    kept.keep(RICH)
    kept.change(add)
    assert kept.export() == kept.look() == RICH


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.update(v=3),
        lambda record: record["labels"].clear(),
        lambda record: record["ms"].pop("inference"),
        lambda record: record["engine"].pop("threads"),
        lambda record: record.pop("size"),
        lambda record: record.update(labels=[-1]),
        lambda record: record.update(labels=[1000]),
        lambda record: record.update(labels=[True]),
        lambda record: record.update(scores=[7]),
        lambda record: record.update(scores=[float("nan")]),
        lambda record: record.update(labels=[1, 1], scores=[0.5, 0.5]),
        lambda record: record.update(labels=[], scores=[]),
        lambda record: record.update(certain="false"),
        lambda record: record["group"].update(path="abc"),
        lambda record: record["group"].update(path=[1, 2]),
        lambda record: record.update(warnings="damaged"),
        lambda record: record["ms"].update(decode=-20),
        lambda record: record.update(size=[-1, 2]),
        lambda record: record["engine"].update(name=5),
        lambda record: record["engine"].update(name="\udcff"),
        lambda record: record["fallback"]["facts"].update(engine=1),
    ],
)
def test_answer_that_lacks_something_or_is_of_an_unknown_version_is_a_damaged_database(
    kept: Kept, change: Callable[[dict[str, Any]], object]
) -> None:
    kept.keep(RICH)
    kept.change(change)
    with pytest.raises(StoreError) as raised:
        kept.look()
    assert raised.value.code is ErrorCode.STORE_DAMAGED
    assert kept.export() == Failure(RICH.path, ErrorCode.ANSWER_DAMAGED, (("path", RICH.path),))


def test_correction_of_a_damaged_answer_stays_when_it_cannot_be_taken_back(kept: Kept) -> None:
    kept.keep(RICH)
    kept.rewrite("{}")
    with pytest.raises(StoreError) as raised:
        kept.take_back()
    assert raised.value.code is ErrorCode.STORE_DAMAGED
    assert kept.database.rows("SELECT correction FROM items")[0]["correction"] == EAGLE.index
