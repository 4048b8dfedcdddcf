"""`wanwu doctor` proves what runs here by running it."""

import json
from pathlib import Path

import pytest

from app.cli import doctor
from app.core.engine_kinds import ENGINES
from app.core.results import Parity
from app.engines import agreement
from app.models.library import Model
from tests.cli.command import Here, wanwu


def test_findings_as_json(model: Model) -> None:
    ended = wanwu("doctor", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    found = json.loads(ended.stdout)
    assert list(found) == ["wanwu", "python", "system", "packages", "cores", "threads", "devices", "engines",
                           "models", "folders"]  # fmt: skip
    devices = {device["name"]: device for device in found["devices"]}
    assert set(devices) == {"cpu", "cuda", "mps"}
    assert devices["cpu"]["works"]
    assert devices["cpu"]["convolution_ms"] > 0
    for device in devices.values():
        assert device["works"] == (device["reason"] is None)
    on_cpu = {engine["name"]: engine for engine in found["engines"] if engine["device"] == "cpu"}
    assert tuple(on_cpu) == ENGINES
    assert all(on_cpu[name]["works"] and on_cpu[name]["label"] for name in ("eager", "torchscript"))
    assert not on_cpu["torchscript-graph"]["works"]
    assert "CUDA" in on_cpu["torchscript-graph"]["reason"]
    assert all(engine["reason"] for engine in on_cpu.values() if engine["works"] is False)
    assert found["models"]["efficientnet_lite2"] == str(model.file)


def test_model_that_cannot_be_built_is_found_out_and_told() -> None:
    ended = wanwu("doctor", extra={"WANWU_HOME": "/dev/null"})
    assert ended.returncode == 1
    assert ended.stdout.count("无法写入模型文件夹") >= 2


def test_engines_that_are_slow_to_start_are_listed_and_not_tried(
    home: Path, tmp_path: Path, wanwu_here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "models").mkdir(parents=True)
    for file in (home / "data" / "models").glob("efficientnet_lite2.pt"):
        (tmp_path / "data" / "models" / file.name).symlink_to(file)
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    monkeypatch.setattr(doctor, "ENGINES", ("eager", "torchscript", "torch-compile", "torchscript-int8"))
    monkeypatch.setattr(doctor, "why_not", lambda _name, _device: None)
    code, output, _ = wanwu_here("doctor", "--json")
    engines = {engine["name"]: engine["works"] for engine in json.loads(output)["engines"]}
    assert engines == {"eager": True, "torchscript": True, "torch-compile": None, "torchscript-int8": None}
    assert code == 0
    assert len(list((tmp_path / "data" / "models").glob("*.pt"))) == 1


def test_engine_that_disagrees_is_told_and_no_failure(
    model: Model, wanwu_here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert model
    monkeypatch.setattr(doctor, "ENGINES", ("eager", "torchscript", "torchscript-trace"))
    monkeypatch.setattr(agreement, "known", lambda _key: Parity("torchscript-trace", 108, 0.5, 0.9, 0.1))
    code, output, _ = wanwu_here("doctor", "--json")
    traced = json.loads(output)["engines"][2]
    assert (code, traced["works"]) == (0, False)
    assert "50.0%" in traced["reason"]
