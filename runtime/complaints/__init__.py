"""Every complaint of the runtime: one constructor each, and the long form of every code.

Grouped by who raises them: `files` (reading), `binding` (data against a model), `given` (values of
``observe``, ``condition`` and ``do``), `networks` (modules from Python), `recurrences` (data that
indices come from), `query` (requests), `running` (generated code), `store` (fit directories),
`asking` (posteriors) and `times` (of differential equations).
"""

from collections.abc import Mapping

from ...grammar.diagnostic import Explanation
from . import (
    asking,
    binding,
    command,
    dimension,
    files,
    given,
    networks,
    query,
    recurrences,
    running,
    store,
    times,
)
from .running import failed_at_run_time

__all__ = ["CODES", "failed_at_run_time"]

CODES: Mapping[str, Explanation] = {
    **files.CODES,
    **binding.CODES,
    **dimension.CODES,
    **given.CODES,
    **recurrences.CODES,
    **store.CODES,
    **asking.CODES,
    **query.CODES,
    **command.CODES,
    **running.CODES,
    **times.CODES,
    **networks.CODES,
}
