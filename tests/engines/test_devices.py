"""A device is used only when it computes right, and why another is not used is said in words."""

import pytest

from app.core.errors import EngineError, ErrorCode
from app.core.language_in_use import tr
from app.engines.devices import DEVICES, probe, resolve


def test_the_cpu_works_and_has_a_name() -> None:
    status = probe("cpu")
    assert status.works
    assert status.reason is None
    assert status.description
    assert status.convolution_ms is not None
    assert status.convolution_ms > 0
    assert resolve("cpu") == "cpu"


def test_auto_takes_a_device_that_works() -> None:
    assert probe(resolve("auto")).works


@pytest.mark.parametrize("device", [device for device in DEVICES if device != "cpu"])
def test_absent_device_is_refused_with_a_reason(device: str) -> None:
    status = probe(device)
    if status.works:
        pytest.skip(f"this machine has {device}")
    assert tr.has(f"reason.{status.reason}")
    with pytest.raises(EngineError) as raised:
        resolve(device)
    assert raised.value.code is ErrorCode.DEVICE_UNAVAILABLE
    assert raised.value.facts["reason"] == status.reason
    assert "?" not in tr.describe(raised.value)
