"""A model with another number of classes, another input or other outputs is a model like any other."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.core.errors import EngineError, ErrorCode, ModelError
from app.core.language_in_use import tr
from app.core.model_card import parse_card
from app.core.results import Recognition
from app.core.settings import Settings, with_values
from app.engines.preprocess import crop_pixels
from app.labels import LabelSet
from app.models.library import trust_file
from app.recognition.predictor import Options, Predictor
from app.recognition.prepare import decode_for
from tests.any_model.models import COLOURS, MODELS, AnyModel
from tests.cli.command import Here
from tests.networks import Brightness, Colours, Flattens, save


def recognised(file: Path, picture: Path, engine: str = "torchscript") -> Recognition:
    predictor = Predictor()
    options = Options.of(with_values(Settings(), model=str(file), device="cpu", engine=engine, threads=1))
    try:
        return predictor.recognize(picture, options)
    finally:
        predictor.close()


@pytest.mark.parametrize("engine", ["eager", "torchscript"])
def test_what_is_in_the_picture_is_recognised(file: Path, pictures: Path, engine: str) -> None:
    green, blue = (recognised(file, pictures / name, engine) for name in ("green.png", "blue.png"))
    found = [COLOURS[answer.predictions[0].index] for answer in (green, blue)]
    assert found == ["left green", "right blue"]
    assert green.certain
    assert green.engine.name == engine
    assert green.fallback is None


def test_several_labels_are_right_where_they_do_not_exclude_each_other(home: Path, pictures: Path) -> None:
    assert home
    several = recognised(MODELS["sigmoid"].save(pictures / "several.pt"), pictures / "both.png")
    one = recognised(MODELS["seven classes"].save(pictures / "one.pt"), pictures / "both.png")
    assert [round(each.score, 3) for each in several.predictions[:3]] == [1, 1, 0]
    assert [round(each.score, 3) for each in one.predictions[:3]] == [0.5, 0.5, 0]


def test_command_line_batch_and_export_take_it(
    file: Path, pictures: Path, tmp_path: Path, wanwu_here: Here
) -> None:
    code, output, errors = wanwu_here("classify", "--model", file, "--json", pictures / "green.png")
    assert (code, errors) == (0, "")
    assert json.loads(output)["predictions"][0]["index"] == 1
    out = tmp_path / "out.csv"
    code, _, errors = wanwu_here("batch", pictures, "--model", file, "--out", out)
    assert code == 0, errors
    rows = {Path(row[0]).name: row for row in csv.reader(out.read_text("utf-8-sig").splitlines())}
    assert rows["green.png"][1] in ("颜色1", "left green")
    assert rows["blue.png"][1] in ("颜色5", "right blue")


def test_engines_are_compared_on_it(file: Path, tmp_path: Path, wanwu_here: Here) -> None:
    out = tmp_path / "run.json"
    plan = ("--engines", "eager,torchscript", "--runs", "2", "--batch-sizes", "1,3", "--json", out)
    code, _, errors = wanwu_here("bench", "--model", file, *plan)
    assert code == 0, errors
    run = json.loads(out.read_text("utf-8"))
    assert [subject["check"]["agreement"] for subject in run["subjects"]] == [1, 1]


def test_whole_picture_with_a_border_is_seen_where_the_card_asks_for_it(home: Path, tmp_path: Path) -> None:
    assert home
    long = Image.new("RGB", (600, 100), "black")
    long.paste((255, 0, 0), (0, 0, 60, 100))  # a middle square would not have it
    long.save(tmp_path / "long.png")
    padded = AnyModel(more='fit = "pad"')
    cut = AnyModel(more="").save(tmp_path / "cut.pt")
    answer = recognised(padded.save(tmp_path / "padded.pt"), tmp_path / "long.png")
    assert COLOURS[answer.predictions[0].index] == "left red"
    assert recognised(cut, tmp_path / "long.png").predictions[0].score > answer.predictions[0].score


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_numbers_that_are_no_probabilities_are_not_taken_for_any(
    home: Path, pictures: Path, activation: str
) -> None:
    assert home
    wrong = AnyModel(more=f'[outputs]\nactivation = "{activation}"\napplied = true').save(
        pictures / "wrong.pt"
    )
    with pytest.raises(EngineError) as raised:
        recognised(wrong, pictures / "green.png")
    assert raised.value.code is ErrorCode.MODEL_NO_PROBABILITIES
    assert activation in tr.describe(raised.value)


def test_network_that_flattens_its_planes_runs_as_torchscript_too(home: Path, pictures: Path) -> None:
    assert home
    card, labels = parse_card(AnyModel().card()), AnyModel().labels()
    flat = save(Flattens(64, len(labels)), card, pictures / "flat.pt", labels=labels)
    trust_file(str(flat))
    eager, scripted = (recognised(flat, pictures / "green.png", name) for name in ("eager", "torchscript"))
    assert (scripted.engine.name, scripted.fallback) == ("torchscript", None)
    assert scripted.predictions[0].index == eager.predictions[0].index


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_few_logits_are_not_taken_for_probabilities(home: Path, pictures: Path, activation: str) -> None:
    assert home
    card = parse_card(AnyModel(more=f'[outputs]\nactivation = "{activation}"').card())
    labels = LabelSet("index\ten\n0\tbright\n1\tdark")
    file = save(Brightness(), card, pictures / "two.pt", labels=labels)
    trust_file(str(file))
    for colour, label in (("white", "bright"), ("black", "dark")):
        Image.new("RGB", (80, 80), colour).save(pictures / "plain.png")
        assert recognised(file, pictures / "plain.png").predictions[0].label_en == label


@pytest.mark.parametrize(
    ("field", "lines"),
    [
        ("version", "version = 2\nof_tomorrow = 1"),
        ("version", "version = true"),
        ("task", 'task = "detection"'),
    ],
)
def test_card_of_another_kind_is_refused_with_the_field(field: str, lines: str) -> None:
    with pytest.raises(ModelError) as raised:
        parse_card(f"{lines}\n{AnyModel().card()}")
    assert raised.value.facts["field"] == field


def test_card_that_counts_other_labels_than_there_are_is_refused(home: Path, pictures: Path) -> None:
    assert home
    wrong = AnyModel(more="[outputs]\ncount = 8").save(pictures / "wrong.pt")
    with pytest.raises(ModelError) as raised:
        recognised(wrong, pictures / "green.png")
    assert raised.value.facts["field"] == "outputs.count"
    right = AnyModel(more="[outputs]\ncount = 7").save(pictures / "right.pt")
    assert recognised(right, pictures / "green.png").certain


def test_softmax_over_one_label_is_refused_as_it_is_always_sure(home: Path, pictures: Path) -> None:
    assert home
    file = save(Flattens(64, 1), parse_card(AnyModel().card()), pictures / "one.pt",
                labels=LabelSet("index\ten\n0\tcat"))  # fmt: skip
    trust_file(str(file))
    with pytest.raises(ModelError) as raised:
        recognised(file, pictures / "green.png")
    assert raised.value.facts["field"] == "outputs.activation"


def test_reference_of_a_file_is_what_it_can_run(home: Path, pictures: Path, wanwu_here: Here) -> None:
    assert home
    card = AnyModel().card().replace("licence", 'reference = "{}"\nlicence')
    frozen = pictures / "frozen.pt"
    trust_file(
        str(save(Colours(), parse_card(card.format("torchscript")), frozen, labels=AnyModel().labels()))
    )
    options = Options.of(with_values(Settings(), model=str(frozen), device="cpu", engine="onnxruntime"))
    both = Predictor().compare(pictures / "green.png", options)
    assert [both.reference.engine.name, both.other.engine.name] == ["torchscript", "torchscript"]
    assert both.other.fallback is not None
    run = pictures / "run.json"
    assert (
        wanwu_here("bench", "--model", frozen, "--engines", "eager", "--seconds", "1", "--json", run)[0] == 0
    )
    assert [each["engine"] for each in json.loads(run.read_text())["subjects"]] == ["torchscript", "eager"]
    both = Predictor().compare(pictures / "green.png", replace(options, engine="torchscript"))
    assert [both.reference.engine.name, both.other.engine.name] == ["torchscript", "eager"]
    with pytest.raises(ModelError) as raised:
        parse_card(card.format("onnxruntime"))
    assert raised.value.facts["field"] == "reference"


@pytest.mark.parametrize("crop", [1.0, 0.5, 0.2])
def test_what_a_small_crop_looks_at_is_decoded_sharply(tmp_path: Path, crop: float) -> None:
    fine = np.kron(np.random.default_rng(0).integers(0, 2, (600, 600)), np.ones((4, 4))) * 255
    Image.fromarray(np.repeat(fine[:, :, None], 3, 2).astype(np.uint8)).save(
        tmp_path / "fine.jpg", quality=95
    )
    spec = replace(parse_card(AnyModel(size="224").card()).input, crop=crop, stretch=1.0)
    seen = crop_pixels(decode_for(tmp_path / "fine.jpg", spec).rgb, spec).astype(int)
    whole = crop_pixels(np.array(Image.open(tmp_path / "fine.jpg")), spec).astype(int)
    assert np.abs(seen - whole).mean() < 7


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("input.size", "size = [240, 320, 3]"),
        ("input.size", "size = [240, 0]"),
        ("input.chanels", 'chanels = "bgr"'),
        ("output", "[output]\napplied = true"),
        ("input.size", f"size = 0x{'f' * 8000}"),
        ("input.fit", 'fit = "stretch"'),
        ("input.channels", 'channels = "rgba"'),
        ("input.highest", "highest = 2"),
        ("input.highest", "highest = true"),
        ("input.layout", 'layout = "chw"'),
        ("outputs.activation", '[outputs]\nactivation = "relu"'),
        ("outputs.applied", '[outputs]\nactivation = "sigmoid"\napplied = 1'),
        ("outputs.count", '[outputs]\ncount = "7"'),
        ("outputs.count", "[outputs]\ncount = true"),
        ("outputs.names", '[outputs]\nnames = ["embedding"]'),
        ("outputs.names", '[outputs]\nnames = ["logits", "logits"]'),
        ("outputs.names", '[outputs]\nnames = "logits"'),
        ("outputs.embedding", '[outputs]\nembedding = "a b"'),
        ("outputs.embedding", '[outputs]\nembedding = "classifier"'),
    ],
)
def test_card_with_a_mistake_is_refused_with_the_field(field: str, line: str) -> None:
    size, more = (line.removeprefix("size = "), "") if line.startswith("size") else ("64", line)
    with pytest.raises(ModelError) as raised:
        parse_card(AnyModel(size=size, more=more).card())
    assert raised.value.code is ErrorCode.MODEL_CARD_INVALID
    assert raised.value.facts["field"] == field
