"""Choose the window or the command line. Nothing heavy is imported before that is known."""

import multiprocessing
import os
import sys
from collections.abc import Sequence

_COMMANDS = ("classify", "batch", "runs", "bench", "models", "doctor")


def main(argv: Sequence[str] | None = None) -> int:
    """`wanwu COMMAND …` runs a command; `wanwu [PATH...]` opens the window with these pictures."""
    multiprocessing.freeze_support()
    _fill_closed_streams()
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments and (arguments[0] in _COMMANDS or arguments[0].startswith("-")):
        from app.cli import main as run_command

        return run_command(arguments)
    from app.ui.application import run_window

    return run_window(arguments)


def _fill_closed_streams() -> None:
    """Put the null device where the standard streams of this process are closed.

    Otherwise the next file that is opened gets their number, and what libraries print goes into it. Writing
    to the output fails as it would have done: results must not vanish.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, mode), True)


if __name__ == "__main__":
    sys.exit(main())
