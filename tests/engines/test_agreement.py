"""Engines are compared on many framings of real pictures; what is kept of it may be lost at any time."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from app.core.model_card import load_card
from app.core.results import Parity
from app.engines import agreement
from tests.disk import nearly_full

LITE2 = load_card("efficientnet_lite2")
GOOD = Parity("torchscript-bf16", 108, 1.0, 0.07, 2e-5)
UNSURE = '{"mine": {"engine": "x", "pictures": 1, "agreement": NaN, "largest": 0, "mean": 0}}'
ANSWERS = np.array([[0.9, 0.1], [0.2, 0.8]])


@pytest.fixture(autouse=True)
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing was compared yet."""
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    return tmp_path


def never() -> NDArray[np.float64]:
    raise AssertionError("these answers are known")


def test_check_pictures_are_many_and_all_different() -> None:
    batches = list(agreement.check_batches(LITE2.input))
    assert {batch.shape[1:] for batch in batches} == {(260, 260, 3)}
    pictures = [picture for batch in batches for picture in batch]
    assert len(pictures) == 3 * agreement.VIEWS >= 100
    assert len({picture.numpy().tobytes() for picture in pictures}) == len(pictures)


def test_same_answers_agree_and_others_by_their_share() -> None:
    assert agreement.compare("x", ANSWERS, ANSWERS) == Parity("x", 2, 1.0, 0.0, 0.0)
    other = agreement.compare("x", ANSWERS, np.array([[0.9, 0.1], [0.6, 0.4]]))
    assert other.agreement == 0.5
    assert other.largest == pytest.approx(0.4)
    assert other.mean == pytest.approx(0.2)


def test_verdict_is_kept_under_its_key(new_home: Path) -> None:
    agreement.remember("mine", GOOD)
    agreement.remember("another", Parity("openvino", 108, 0.5, 0.5, 0.1))
    assert agreement.known("mine") == GOOD
    assert agreement.known("nobody's") is None
    assert (new_home / "data" / "parity.json").is_file()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        pytest.param("[" * 9_999, id="too deep"),
        '{"mine": 1}',
        '{"mine": {"colour": "red"}}',
        UNSURE,
    ],
)
def test_damaged_verdicts_are_forgotten_and_written_anew(new_home: Path, content: str) -> None:
    file = new_home / "data" / "parity.json"
    file.parent.mkdir()
    file.write_text(content)
    assert agreement.known("mine") is None
    agreement.remember("mine", GOOD)
    assert agreement.known("mine") == GOOD


def test_full_disk_only_costs_the_next_check(caplog: pytest.LogCaptureFixture) -> None:
    with nearly_full(10):
        agreement.remember("mine", GOOD)
        assert agreement.expected_of("mine", lambda: ANSWERS) is ANSWERS
    assert agreement.known("mine") is None
    assert "mine is not kept in parity.json" in caplog.text


def test_eagers_answers_are_computed_once() -> None:
    agreement.expected_of("mine", lambda: ANSWERS)
    assert np.array_equal(agreement.expected_of("mine", never), ANSWERS)


@pytest.mark.parametrize("left", [0, 5, 100, 140])
def test_cut_off_answers_are_computed_again(new_home: Path, left: int) -> None:
    agreement.expected_of("mine", lambda: ANSWERS)
    (file,) = (new_home / "cache" / "parity").iterdir()
    file.write_bytes(file.read_bytes()[:left])
    assert np.array_equal(agreement.expected_of("mine", lambda: ANSWERS), ANSWERS)
    assert np.array_equal(agreement.expected_of("mine", never), ANSWERS)


def engine(name: str, device: str = "cpu", *, wrong: bool = False) -> Any:
    """One that is always of the same opinion; of another one where it is wrong."""
    logits = torch.eye(1000)[None, 7 if wrong else 3]

    def run(batch: torch.Tensor) -> Any:
        return SimpleNamespace(logits=logits.expand(len(batch), -1))

    return SimpleNamespace(info=SimpleNamespace(name=name, device=device), run=run)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two check pictures, for engines that look at none."""
    monkeypatch.setattr(agreement, "check_batches", lambda _spec: [torch.zeros(2, 3, 1, 1)])


@pytest.mark.usefixtures("few")
def test_reference_that_is_wrong_on_another_device_is_found_out() -> None:
    here, there = engine(LITE2.reference), engine(LITE2.reference, "cuda", wrong=True)
    assert agreement.verdict(LITE2, "v", here, lambda: here).agreement == 1
    assert agreement.verdict(LITE2, "v", there, lambda: there).agreement == 0


@pytest.mark.usefixtures("few")
def test_checked_engine_is_known_whatever_the_machine_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "machine_key", lambda: "Ryzen w/ Radeon/lite/8 cores")
    one = engine("openvino")
    agreement.verdict(LITE2, "v", one, lambda: one)
    assert agreement.was_checked("openvino", LITE2.id)
    assert not agreement.was_checked("openvino", "lite")
    assert not agreement.was_checked("eager", LITE2.id)
