"""Processes, timed from start to exit."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str | Path]

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent

# One thread for everybody: the operations are small, and more threads only wait for each other.
_THREADS = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Finished:
    """A process that is over.

    Attributes:
        wall: seconds from start to exit.
        cpu: seconds of processor time, its own and the system's for it.
        peak: most memory that was resident at once, MiB.
        output: what it printed.
    """

    wall: float
    cpu: float
    peak: float
    output: str


class Failed(RuntimeError):
    """A contestant ended with an error; the message has its last words."""


def run(command: Command) -> Finished:
    """Run a command in an environment like that of an installed program.

    Raises:
        Failed: its exit code is not 0.
    """
    with subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(), cwd=HERE,
    ) as process:  # fmt: skip
        began = time.perf_counter()
        assert process.stdout is not None and process.stderr is not None
        output, errors = process.stdout.read(), process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(f"{' '.join(map(str, command))}: {errors.strip()[-2000:] or output[-2000:]}")
    unit = 2**20 if sys.platform == "darwin" else 2**10  # of ru_maxrss
    return Finished(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit, output)


def environment() -> Mapping[str, str]:
    """This process's environment; one thread; bytecode is kept, as an installed program's is."""
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **_THREADS}


def python(*arguments: str | Path) -> Command:
    """A command of this interpreter."""
    return [sys.executable, *arguments]


def nacre(*arguments: str | Path) -> Command:
    """A command line of Nacre."""
    return python("-m", "nacre", *arguments)
