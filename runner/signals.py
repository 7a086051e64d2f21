"""Ctrl-C and termination, turned into a number that the main loop reads when it is safe to stop."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Signals:
    """While deferred, a signal is only noted; otherwise it raises KeyboardInterrupt."""

    def __init__(self) -> None:
        self.number = 0
        self.wakeup, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._deferring = False

    def install(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._handle)

    def _handle(self, number: int, _: object) -> None:
        first = not self.number
        self.number = self.number or number
        with suppress(OSError):
            os.write(self._wake, b"!")
        if first and not self._deferring:
            raise KeyboardInterrupt

    @contextmanager
    def deferred(self) -> Iterator[None]:
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False
