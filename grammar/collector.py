"""The garbage collector, held off while a pass makes many objects that stay.

Trees, graphs and values refer to each other in one direction: there is nothing to collect in them.
To look through them again and again is a quarter of the time that a long model takes to compile.
"""

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def uncollected(run: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function with the collector off while it runs, and as it was afterwards.

    Threads that compile at the same time may find it on in between; it never stays off.
    """

    @wraps(run)
    def without_collector(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if not gc.isenabled():
            return run(*args, **kwargs)
        gc.disable()
        try:
            return run(*args, **kwargs)
        finally:
            gc.enable()

    return without_collector
