"""Ctrl-C during a fit: the run ends at its next block of steps, and what it has is kept.

So it goes with SIGTERM, by which `timeout`, schedulers and machines that go down end a process.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from ..infer.result import Progress
from .console import say


class Interrupt:
    """Remembers a first Ctrl-C; a second one acts at once."""

    def __init__(self) -> None:
        """Nothing was pressed yet."""
        self.pressed = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True
        again = "Ctrl-C again" if number == signal.SIGINT else "a second signal"
        say(f"\nstopping after this block of steps ({again}: at once)")

    def watching(self, report: Callable[[Progress], None]) -> Callable[[Progress], None]:
        """A progress display that ends the run, between two blocks, once Ctrl-C was pressed."""

        def watched(progress: Progress) -> None:
            report(progress)
            if self.pressed:
                raise KeyboardInterrupt

        return watched


@contextmanager
def deferred() -> Iterator[Interrupt]:
    """Take over both signals while the block runs, unless they are ignored (a job in the
    background)."""
    interrupt = Interrupt()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, interrupt.handle)
    try:
        yield interrupt
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
