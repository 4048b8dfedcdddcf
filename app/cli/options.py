"""From a command's arguments to the options of a recognition, as `classify` and `batch` share them."""

import argparse

from app.bench.automatic import Chooser
from app.cli.progress import show_stage
from app.core.settings import Settings, with_values
from app.models.library import trust_file
from app.recognition import fastest
from app.recognition.predictor import Options


def recognition_options(arguments: argparse.Namespace, saved: Settings) -> Options:
    """What the user asked for; `--engine auto` is measured here when it never was. Raises WanwuError."""
    chosen = with_values(
        saved,
        model=arguments.model,
        device=arguments.device,
        threads=arguments.threads,
        top_k=arguments.top_k,
        engine=arguments.engine,
    )
    if arguments.trust:
        trust_file(arguments.model)
    options = Options.of(chosen)
    if arguments.engine == "auto" and fastest.remembered(options.key) is None:
        Chooser(options.key).choose(show_stage)
        options = Options.of(chosen)
    return options
