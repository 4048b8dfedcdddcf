"""One window for each user: a further start hands its files over to the program that runs, and ends.

Nothing of Qt is imported here: a start that hands over ends before it would have been. Sockets and pipes of
`multiprocessing` and not Qt's, whose network module an installed program would have to bring along, with the
Kerberos library that it is linked against.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from filelock import FileLock, Timeout

from app.core import paths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

_READY, _TAKEN = b"ready", b"taken"
# A window that does not answer for so long hangs; whoever starts the program anew wants one that does not.
_PATIENCE_S = 2.0
# It may be starting, from a cold disk: until then nobody listens, but the lock is held.
_STARTING_S = 20.0
_LOOK_S = 0.05
# More than the longest command line of any system, each of its bytes written as three.
_MOST_BYTES = 8 << 20
# Calls that wait while the program is stopped; beyond that, those who call would hang themselves.
_BACKLOG = 64
# Wayland's name for the right to come to the front, which the desktop gives to what the user has started.
_TOKEN = "XDG_ACTIVATION_TOKEN"


@dataclass(slots=True)
class Call:
    """A further start has called; `awake` is set in the window's thread, and shows that it lives."""

    awake: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a further start was given.

    Attributes:
        paths: absolute; none when the user has only started the program again.
        token: lets the window come to the front, where the desktop asks for one.
        taken: set in the window's thread, once the window has them.
    """

    paths: tuple[Path, ...]
    token: str = ""
    taken: threading.Event = field(default_factory=threading.Event, compare=False)
    _decided: threading.Lock = field(default_factory=threading.Lock, compare=False)

    def claim(self) -> bool:
        """True for the first to decide: the window takes the files, or the further start keeps them."""
        return self._decided.acquire(blocking=False)


class Instance:
    """The place of the one program of a user, a config folder and a screen."""

    def __init__(self) -> None:
        self._folder = paths.config_folder()
        # A home folder may be shared by machines, and a user may sit at several screens of one.
        screen = [os.environ.get(name, "") for name in ("WAYLAND_DISPLAY", "DISPLAY")]
        key = hashlib.sha256(
            "\n".join([socket.gethostname(), *screen]).encode("utf-8", "replace")
        ).hexdigest()[:12]
        # Taken in the main thread, freed in that which takes calls.
        self._lock = FileLock(self._folder / f"instance-{key}.lock", thread_local=False)
        self._address_file = self._folder / f"instance-{key}"
        self._closing = threading.Event()

    def take(self) -> bool:
        """Take the place, unless another program has it. The system frees it when this process ends."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:  # a drive that is read-only or knows no locks
            log.warning("no place for one instance: %s", error)
        return True

    def hand_over(self, paths: Sequence[str]) -> bool:
        """Give files to the program that has the place; False where this one is to open a window after all.

        Called when `take` has failed. If the other program has ended meanwhile, the place is taken.
        """
        done = threading.Event()
        given_up = threading.Event()
        # In a thread of its own: connecting to a process that is stopped may not come back.
        threading.Thread(target=self._call, args=(paths, given_up, done), daemon=True).start()
        end = time.monotonic() + _STARTING_S
        while not done.wait(_LOOK_S) and not given_up.is_set():
            if self.take() or time.monotonic() > end:
                given_up.set()
        return done.is_set()

    def _call(self, paths: Sequence[str], given_up: threading.Event, done: threading.Event) -> None:
        while not given_up.is_set():
            try:
                with Client(self._address()) as connection:
                    if _told(connection, _message(paths)):
                        done.set()
                    given_up.set()
            except (OSError, EOFError):  # nobody listens yet, or no more
                time.sleep(_LOOK_S)

    def serve(self, hear: Callable[[Call | HandedOver], None]) -> None:
        """Take calls until `close`; `hear` brings them to the window's thread. For a thread of its own."""
        if not self._lock.is_locked:
            return  # a window beside the one that has the place
        try:
            with self._listener() as listener:
                while not self._closing.is_set():
                    self._take_call(listener, hear)
        except OSError as error:  # a drive without sockets, or a path that is too long for one
            log.warning("further starts open windows of their own: %s", error)
        finally:
            # Not before the listener has removed its address: the next program makes the same one.
            self._lock.release()

    def _take_call(self, listener: Listener, hear: Callable[[Call | HandedOver], None]) -> None:
        try:
            with listener.accept() as connection:
                self._answer(connection, hear)
        except (
            OSError,
            EOFError,
            ValueError,
        ) as error:  # who called has gone, or is no start of this program
            log.info("a call came to nothing: %s", error)
            self._closing.wait(_LOOK_S)

    def _answer(self, connection: Connection, hear: Callable[[Call | HandedOver], None]) -> None:
        call = Call()
        hear(call)
        # A thread beside a window that hangs must not promise that files will be shown.
        if self._closing.is_set() or not call.awake.wait(_PATIENCE_S):
            return
        connection.send_bytes(_READY)
        if connection.poll(_PATIENCE_S):
            files = _read(connection.recv_bytes(_MOST_BYTES))
            hear(files)
            # A window that closes just now never hears of them, and one that hangs must not show them later.
            if files.taken.wait(_PATIENCE_S) or not files.claim():
                connection.send_bytes(_TAKEN)

    def close(self) -> None:
        """Take no more calls: the next start opens a window of its own."""
        self._closing.set()
        if self._lock.is_locked:
            with suppress(OSError, EOFError):
                Client(self._address()).close()  # wakes the thread that waits for a call

    def _address(self) -> str:
        return self._address_file.read_text("ascii") if sys.platform == "win32" else str(self._address_file)

    def _listener(self) -> Listener:
        """Raises OSError."""
        if sys.platform == "win32":
            # Pipes have no folder that would be this user's alone: nobody else can guess the name.
            address = rf"\\.\pipe\wanwu-{secrets.token_hex(16)}"
            self._address_file.write_text(address, "ascii")
            return Listener(address, backlog=_BACKLOG)
        self._address_file.unlink(missing_ok=True)  # a program that was killed has left it
        listener = Listener(str(self._address_file), backlog=_BACKLOG)
        self._address_file.chmod(0o600)
        return listener


def _told(connection: Connection, message: bytes) -> bool:
    """Whether the other program has taken the message. Raises OSError and EOFError."""
    if len(message) > _MOST_BYTES or not connection.poll(_PATIENCE_S) or connection.recv_bytes() != _READY:
        return False
    _let_come_to_the_front()
    connection.send_bytes(message)
    # Longer than the other one waits for its window: it is the one to say that nothing was taken.
    return connection.poll(2 * _PATIENCE_S) and connection.recv_bytes() == _TAKEN


def _let_come_to_the_front() -> None:
    """Windows gives the front to what the user has started: pass it on."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)


def _message(paths: Sequence[str]) -> bytes:
    """Paths as bytes and absolute: a name need not be text, and the other program is in another folder."""
    names = [quote_from_bytes(os.fsencode(Path(path).absolute())) for path in paths]
    return json.dumps({"paths": names, "token": os.environ.get(_TOKEN, "")}).encode()


def _read(message: bytes) -> HandedOver:
    """Raises ValueError for what is no message."""
    table = json.loads(message)
    if not isinstance(table, dict) or not isinstance(table.get("paths"), list):
        raise ValueError("not a message of this program")
    paths = tuple(Path(os.fsdecode(unquote_to_bytes(str(name)))) for name in table["paths"])
    return HandedOver(tuple(path for path in paths if path.is_absolute()), str(table.get("token", "")))


def use_token(token: str) -> None:
    """Qt reads the token from the environment when a window asks for the front."""
    if token:
        os.environ[_TOKEN] = token
