"""Large data: what is copied while they are bound, and what is not."""

import numpy as np
import pytest
import torch
from nacre import compile
from nacre.compiler import driver
from nacre.grammar.source import Source
from nacre.runtime.data import bind_data

N = 20_000
MANY = """
dim row
data x[row]: real
""" + "".join(
    f"data y{k}[row]: real\na{k} ~ Normal(0, 1)\ny{k}[i in row] ~ Normal(a{k} * x[i], 1)\n"
    for k in range(8)
)


def storages(tensors):
    """Where arrays over rows are kept, with the bytes of each."""
    found = (t.untyped_storage() for t in tensors if isinstance(t, torch.Tensor))
    return {s.data_ptr(): s.nbytes() for s in found if s.nbytes() >= 8 * N}


def test_no_statement_has_a_copy_of_its_data():
    data = {name: np.arange(N) / N for name in ("x", *(f"y{k}" for k in range(8)))}
    program = compile(MANY).program(data)
    kept = storages([*program._bound.values(), *program.bound.tensors.values()])
    assert list(kept.values()) == [8 * N] * len(data)


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_caller_may_change_his_array_afterwards(order):
    text = "dim row, column\ndata x[row, column]: real\n"
    x = np.asarray(np.arange(6.0).reshape(2, 3), order=order)
    bound = bind_data(driver.graph_of(driver.front(Source("m.ppl", text))), {"x": x})
    x[0, 0] = 99.0
    assert bound.tensors["x"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert bound.tensors["x"].is_contiguous()


def test_an_array_that_may_not_be_written_to_is_read(recwarn):
    x = np.arange(4.0)
    x.flags.writeable = False
    text = "dim row\ndata x[row]: real\ndata m: real = mean(x)\n"
    bound = bind_data(driver.graph_of(driver.front(Source("m.ppl", text))), {"x": x})
    assert bound.tensors["m"].item() == 1.5
    assert not recwarn.list
