"""What happens to the pictures of the strip: which is recognised next, with what, and what came out."""

from __future__ import annotations

import itertools
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.bench.automatic import Chooser
from app.core.child_process import Remote
from app.core.jobs import Cancelled, Event, Failed, Finished, JobContext, Progressed, Work, Worker
from app.core.language_in_use import tr
from app.core.results import Comparison, Failure, Recognition
from app.images.folders import expand
from app.recognition.fastest import Choice, remembered
from app.recognition.predictor import Options, Predictor
from app.ui.recognise.drop import keep
from app.ui.recognise.pictures import Picture, PictureModel, State
from app.ui.recognise.thumbnails import StripThumbnails
from app.ui.thumbnails import ThumbnailLoader
from app.ui.views import Views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QImage

    from app.core.settings import Settings
    from app.ui.job_bridge import JobBridge

# One picture is recognised while the next one waits at the worker, so that it never idles.
_IN_FLIGHT = 2
_SCAN_CHUNK = 200
# As long as a batch waits for a file.
_SECONDS_FOR_A_PICTURE = 60.0
MOST_PICTURES = 5000


class Session(QObject):
    """The main window's thread decides, the two workers do.

    Signals:
        added(int): a drop has brought its first pictures; the row of the first.
        updated(Picture): its state or answer has changed.
        view_loaded(Picture, QImage): the large picture is there.
        stage(str): what the recognition worker is busy with besides pictures; empty when nothing.
        notice(str): a sentence the user should read.
    """

    added = Signal(int)
    updated = Signal(object)
    view_loaded = Signal(object, object)
    stage = Signal(str)
    notice = Signal(str)

    def __init__(self, bridge: JobBridge, settings: Settings) -> None:
        super().__init__()
        self.model = PictureModel()
        self._bridge = bridge
        self._settings = settings
        self._predictor = Remote(Predictor, "predictor")
        self._views = Views()
        self._options, self._compare = Options.of(settings), settings.compare
        self._recognition = Worker("recognition", bridge.announce)
        self._choosing = Worker("choosing", bridge.announce)
        self._chooser: Chooser | None = None
        self._scanning = Worker("scanning", bridge.announce)
        # On two cores their start would take a second from the first answer.
        loader = ThumbnailLoader(bridge, "previews", background=True)
        self.thumbnails = StripThumbnails(loader, self.model.changed)
        self._selected: Picture | None = None
        self._in_flight = 0
        self._announced_scan = 0
        self._scans: set[int] = set()

    def prepare(self) -> None:
        """Load the engine before the first picture comes."""
        self._load_engine()
        self._choose_engine()

    def _load_engine(self) -> None:
        options = self._options

        def work(context: JobContext) -> None:
            self._predictor.call("prepare", options, report=context.report)

        self._bridge.submit(self._recognition, work, self._on_prepared)

    def _choose_engine(self) -> None:
        """Find the fastest engine, once on each machine, while the standard one already answers."""
        self.stop_choosing()
        key = self._options.key
        if self._settings.engine != "auto" or remembered(key) is not None:
            return
        self._chooser = chooser = Chooser(key)
        self._bridge.submit(self._choosing, lambda context: chooser.choose(context.report), self._on_chosen)

    def stop_choosing(self) -> None:
        """Stop the measuring of engines, if it is going on."""
        if self._chooser is not None:
            self._chooser.cancel()
            self._chooser = None

    def _on_chosen(self, event: Event) -> None:
        self._on_prepared(event)
        if isinstance(event, Finished) and isinstance(event.result, Choice):
            self.notice.emit(tr("notice.chosen", engine=tr(f"engine.{event.result.engine}")))
            self._follow_settings()

    def _on_prepared(self, event: Event) -> None:
        if isinstance(event, Progressed):
            self.stage.emit(str(event.value))
            return
        self.stage.emit("")
        if isinstance(event, Failed):
            self.notice.emit(tr.describe(event.error))

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
        self._scans.add(self._bridge.submit(self._scanning, work, self._on_scanned))

    def _on_scanned(self, event: Event) -> None:
        if not isinstance(event, Progressed):
            self._scans.discard(event.job)
        if isinstance(event, Failed):
            self.notice.emit(tr.describe(event.error))
        if not isinstance(event, Progressed) or not isinstance(event.value, list):
            return
        room = MOST_PICTURES - self.model.rowCount()
        if room < len(event.value):
            self.notice.emit(tr("notice.too_many", most=MOST_PICTURES))
        if room > 0:
            row = self.model.append(event.value[:room])
            if event.job != self._announced_scan:  # a large drop comes in several parts
                self._announced_scan = event.job
                self.added.emit(row)
            self._pump()

    def select(self, picture: Picture | None) -> None:
        """Say which picture the user looks at: it comes first, and with the engine chosen now."""
        self._selected = picture
        if picture is not None:
            self._renew(picture)
            self._views.load(picture.path, lambda image: self._on_view(picture, image))

    def _on_view(self, picture: Picture, image: QImage | None) -> None:
        if image is not None:
            self.view_loaded.emit(picture, image)

    def use(self, settings: Settings) -> None:
        """Use other settings from the next picture on; what is on the screen is done again."""
        before, key = self._settings, self._options.key
        self._settings = settings
        self._follow_settings()
        if (settings.engine, self._options.key) != (before.engine, key):
            self._choose_engine()

    def _follow_settings(self) -> None:
        """Load and recognise again what the settings, or the choice of an engine, have changed."""
        before = self._asked()
        self._options, self._compare = Options.of(self._settings), self._settings.compare
        if self._asked() == before:
            return
        self._load_engine()
        if self._selected is not None:
            self._renew(self._selected)

    def _renew(self, picture: Picture) -> None:
        """Recognise a picture again if it was recognised with other settings."""
        if picture.state in (State.DONE, State.FAILED) and picture.asked != self._asked():
            picture.state = State.WAITING
        self._pump()

    def remove(self, picture: Picture) -> None:
        """Take a picture off the strip; the file stays."""
        row = self.model.row_of(picture)
        if row >= 0:
            self.thumbnails.forget(picture)
            self.model.remove(row)

    def clear(self) -> None:
        """Take all pictures off the strip; what is being found or recognised is dropped."""
        for job in self._scans:
            self._bridge.forget(job)
            self._scanning.cancel(job)
        self._scans.clear()
        for picture in self.model.pictures:
            self.thumbnails.forget(picture)
        self.model.clear()

    def counts(self) -> tuple[int, int, int]:
        """How many pictures have been answered, how many of these failed, and how many there are."""
        states = Counter(picture.state for picture in self.model.pictures)
        failed = states[State.FAILED]
        return states[State.DONE] + failed, failed, states.total()

    def medians(self, reference: str, engine: str) -> tuple[float, float, int] | None:
        """Median inference milliseconds of the reference and of another engine, and of how many pictures.

        Only pictures that both have done count, with the model, device and threads in use.
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
        return next((item for item in self.model.pictures if item.state == State.WAITING), None)

    def _start(self, picture: Picture) -> None:
        picture.state, picture.asked = State.RUNNING, self._asked()
        self._in_flight += 1
        (options, compare), path = picture.asked, picture.path

        def work(context: JobContext) -> object:
            method = "compare" if compare else "recognize"
            prepare = "prepare_comparison" if compare else "prepare"  # may take minutes, and is no picture's
            self._predictor.call(prepare, options, report=context.report)
            return self._predictor.call(
                method, path, options, report=context.report, timeout=_SECONDS_FOR_A_PICTURE
            )

        self._bridge.submit(self._recognition, work, lambda event: self._on_recognised(picture, event))
        self.updated.emit(picture)

    def _on_recognised(self, picture: Picture, event: Event) -> None:
        if isinstance(event, Progressed):
            self.stage.emit(str(event.value))
            return
        self.stage.emit("")
        self._in_flight -= 1
        if isinstance(event, Failed):
            picture.answer, picture.state = Failure.of(picture.path, event.error), State.FAILED
        elif isinstance(event, Finished) and isinstance(event.result, Recognition | Comparison):
            picture.answer, picture.state = event.result, State.DONE
            self._remember_times(picture, event.result)
        elif isinstance(event, Cancelled):
            picture.state = State.WAITING
        self.model.changed(picture)
        self.updated.emit(picture)
        if picture is self._selected:
            self._renew(picture)
        self._pump()

    def _remember_times(self, picture: Picture, answer: Recognition | Comparison) -> None:
        both = (answer.reference, answer.other) if isinstance(answer, Comparison) else (answer,)
        for recognition in both:
            if picture.asked is not None:
                key = picture.asked[0].key, recognition.engine.name
                picture.inference_ms[key] = recognition.timings.inference

    def shut_down(self) -> None:
        """Drop what waits, stop the workers and wait for them."""
        self._bridge.forget_all()
        self.stop_choosing()
        for worker in (self._recognition, self._scanning):
            worker.shut_down(0)
        self._predictor.close()
        self._views.shut_down()
        self.thumbnails.shut_down()
        for worker in (self._recognition, self._scanning, self._choosing):
            worker.shut_down()
