"""One answer for every file, in order, whatever the file; and quiet ends."""

import base64
import json
import os
import pty
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.core import paths
from app.engines.availability import why_not
from app.engines.selection import EnginesKey
from app.models.library import Model
from app.recognition import fastest
from tests.cli.command import ROOT, Here, command, environment, wanwu

pytestmark = pytest.mark.usefixtures("model")
STRAY = b"\xd0\xc7\xff.jpg"


@dataclass(frozen=True)
class Run:
    """What `wanwu classify --json` printed."""

    records: list[dict[str, Any]]
    code: int
    stderr: str


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory, cat: Path) -> list[Path]:
    """Files and folders that a user might name, good and bad."""
    folder = tmp_path_factory.mktemp("图 片")
    (folder / "text.jpg").write_text("not a picture")
    (folder / "cut.jpg").write_bytes(cat.read_bytes()[:9000])
    (folder / "empty.png").touch()
    for name in ("no pictures/deep", "pictures"):
        (folder / name).mkdir(parents=True)
    for name in ("two\nlines.jpg", os.fsdecode(STRAY), "pictures/b.jpg", "pictures/a.jpg", "wrong suffix.txt",
                 "no pictures/deep/c.jpg"):  # fmt: skip
        shutil.copyfile(cat, folder / name)
    names = ["text.jpg", "cut.jpg", "empty.png", "missing.jpg", "no pictures", "two\nlines.jpg",
             os.fsdecode(STRAY), "pictures", "wrong suffix.txt", "x" * 5000]  # fmt: skip
    return [cat, *(folder / name for name in names)]


@pytest.fixture(scope="module")
def run(named: list[Path]) -> Run:
    ended = wanwu("classify", "--json", *(os.fsencode(path) for path in named))
    return Run([json.loads(line) for line in ended.stdout.splitlines()], ended.returncode, ended.stderr)


def test_every_file_has_its_line_in_order(run: Run, named: list[Path]) -> None:
    folder = named[1].parent
    expected = [
        *named[:7], folder / r"\udcd0\udcc7\udcff.jpg", folder / "pictures" / "a.jpg",
        folder / "pictures" / "b.jpg", *named[9:],
    ]  # fmt: skip
    assert [record["path"] for record in run.records] == [str(path) for path in expected]


def test_every_failure_has_its_code_and_the_run_says_that_some_failed(run: Run) -> None:
    codes = [record["error"]["code"] for record in run.records if not record["ok"]]
    assert codes == ["not_an_image", "truncated", "empty_file", "not_found", "no_pictures", "not_found"]
    assert run.code == 1
    assert run.stderr == ""


def test_failure_says_in_words_which_file_and_what_to_do(run: Run) -> None:
    for record in run.records:
        if not record["ok"]:
            assert list(record) == ["path", "ok", "error"]
            assert list(record["error"]) == ["code", "message"]
            assert record["path"][:4000] in record["error"]["message"]
            assert record["error"]["message"].endswith("。")


def test_good_pictures_have_exactly_the_contracts_fields(run: Run) -> None:
    good = [record for record in run.records if record["ok"]]
    assert len(good) == 6
    for record in good:
        fields = ["path", "ok", "predictions", "group", "certain", "warnings", "timings_ms",
                  "engine", "device", "precision", "model"]  # fmt: skip
        assert [field for field in record if field != "path_base64"] == fields
        assert list(record["predictions"][0]) == ["index", "label", "label_en", "group", "score"]
        assert list(record["group"]) == ["path", "score"]
        assert list(record["timings_ms"]) == ["decode", "preprocess", "inference", "postprocess", "total"]
        assert len(record["predictions"]) == 5
        assert record["predictions"][0]["label"] == "埃及猫"
        assert (record["engine"], record["model"]) == ("torchscript", "efficientnet_lite2")


def test_name_that_is_no_utf8_can_be_found_again(run: Run, named: list[Path]) -> None:
    (record,) = [record for record in run.records if "path_base64" in record]
    assert base64.b64decode(record["path_base64"]) == os.fsencode(named[7])


def test_all_recognised_is_success_in_the_users_language(wanwu_here: Here, cat: Path) -> None:
    code, output, errors = wanwu_here("classify", cat, "--top-k", "1")
    assert (code, errors) == (0, "")
    assert "埃及猫" in output
    assert "毫秒 · TorchScript · CPU · float32" in output


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(name, marks=[pytest.mark.hard] if name == "torch-compile" else [])
        for name in ("torchscript-int8", "torch-compile", "openvino")
        if not why_not(name, "cpu")
    ],
)
def test_other_engine_answers_too_and_no_library_writes_on_the_terminal(cat: Path, engine: str) -> None:
    ended = wanwu("classify", cat, "--json", "--engine", engine, "--device", "cpu")
    assert (ended.returncode, ended.stderr) == (0, "")
    record = json.loads(ended.stdout)
    assert record["predictions"][0]["label"] == "埃及猫"
    assert (record["engine"] == engine) == ("fallback" not in record)


def test_automatic_engine_is_chosen_and_used_from_then_on(wanwu_here: Here, cat: Path) -> None:
    key = EnginesKey("efficientnet_lite2", "cpu", 0)
    code, output, errors = wanwu_here("classify", cat, "--json", "--engine", "auto", "--device", "cpu")
    assert (code, errors) == (0, "")
    choice = fastest.remembered(key)
    assert choice is not None
    record = json.loads(output)
    assert record["predictions"][0]["label"] == "埃及猫"
    assert record["engine"] == choice.engine
    assert len(choice.medians_ms) >= 1


def test_model_from_elsewhere_needs_trust(
    wanwu_here: Here, model: Model, cat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "朋友 的.pt"
    shutil.copyfile(model.file, file)
    home = {"WANWU_HOME": str(tmp_path / "home")}
    monkeypatch.setenv("WANWU_HOME", home["WANWU_HOME"])
    code, output, errors = wanwu_here("classify", cat, "--model", file)
    assert (code, output) == (2, "")
    assert "--trust" in errors
    trusted = wanwu(
        "classify", cat, "--model", file, "--trust", "--engine", "eager", language="C", extra=home
    )
    assert "Egyptian cat" in trusted.stdout
    assert "Eager, CPU, float32" in trusted.stdout


def test_settings_of_the_window_do_not_change_a_script(
    wanwu_here: Here,
    model: Model,
    home: Path,
    named: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "data").symlink_to(home / "data")
    (tmp_path / "config").mkdir()
    chosen = {"engine": "eager", "top_k": 1, "model": "gone", "threads": 1, "recursive": False}
    (tmp_path / "config" / "settings.json").write_text(json.dumps(chosen))
    folder = named[1].parent / "no pictures"
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    record = json.loads(wanwu_here("classify", folder, "--json", "--recursive")[1])
    assert record["path"] == str(folder / "deep" / "c.jpg")
    assert (record["engine"], record["model"]) == ("torchscript", model.card.id)
    assert len(record["predictions"]) == 5


def started(cat: Path) -> subprocess.Popen[str]:
    """A long run, after its first answer."""
    process = subprocess.Popen(
        command("classify", "--json", *[cat] * 1000),
        cwd=ROOT,
        env=environment("zh_CN.UTF-8"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["ok"]
    return process


def test_reader_that_leaves_ends_the_run_quietly(cat: Path) -> None:
    with started(cat) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == 0


def test_ctrl_c_ends_the_run_quietly(cat: Path) -> None:
    with started(cat) as process:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[1] == ""
        assert process.returncode == 130


def test_full_disk_is_told_in_words(cat: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command("classify", cat), cwd=ROOT, env=environment("zh_CN.UTF-8"), stdout=full,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert ended.stderr.startswith("wanwu: ")


def test_progress_is_shown_on_a_terminal_and_results_stay_clean() -> None:
    ours, theirs = pty.openpty()
    samples = paths.resource("samples")
    ended = subprocess.run(
        command("classify", "--json", samples), cwd=ROOT, env=environment("zh_CN.UTF-8"),
        stdout=subprocess.PIPE, stderr=theirs, text=True, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert [json.loads(line)["ok"] for line in ended.stdout.splitlines()] == [True] * 3
    assert "正在加载推理引擎…" in shown
