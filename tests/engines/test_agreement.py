"""Engines are compared on many framings of real pictures; what is kept of it may be lost at any time."""

from pathlib import Path

import numpy as np
import pytest
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
    assert {batch.shape[1:] for batch in batches} == {(3, 260, 260)}
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
