"""Choose the window or the command line. Nothing heavy is imported before that is known."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence

_COMMANDS = ("classify", "batch", "runs", "bench", "models", "doctor")
# One of them says where a window can be; Qt ends the process where there is no place.
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def main(argv: Sequence[str] | None = None) -> int:
    """`wanwu COMMAND …` runs a command; `wanwu [--new-window] [PATH...]` opens the window with pictures."""
    multiprocessing.freeze_support()
    _fill_closed_streams()
    arguments = sys.argv[1:] if argv is None else list(argv)
    own_window = arguments[:1] == ["--new-window"]
    rest = arguments[own_window:]
    if own_window or rest[:1] == ["--"]:
        # After the two dashes follow names, also those that begin with a dash.
        return _open_window(rest[1:] if rest[:1] == ["--"] else rest, own_window=own_window)
    if arguments and _is_for_the_command_line(arguments[0]):
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(
                signal.SIGINT, signal.SIG_DFL
            )  # before a command has begun, there is nothing to keep
        from app.cli import main as run_command

        return run_command(arguments)
    return _open_window(arguments, own_window=False)


def _is_for_the_command_line(first: str) -> bool:
    """Also a bare word that is no file: a mistyped command should not open a window."""
    bare = not set(first) & {".", "/", os.sep} and not os.path.lexists(first)
    return first in _COMMANDS or first.startswith("-") or bare


def _open_window(arguments: Sequence[str], *, own_window: bool) -> int:
    if sys.platform == "linux" and not any(os.environ.get(name) for name in _DISPLAYS):
        from app.cli.main import refuse_window

        return refuse_window()
    from app.ui.shell.instance import Instance

    # An empty path, as of a variable that is not set, would be the current folder.
    paths = [argument for argument in arguments if argument]
    instance = Instance()
    if not instance.take() and not own_window and instance.hand_over(paths):
        return 0
    from app.ui.shell.application import run_window

    return run_window(paths, instance)


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
