"""The main use case: a picture in, a recognition out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.core.errors import EngineError
from app.core.results import Comparison, Recognition, Timings
from app.core.settings import thresholds_for
from app.core.stages import Report, ignore
from app.engines.selection import EnginesKey, LoadedEngines
from app.engines.timing import timed_scores
from app.images import PictureWarning
from app.models.library import Model, open_model
from app.recognition import fastest
from app.recognition.certainty import judge
from app.recognition.prepare import LoadedPicture, load_picture

if TYPE_CHECKING:
    from pathlib import Path

    from app.core.settings import Settings
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
            engine = choice.engine if choice else fastest.STANDARD
        thresholds = settings.certain_threshold, settings.group_threshold
        return cls(key, engine, settings.top_k, *thresholds)


class Predictor:
    """Recognises pictures one at a time, keeping the engines of the last options loaded.

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
        for engine in ("eager", _beside_eager(options)):
            engines.get(engine, report)

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
            self.close()
            model = open_model(options.key.model, report=report)
            engines = LoadedEngines(model, options.key)
            blank = np.zeros(len(model.labels), np.float32)
            judge(blank, model.labels, model.card, 1, (1.0, 1.0))  # the first one is slow
            self._model, self._engines = model, engines
        self._engines.get(options.engine, report)
        return self._engines

    def recognize(self, path: Path, options: Options, report: Report = ignore) -> Recognition:
        """Decode a file and run it through the engine of `options`."""
        engines = self._prepared(options, report)
        picture = load_picture(path, self.model.card.input)
        return self._run(engines, path, picture, options, options.engine)

    def compare(self, path: Path, options: Options, report: Report = ignore) -> Comparison:
        """Run the same pixels through eager and through the engine of `options`, decoded once.

        With eager in `options`, the other one is TorchScript.
        """
        self.prepare_comparison(options, report)
        engines = self._prepared(options, report)
        picture = load_picture(path, self.model.card.input)
        return Comparison(
            eager=self._run(engines, path, picture, options, "eager"),
            other=self._run(engines, path, picture, options, _beside_eager(options)),
        )

    def _run(
        self, engines: LoadedEngines, path: Path, picture: LoadedPicture, options: Options, name: str
    ) -> Recognition:
        engine, fallback = engines.get(name)
        try:
            logits, inference = timed_scores(engine, picture.batch)
        except EngineError as error:
            engine, fallback = engines.fall_back(name, error)
            logits, inference = timed_scores(engine, picture.batch)
        inferred = time.perf_counter_ns()
        card = self.model.card
        thresholds = thresholds_for(card, options.certain_threshold, options.group_threshold)
        labels = self._labels or self.model.labels
        predictions, group, certain = judge(logits[0].numpy(), labels, card, options.top_k, thresholds)
        judged = time.perf_counter_ns()
        return Recognition(
            path=path,
            predictions=predictions,
            group=group,
            certain=certain and PictureWarning.DAMAGED not in picture.image.warnings,
            timings=Timings(picture.decode_ms, picture.preprocess_ms, inference, (judged - inferred) / 1e6),
            engine=engine.info,
            source_size=picture.image.source_size,
            warnings=picture.image.warnings,
            fallback=fallback,
        )

    def close(self) -> None:
        """Let go of the loaded engines."""
        if self._engines is not None:
            self._engines.close()
            self._engines = self._model = None


def _beside_eager(options: Options) -> str:
    """The other engine of a comparison."""
    return "torchscript" if options.engine == "eager" else options.engine
