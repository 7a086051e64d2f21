"""Ctrl-C and termination, turned into a number that the main loop reads when it is safe to stop."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """A signal is noted; only where the work can stop at any point does it also raise KeyboardInterrupt."""

    def __init__(self) -> None:
        self.number = 0
        self.wakeup, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._raising = False

    def install(self) -> None:
        """From here on signals are noted, also those that this process began with as ignored.

        A shell starts jobs in the background with SIGINT ignored, and who sends it still means it. Only nohup
        is obeyed: it ignores SIGHUP so that a command outlives its terminal.
        """
        for number in HANDLED:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._handle)

    def ignore(self) -> None:
        """From here on the exit status is settled: a signal while Python shuts down must not change it."""
        for number in HANDLED:
            signal.signal(number, signal.SIG_IGN)

    def note(self, number: int) -> None:
        """Take it that the signal has come; from any thread."""
        self.number = self.number or number
        with suppress(OSError):
            os.write(self._wake, b"!")

    def _handle(self, number: int, _: object) -> None:
        first = not self.number
        self.note(number)
        if first and self._raising:
            raise KeyboardInterrupt

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Within, a signal raises KeyboardInterrupt; one that came before does so at once."""
        self._raising = True
        try:
            if self.number:
                raise KeyboardInterrupt
            yield
        finally:
            self._raising = False


@contextmanager
def withheld_from_children(number: int) -> Iterator[None]:
    """Processes and threads that are started within never see the signal, nor do their own children.

    Ctrl-C at a terminal goes to all processes at once, and one that is just being started would answer with a
    traceback. What it means is decided in one place, which ends the others.
    """
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # multiprocessing's own helper; starting it would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
