"""What the scripts beside this share: a model's generated code, and how long it takes."""

import time
from collections.abc import Callable, Mapping

import torch

from nacre.compiler import driver
from nacre.grammar.source import Source
from nacre.runtime.data import bind_data
from nacre.runtime.program import Program


def generated(name: str, text: str, data: Mapping[str, object]) -> Program:
    """The program that a fit would use: pruned, discrete variables summed out."""
    graph = driver.graph_of(driver.front(Source(name, text)))
    bound = bind_data(graph, data)
    cut = driver.marginalised(driver.pruned(graph), bound.sizes)
    return Program(cut.graph, driver.emit(graph, header="", cut=cut), bound, torch.float64)


def milliseconds(f: Callable[[], object], repeats: int) -> float:
    """Processor time, the best of several runs: that of a machine with nothing else to do."""
    f()
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        f()
        spent.append(time.process_time() - start)
    return 1000 * min(spent)
