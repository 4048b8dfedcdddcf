"""Choose the window or the command line. Nothing heavy is imported before that is known."""

import multiprocessing
import sys
from collections.abc import Sequence

_COMMANDS = ("classify", "batch", "runs", "bench", "models", "doctor")


def main(argv: Sequence[str] | None = None) -> int:
    """`wanwu COMMAND …` runs a command; `wanwu [PATH...]` opens the window with these pictures."""
    multiprocessing.freeze_support()
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments and (arguments[0] in _COMMANDS or arguments[0].startswith("-")):
        from app.cli import main as run_command

        return run_command(arguments)
    from app.ui.application import run_window

    return run_window(arguments)


if __name__ == "__main__":
    sys.exit(main())
