"""A model is found, built once or opened on trust; a wrong one never gets to answer."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.engine_kinds import Program
from app.core.errors import ErrorCode, ModelError
from app.core.language_in_use import tr
from app.core.model_card import ModelCard, load_card
from app.engines import programs
from app.engines.architecture import build_network, weights_sha256
from app.labels import LabelSet
from app.models.building import build, built_file, largest_difference, ready_file
from app.models.library import Model, open_model, trust_file
from tests.disk import nearly_full
from tests.model_files import extras, with_origin, write_header
from tests.networks import Indifferent, save

LITE0, LITE2 = load_card("efficientnet_lite0"), load_card("efficientnet_lite2")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any model."""
    monkeypatch.setenv("WANWU_HOME", str(tmp_path / "new home"))
    return tmp_path / "new home"


@pytest.fixture
def place(new_home: Path) -> Iterator[Path]:
    """Where the default model is looked for; its folder exists."""
    place = built_file(LITE2)
    assert place.is_relative_to(new_home)
    place.parent.mkdir(parents=True)
    yield place
    assert list(place.parent.glob("*partial*")) == []


def wrong_program(_program: Program, card: ModelCard, _labels: LabelSet, file: Path, *_: object) -> None:
    """Write a model that is not the one of its card."""
    save(Indifferent(), card, file, weights_sha256(build_network(card)))


_BUILDER = """
from app.core.model_card import load_card
from app.models.building import build
print(build(load_card("efficientnet_lite0"), report=lambda stage: print(stage, flush=True)))
"""


@pytest.mark.usefixtures("new_home")
def test_two_programs_that_start_together_build_once() -> None:
    builders = [
        subprocess.Popen([sys.executable, "-c", _BUILDER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    stages = [builder.communicate(timeout=120)[0].splitlines() for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0]
    assert {lines[-1] for lines in stages} == {str(built_file(LITE0))}
    done = sorted(stage for lines in stages for stage in lines[:-1] if stage != "waiting")
    assert done == ["check", "network", "scripted"]
    assert open_model(LITE0.id, report=pytest.fail).file == built_file(LITE0)
    assert {file.suffix for file in built_file(LITE0).parent.iterdir()} <= {".pt", ".lock"}


def test_built_model_is_ready_and_not_built_again(model: Model) -> None:
    assert ready_file(model.card) == model.file
    assert open_model(model.card.id, report=pytest.fail) == model


@pytest.mark.parametrize(
    "damage",
    ["truncated", "no zip", "another torch", "another card", "other labels", "format", "recipe", "program"],
)
def test_file_that_does_not_fit_is_not_ready(model: Model, place: Path, damage: str) -> None:
    parts = extras(model.file)
    if damage == "truncated":
        place.write_bytes(model.file.read_bytes()[:-1000])
    elif damage == "no zip":
        place.write_bytes(b"nonsense")
    elif damage in ("format", "recipe", "program"):
        write_header(place, with_origin(parts, **{damage: "bfloat16" if damage == "program" else 1}))
    elif damage == "another torch":
        write_header(place, with_origin(parts, torch="2.0.0"))
    elif damage == "another card":
        write_header(place, parts | {"card.toml": LITE2.text.replace("0.65", "0.66").encode()})
    else:
        write_header(place, parts | {"labels.tsv": parts["labels.tsv"].replace("虎斑猫".encode(), b"tabby")})
    assert ready_file(LITE2) is None


def test_file_that_fits_is_ready(model: Model, place: Path) -> None:
    shutil.copyfile(model.file, place)
    assert ready_file(LITE2) == place


@pytest.mark.usefixtures("new_home")
def test_file_from_elsewhere_is_not_opened_without_trust(model: Model, tmp_path: Path) -> None:
    file = tmp_path / "朋友 的模型.pt"
    shutil.copyfile(model.file, file)
    with pytest.raises(ModelError) as raised:
        open_model(str(file))
    assert raised.value.code is ErrorCode.MODEL_UNTRUSTED
    assert "--trust" in tr.describe(raised.value)
    trust_file(str(file))
    opened = open_model(str(file))
    assert (opened.card, opened.labels.text, opened.file) == (model.card, model.labels.text, file)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as raised:
        open_model(str(tmp_path / "missing.pt"))
    assert raised.value.code is ErrorCode.MODEL_NOT_FOUND


@pytest.mark.parametrize("in_the_way", ["", "data", "data/models"])
def test_folder_that_cannot_be_made_is_told(new_home: Path, in_the_way: str) -> None:
    obstacle = new_home / in_the_way
    obstacle.parent.mkdir(parents=True, exist_ok=True)
    obstacle.touch()
    with pytest.raises(ModelError) as raised:
        build(LITE0)
    assert raised.value.code is ErrorCode.MODEL_STORE_UNWRITABLE
    assert raised.value.facts["folder"] == new_home / "data" / "models"


def test_full_disk_is_told_and_leaves_nothing_half_done(place: Path) -> None:
    with nearly_full(1 << 20), pytest.raises(ModelError) as raised:
        build(LITE2)
    assert raised.value.code is ErrorCode.MODEL_STORE_UNWRITABLE
    assert not place.exists()


def test_difference_from_eager_is_measured(model: Model, tmp_path: Path) -> None:
    assert largest_difference(LITE2, model.file) < 1e-3
    wrong = save(Indifferent(), LITE2, tmp_path / "wrong.pt", model.sha256)
    assert largest_difference(LITE2, wrong) > 0.1


def test_model_that_differs_from_eager_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "write_program", wrong_program)
    place.write_bytes(b"the old one")
    with pytest.raises(ModelError) as raised:
        build(LITE2)
    assert raised.value.code is ErrorCode.MODEL_DIFFERS
    assert place.read_bytes() == b"the old one"


@pytest.mark.usefixtures("new_home")
def test_interrupted_build_leaves_a_lock_that_holds_nobody_up() -> None:
    folder = built_file(LITE0).parent
    folder.mkdir(parents=True)
    code = (
        "import os; from app.core.model_card import load_card; from app.models import building\n"
        "building.build(load_card('efficientnet_lite0'), report=lambda stage: os._exit(9))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, timeout=60, check=False)
    assert ended.returncode == 9
    stages: list[str] = []
    with nearly_full(1 << 10), pytest.raises(ModelError):
        build(LITE0, report=stages.append)
    assert "waiting" not in stages


def test_model_is_another_one_when_its_card_has_it_answer_otherwise(model: Model) -> None:
    hotter = replace(model.card, calibration=replace(model.card.calibration, temperature=20.0))
    renamed = replace(model.card, calibration=replace(model.card.calibration, how="otherwise"), source="here")
    assert replace(model, card=hotter).answering != model.answering
    assert replace(model, card=renamed).answering == model.answering
