"""What the tests of child processes run in one; it imports little, so that processes start fast."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.core.errors import ErrorCode, PictureError

Report = Callable[[str], None]


class Service:
    """Methods that answer, fail and die."""

    def echo(self, value: object, _report: Report) -> object:
        return value

    def pid(self, _report: Report) -> int:
        return os.getpid()

    def stages(self, report: Report) -> str:
        report("first")
        report("second")
        return "done"

    def warn(self, _report: Report) -> None:
        logging.getLogger("tests.service").warning("careful with %s", "图片.jpg")

    def sleep(self, report: Report) -> None:
        report("asleep")
        time.sleep(600)

    def chatter(self, size: int, report: Report) -> str:
        """Several threads report and log at once, in records too large for one write."""

        def talk(number: int) -> None:
            for _ in range(20):
                report(str(number) * size)
                logging.getLogger("tests.service").info("x" * size)

        threads = [threading.Thread(target=talk, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return "done"

    def wait(self, file: Path, report: Report) -> None:
        report(f"at {file}")
        time.sleep(600)

    def lock(self, _report: Report) -> object:
        return threading.Lock()  # cannot be pickled

    def refuse(self, _report: Report) -> None:
        raise PictureError(ErrorCode.TRUNCATED, path=Path("图 片.jpg"))

    def stumble(self, _report: Report) -> None:
        raise ZeroDivisionError("a bug")

    def leave(self, _report: Report) -> None:
        os._exit(0)

    def crash(self, _report: Report) -> None:
        os.abort()
