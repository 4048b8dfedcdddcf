"""`wanwu models`: what there is, what it is, and building it."""

import json
import shutil
from pathlib import Path

import pytest

from app.cli import doctor
from app.core import paths
from app.core.engine_kinds import Program
from app.core.errors import ModelError
from app.core.language_in_use import tr
from app.core.stages import ignore
from app.engines.factory import create_engine
from app.models.library import Model, open_model, trust_file
from tests.cli.command import Here, wanwu
from tests.model_files import extras, flip_weights, write_header


def test_list_says_which_models_are_ready(model: Model) -> None:
    records = json.loads(wanwu("models", "list", "--json").stdout)
    assert [record["id"] for record in records] == ["efficientnet_lite0", "efficientnet_lite2"]
    assert (records[1]["ready"], records[1]["file"]) == (True, str(model.file))
    lines = wanwu("models", "list").stdout.splitlines()
    assert "可用" in lines[1]
    assert "精准 · Lite2" in lines[1]
    assert "Accurate" in wanwu("models", "list", "efficientnet_lite2", language="C").stdout


def test_list_loads_no_torch_and_builds_nothing(tmp_path: Path) -> None:
    ended = wanwu("models", "list", "--json", extra={"WANWU_HOME": str(tmp_path)})
    assert {record["file"] for record in json.loads(ended.stdout)} == {None}
    assert list(tmp_path.iterdir()) == []


def test_info_of_a_model_and_of_its_file_agree(model: Model) -> None:
    by_id = json.loads(wanwu("models", "info", model.card.id, "--json").stdout)
    by_file = json.loads(wanwu("models", "info", model.file, "--json").stdout)
    assert by_id == {key: value for key, value in by_file.items() if key not in ("sha256", "trusted")}
    assert by_id["labels"] == 1000
    assert by_id["licence"] == "Apache-2.0"
    assert len(by_id["weights_sha256"]) == 64
    assert by_id["bytes"] == model.file.stat().st_size


def test_trusted_file_is_listed_and_trust_can_be_taken_back(
    wanwu_here: Here, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANWU_HOME", str(tmp_path / "home"))
    file = Path(shutil.copyfile(model.file, tmp_path / "朋友 的.pt"))
    trust_file(str(file))
    listed = json.loads(wanwu_here("models", "list", "--json")[1])[-1]
    info = json.loads(wanwu_here("models", "info", file, "--json")[1])
    assert (listed["id"], listed["sha256"]) == (str(file), info["sha256"])
    assert info["trusted"]
    code, said, _ = wanwu_here("models", "revoke", file)
    assert code == 0
    assert info["sha256"] in said
    assert wanwu_here("models", "revoke", file)[0] == 1
    assert not json.loads(wanwu_here("models", "info", file, "--json")[1])["trusted"]
    assert "已信任" not in wanwu_here("models", "list")[1]


def test_info_of_a_file_with_a_name_in_one_language_and_escapes_is_plain(
    wanwu_here: Here, model: Model, tmp_path: Path
) -> None:
    members = extras(model.file)
    card = (
        members["card.toml"].replace(b'en = "Accurate', b'# "').replace(b"Apache-2.0", b"\\u001b[31m\\u202e")
    )
    file = write_header(tmp_path / "mine.pt", members | {"card.toml": card})
    code, said, _ = wanwu_here("models", "info", file)
    assert code == 0
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_info_of_a_model_that_is_not_built_yet(tmp_path: Path) -> None:
    ended = wanwu("models", "info", "efficientnet_lite0", "--json", extra={"WANWU_HOME": str(tmp_path)})
    assert json.loads(ended.stdout)["file"] is None


def test_build_says_where_the_file_is(wanwu_here: Here, home: Path) -> None:
    code, output, errors = wanwu_here("models", "build", "efficientnet_lite0")
    assert (code, errors) == (0, "")
    assert str(home / "data" / "models" / "efficientnet_lite0.pt") in output
    _, listed, _ = wanwu_here("models", "list", "efficientnet_lite0", "--json")
    assert json.loads(listed)[0]["ready"]


def test_build_mends_all_forms_of_a_model(wanwu_here: Here) -> None:
    lite0 = open_model("efficientnet_lite0")
    flip_weights(lite0.program(Program.TRACED, ignore))
    with pytest.raises(ModelError) as raised:
        create_engine("torchscript-trace", lite0.request("torchscript-trace", "cpu", 1))
    assert "models build" in tr.describe(raised.value)
    assert wanwu_here("models", "build", "efficientnet_lite0")[0] == 0
    engine = create_engine("torchscript-trace", lite0.request("torchscript-trace", "cpu", 1))
    assert engine.model_sha256 == lite0.sha256


def test_build_into_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    ended = wanwu("models", "build", "efficientnet_lite0", extra={"WANWU_HOME": str(tmp_path)})
    assert ended.returncode == 2
    assert "无法写入模型文件夹" in ended.stderr


@pytest.mark.parametrize("program", [Program.SCRIPTED, Program.ONNX])
def test_export_writes_the_file_that_the_engines_run(
    wanwu_here: Here, model: Model, program: Program, tmp_path: Path
) -> None:
    target = tmp_path / "新 文件夹" / ("模型.onnx" if program is Program.ONNX else "模型.pt")
    assert wanwu_here("models", "export", model.card.id, "--out", target) == (0, f"{target}\n", "")
    assert target.read_bytes() == model.program(program, pytest.fail).read_bytes()


def test_export_to_another_kind_of_file_is_refused(wanwu_here: Here, model: Model, tmp_path: Path) -> None:
    code, output, errors = wanwu_here("models", "export", model.card.id, "--out", tmp_path / "model.tflite")
    assert (code, output) == (2, "")
    assert ".onnx" in errors
    assert list(tmp_path.iterdir()) == []


def test_card_with_a_mistake_hides_no_other_model(
    wanwu_here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = shutil.copytree(paths.cards_folder(), tmp_path / "cards", ignore=shutil.ignore_patterns("*.pt"))
    (cards / "mine").mkdir()
    (cards / "mine" / "card.toml").write_text("id = 3", "utf-8")
    monkeypatch.setattr(paths, "cards_folder", lambda: cards)
    monkeypatch.setattr(doctor, "ENGINES", ("eager",))
    code, output, errors = wanwu_here("models", "list")
    assert (code, errors) == (1, "")
    assert [line.split()[0] for line in output.splitlines()] == [
        "efficientnet_lite0",
        "efficientnet_lite2",
        "mine",
    ]
    assert "id" in output.splitlines()[2]
    assert "mine" in wanwu_here("doctor", "--json")[1]
