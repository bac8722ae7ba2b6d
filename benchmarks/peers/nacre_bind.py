"""Seconds of CPU to read a data file and bind it to a model: ``MODEL DATA``, printed as a list."""

import json
import sys
import time
from pathlib import Path

from nacre.compiler import driver
from nacre.grammar.source import Source
from nacre.runtime.data import bind_data, read_data

model, data = map(Path, sys.argv[1:])
graph = driver.graph_of(driver.front(Source(model.name, model.read_text(encoding="utf-8"))))
began = time.process_time()
raw = read_data(data)
read = time.process_time()
bound = bind_data(graph, raw)
done = time.process_time()
assert bound.sizes["row"] == 1_000_000
print(json.dumps([{"read": read - began, "bind": done - read}]))
