"""Ctrl-C during a fit: the run ends at its next block of steps, and what it has is kept."""

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
        say("\nstopping after this block of steps (Ctrl-C again: at once)")

    def watching(self, report: Callable[[Progress], None]) -> Callable[[Progress], None]:
        """A progress display that ends the run, between two blocks, once Ctrl-C was pressed."""

        def watched(progress: Progress) -> None:
            report(progress)
            if self.pressed:
                raise KeyboardInterrupt

        return watched


@contextmanager
def deferred() -> Iterator[Interrupt]:
    """Take over Ctrl-C while the block runs, unless it is ignored (a job in the background)."""
    interrupt = Interrupt()
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, interrupt.handle)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
