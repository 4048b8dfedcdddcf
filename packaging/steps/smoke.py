"""Tries the frozen program as built, in a home folder with Chinese characters and a space."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from steps.layout import ROOT, Layout

_SAMPLES = ROOT / "resources" / "samples"
_ENGINES = ("eager", "torchscript", "torchscript-trace")
_CAT = 285
_TIMEOUT_S = 300
_WINDOW_S = 15


class Smoke:
    """Runs one frozen program."""

    def __init__(self, program: Path, home: Path) -> None:
        self._program, self._home = program, home
        # Nothing of the environment that the program was built in.
        keep = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "PATH", "WINDIR")
        own = {"WANWU_HOME": str(home), "HOME": str(home), "LANG": "zh_CN.UTF-8"}
        kept = {name: os.environ[name] for name in keep if name in os.environ}
        self._environment = kept | own | {"QT_QPA_PLATFORM": "offscreen"}

    def run(self, *arguments: object) -> str:
        """What the program prints; SystemExit when it fails or says something on stderr."""
        words = [str(self._program), *map(str, arguments)]
        done = subprocess.run(
            words, env=self._environment, cwd=self._home, capture_output=True, encoding="utf-8",
            timeout=_TIMEOUT_S, check=False,
        )  # fmt: skip
        if done.returncode or "Warning" in done.stderr:
            raise SystemExit(f"{' '.join(words)}: exit code {done.returncode}\n{done.stderr}")
        print("  works: wanwu", *arguments[:3])
        return done.stdout

    def window(self) -> None:
        """Open the window without a screen; it must stay open, and log no error."""
        words = [str(self._program), str(_SAMPLES / "cat.jpg")]
        process = subprocess.Popen(words, env=self._environment, cwd=self._home, stderr=subprocess.PIPE)
        try:
            process.wait(_WINDOW_S)
        except subprocess.TimeoutExpired:
            process.kill()
            stayed = True
        else:
            stayed = False
        said = process.communicate()[1].decode(errors="replace")
        said += (self._home / "logs" / "wanwu.log").read_text("utf-8")
        if not stayed or "Traceback" in said or "ERROR" in said:
            raise SystemExit(f"the window failed: {said}")
        print("  works: the window stays open")


def smoke_test(layout: Layout, program: str = "wanwu") -> None:
    """Run every command of the frozen program; SystemExit with its message when one fails."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "用户 家"
        home.mkdir()
        smoke = Smoke(layout.bundle / program, home)
        smoke.run("--version")
        _check_models(json.loads(smoke.run("models", "list", "--json")), layout)
        for engine in _ENGINES:
            answer = smoke.run("classify", _SAMPLES / "cat.jpg", "--json", "--engine", engine)
            _check_answer(json.loads(answer), engine)
        _check_doctor(json.loads(smoke.run("doctor", "--json")))
        smoke.run("models", "build", "efficientnet_lite0")
        smoke.run("models", "export", "efficientnet_lite2", "--out", home / "导出.pt")
        smoke.run("batch", _SAMPLES, "--out", home / "表.csv")
        smoke.run("batch", _SAMPLES, "--out", home / "表.xlsx")
        smoke.run("bench", "--engines", "eager,torchscript", "--seconds", "5", "--json", home / "bench.json")
        smoke.window()


def _check_models(models: list[dict[str, Any]], layout: Layout) -> None:
    for model in models:
        if not str(model["file"]).startswith(str(layout.inside)):
            raise SystemExit(f"the ready-made model is not used: {model}")


def _check_answer(answer: dict[str, Any], engine: str) -> None:
    if answer["engine"] != engine or "fallback" in answer or answer["predictions"][0]["index"] != _CAT:
        raise SystemExit(f"{engine} answered {answer}")


def _check_doctor(findings: dict[str, Any]) -> None:
    """An engine may lack something of this machine; one that breaks has lost something in the bundle."""
    for engine in findings["engines"]:
        tried = {True: "works", False: engine.get("reason"), None: "left for when it is asked for"}
        print(f"    {engine['name']}: {tried[engine['works']]}")
        if "source code" in str(engine.get("reason")):
            raise SystemExit(f"{engine['name']} misses a source file in the bundle")
