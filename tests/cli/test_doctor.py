"""`wanwu doctor` proves what runs here by running it."""

import json

from app.models import Model
from tests.cli.command import wanwu


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
    assert set(on_cpu) == {"eager", "torchscript"}
    assert all(engine["works"] and engine["label"] for engine in on_cpu.values())
    assert found["models"]["efficientnet_lite2"] == str(model.file)


def test_model_that_cannot_be_built_is_found_out_and_told() -> None:
    ended = wanwu("doctor", extra={"WANWU_HOME": "/dev/null"})
    assert ended.returncode == 1
    assert ended.stdout.count("无法写入模型文件夹") == 2
