"""The fastest engine that answers as eager does is chosen, and remembered for this machine."""

import multiprocessing
import threading
from functools import partial
from pathlib import Path

import pytest

from app.bench.automatic import Chooser
from app.core.errors import CancelledError
from app.core.settings import Settings
from app.engines import model_file
from app.engines.selection import EnginesKey
from app.recognition import fastest
from app.recognition.fastest import remembered
from app.recognition.predictor import Options
from tests.bench.subjects import DiesWhileLoading, DiesWhileMeasured, NeverLoads, Pretend, Stuck
from tests.disk import nearly_full
from tests.warm_start import WarmContext

KEY = EnginesKey("efficientnet_lite2", "cpu", 0)
TIMES = {"torchscript": 10.0, "openvino": 9.0, "openvino-bf16": 5.0, "torchscript-bf16": 7.0}


@pytest.fixture(scope="module", autouse=True)
def warmed_up(warm_start: WarmContext) -> None:
    """The time in which engines must be loaded is for them alone."""
    warm_start.warm_up()


@pytest.fixture(autouse=True)
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing was chosen yet."""
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    return tmp_path


def test_fastest_engine_that_agrees_is_chosen() -> None:
    stages: list[str] = []
    choice = Chooser(KEY, partial(Pretend, TIMES, ("openvino-bf16",))).choose(stages.append)
    assert choice.engine == "torchscript-bf16"
    assert choice.medians_ms == tuple(sorted(TIMES.items(), key=lambda item: item[1]))
    assert stages == ["auto_load", "auto_measure", "auto_check"]
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("times", [{"torchscript": 10.0}, {"torchscript": 10.0, "openvino": 9.9}, {}])
def test_torchscript_is_chosen_where_nothing_is_clearly_faster(times: dict[str, float]) -> None:
    assert Chooser(KEY, partial(Pretend, times)).choose().engine == "torchscript"


def test_choice_is_remembered_and_used_by_automatic() -> None:
    automatic = Settings(device="cpu", engine="auto")
    assert remembered(KEY) is None
    assert Options.of(automatic).engine == "torchscript"
    choice = Chooser(KEY, partial(Pretend, TIMES)).choose()
    assert remembered(KEY) == choice
    assert Options.of(automatic).engine == choice.engine == "openvino-bf16"
    assert Options.of(Settings(device="cpu", engine="eager")).engine == "eager"


def test_choice_holds_for_its_model_device_threads_machine_and_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = Chooser(KEY, partial(Pretend, TIMES)).choose()
    for other in (
        EnginesKey("efficientnet_lite0", "cpu", 0),
        EnginesKey("efficientnet_lite2", "auto", 0),
        EnginesKey("efficientnet_lite2", "cpu", 1),
    ):
        assert remembered(other) is None
    with monkeypatch.context() as patch:
        patch.setattr(model_file, "torch_version", lambda: "99.0")
        assert remembered(KEY) is None
    with monkeypatch.context() as patch:
        patch.setattr(fastest, "machine_key", lambda: "another processor")
        assert remembered(KEY) is None
    assert remembered(KEY) == choice


def test_damaged_choices_are_forgotten(new_home: Path) -> None:
    Chooser(KEY, partial(Pretend, {"torchscript": 10.0})).choose()
    file = new_home / "data" / "choices.json"
    whole = file.read_text()
    for content in ("", "{", "[]", "null", whole[:-5], whole.replace("engine", "motor"), "[" * 200_000,
                    whole.replace('"torchscript",', '"of another version",')):  # fmt: skip
        file.write_text(content)
        assert remembered(KEY) is None
    file.write_text(whole)
    assert remembered(KEY) is not None


def test_full_disk_only_costs_the_next_measurement() -> None:
    with nearly_full(10):
        assert Chooser(KEY, partial(Pretend, TIMES)).choose().engine == "openvino-bf16"
    assert remembered(KEY) is None


@pytest.mark.parametrize("make", [DiesWhileLoading, DiesWhileMeasured])
def test_candidate_that_dies_is_no_obstacle(make: type[Pretend]) -> None:
    choice = Chooser(KEY, partial(make, TIMES, (), "openvino-bf16")).choose()
    assert choice.engine == "torchscript-bf16"


@pytest.mark.parametrize("make", [NeverLoads, Stuck])
def test_cancelled_choice_ends_at_once_and_nothing_is_remembered(make: type[Pretend]) -> None:
    chooser = Chooser(KEY, partial(make, TIMES))
    wanted = "auto_load" if make is NeverLoads else "auto_measure"
    reached = threading.Event()
    ends: list[str] = []

    def choose() -> None:
        try:
            ends.append(chooser.choose(lambda stage: reached.set() if stage == wanted else None).engine)
        except CancelledError:
            ends.append("cancelled")

    thread = threading.Thread(target=choose)
    thread.start()
    assert reached.wait(30)
    chooser.cancel()
    thread.join(10)
    assert not thread.is_alive()
    assert ends == ["cancelled"]
    assert remembered(KEY) is None
    assert multiprocessing.active_children() == []
