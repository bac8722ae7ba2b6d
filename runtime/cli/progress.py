"""Progress of a fit: a line that rewrites itself on a terminal, plain lines elsewhere."""

import sys
import time

from ..infer.result import Progress

_EVERY = 5.0  # seconds between plain lines


class Reporter:
    """Shows steps, loss, speed and the time that is left, on stderr."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Find out whether anybody is watching."""
        self._live = sys.stderr.isatty()
        self._quiet = quiet
        self._last = time.monotonic()
        self._width = 0

    def __call__(self, p: Progress) -> None:
        """Report a block of steps."""
        now = time.monotonic()
        if self._quiet or (now - self._last < (0.1 if self._live else _EVERY)):
            return
        self._last = now
        left = (p.steps - p.step) / p.rate if p.rate > 0 else float("inf")
        skipped = f", {p.skipped} skipped" if p.skipped else ""
        text = (
            f"step {p.step:,} of at most {p.steps:,}  loss {p.loss:,.2f} nats  "
            f"{p.rate:,.0f} steps/s  {left:.0f} s left{skipped}"
        )
        self._write(text)

    def done(self) -> None:
        """Clear the line."""
        if self._live and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        if self._live:
            sys.stderr.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()
