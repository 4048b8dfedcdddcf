"""Reading the command line and running one command."""

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from app import __version__
from app.cli.stopping import stopping
from app.cli.streams import OutputError, safe_streams
from app.core import settings
from app.core.engine_kinds import STANDARD
from app.core.errors import ErrorCode, WanwuError
from app.core.language_in_use import tr
from app.core.printable import printable

OK, SOME_FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
_SIGNALLED = 128
# Of the number of a run; SQLite counts no further than 19 digits.
_MOST_DIGITS = 18


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 all done, 1 some failed, 2 wrong usage or no model.

    130 after Ctrl+C, 143 and 129 after a plain `kill` and when the terminal was closed.
    """
    came: list[int] = []
    with safe_streams():
        code = _run(argv, came)
    return _SIGNALLED + came[0] if came and code == INTERRUPTED else code


def refuse_window() -> int:
    """Say that there is no desktop for a window; the exit code."""
    with safe_streams():
        tr.use(settings.load().language)
        return _failed(WanwuError(ErrorCode.NO_DISPLAY), WRONG_USAGE)


def _run(argv: Sequence[str], came: list[int]) -> int:
    try:
        # First: help and wrong arguments are told in this language.
        tr.use(settings.load().language)
        arguments = _parser().parse_args(argv)
        _log_to_stderr(arguments.verbose)
        _require_folder()
        # While modules are imported, signals end the process at once: nothing is there to be kept, and
        # libraries make errors of their own of an exception in the midst of their start.
        command = import_module(f"app.cli.{arguments.command}")
        with stopping(came):
            code: int = command.run(arguments)
            sys.stdout.flush()
        return code
    except SystemExit as ended:  # argparse has printed help or what is wrong
        return _ended(ended)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader has gone, as in `wanwu classify … | head`
        return OK
    except WanwuError as error:
        return _failed(error, SOME_FAILED if isinstance(error, OutputError) else WRONG_USAGE)
    except Exception as error:  # a bug must be told in one sentence, too
        if came:  # what a library has made of the signal
            return INTERRUPTED
        logging.getLogger(__name__).exception("not caught")
        detail = f"{type(error).__name__}: {error}"
        return _failed(WanwuError(ErrorCode.INTERNAL, detail=detail), SOME_FAILED)


def _require_folder() -> None:
    """Relative names mean nothing in a folder that was deleted, and torch does not even start there."""
    try:
        Path.cwd()
    except OSError as error:
        raise WanwuError(ErrorCode.CURRENT_FOLDER_GONE) from error


def _ended(by_argparse: SystemExit) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return OK
    except OutputError as error:
        return _failed(error, SOME_FAILED)
    return int(by_argparse.code or OK)


def _failed(error: WanwuError, code: int) -> int:
    print(f"wanwu: {tr.describe(error)}", file=sys.stderr)
    return SOME_FAILED if error.code == ErrorCode.INTERNAL else code


def _log_to_stderr(verbose: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_Records(verbose))
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, handlers=[handler])


class _Records(logging.Formatter):
    """The first line of each record; the others, which are tracebacks, follow indented when asked for."""

    def __init__(self, whole: bool) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self._whole = whole

    def format(self, record: logging.LogRecord) -> str:
        first, *others = super().format(record).splitlines()
        return "\n    ".join([first, *others] if self._whole else [first])


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments on one line, whatever is in them."""

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def _path(text: str) -> str:
    """A path as it was given: an empty one, as of a variable that is not set, would be the current folder."""
    if not text:
        raise argparse.ArgumentTypeError(tr("cli.empty_path"))
    return text


def _number(text: str) -> int:
    """The number of a run or sorting."""
    if not text.isascii() or not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise argparse.ArgumentTypeError(tr("cli.no_number", text=text))
    return int(text)


def _parser() -> _Parser:
    parser = _Parser(prog="wanwu", description=tr("cli.about"), epilog=tr("cli.window"), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"wanwu {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_classify(commands)
    _add_batch(commands)
    _add_runs(commands)
    _add_bench(commands)
    models = _add(commands, "models")
    models.add_argument(
        "action", choices=("list", "build", "info", "export", "revoke"), help=tr("cli.models_action")
    )
    models.add_argument("model", nargs="?", metavar="ID", help=tr("cli.models_id"))
    models.add_argument("--out", type=_path, metavar="FILE", help=tr("cli.models_out"))
    models.add_argument("--json", action="store_true", help=tr("cli.json"))
    doctor = _add(commands, "doctor")
    doctor.add_argument("--json", action="store_true", help=tr("cli.json"))
    return parser


def _add(
    commands: "argparse._SubParsersAction[_Parser]", name: str, key: str = ""
) -> argparse.ArgumentParser:
    text = tr(f"cli.{key or name}")
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("-v", "--verbose", action="store_true", help=tr("cli.verbose"))
    return command


def _add_classify(commands: "argparse._SubParsersAction[_Parser]") -> None:
    classify = _add(commands, "classify")
    classify.add_argument("paths", type=_path, nargs="+", metavar="PATH", help=tr("cli.paths"))
    classify.add_argument("--json", action="store_true", help=tr("cli.json_lines"))
    _add_recognition_options(classify)


def _add_batch(commands: "argparse._SubParsersAction[_Parser]") -> None:
    batch = _add(commands, "batch")
    batch.add_argument("folder", type=_path, metavar="FOLDER", help=tr("cli.batch_folder"))
    batch.add_argument("--out", type=_path, required=True, metavar="FILE", help=tr("cli.batch_out"))
    again = batch.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help=tr("cli.batch_resume"))
    again.add_argument("--restart", action="store_true", help=tr("cli.batch_restart"))
    batch.add_argument("--retry-failed", action="store_true", help=tr("cli.batch_retry"))
    _add_recognition_options(batch)


def _add_runs(commands: "argparse._SubParsersAction[_Parser]") -> None:
    runs = commands.add_parser("runs", help=tr("cli.runs"), description=tr("cli.runs"))
    actions = runs.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing, export, sort, undo, keywords, delete = (
        _add(actions, name, f"runs_{name}")
        for name in ("list", "export", "sort", "undo", "keywords", "delete")
    )
    listing.add_argument("--json", action="store_true", help=tr("cli.json"))
    for action in (export, sort, keywords, delete):
        action.add_argument("run", type=_number, metavar="ID", help=tr("cli.runs_id"))
    export.add_argument("--out", type=_path, required=True, metavar="FILE", help=tr("cli.batch_out"))
    sort.add_argument("--into", type=_path, required=True, metavar="DIR", help=tr("cli.runs_into"))
    sort.add_argument("--by", required=True, choices=("label", "group"), help=tr("cli.runs_by"))
    sort.add_argument("--how", required=True, choices=("copy", "move", "link"), help=tr("cli.runs_how"))
    sort.add_argument("--dry-run", action="store_true", help=tr("cli.runs_dry_run"))
    undo.add_argument("sorting", type=_number, metavar="SORTING_ID", help=tr("cli.runs_sorting"))


def _add_recognition_options(command: argparse.ArgumentParser) -> None:
    # The engine, model or device last clicked in the window must not change what a script does.
    defaults = settings.Settings()
    low, high = settings.declared_range("top_k")
    top_k, engines = range(int(low), int(high) + 1), settings.declared_choices("engine")
    command.add_argument("--recursive", action="store_true", help=tr("cli.recursive"))
    command.add_argument("--top-k", type=int, default=defaults.top_k, choices=top_k, metavar="N",
                         help=tr("cli.top_k", most=high))  # fmt: skip
    command.add_argument("--engine", default=STANDARD, choices=engines, metavar="NAME",
                         help=tr("cli.engine"))  # fmt: skip
    _add_model_options(command, defaults)


def _add_bench(commands: "argparse._SubParsersAction[_Parser]") -> None:
    bench = _add(commands, "bench")
    bench.add_argument("--engines", default="eager,torchscript", metavar="A,B", help=tr("cli.engines"))
    bench.add_argument("--images", type=_path, metavar="DIR", help=tr("cli.images"))
    bench.add_argument("--batch-sizes", default="1", metavar="1,8", help=tr("cli.batch_sizes"))
    bench.add_argument("--runs", metavar="N", help=tr("cli.bench_runs"))
    bench.add_argument("--seconds", default="60", metavar="S", help=tr("cli.seconds"))
    bench.add_argument("--load", default="0", metavar="N", help=tr("cli.load"))
    bench.add_argument("--sweep", action="store_true", help=tr("cli.sweep"))
    bench.add_argument("--json", type=_path, metavar="FILE", help=tr("cli.json_file"))
    bench.add_argument("--report", type=_path, metavar="DIR", help=tr("cli.report"))
    _add_model_options(bench, settings.Settings())


def _add_model_options(command: argparse.ArgumentParser, defaults: settings.Settings) -> None:
    command.add_argument("--model", default=defaults.model, metavar="ID", help=tr("cli.model"))
    command.add_argument("--trust", action="store_true", help=tr("cli.trust"))
    devices = settings.declared_choices("device")
    command.add_argument("--device", default=defaults.device, choices=devices, help=tr("cli.device"))
    command.add_argument("--threads", type=int, default=defaults.threads, metavar="N", help=tr("cli.threads"))
