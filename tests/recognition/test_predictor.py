"""A picture in, the right answer out, by any engine; a failing engine is replaced, and never silently."""

import json
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from torch import Tensor

from app.core import paths
from app.core.engine_kinds import ENGINES
from app.core.errors import EngineError, ErrorCode, ModelError, PictureError
from app.core.language_in_use import tr
from app.core.results import Failure, Parity, Recognition
from app.core.settings import Settings
from app.engines import agreement
from app.engines.forward_engine import ForwardEngine
from app.engines.protocol import Outputs
from app.engines.selection import EnginesKey
from app.export.json_lines import to_json_line
from app.export.text import to_text
from app.images import Picture, PictureBytes
from app.models.library import Model, trust_file
from app.recognition import fastest
from app.recognition.predictor import Options, Predictor
from tests.networks import Answers, save

OPTIONS = Options.of(Settings(device="cpu"))
EAGER = replace(OPTIONS, engine="eager")
SAMPLES = {"cat": "埃及猫", "coffee": "浓缩咖啡", "panda": "大熊猫"}


def sample(name: str) -> Path:
    return paths.resource("samples", f"{name}.jpg")


@pytest.mark.parametrize(("name", "label"), SAMPLES.items())
def test_sample_gets_its_label_and_is_certain(predictor: Predictor, name: str, label: str) -> None:
    answer = predictor.recognize(sample(name), OPTIONS)
    assert answer.path == sample(name)
    assert answer.predictions[0].label == label
    assert answer.certain
    assert answer.group is not None
    assert answer.group.path == answer.predictions[0].group
    assert answer.warnings == ()
    assert answer.fallback is None


def test_picture_of_which_a_part_may_be_missing_is_never_certain(
    predictor: Predictor, tmp_path: Path
) -> None:
    path = tmp_path / "panda.bmp"
    with Image.open(sample("panda")) as picture:
        picture.save(path)
        row = -(-picture.width * 3 // 4) * 4
        kept = 54 + row * (picture.height * 9 // 10) + row // 2
    data = path.read_bytes()
    assert predictor.recognize(path, OPTIONS).certain
    path.write_bytes(data[:kept].ljust(len(data), b"\0"))
    answer = predictor.recognize(path, OPTIONS)
    assert answer.predictions[0].label == "大熊猫"
    assert answer.warnings == ("damaged",)
    assert not answer.certain


@pytest.mark.parametrize("name", SAMPLES)
def test_eager_and_torchscript_give_the_same_answer(predictor: Predictor, name: str) -> None:
    both = predictor.compare(sample(name), replace(OPTIONS, top_k=10))
    assert both.agrees
    assert (both.reference.engine.name, both.other.engine.name) == ("eager", "torchscript")
    eager = {item.index: item.score for item in both.reference.predictions}
    scripted = {item.index: item.score for item in both.other.predictions}
    for index in eager.keys() & scripted.keys():
        assert scripted[index] == pytest.approx(eager[index], abs=1e-3)


def test_any_engine_is_compared_with_eager_and_eager_with_torchscript(predictor: Predictor) -> None:
    traced = predictor.compare(sample("coffee"), replace(OPTIONS, engine="torchscript-trace"))
    assert (traced.reference.engine.name, traced.other.engine.name) == ("eager", "torchscript-trace")
    assert traced.agrees
    eager = predictor.compare(sample("coffee"), EAGER)
    assert (eager.reference.engine.name, eager.other.engine.name) == ("eager", "torchscript")


def test_comparison_decodes_once_and_tells_the_ratio(predictor: Predictor) -> None:
    both = predictor.compare(sample("cat"), OPTIONS)
    eager, scripted = both.reference.timings, both.other.timings
    assert (eager.decode, eager.preprocess) == (scripted.decode, scripted.preprocess)
    assert both.ratio == pytest.approx(scripted.inference / eager.inference)


def test_times_add_up(predictor: Predictor) -> None:
    times = predictor.recognize(sample("cat"), OPTIONS).timings
    steps = times.decode, times.preprocess, times.inference, times.postprocess
    assert min(steps) > 0
    assert times.total == pytest.approx(sum(steps))


def test_options_decide_engine_and_number_of_labels(predictor: Predictor) -> None:
    answer = predictor.recognize(sample("cat"), replace(EAGER, top_k=3))
    assert answer.engine.name == "eager"
    assert len(answer.predictions) == 3
    scores = [item.score for item in answer.predictions]
    assert scores == sorted(scores, reverse=True)


def test_strict_thresholds_make_an_honest_answer(predictor: Predictor) -> None:
    strict = replace(OPTIONS, certain_threshold=0.9999)
    answer = predictor.recognize(sample("cat"), strict)
    assert not answer.certain
    assert answer.group is not None
    assert answer.group.path == ("动物", "哺乳动物", "家猫")
    nothing = predictor.recognize(sample("cat"), replace(strict, group_threshold=1.1))
    assert (nothing.certain, nothing.group) == (False, None)


def test_switching_threads_and_model_file_back_and_forth(model: Model, cat: Path, tmp_path: Path) -> None:
    copy = tmp_path / "我的 模型.pt"
    shutil.copyfile(model.file, copy)
    predictor = Predictor()
    plain = replace(OPTIONS, key=EnginesKey("efficientnet_lite2", "cpu", 1))
    trust_file(str(copy))
    mine = replace(OPTIONS, key=EnginesKey(str(copy), "auto", 2))
    mine_eager = replace(mine, engine="eager")
    answers = [predictor.recognize(cat, options) for options in (plain, mine, mine_eager, plain)]
    predictor.close()
    assert {answer.predictions[0].label for answer in answers} == {"埃及猫"}
    assert [answer.engine.threads for answer in answers] == [1, 2, 2, 1]


@pytest.mark.usefixtures("model")
def test_stages_are_reported_while_loading_and_only_then(cat: Path) -> None:
    stages: list[str] = []
    predictor = Predictor()
    predictor.prepare(OPTIONS, stages.append)
    assert stages == ["load"]
    predictor.recognize(cat, OPTIONS, stages.append)
    predictor.recognize(cat, EAGER, stages.append)
    assert stages == ["load", "load"]
    predictor.close()
    predictor.close()


def test_bad_picture_is_refused_and_the_next_one_works(predictor: Predictor, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(sample("cat").read_bytes()[:5000])
    with pytest.raises(PictureError) as raised:
        predictor.recognize(bad, OPTIONS)
    assert (raised.value.code, raised.value.facts["path"]) == (ErrorCode.TRUNCATED, bad)
    assert predictor.recognize(sample("cat"), OPTIONS).certain


def test_several_pictures_at_once_have_the_answers_that_they_have_alone(
    predictor: Predictor, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    files = [sample("cat"), bad, sample("panda")]
    pictures: list[Picture] = [*files, PictureBytes("咖啡.jpg", sample("coffee").read_bytes())]
    found = predictor.recognize_batch(pictures, OPTIONS)
    assert [answer.path for answer in found] == [*files, Path("咖啡.jpg")]
    assert isinstance(found[1], Failure)
    assert found[1].code is ErrorCode.NOT_AN_IMAGE
    for answer, picture in zip(found, pictures, strict=True):
        if isinstance(answer, Recognition):
            alone = predictor.recognize(picture, OPTIONS)
            assert [each.index for each in answer.predictions] == [each.index for each in alone.predictions]
            assert answer.predictions[0].score == pytest.approx(alone.predictions[0].score, abs=1e-3)
    assert predictor.recognize_batch([], OPTIONS) == []


def test_engine_that_cannot_take_so_many_pictures_at_once_takes_fewer(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    def refuse(engine: ForwardEngine, batch: Tensor) -> Outputs:
        sizes.append(len(batch))
        if len(batch) > 2:
            raise EngineError(ErrorCode.OUT_OF_MEMORY, engine="torchscript", device="cpu")
        return run(engine, batch)

    run = ForwardEngine.run
    predictor.prepare(OPTIONS)
    monkeypatch.setattr(ForwardEngine, "run", refuse)
    found = predictor.recognize_batch([sample(name) for name in ("cat", "panda", "coffee")], OPTIONS)
    assert [answer.fallback for answer in found if isinstance(answer, Recognition)] == [None] * 3
    assert sizes == [3, 1, 2]


def test_picture_that_no_engine_can_run_spoils_no_other(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(engine: ForwardEngine, batch: Tensor) -> Outputs:
        if (batch.float().mean((1, 2, 3)) > 117.3).any():  # the panda, alone or among others
            raise EngineError(ErrorCode.INFERENCE_FAILED, engine="eager", detail="NaN")
        return run(engine, batch)

    run = ForwardEngine.run
    predictor.prepare(EAGER)
    monkeypatch.setattr(ForwardEngine, "run", refuse)
    found = predictor.recognize_batch([sample(name) for name in SAMPLES], EAGER)
    assert {each.path.stem: isinstance(each, Recognition) for each in found} == {
        "cat": True,
        "coffee": True,
        "panda": False,
    }


def test_bytes_are_recognised_like_the_file_that_they_are_of(predictor: Predictor, cat: Path) -> None:
    sent = PictureBytes("cat.jpg", cat.read_bytes())
    answer = predictor.recognize(pickle.loads(pickle.dumps(sent)), OPTIONS)
    assert answer.path == Path("cat.jpg")
    assert answer.predictions == predictor.recognize(cat, OPTIONS).predictions
    with pytest.raises(PictureError) as raised:
        predictor.recognize(PictureBytes("half.jpg", sent.content[:5000]), OPTIONS)
    assert raised.value.facts["path"] == Path("half.jpg")
    assert raised.value.code is ErrorCode.TRUNCATED


def test_answers_and_options_cross_processes(predictor: Predictor, cat: Path) -> None:
    both = predictor.compare(cat, OPTIONS)
    assert pickle.loads(pickle.dumps(both)) == both
    assert pickle.loads(pickle.dumps(OPTIONS)) == OPTIONS


@pytest.mark.parametrize("key", [EnginesKey("nothing", "cpu", 0), EnginesKey("nothing.pt", "cpu", 0)])
def test_model_that_is_not_there_is_no_reason_for_another(key: EnginesKey, cat: Path) -> None:
    with pytest.raises(ModelError):
        Predictor().recognize(cat, replace(OPTIONS, key=key))


def test_unknown_engine_is_refused(predictor: Predictor, cat: Path) -> None:
    with pytest.raises(EngineError) as raised:
        predictor.recognize(cat, replace(OPTIONS, engine="onnx"))
    assert raised.value.facts == {"engine": "onnx", "known": ", ".join(ENGINES)}


def options_for(form: str, model: Model, folder: Path, engine: str = "torchscript") -> Options:
    """A trusted model from elsewhere that answers in a certain form."""
    file = save(Answers(form), model.card, folder / f"{form}.pt")
    trust_file(str(file))
    return replace(OPTIONS, key=EnginesKey(str(file), "cpu", 2), engine=engine)


@pytest.mark.parametrize(
    ("form", "code", "said"),
    [
        ("nan", ErrorCode.INFERENCE_FAILED, "NaN"),
        ("ten", ErrorCode.MODEL_OUTPUT_WRONG, "[1, 10]"),
        ("squeezed", ErrorCode.MODEL_OUTPUT_WRONG, "[1000]"),
        ("four", ErrorCode.MODEL_OUTPUT_WRONG, "[1, 1000, 1, 1]"),
        ("index", ErrorCode.MODEL_OUTPUT_WRONG, "int64"),
        ("tuple", ErrorCode.MODEL_OUTPUT_WRONG, "tuple (float32 [1, 1000], float32 [1, 1000], "),
        ("dict", ErrorCode.MODEL_OUTPUT_WRONG, "dict (out: float32 [1, 1000])"),
    ],
)
@pytest.mark.parametrize("engine", ["torchscript", "eager"])
def test_answer_of_another_form_is_refused_and_described(
    model: Model, cat: Path, tmp_path: Path, form: str, code: ErrorCode, said: str, engine: str
) -> None:
    with pytest.raises(EngineError) as raised:
        Predictor().recognize(cat, options_for(form, model, tmp_path, engine))
    assert raised.value.code is code
    assert said in tr.describe(raised.value)


def test_half_precision_answers_are_understood(model: Model, cat: Path, tmp_path: Path) -> None:
    half, full = (
        Predictor().recognize(cat, options_for(form, model, tmp_path)) for form in ("half", "logits")
    )
    assert half.predictions == full.predictions


def test_softmax_inside_the_model_gives_the_same_answer_as_none(
    model: Model, cat: Path, tmp_path: Path
) -> None:
    inside, outside = (
        Predictor().recognize(cat, options_for(form, model, tmp_path)) for form in ("softmax", "logits")
    )
    assert inside.certain == outside.certain is True
    assert [item.index for item in inside.predictions] == [item.index for item in outside.predictions]
    scores = [[item.score for item in answer.predictions] for answer in (inside, outside)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-4)


def test_model_from_elsewhere_is_compared_with_itself(model: Model, cat: Path, tmp_path: Path) -> None:
    both = Predictor().compare(cat, options_for("logits", model, tmp_path))
    assert (both.reference.engine.name, both.other.engine.name) == ("eager", "torchscript")
    assert both.agrees
    assert both.reference.fallback is both.other.fallback is None
    assert both.reference.predictions[0].index == 7


@pytest.fixture
def failing(predictor: Predictor, cat: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recognition]:
    """What is answered when TorchScript fails on a picture."""

    def refuse(engine: ForwardEngine, batch: Tensor) -> Outputs:
        if engine.info.name == "torchscript":
            raise EngineError(ErrorCode.INFERENCE_FAILED, engine="torchscript", detail="this network refuses")
        return run(engine, batch)

    run = ForwardEngine.run
    monkeypatch.setattr(ForwardEngine, "run", refuse)
    predictor.close()
    first, second = (predictor.recognize(cat, OPTIONS) for _ in range(2))
    both = predictor.compare(cat, OPTIONS)
    assert first.fallback == second.fallback == both.other.fallback
    assert both.reference.fallback is None
    yield second
    predictor.close()


def test_eager_stands_in_and_says_so(failing: Recognition) -> None:
    assert failing.engine.name == "eager"
    assert failing.predictions[0].label == "埃及猫"
    assert failing.fallback is not None
    assert failing.fallback.wanted == "torchscript"
    assert failing.fallback.code is ErrorCode.INFERENCE_FAILED
    record = json.loads(to_json_line(failing, tr.now))
    assert record["engine"] == "eager"
    assert set(record["fallback"]) == {"wanted", "code", "reason"}
    assert "this network refuses" in record["fallback"]["reason"]
    assert "已改用 Eager" in to_text(failing, tr.now)
    assert "this network refuses" in to_text(failing, tr.now)


@pytest.mark.usefixtures("model")
def test_engine_that_disagrees_is_replaced_by_eager_and_says_so(
    cat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement, "known", lambda _key: Parity("torchscript-trace", 108, 0.9, 0.5, 0.01))
    predictor = Predictor()
    answer = predictor.recognize(cat, replace(OPTIONS, engine="torchscript-trace"))
    predictor.close()
    assert (answer.engine.name, answer.predictions[0].label) == ("eager", "埃及猫")
    assert answer.fallback is not None
    assert answer.fallback.code is ErrorCode.ENGINE_DISAGREES
    assert "90.0%" in to_text(answer, tr.now)


@pytest.mark.usefixtures("model")
def test_automatic_engine_is_the_one_chosen_here_or_torchscript(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cat: Path
) -> None:
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(home / "data" / "models")
    chosen = Settings(device="cpu", engine="auto")
    assert Options.of(chosen).engine == "torchscript"
    monkeypatch.setattr(fastest, "remembered", lambda _key: fastest.Choice("eager", ()))
    predictor = Predictor()
    assert predictor.recognize(cat, Options.of(chosen)).engine.name == "eager"
    predictor.close()
