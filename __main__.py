"""Entry point of ``nacre`` and ``python -m nacre``."""

import sys


def main() -> int:
    """Run the command line; returns the exit code."""
    from .runtime.cli.app import main as run  # not at the top: importing nacre must stay cheap

    return run()


if __name__ == "__main__":
    sys.exit(main())
