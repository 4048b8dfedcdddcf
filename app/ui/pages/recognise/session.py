"""What happens to the pictures of the strip: which is recognised next, with what, and what came out."""

from __future__ import annotations

import itertools
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.child_process import Remote
from app.core.jobs import JobContext, Work
from app.core.language_in_use import tr
from app.core.results import Comparison, Failure, Recognition
from app.images.folders import expand
from app.recognition.predictor import Options, Predictor
from app.ui.pages.recognise.choosing import Choosing
from app.ui.pictures.drop import keep
from app.ui.pictures.pictures import Picture, PictureModel, State
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QImage

    from app.core.errors import WanwuError
    from app.core.settings import Settings
    from app.recognition.fastest import Choice

# One picture is recognised while the next one waits at the worker, so that it never idles.
_IN_FLIGHT = 2
_SCAN_CHUNK = 200
# As long as a batch waits for a file.
_SECONDS_FOR_A_PICTURE = 60.0
MOST_PICTURES = 5000


class Session(QObject):
    """The main window's thread decides, the workers do.

    Signals:
        added(int): a drop has brought its first pictures; the row of the first.
        updated(Picture): its state or answer has changed.
        stage(str): what the recognition worker is busy with besides pictures; empty when nothing.
        notice(str), failed(str): a sentence the user should read, news or what went wrong.
        engine_changed(): `engine` is another one.
        devices_found(tuple[str, ...]): the devices that compute here.

    Attributes:
        choosing: finds the fastest engine where none is chosen.
    """

    added = Signal(int)
    updated = Signal(object)
    stage = Signal(str)
    notice = Signal(str)
    failed = Signal(str)
    engine_changed = Signal()
    devices_found = Signal(object)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.model = PictureModel()
        self._settings = settings
        self._predictor = Remote(Predictor, "predictor")
        self._options, self._compare = Options.of(settings), settings.compare
        self._recognition, self._scanning = map(Tasks, ("recognition", "scanning"))
        self.choosing = Choosing(self._is_free)
        self.choosing.chosen.connect(self._on_chosen)
        self.choosing.failed.connect(self.failed)
        self.choosing.ended.connect(self._renew_when_idle)
        self._selected: Picture | None = None
        self._in_flight = 0
        self._scans: set[int] = set()
        self._makes_way = self._held_back = False
        self._others_run = False

    def prepare(self) -> None:
        """Load the engine before the first picture comes."""
        self._load_engine()
        self._choose_engine()
        self._find_devices()

    @property
    def engine(self) -> str:
        """The engine that pictures are recognised with; where `auto` is chosen, the one that was found."""
        return self._options.engine

    def _find_devices(self) -> None:
        """Ask the process that has torch; after pictures that were there at once."""

        def work(context: JobContext) -> object:
            return self._predictor.call("devices", report=context.report)

        self._recognition.run(work, self.devices_found.emit, failed=lambda _error: None, priority=-1)

    def _load_engine(self) -> None:
        options = self._options

        def work(context: JobContext) -> None:
            self._predictor.call("prepare", options, report=context.report)

        self._recognition.run(
            work,
            progress=lambda stage: self.stage.emit(str(stage)),
            ended=lambda: self.stage.emit(""),
            failed=lambda error: self.failed.emit(tr.describe(error)),
        )

    def _choose_engine(self, *, now: bool = False) -> None:
        """Find the fastest engine, once on each machine, while the standard one already answers."""
        wanted = self._settings.engine == "auto" and not self._makes_way
        self.choosing.want(self._options.key if wanted else None, now=now)

    def _is_free(self) -> bool:
        return not (self._in_flight or self._others_run)

    def make_way(self, makes_way: bool) -> None:
        """While engines are measured, only what the user looks at is recognised, and no engine chosen."""
        self._makes_way = makes_way
        if makes_way:
            self.choosing.stop()
        else:
            self._held_back = False
            self._choose_engine()
            self._pump()

    def _on_chosen(self, choice: Choice) -> None:
        self.notice.emit(tr("notice.chosen", engine=tr(f"engine.{choice.engine}")))
        self._follow_settings()

    @property
    def is_busy(self) -> bool:
        """Whether the program does something else that takes the processor from the pictures of the strip."""
        return self._others_run or self.choosing.is_running

    def share_machine(self, others_run: bool) -> None:
        """Something else of the program's is running, or is not any more."""
        if others_run == self._others_run:
            return  # it is asked at every change of what runs, also in the middle of one that comes from here
        self._others_run = others_run
        if others_run:
            self.choosing.make_way()
        self._renew_when_idle()

    def _renew_when_idle(self) -> None:
        """Compare engines once more where the user looks at times that were measured beside other work."""
        if self._selected is not None:
            self._renew(self._selected)

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders; folders are looked through in a worker."""
        recursive = self._settings.recursive

        def scan(context: JobContext) -> None:
            found = expand(paths, recursive=recursive, check=context.check)
            some = itertools.islice(found, MOST_PICTURES + 1)
            while chunk := list(itertools.islice(some, _SCAN_CHUNK)):
                context.report(chunk)

        self._bring(scan)

    def add_image(self, image: QImage) -> None:
        """Add a picture that has no file: it is written to the cache first, in a worker."""

        def write(context: JobContext) -> None:
            context.report([keep(image)])

        self._bring(write)

    def _bring(self, work: Work) -> None:
        """Have a worker find pictures, until the list is cleared."""
        is_first = True  # a large drop comes in several parts

        def add(found: list[Path]) -> None:
            nonlocal is_first
            room = MOST_PICTURES - self.model.rowCount()
            if room < len(found):
                self.notice.emit(tr("notice.too_many", most=MOST_PICTURES))
            if room > 0:
                row = self.model.append(found[:room])
                if is_first:
                    self.added.emit(row)
                is_first = False
                self._pump()

        scan = self._scanning.run(
            work,
            progress=add,
            ended=lambda: self._scans.discard(scan),
            failed=lambda error: self.failed.emit(tr.describe(error)),
        )
        self._scans.add(scan)

    def select(self, picture: Picture | None) -> None:
        """Say which picture the user looks at: it comes first, and with the engine chosen now."""
        self._selected = picture
        if picture is not None:
            self._renew(picture)

    def use(self, settings: Settings) -> None:
        """Use other settings from the next picture on; what is on the screen is done again."""
        before, key = self._settings, self._options.key
        self._settings = settings
        self._follow_settings()
        if (settings.engine, self._options.key) != (before.engine, key):
            self._choose_engine(now=settings.engine != before.engine)  # who has asked for it waits for it

    def _follow_settings(self) -> None:
        """Load and recognise again what the settings, or the choice of an engine, have changed."""
        before = self._asked()
        self._options, self._compare = Options.of(self._settings), self._settings.compare
        if self._asked() == before:
            return
        self.engine_changed.emit()
        self._load_engine()
        if self._selected is not None:
            self._renew(self._selected)

    def _renew(self, picture: Picture) -> None:
        """Recognise a picture again if it was with other settings, or its engines were compared amid work."""
        amid_work = picture.was_busy and self._compare and not self.is_busy
        if picture.state in (State.DONE, State.FAILED) and (amid_work or picture.asked != self._asked()):
            picture.state = State.WAITING
        self._pump()

    def remove(self, pictures: Sequence[Picture]) -> list[tuple[int, Picture]]:
        """Take pictures off the strip; the files stay. Each with its row, for `put_back`."""
        rows = {picture.item: row for row, picture in enumerate(self.model.pictures)}
        taken = sorted((rows[picture.item], picture) for picture in pictures if picture.item in rows)
        for row, count in reversed(_runs([row for row, _ in taken])):  # rows before a run stay what they were
            self.model.remove(row, count)
        return taken

    def put_back(self, taken: Sequence[tuple[int, Picture]]) -> None:
        """Put pictures back where `remove` took them from, with their answers."""
        rows = [row for row, _ in taken]
        pictures = iter(picture for _, picture in taken)
        for row, count in _runs(rows):
            # Less may be there than then: what was still being found is not added after a clearing.
            self.model.insert(min(row, self.model.rowCount()), list(itertools.islice(pictures, count)))
        self._pump()

    def stop_searching(self) -> None:
        """Add nothing more of what is being found."""
        for scan in self._scans:
            self._scanning.cancel(scan)
        self._scans.clear()

    def counts(self) -> tuple[int, int, int]:
        """How many pictures have been answered, how many of these failed, and how many there are."""
        states = Counter(picture.state for picture in self.model.pictures)
        failed = states[State.FAILED]
        return states[State.DONE] + failed, failed, states.total()

    def medians(self, reference: str, engine: str) -> tuple[float, float, int] | None:
        """Median inference milliseconds of the reference and of another engine, and of how many pictures.

        Only pictures that both have done while nothing else was running count, with the model, device and
        threads in use.
        """
        keys = [(self._options.key, name) for name in (reference, engine)]
        times = [picture.inference_ms for picture in self.model.pictures]
        both = [[each[key] for key in keys] for each in times if each.keys() >= set(keys)]
        if not both:
            return None
        first, other = (median(each) for each in zip(*both, strict=True))
        return first, other, len(both)

    def _asked(self) -> tuple[Options, bool]:
        """What an answer depends on besides the picture."""
        return self._options, self._compare

    def _pump(self) -> None:
        """Keep the worker busy: what the user looks at first, then in order."""
        while self._in_flight < _IN_FLIGHT:
            picture = self._next()
            if picture is None:
                return
            self._start(picture)

    def _next(self) -> Picture | None:
        if self._selected is not None and self._selected.state == State.WAITING:
            return self._selected
        waiting = next((item for item in self.model.pictures if item.state == State.WAITING), None)
        if waiting is None or not self._makes_way:
            return waiting
        if not self._held_back:
            self._held_back = True
            self.notice.emit(tr("notice.held_back"))
        return None

    def _start(self, picture: Picture) -> None:
        self.choosing.make_way()
        picture.state, picture.asked = State.RUNNING, self._asked()
        self._in_flight += 1
        was_busy = self.is_busy
        (options, compare), path = picture.asked, picture.path

        def work(context: JobContext) -> object:
            method = "compare" if compare else "recognize"
            prepare = "prepare_comparison" if compare else "prepare"  # may take minutes, and is no picture's
            self._predictor.call(prepare, options, report=context.report)
            return self._predictor.call(
                method, path, options, report=context.report, timeout=_SECONDS_FOR_A_PICTURE
            )

        def on_ended() -> None:
            self.stage.emit("")
            self._in_flight -= 1

        def on_done(answer: Recognition | Comparison) -> None:
            picture.answer, picture.state = answer, State.DONE
            picture.was_busy = was_busy or self.is_busy
            self._remember_times(picture, answer)
            self._on_answered(picture)

        def on_failed(error: WanwuError) -> None:
            picture.answer, picture.state = Failure.of(path, error), State.FAILED
            picture.was_busy = False
            self._on_answered(picture)

        self._recognition.run(
            work,
            on_done,
            failed=on_failed,
            ended=on_ended,
            progress=lambda stage: self.stage.emit(str(stage)),
        )
        self.updated.emit(picture)

    def _on_answered(self, picture: Picture) -> None:
        self.model.changed(picture)
        self.updated.emit(picture)
        if picture is self._selected:
            self._renew(picture)
        self._pump()

    def _remember_times(self, picture: Picture, answer: Recognition | Comparison) -> None:
        both = (answer.reference, answer.other) if isinstance(answer, Comparison) else (answer,)
        for recognition in both:
            if picture.asked is not None and not picture.was_busy:
                key = picture.asked[0].key, recognition.engine.name
                picture.inference_ms[key] = recognition.timings.inference

    def shut_down(self) -> None:
        """Drop what waits, stop the workers and wait for them."""
        parts = self._recognition, self._scanning, self.choosing
        for part in parts:
            part.stop()
        self._predictor.close()
        for part in parts:
            part.shut_down()


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending rows as (first, count) of those that follow each other: a view hears of each once."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and row == sum(found[-1]):
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((row, 1))
    return found
