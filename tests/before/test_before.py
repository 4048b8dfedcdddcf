"""What an earlier version has kept for its user is there, and means the same."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from app.batch.options import options_of
from app.core import settings
from app.core.errors import ErrorCode
from app.core.results import Failure, Recognition
from app.core.settings import Settings
from app.models.library import trust_file
from app.recognition.predictor import Options, Predictor
from app.store.database import Database
from app.store.records import RunState
from app.store.rows import answers
from app.store.runs import Runs, database_file
from app.store.sortings import How, Sortings
from tests.cli.command import wanwu


@pytest.fixture
def old_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the user's folder."""
    home = tmp_path / "家"
    shutil.copytree(Path(__file__).parent / "home", home)
    monkeypatch.setenv("WANWU_HOME", str(home))
    return home


@pytest.mark.usefixtures("old_home")
def test_settings_are_kept() -> None:
    found = settings.load()
    chosen = found.engine, found.theme, found.top_k, found.certain_threshold
    assert chosen == ("eager", "dark", 3, 0.9)


@pytest.mark.usefixtures("old_home")
def test_run_has_its_answers_its_correction_and_its_failure() -> None:
    with Database(database_file()) as database:
        (run,) = Runs(database).all()
        assert (run.state, run.counts.total) == (RunState.DONE, 4)
        assert run.labels is not None
        found = {answer.model.path.name: answer for answer in answers(database, run.id, run.labels)}
    panda, broken, cat = found["panda.jpg"].model, found["坏.jpg"].model, found["cat.jpg"]
    assert isinstance(panda, Recognition)
    assert (panda.predictions[0].label, panda.certain) == ("大熊猫", True)
    assert (panda.timings.inference, panda.engine.model) == (56.93, "efficientnet_lite2")
    assert isinstance(broken, Failure)
    assert broken.code is ErrorCode.TRUNCATED
    assert cat.correction is not None
    assert cat.correction.label == "虎斑猫"


@pytest.mark.usefixtures("old_home")
def test_run_can_go_on_with_the_options_that_it_began_with() -> None:
    with Database(database_file()) as database:
        (run,) = Runs(database).all()
    options = options_of(run)
    assert (options.engine, options.key.model, options.top_k) == ("torchscript", "efficientnet_lite2", 5)


def test_model_file_that_was_made_then_runs_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    file = str(Path(__file__).parent / "colours.pt")
    trust_file(file)
    Image.new("RGB", (80, 80), "lime").save(tmp_path / "green.png")
    predictor = Predictor()
    for engine in ("eager", "torchscript"):
        asked = Options.of(settings.with_values(Settings(), model=file, device="cpu", engine=engine))
        answer = predictor.recognize(tmp_path / "green.png", asked)
        assert (answer.predictions[0].label_en, answer.engine.name, answer.fallback) == (
            "left green",
            engine,
            None,
        )
    predictor.close()


@pytest.mark.usefixtures("old_home")
def test_results_can_still_be_exported(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    ended = wanwu("runs", "export", "1", "--out", out)
    assert ended.returncode == 0, ended.stderr
    table = out.read_text("utf-8-sig")
    assert "大熊猫" in table
    assert "虎斑猫" in table


@pytest.mark.usefixtures("old_home")
def test_sorting_can_still_be_undone() -> None:
    with Database(database_file()) as database:
        (sorting,) = Sortings(database).of_run(1)
    assert (sorting.folder, sorting.how, sorting.done) == (Path("/tmp/照片分好"), How.COPY, 3)
