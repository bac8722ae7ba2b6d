"""Seconds from text to generated code: ``nacre_front_end.py FILE…``, one object a file.

A first, small model is compiled unmeasured: the tables of the grammar are made with it.
"""

import json
import sys
import time

from nacre.compiler import driver
from nacre.grammar.parse import parse
from nacre.grammar.source import Source


def compiled(source):
    """Seconds of each stage, and how much came of it."""
    moments = [time.perf_counter()]

    def stage(result):
        moments.append(time.perf_counter())
        return result

    tree = stage(parse(source))
    model = stage(driver.check(tree, source))
    graph = stage(driver.graph_of(model))
    cut = stage(driver.pruned(graph))
    emission = stage(driver.emit(graph, header="benchmark", cut=cut))
    names = ("parse", "check", "graph", "prune", "emit")
    stages = {n: b - a for n, a, b in zip(names, moments, moments[1:], strict=False)}
    return {
        **stages,
        "total": moments[-1] - moments[0],
        "statements": len(tree.statements),
        "lines": emission.module.text.count("\n"),
    }


if __name__ == "__main__":
    compiled(Source("warm up", "x ~ Normal(0, 1)\ny ~ Normal(x, 1)\nobserve y = 1\n"))
    found = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            found.append(compiled(Source(path, file.read())))
    print(json.dumps(found))
