"""How smooth the window is while engines are measured: `python -m tests.measure.performance [SECONDS]`.

On a display, opens the real window on the performance page and runs a plan of five engines at four batch
sizes. Prints how far apart the beats of a 5 ms timer in the window's thread were during the run.
"""

import sys
import time

from PySide6.QtCore import QTimer

from app.bench.records import Plan
from app.core.settings import Settings
from app.recognition.predictor import Options
from app.ui.shell import application
from app.ui.shell.window import MainWindow
from tests.measure.window import Heartbeat, print_gaps
from tests.ui.pages import performance

_ENGINES = ("torchscript", "torchscript-bf16", "onnxruntime", "openvino")


def begin(window: MainWindow, seconds: float, ended: list[float]) -> None:
    """Start the run, and close the window when it is over."""
    content = performance(window).content
    if content is None:
        raise RuntimeError("the page is made when it is shown")

    def end(_run: object) -> None:
        ended.append(time.perf_counter())
        window.close()

    content.measuring.ended.connect(end)
    content.start(Plan(Options.of(Settings()).key, _ENGINES, (), (1, 4, 8, 16), seconds=seconds))


def measure(seconds: float) -> None:
    """Run until the window closes by itself."""
    app = application.Application(["wanwu"])
    window = application.open_window(app)
    heart = Heartbeat()
    ended: list[float] = []
    window.show()
    window.show_page("performance")
    QTimer.singleShot(2000, lambda: begin(window, seconds, ended))
    start = time.perf_counter() + 2
    app.exec()
    print_gaps("while engines are measured", heart.gaps_ms(start, ended[0]))


if __name__ == "__main__":
    measure(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
