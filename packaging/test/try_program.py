"""Uses an installed program as a person would, inside another root and without a network.

Only Xvfb, a window manager, xdotool, xclip and the window that a picture is dragged out of run on this side.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

from PIL import Image, ImageGrab

_REPOSITORY = Path(__file__).resolve().parents[2]
_SAMPLES = _REPOSITORY / "resources" / "samples"
_SOURCE = Path(__file__).with_name("drag_source.py")
_HOME = "/home/张 三"
_USER = 1000
_PATIENCE_S = 60
_TITLE = "万物识别|Wanwu"
_BATCH = 50
# Within the frame of the window, which has colours before the program has painted anything.
_INSIDE = (150, 70, 1290, 840)
_PLAIN_COLOURS = 20
# The samples are photographs; without them the first page has about a thousand colours.
_FIRST_PAGE_COLOURS = 5000


class Place:
    """A root folder with an ordinary user, and a screen for this user's programs."""

    def __init__(self, root: Path, display: str) -> None:
        self.root, self.display = root, display

    def command(self, *words: str, net: bool = False) -> list[str]:
        """`words` as the user in the root runs them, without a network unless `net`."""
        environment = [f"HOME={_HOME}", "USER=zhang", "LANG=zh_CN.UTF-8", "PATH=/usr/bin:/bin"]
        environment += [f"DISPLAY={self.display}", "XDG_DATA_DIRS=/usr/local/share:/usr/share"]
        inside = ["env", "-i", f"--chdir={_HOME}", *environment, *words]
        chroot = ["chroot", f"--userspec={_USER}:{_USER}", str(self.root), *inside]
        return chroot if net else ["unshare", "--net", *chroot]

    def run(self, *words: str) -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(self.command(*words), capture_output=True, timeout=600, check=False)
        if done.returncode:
            raise SystemExit(f"{words}: {done.returncode}\n{done.stdout.decode()}\n{done.stderr.decode()}")
        return done.stdout.decode()

    def complaints(self) -> list[str]:
        """Reports of crashes, and logs with errors that were not caught."""
        logs = (self.root / _HOME[1:] / ".local/state/wanwu/log").glob("*")
        texts = {path.name: path.read_text("utf-8") for path in logs}
        return [text for name, text in texts.items() if "Traceback" in text or (text and name != "wanwu.log")]

    def put(self, file: Path, name: str) -> str:
        """Copy a file into the user's home; its path there."""
        target = self.root / _HOME[1:] / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        for path in (target, target.parent):
            os.chown(path, _USER, _USER)
        return f"{_HOME}/{name}"


class Desk:
    """Mouse, keyboard, clipboard and picture of a screen."""

    def __init__(self, display: str) -> None:
        self._environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self._display = display

    def tool(self, *words: str) -> str:
        """Run xdotool."""
        done = subprocess.run(
            ["xdotool", *words], env=self._environment, capture_output=True, timeout=_PATIENCE_S, check=True
        )
        return done.stdout.decode()

    def has_window(self) -> bool:
        """Whether the program's window is on the screen."""
        words = ["xdotool", "search", "--onlyvisible", "--name", _TITLE]
        return bool(subprocess.run(words, env=self._environment, capture_output=True, check=False).stdout)

    def is_painted(self) -> bool:
        """Whether the window shows more than a plain area: text, buttons, pictures."""
        return self.has_window() and self._colours() > _PLAIN_COLOURS

    def shows_samples(self) -> bool:
        """Whether the pictures of the samples are on the first page."""
        return self._colours() > _FIRST_PAGE_COLOURS

    def _colours(self) -> int:
        return len(self.picture().crop(_INSIDE).getcolors(1 << 24) or ())

    def answer(self) -> str:
        """The shown answer as JSON, by the clipboard; empty when there is none yet."""
        self.tool("key", "--clearmodifiers", "ctrl+shift+c")
        words = ["xclip", "-selection", "clipboard", "-o"]
        try:
            done = subprocess.run(words, env=self._environment, capture_output=True, timeout=5, check=False)
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout.decode(errors="replace")

    def drag(self, address: str) -> None:
        """Drag a file out of another program's window onto the middle of the screen, step by step."""
        source = subprocess.Popen([sys.executable, str(_SOURCE), address], env=self._environment)
        self.tool("search", "--sync", "--onlyvisible", "--name", "drag source")
        time.sleep(0.7)
        self.tool("mousemove", "40", "40", "mousedown", "1")
        for x, y in ((60, 60), (200, 200), (400, 350), (600, 420), (604, 424)):
            self.tool("mousemove", str(x), str(y))
            time.sleep(0.15)
        self.tool("mouseup", "1")
        source.wait(_PATIENCE_S)

    def picture(self) -> Image.Image:
        """The whole screen."""
        return ImageGrab.grab(xdisplay=self._display)


def wait_until(found: Callable[[], bool], what: str, pause: float = 0.3) -> None:
    """Wait for something; SystemExit says for what was waited in vain."""
    end = time.monotonic() + _PATIENCE_S
    while not found():
        if time.monotonic() > end:
            raise SystemExit(f"waited in vain for {what}")
        time.sleep(pause)


def _passed(what: str) -> None:
    print(f"  ok: {what}", flush=True)


def try_window(place: Place, desk: Desk, start: list[str], shots: Path) -> None:
    """Start, drag, read, switch engines, close."""
    program = subprocess.Popen(place.command(*start))
    wait_until(desk.is_painted, "the window")
    _passed(f"starts by {start[0]}, no network")
    wait_until(desk.shows_samples, "the pictures of the samples")
    _passed("the samples on the first page can be seen")
    time.sleep(1)
    panda = place.put(_SAMPLES / "panda.jpg", "图 片/大 熊猫.jpg")
    desk.drag("file://" + quote(panda))
    wait_until(lambda: "大熊猫" in desk.answer(), "the label of the dragged picture")
    desk.picture().save(shots / "dragged.png")
    _passed("a picture is dragged onto it; its label is 大熊猫")
    for key, engine in (("ctrl+e", "eager"), ("ctrl+t", "torchscript")):
        desk.tool("key", "--clearmodifiers", key)
        wait_until(partial(_answers_with, desk, engine), f"an answer of {engine}")
        desk.picture().save(shots / f"{engine}.png")
        _passed(f"switched to {engine}")
    for key, page in (("ctrl+2", "batch"), ("ctrl+3", "performance")):
        desk.tool("key", "--clearmodifiers", key)
        time.sleep(3)
        desk.picture().save(shots / f"{page}.png")
    desk.tool("key", "--clearmodifiers", "alt+F4")
    if program.wait(_PATIENCE_S):
        raise SystemExit(f"the window ended with {program.returncode}")
    wait_until(lambda: not desk.has_window(), "the window to close")


def _answers_with(desk: Desk, engine: str) -> bool:
    return f'"engine": "{engine}"' in desk.answer()


def measure_start(place: Place, desk: Desk, program: str) -> dict[str, float]:
    """Seconds from starting `program` with a picture to the first paint and to the first label, warm."""
    cat = place.put(_SAMPLES / "cat.jpg", "图 片/猫.jpg")
    start = time.monotonic()
    process = subprocess.Popen(place.command(program, cat))
    wait_until(desk.is_painted, "the window", pause=0.02)
    painted = time.monotonic() - start
    wait_until(lambda: "猫" in desk.answer(), "the first label", pause=0.05)
    labelled = time.monotonic() - start
    desk.tool("key", "--clearmodifiers", "alt+F4")
    process.wait(_PATIENCE_S)
    return {"first_paint_s": round(painted, 2), "first_label_s": round(labelled, 2)}


def try_commands(place: Place, program: str) -> None:
    """`classify --json` and a batch of 50 files."""
    cat = place.put(_SAMPLES / "cat.jpg", "图 片/猫.jpg")
    for engine in ("torchscript", "eager"):
        answer = json.loads(place.run(program, "classify", cat, "--json", "--engine", engine))
        if answer["engine"] != engine or "fallback" in answer or answer["predictions"][0]["index"] != 285:
            raise SystemExit(f"wrong answer: {answer}")
        _passed(f"classify --json with {engine}: {answer['predictions'][0]['label']}")
    samples = sorted(_SAMPLES.glob("*.jpg"))
    for number in range(_BATCH):
        place.put(samples[number % len(samples)], f"五十 张/图 {number:02}.jpg")
    place.run(program, "batch", f"{_HOME}/五十 张", "--out", f"{_HOME}/结 果.jsonl", "--restart")
    lines = (place.root / _HOME[1:] / "结 果.jsonl").read_text("utf-8").splitlines()
    if len(lines) != _BATCH or not all(json.loads(line)["ok"] for line in lines):
        raise SystemExit(f"{len(lines)} answers for {_BATCH} files")
    _passed(f"a batch of {_BATCH} files")


def trace_connections(place: Place, desk: Desk, program: str, log: Path) -> None:
    """With a network at hand, the program must not so much as make a socket for it."""
    cat = f"{_HOME}/图 片/猫.jpg"
    trace = ["strace", "--follow-forks", "--quiet=all", "--trace=socket,connect,sendto", f"--output={log}"]
    classify = place.command(program, "classify", cat, net=True)
    subprocess.run([*trace, *classify], check=True, capture_output=True)
    _refuse_network(log)
    process = subprocess.Popen([*trace, *place.command(program, cat, net=True)])
    wait_until(lambda: "猫" in desk.answer(), "the label under strace")
    desk.tool("key", "--clearmodifiers", "alt+F4")
    process.wait(_PATIENCE_S)
    _refuse_network(log)
    _passed("no socket for a network is made, by strace")


def _refuse_network(log: Path) -> None:
    calls = log.read_text("utf-8").splitlines()
    if not any("AF_UNIX" in call for call in calls):
        raise SystemExit("strace saw nothing")
    used = [call for call in calls if "AF_INET" in call or "AF_NETLINK" in call]
    if used:
        raise SystemExit("the network is used:\n" + "\n".join(used[:5]))


def main() -> None:
    """Try one program; SystemExit says what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("display")
    parser.add_argument("program", help="in the root: what is run with arguments")
    parser.add_argument("start", nargs="+", help="in the root: what opens the window")
    parser.add_argument("--shots", type=Path, required=True, help="folder for pictures of the screen")
    arguments = parser.parse_args()
    arguments.shots.mkdir(parents=True, exist_ok=True)
    place, desk = Place(arguments.root, arguments.display), Desk(arguments.display)
    try_commands(place, arguments.program)
    try:
        try_window(place, desk, arguments.start, arguments.shots)
        times = [measure_start(place, desk, arguments.program) for _ in range(3)]
    finally:
        desk.picture().save(arguments.shots / "last.png")
        for report in place.complaints():
            print(report)
    if place.complaints():
        raise SystemExit("the program has crashed, or logged an error")
    (arguments.shots / "times.json").write_text(json.dumps(times), encoding="utf-8")
    _passed(f"start, three times: {times}")
    trace_connections(place, desk, arguments.program, arguments.shots / "strace.log")


if __name__ == "__main__":
    main()
