"""From a command's arguments to the options of a recognition, as `classify` and `batch` share them."""

import argparse

from app.bench import auto
from app.cli.progress import show_stage
from app.models import trust_file
from app.recognizer import Options
from app.settings import Settings, with_values


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
    if arguments.engine == "auto" and auto.remembered(options.shelf) is None:
        auto.Chooser(options.shelf).choose(show_stage)
        options = Options.of(chosen)
    return options
