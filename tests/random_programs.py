"""Random straight-line programs over the target, smooth and of moderate size at every input."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from nacre.compiler.target import Builder, DType, Value
from torch import Tensor

# batched inputs and data, by name: trailing shape
INPUTS = {"s": (), "u": (), "v": (3,), "m": (2, 3)}
DATA = {"c": (), "d": (3,), "e": (2, 3)}

UNARY = ("neg", "tanh", "sigmoid", "softplus", "square", "sin", "log_sigmoid", "abs", "erf", "Phi")
BINARY = ("add", "sub", "mul", "add", "sub", "mul", "maximum", "minimum", "logaddexp")


@dataclass(frozen=True)
class Program:
    """A recipe: each step makes one more value from those before it."""

    steps: tuple[tuple[str, tuple[int, ...]], ...]

    def build(self, b: Builder) -> tuple[list[Value], Value]:
        """Batched inputs, and one number that depends on every step."""
        inputs = [b.input(n, s, batched=True) for n, s in INPUTS.items()]
        pool = [*inputs, *(b.input(n, s, batched=False) for n, s in DATA.items())]
        for op, at in self.steps:
            pool.append(STEPS[op](b, op, [pool[i % len(pool)] for i in at]))
        total = b.const(0.0)
        for i, v in enumerate(pool):
            part = b.reduce("sum", v, tuple(range(-v.rank, 0)))
            total = b.apply("add", total, b.apply("mul", 0.3 + 0.1 * i, part))
        return inputs, total


def tensors(batch: tuple[int, ...], seed: int) -> tuple[list[Tensor], dict[str, Tensor]]:
    """Values of the inputs, and the data."""
    rng = torch.Generator().manual_seed(seed)

    def normal(shape: tuple[int, ...]) -> Tensor:
        return torch.randn(shape, generator=rng, dtype=torch.float64)

    return [normal((*batch, *s)) for s in INPUTS.values()], {n: normal(s) for n, s in DATA.items()}


def _unary(b: Builder, op: str, vs: list[Value]) -> Value:
    return b.apply(op, vs[0])


def _binary(b: Builder, op: str, vs: list[Value]) -> Value:
    return b.apply("tanh", b.apply(op, vs[0], vs[1])) if op == "mul" else b.apply(op, *vs[:2])


def _exp(b: Builder, op: str, vs: list[Value]) -> Value:
    return b.apply("exp", b.apply("tanh", vs[0]))


def _log(b: Builder, op: str, vs: list[Value]) -> Value:
    return b.apply("log", b.apply("add", b.apply("softplus", vs[0]), 0.1))


def _quotient(b: Builder, op: str, vs: list[Value]) -> Value:
    return b.apply("div", vs[0], b.apply("exp", b.apply("tanh", vs[1])))


def _scale(b: Builder, op: str, vs: list[Value]) -> Value:
    """A product with a literal, a column and a difference: what regrouping works on."""
    s = b.apply("exp", b.apply("tanh", vs[1]))
    return b.apply("mul", -0.5, b.apply("square", b.apply("div", b.apply("sub", *vs[:2]), s)))


def _sum(b: Builder, op: str, vs: list[Value]) -> Value:
    v = vs[0]
    axes = (-1,) if v.rank < 2 else (-2,)
    return b.apply("tanh", b.reduce("sum", v, axes)) if v.rank else v


def _reduced(b: Builder, op: str, vs: list[Value]) -> Value:
    v = vs[0]
    return b.reduce(op, v, (-1,), keepdim=True) if v.rank else v


def _where(b: Builder, op: str, vs: list[Value]) -> Value:
    condition = b.apply("gt", b.input("d", (3,), batched=False), 0.0)
    hidden = b.where(condition, b.apply("exp", b.apply("tanh", vs[0])), 1.0)
    return b.where(condition, b.apply("log", hidden), vs[1])


def _take(b: Builder, op: str, vs: list[Value]) -> Value:
    v = vs[0]
    if not v.rank or v.shape[-1] != 3:
        return v
    source = "torch.tensor([2, 0, 2])"
    index = b.input("at", (3,), batched=False, dtype=DType.INT, source=source)
    return b.take(v, index)


def _stack(b: Builder, op: str, vs: list[Value]) -> Value:
    numbers = [v if not v.rank else b.reduce("max", v, tuple(range(-v.rank, 0))) for v in vs]
    return b.stack(numbers)


def _pick(b: Builder, op: str, vs: list[Value]) -> Value:
    v = vs[0]
    if not v.rank:
        return v
    return b.pick(v, 0) if v.rank == 1 else b.unsqueeze(b.pick(v, 0), (-1,))  # rows stay rows


def _product(b: Builder, op: str, vs: list[Value]) -> Value:
    matrix = b.input("e", (2, 3), batched=False)
    v = vs[0]
    if v.shape[-1:] != (3,):
        return v
    weighted = b.apply("mul", matrix, b.unsqueeze(v, (-2,)) if v.rank == 1 else v)
    return b.apply("tanh", b.reduce("sum", weighted, (-1,), keepdim=True))


Step = Callable[[Builder, str, list[Value]], Value]
STEPS: dict[str, Step] = {
    **{op: _unary for op in UNARY},
    **{op: _binary for op in BINARY},
    "exp": _exp,
    "log": _log,
    "quotient": _quotient,
    "scale": _scale,
    "total": _sum,
    "sum": _reduced,
    "max": _reduced,
    "logsumexp": _reduced,
    "where": _where,
    "take": _take,
    "stack": _stack,
    "pick": _pick,
    "product": _product,
}

_step = st.tuples(st.sampled_from(sorted(STEPS)), st.tuples(*[st.integers(0, 30)] * 3))
programs = st.builds(Program, st.lists(_step, min_size=1, max_size=14).map(tuple))
