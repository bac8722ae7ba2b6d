"""Entry point of ``nacre`` and ``python -m nacre``."""

import gc
import sys

# Importing torch makes half a million objects that stay. To look through them every 700 objects,
# as Python does by default, is a tenth of the run time of a short fit, and a quarter of compiling a
# long model.
_COLLECT_EVERY = 50_000


def main() -> int:
    """Run the command line; returns the exit code."""
    gc.set_threshold(_COLLECT_EVERY, 20, 20)  # a process of our own: nobody else's setting
    try:
        from .runtime.cli.app import main as run  # not at the top: importing nacre must stay cheap

        return run()
    except KeyboardInterrupt:  # while modules are imported
        return 130
    finally:
        gc.freeze()  # nothing to collect at exit: looking would take a quarter of a second


if __name__ == "__main__":
    sys.exit(main())
