"""The main use case: pictures in, recognitions out. Window, command line and batch runs all come here.

What goes in and out can be sent to another process: paths or bytes, options; answers, failures.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.core.engine_kinds import REFERENCES, STANDARD
from app.core.errors import EngineError, ErrorCode, PictureError
from app.core.results import Comparison, Failure, Recognition, Timings
from app.core.settings import thresholds_for
from app.core.stages import Report, ignore
from app.engines.devices import DEVICES, probe
from app.engines.preprocess import join
from app.engines.selection import EnginesKey, LoadedEngines
from app.engines.timing import timed_run
from app.images import PictureWarning, path_of
from app.models.library import Model, open_model
from app.recognition import fastest
from app.recognition.certainty import judge
from app.recognition.prepare import LoadedPicture, load_picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.core.results import EngineInfo, Fallback
    from app.core.settings import Settings
    from app.images import Picture
    from app.labels import LabelSet


@dataclass(frozen=True, slots=True)
class Options:
    """Everything a recognition depends on besides the picture: a snapshot of the settings.

    A threshold of 0 is the model's own.
    """

    key: EnginesKey
    engine: str
    top_k: int
    certain_threshold: float
    group_threshold: float

    @classmethod
    def of(cls, settings: Settings) -> Options:
        """The options that the user's settings ask for; `auto` is the engine that was chosen here, if any."""
        key = EnginesKey(settings.model, settings.device, settings.threads)
        engine = settings.engine
        if engine == "auto":
            choice = fastest.remembered(key)
            engine = choice.engine if choice else STANDARD
        thresholds = settings.certain_threshold, settings.group_threshold
        return cls(key, engine, settings.top_k, *thresholds)


class Predictor:
    """Recognises pictures, keeping the engines of the last options loaded.

    Once prepared, `recognize` may be called from several threads with the same options. Raises PictureError
    for a picture, ModelError and EngineError when nothing can be recognised at all.
    """

    def __init__(self) -> None:
        self._engines: LoadedEngines | None = None
        self._model: Model | None = None
        self._labels: LabelSet | None = None

    def prepare(self, options: Options, report: Report = ignore) -> None:
        """Load and warm up what `options` need, unless that is loaded already."""
        self._prepared(options, report)

    def prepare_comparison(self, options: Options, report: Report = ignore) -> None:
        """Load and warm up both engines of a comparison, unless that is done already."""
        engines = self._prepared(options, report)
        for engine in self._compared(options):
            engines.get(engine, report)

    def devices(self, _report: Report = ignore) -> tuple[str, ...]:
        """The devices that compute here; imports torch."""
        return tuple(name for name in DEVICES if probe(name).works)

    @property
    def model(self) -> Model:
        """The model that is loaded; `prepare` comes first."""
        if self._model is None:
            raise RuntimeError("nothing is loaded")
        return self._model

    def use_labels(self, labels: LabelSet) -> None:
        """Answer in other names than the model's own: a run keeps those that it began with."""
        self._labels = labels

    def _prepared(self, options: Options, report: Report) -> LoadedEngines:
        if self._engines is None or self._engines.key != options.key:
            # First: a GPU may have no room for both.
            self.close()
            model = open_model(options.key.model, report=report)
            engines = LoadedEngines(model, options.key)
            blank = np.zeros(len(model.labels), np.float32)
            judge(blank, model.labels, model.card, 1, (1.0, 1.0))  # the first one is slow
            self._model, self._engines = model, engines
        self._engines.get(options.engine, report)
        return self._engines

    def recognize(self, picture: Picture, options: Options, report: Report = ignore) -> Recognition:
        """Decode a picture and run it through the engine of `options`."""
        engines = self._prepared(options, report)
        loaded = load_picture(picture, self.model.card.input)
        return self._run(engines, [loaded], options, options.engine)[0]

    def recognize_batch(
        self, pictures: Sequence[Picture], options: Options, report: Report = ignore
    ) -> list[Recognition | Failure]:
        """The answers for `pictures`, in their order, from one run of the engine of `options`.

        One that cannot be read, or that no engine can run, is a Failure and leaves the others as they are. A
        picture's time for inference is its share of the run; the first run of each number of pictures is slow
        (`Engine.warm_up`). All are in memory at once, as the network takes them.
        """
        engines = self._prepared(options, report)
        loaded: list[LoadedPicture] = []
        answers: list[Recognition | Failure | None] = []
        for picture in pictures:
            try:
                loaded.append(load_picture(picture, self.model.card.input))
                answers.append(None)
            except PictureError as error:
                answers.append(Failure.of(path_of(picture), error))
        found = iter(self._run_all(engines, loaded, options) if loaded else ())
        return [next(found) if answer is None else answer for answer in answers]

    def compare(self, picture: Picture, options: Options, report: Report = ignore) -> Comparison:
        """Run the same pixels through the reference and through the engine of `options`, decoded once.

        With the reference in `options`, the other one is TorchScript or, beside that, eager.
        """
        self.prepare_comparison(options, report)
        engines = self._prepared(options, report)
        loaded = load_picture(picture, self.model.card.input)
        both = (self._run(engines, [loaded], options, name)[0] for name in self._compared(options))
        return Comparison(*both)

    def _compared(self, options: Options) -> tuple[str, str]:
        """The reference, and the other engine of a comparison."""
        reference = self.model.card.reference
        if options.engine != reference:
            return reference, options.engine
        return reference, next(name for name in (STANDARD, *REFERENCES) if name != reference)

    def _run_all(
        self, engines: LoadedEngines, pictures: Sequence[LoadedPicture], options: Options
    ) -> list[Recognition | Failure]:
        """At once or, where that fails, fewer: there may be no memory for so many, or one is to blame."""
        try:
            return list(self._run(engines, pictures, options, options.engine))
        except EngineError as error:
            if len(pictures) == 1:
                return [Failure.of(pictures[0].path, error)]
        middle = len(pictures) // 2
        halves = pictures[:middle], pictures[middle:]
        return [answer for half in halves for answer in self._run_all(engines, half, options)]

    def _run(
        self, engines: LoadedEngines, pictures: Sequence[LoadedPicture], options: Options, name: str
    ) -> list[Recognition]:
        engine, fallback = engines.get(name)
        try:
            batch = join([picture.batch for picture in pictures])
        except (MemoryError, RuntimeError) as error:  # what torch says when it gets no memory
            raise EngineError(ErrorCode.OUT_OF_MEMORY, engine=name, device="cpu") from error
        try:
            outputs, milliseconds = timed_run(engine, batch)
        except EngineError as error:
            if len(pictures) > 1:
                raise  # no reason to give the engine up: it may take them one by one
            engine, fallback = engines.fall_back(name, error)
            outputs, milliseconds = timed_run(engine, batch)
        inference = milliseconds / len(pictures)
        return [
            self._judged(picture, logits, inference, options, engine.info, fallback)
            for picture, logits in zip(pictures, outputs.logits.numpy(), strict=True)
        ]

    def _judged(
        self,
        picture: LoadedPicture,
        logits: NDArray[np.float32],
        inference: float,
        options: Options,
        engine: EngineInfo,
        fallback: Fallback | None,
    ) -> Recognition:
        inferred = time.perf_counter_ns()
        card = self.model.card
        thresholds = thresholds_for(card, options.certain_threshold, options.group_threshold)
        labels = self._labels or self.model.labels
        predictions, group, certain = judge(logits, labels, card, options.top_k, thresholds)
        judged = time.perf_counter_ns()
        return Recognition(
            path=picture.path,
            predictions=predictions,
            group=group,
            certain=certain and PictureWarning.DAMAGED not in picture.image.warnings,
            timings=Timings(picture.decode_ms, picture.preprocess_ms, inference, (judged - inferred) / 1e6),
            engine=engine,
            source_size=picture.image.source_size,
            warnings=picture.image.warnings,
            fallback=fallback,
        )

    def close(self) -> None:
        """Let go of the loaded engines."""
        if self._engines is not None:
            self._engines.close()
            self._engines = self._model = None
