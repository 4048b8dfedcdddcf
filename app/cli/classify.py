"""`wanwu classify`: pictures in, one answer each out, in the order they were given."""

import argparse
import logging
from pathlib import Path

from app.cli.options import recognition_options
from app.cli.progress import Progress, show_stage
from app.cli.streams import rewrite
from app.core import settings
from app.core.errors import CancelledError, ErrorCode, WanwuError
from app.core.language_in_use import tr
from app.core.results import Failure, Recognition
from app.export.json_lines import to_json_line
from app.export.text import to_text
from app.images.folders import expand
from app.recognition.predictor import Options, Predictor

log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    """Classify every path; 0 when all were recognised, 1 when some were not."""
    options = recognition_options(arguments, settings.load())
    predictor = Predictor()
    predictor.prepare(options, show_stage)
    write = to_json_line if arguments.json else to_text
    failed = False
    with Progress() as progress:
        for path in expand(map(Path, arguments.paths), recursive=arguments.recursive):
            answer = _answer(predictor, path, options)
            failed |= isinstance(answer, Failure)
            rewrite()  # the result takes the place of the progress
            print(write(answer, tr.now), flush=True)
            progress.step()
    return int(failed)


def _answer(predictor: Predictor, path: Path, options: Options) -> Recognition | Failure:
    try:
        return predictor.recognize(path, options)
    except CancelledError:
        raise
    except WanwuError as error:
        return Failure.of(path, error)
    except Exception as error:  # one bad file must not end the run; the traceback goes to the log
        log.exception("%s", path)
        return Failure.of(path, WanwuError(ErrorCode.INTERNAL, detail=f"{type(error).__name__}: {error}"))
