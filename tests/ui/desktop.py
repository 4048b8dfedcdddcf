"""A desktop of its own: an X server without a screen, a window manager, the program, mouse and keyboard."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PIL import Image, ImageGrab

_ROOT = Path(__file__).resolve().parents[2]
_SOURCE = Path(__file__).with_name("drag_source.py")
_TIMEOUT_S = 60


class Desktop:
    """Use as a context manager. `home` is the program's WANWU_HOME."""

    def __init__(self, home: Path, language: str = "zh_CN.UTF-8") -> None:
        self._home, self._language = home, language
        self._processes: list[subprocess.Popen[bytes]] = []
        self.display = ""

    def __enter__(self) -> "Desktop":
        reader, writer = os.pipe()
        self._start(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1440x900x24"], pass_fds=(writer,))
        os.close(writer)
        with os.fdopen(reader) as numbers:
            self.display = f":{numbers.readline().strip()}"
        self._start(["openbox"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(10)

    @property
    def environment(self) -> dict[str, str]:
        """For programs on this desktop."""
        own = {"DISPLAY": self.display, "WANWU_HOME": str(self._home), "LANG": self._language}
        return os.environ | own | {"QT_QPA_PLATFORM": "xcb", "LC_ALL": ""}

    def _start(self, command: list[str], pass_fds: tuple[int, ...] = ()) -> "subprocess.Popen[bytes]":
        log = self._home / f"{Path(command[0]).name}-{len(self._processes)}.log"
        self._home.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, env=self.environment, stdout=output, stderr=output, pass_fds=pass_fds, cwd=_ROOT
            )
        self._processes.append(process)
        return process

    def open_program(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start the program and wait for its window."""
        process = self._start([sys.executable, "-m", "app", *arguments])
        self.tool("search", "--sync", "--onlyvisible", "--name", "万物识别|Wanwu")
        time.sleep(1)
        return process

    def output_of(self, process: "subprocess.Popen[bytes]") -> str:
        """What a program has printed."""
        number = self._processes.index(process)
        name = Path(str(process.args[0])).name if isinstance(process.args, list) else ""
        return (self._home / f"{name}-{number}.log").read_text()

    def tool(self, *arguments: str) -> str:
        """Run xdotool."""
        command = ["xdotool", *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, timeout=_TIMEOUT_S, check=True, text=True
        )
        return done.stdout

    def key(self, keys: str) -> None:
        """Press keys, such as `ctrl+v`."""
        self.tool("key", "--clearmodifiers", keys)
        time.sleep(0.3)

    def drag_from_other_program(self, path: Path) -> None:
        """Drag `path` out of another program's window onto the middle of this one, step by step."""
        source = self._start([sys.executable, str(_SOURCE), str(path)])
        self.tool("search", "--sync", "--onlyvisible", "--name", "drag source")
        time.sleep(0.5)
        self.tool("mousemove", "40", "40", "mousedown", "1")
        for x, y in ((60, 60), (200, 200), (400, 350), (600, 420), (604, 424)):
            self.tool("mousemove", str(x), str(y))
            time.sleep(0.1)
        self.tool("mouseup", "1")
        source.wait(_TIMEOUT_S)
        # As a click does: when the other program has gone, the window manager may have the keyboard nowhere.
        self.tool("search", "--onlyvisible", "--name", "万物识别|Wanwu", "windowactivate", "--sync")

    def put_picture_on_clipboard(self, path: Path) -> None:
        """Copy a picture's pixels, as an image editor does."""
        subprocess.run(
            ["xclip", "-selection", "clipboard", "-t", "image/png", "-i", str(path)],
            env=self.environment,
            timeout=_TIMEOUT_S,
            check=True,
        )

    def clipboard(self) -> str:
        """The text on the clipboard; empty when there is none."""
        command = ["xclip", "-selection", "clipboard", "-o"]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, timeout=_TIMEOUT_S, check=False
        )
        return done.stdout.decode(errors="replace")

    def screenshot(self) -> Image.Image:
        """The whole screen."""
        return ImageGrab.grab(xdisplay=self.display)


def wait_until(found: Callable[[], bool], what: str) -> None:
    """Wait up to a minute for something; AssertionError says for what."""
    end = time.monotonic() + _TIMEOUT_S
    while not found():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.3)
