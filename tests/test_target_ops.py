"""Every operation of the target against torch itself, in value, and against autograd in gradient.

The gradient is the emitted one: printed, executed, and compared with what autograd makes of the
printed value, for every batch shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import pytest
import torch
from emitted import compiled
from nacre.compiler.differentiate import differentiate
from nacre.compiler.target import OPS, Builder, DType, Value
from nacre.compiler.target.lift import can_lift, lifted
from nacre.compiler.target.ops import POINTWISE
from nacre.runtime.dist import incomplete_beta
from nacre.runtime.dist import special as incomplete
from nacre.runtime.dist.skew_phi import skew_phi
from nacre.runtime.dist.von_mises_phi import von_mises_phi, von_mises_phi_by_concentration
from torch import Tensor

BATCHES = ((), (3,), (2, 3))


@dataclass(frozen=True)
class Case:
    """One use of an operation.

    Attributes:
        shapes: trailing shapes of its batched operands.
        build: the operation on those operands.
        oracle: the same in torch; None where autograd of the printed text is oracle enough.
        low, high: interval of the operands.
        smooth: whether there is a gradient to compare.
    """

    op: str
    shapes: tuple[tuple[int, ...], ...]
    build: Callable[..., Value]
    oracle: Callable[..., Tensor] | None = None
    low: float = -2.0
    high: float = 2.0
    smooth: bool = True
    name: str = ""

    def __str__(self) -> str:
        """Test id."""
        return self.name or self.op


def unary(op: str, oracle: Callable[..., Tensor], low: float = -2.0, high: float = 2.0, **more):
    return Case(op, ((4,),), lambda b, x: b.apply(op, x), oracle, low, high, **more)


def binary(op: str, oracle: Callable[..., Tensor], low: float = -2.0, high: float = 2.0, **more):
    return Case(op, ((3, 1), (1, 4)), lambda b, x, y: b.apply(op, x, y), oracle, low, high, **more)


def ternary(op: str, oracle: Callable[..., Tensor], **more):
    """Of three numbers, the last between 0 and 1."""

    def inside(x):
        return 0.5 + 0.25 * x

    return Case(
        op,
        ((3, 1), (1, 4), (3, 4)),
        lambda b, x, y, z: b.apply(
            op, b.apply("exp", x), b.apply("exp", y), b.apply("add", 0.5, b.apply("mul", 0.25, z))
        ),
        lambda x, y, z: oracle(x.exp(), y.exp(), inside(z)),
        -1.9,
        1.9,
        **more,
    )


def _slope_of_betainc(position: int):
    """By central differences of the function itself."""

    def oracle(*args: Tensor) -> Tensor:
        step = 1e-4
        moved = [
            [v + s * step * (i == position) for i, v in enumerate(args)] for s in (-2, -1, 1, 2)
        ]
        far_below, below, above, far_above = (incomplete_beta.betainc(*m) for m in moved)
        return (8 * (above - below) - (far_above - far_below)) / (12 * step)

    return oracle


def logic(op: str, oracle: Callable[..., Tensor]):
    return binary(op, oracle, smooth=False)


special = torch.special
POINTWISE_CASES = (
    binary("add", torch.add),
    binary("sub", torch.sub),
    binary("mul", torch.mul),
    binary("div", torch.div, 0.5),
    binary("pow", torch.pow, 0.2),
    binary("mod", torch.remainder, 0.5, 3.0),
    binary("maximum", torch.maximum),
    binary("minimum", torch.minimum),
    binary("atan2", torch.atan2),
    binary("xlogy", torch.xlogy, 0.1),
    binary("xlog1py", special.xlog1py, -0.8),
    binary("logaddexp", torch.logaddexp),
    binary("gammainc", incomplete.gammainc, 0.3, 3.0),
    binary("gammaincc", lambda a, x: 1.0 - incomplete.gammainc(a, x), 0.3, 3.0),
    ternary("betainc", incomplete_beta.betainc),
    ternary("betainc_by_a", _slope_of_betainc(0), smooth=False),
    ternary("betainc_by_b", _slope_of_betainc(1), smooth=False),
    binary("skew_phi", skew_phi),
    binary("von_mises_phi", von_mises_phi, 0.2, 3.0),
    binary(
        "von_mises_phi_by_concentration",
        von_mises_phi_by_concentration,
        0.2,
        3.0,
        smooth=False,
    ),
    logic("lt", torch.lt),
    logic("le", torch.le),
    logic("gt", torch.gt),
    logic("ge", torch.ge),
    logic("eq", torch.eq),
    logic("ne", torch.ne),
    unary("neg", torch.neg),
    unary("square", torch.square),
    unary("reciprocal", torch.reciprocal, 0.3),
    unary("abs", torch.abs),
    unary("sign", torch.sign, smooth=False),
    unary("floor", torch.floor, smooth=False),
    unary("ceil", torch.ceil, smooth=False),
    unary("round", torch.round, smooth=False),
    unary("isnan", torch.isnan, smooth=False),
    unary("exp", torch.exp),
    unary("expm1", torch.expm1),
    unary("log", torch.log, 0.1),
    unary("log1p", torch.log1p, -0.8),
    unary("log10", torch.log10, 0.1),
    unary("sqrt", torch.sqrt, 0.1),
    unary("sin", torch.sin),
    unary("cos", torch.cos),
    unary("tan", torch.tan, -1.2, 1.2),
    unary("asin", torch.asin, -0.9, 0.9),
    unary("acos", torch.acos, -0.9, 0.9),
    unary("atan", torch.atan),
    unary("sinh", torch.sinh),
    unary("cosh", torch.cosh),
    unary("tanh", torch.tanh),
    unary("sigmoid", torch.sigmoid),
    unary("logit", torch.logit, 0.05, 0.95),
    unary("log_sigmoid", torch.nn.functional.logsigmoid, -40.0, 40.0),
    unary("softplus", lambda x: torch.logaddexp(x, torch.zeros_like(x)), -50.0, 50.0),
    unary("log1m_exp", lambda x: torch.log1p(-torch.exp(x)), -3.0, -0.1),
    unary("lgamma", torch.lgamma, 0.2, 5.0),
    unary("digamma", torch.digamma, 0.2, 5.0),
    unary("trigamma", lambda x: torch.polygamma(1, x), 0.2, 5.0),
    unary("tetragamma", lambda x: torch.polygamma(2, x), 0.2, 5.0, smooth=False),
    unary("erf", torch.erf),
    unary("erfc", torch.erfc),
    unary("erfinv", torch.erfinv, -0.9, 0.9),
    unary("erfcx", special.erfcx),
    unary("Phi", special.ndtr),
    unary("i0e", special.i0e, 0.3, 5.0),
    unary("i1e", special.i1e, 0.3, 5.0),
    unary("inv_Phi", special.ndtri, 0.05, 0.95),
    unary("log_Phi", special.log_ndtr, -30.0, 5.0),
    Case(
        "where",
        ((3, 1), (1, 4)),
        lambda b, x, y: b.where(b.apply("lt", x, y), b.apply("mul", x, y), y),
        lambda x, y: torch.where(x < y, x * y, y),
    ),
    Case(
        "and",
        ((3, 1), (1, 4)),
        lambda b, x, y: b.apply("and", b.apply("lt", x, y), b.apply("lt", x, 0.0)),
        lambda x, y: (x < y) & (x < 0),
        smooth=False,
    ),
    Case(
        "or",
        ((3, 1), (1, 4)),
        lambda b, x, y: b.apply("or", b.apply("lt", x, y), y),
        lambda x, y: (x < y) | (y != 0),
        smooth=False,
    ),
    Case(
        "not",
        ((3,),),
        lambda b, x: b.apply("not", b.apply("lt", x, 0.0)),
        lambda x: x >= 0,
        smooth=False,
    ),
)


def spread(b: Builder, v: Value) -> Value:
    """A positive definite matrix from any square one."""
    n = v.shape[-1]
    unit = b.diag_embed(b.expand(b.const(1.0), (n,)))
    return b.apply("add", b.matmul(v, b.transpose(v)), unit)


def index(b: Builder, *at: int) -> Value:
    source = f"torch.tensor({list(at)})"
    name = "at_" + "_".join(map(str, at))
    return b.input(name, (len(at),), batched=False, dtype=DType.INT, source=source)


def triangle(b: Builder, v: Value) -> Value:
    n = v.shape[-1]
    return b.apply("add", b.tril(v), b.diag_embed(b.expand(b.const(3.0), (n,))))


def structural(op: str, shapes, build, oracle=None, **more):
    return Case(op, shapes, build, oracle, **more)


def reduction(op: str, oracle: Callable[..., Tensor], **more):
    return Case(op, ((3, 4, 2),), lambda b, x: b.reduce(op, x, (-3, -1)), oracle, **more)


def scattered(x: Tensor, y: Tensor) -> Tensor:
    return torch.stack((y[..., 1], x[..., 1], y[..., 0], x[..., 3]), -1)


def log_paths(start, pairs, seen):
    """Log of the summed weights of all paths of a chain, one step after the other."""
    weight = start.exp()
    for t in range(seen.shape[-2]):
        move = pairs[..., min(t, pairs.shape[-3] - 1), :, :]
        weight = (weight[..., None, :] @ move.exp())[..., 0, :] * seen[..., t, :].exp()
    return weight.sum(-1).log()


STRUCTURAL_CASES = (
    structural("unsqueeze", ((3, 4),), lambda b, x: b.unsqueeze(x, (-1, -3)),
               lambda x: x[..., None, :, None]),
    structural("squeeze", ((3, 1, 4),), lambda b, x: b.squeeze(x, (-2,)), lambda x: x[..., 0, :]),
    structural("permute", ((2, 3, 4),), lambda b, x: b.permute(x, (2, 0, 1)),
               lambda x: x.movedim(-1, -3)),
    structural("permute", ((3, 4),), lambda b, x: b.transpose(x), lambda x: x.mT, name="mT"),
    structural("expand", ((3, 1),), lambda b, x: b.expand(x, (2, 3, 4)),
               lambda x: x[..., None, :, :].expand(*x.shape[:-2], 2, 3, 4)),
    structural("expand", ((),), lambda b, x: b.expand(x, (4,)),
               lambda x: x[..., None].expand(*x.shape, 4), name="expand-scalar"),
    structural("reshape", ((3, 4),), lambda b, x: b.reshape(x, (2, 6)),
               lambda x: x.reshape(*x.shape[:-2], 2, 6)),
    structural("reshape", ((3, 4),), lambda b, x: b.reshape(x, (12,)),
               lambda x: x.flatten(-2), name="flatten"),
    structural("reshape", ((12,),), lambda b, x: b.reshape(x, (3, 4)),
               lambda x: x.unflatten(-1, (3, 4)), name="unflatten"),
    structural("pick", ((2, 4),), lambda b, x: b.pick(x, 2), lambda x: x[..., 2]),
    structural("slice", ((2, 4),), lambda b, x: b.slice(x, 1, 3), lambda x: x[..., 1:3]),
    structural("pad", ((2, 2),), lambda b, x: b.pad(x, 1, 2),
               lambda x: torch.nn.functional.pad(x, (1, 2))),
    structural("cat", ((2, 2), (1, 3)), lambda b, x, y: b.cat([x, y]),
               lambda x, y: torch.cat((x, y.expand(*y.shape[:-2], 2, 3)), -1)),
    structural("stack", ((2,), (2,)), lambda b, x, y: b.stack([x, y, x]),
               lambda x, y: torch.stack((x, y, x), -1)),
    structural("take", ((2, 4),), lambda b, x: b.take(x, index(b, 3, 0, 3)),
               lambda x: x[..., [3, 0, 3]]),
    structural("index_add", ((3,),),
               lambda b, x: b.index_add(b.stack([b.pick(x, 0)] * 4), index(b, 3, 0, 3), x),
               lambda x: torch.stack(
                   (x[..., 1], 0 * x[..., 1], 0 * x[..., 1], x[..., 0] + x[..., 2]), -1)),
    structural("gather", ((5,), (2, 2)),
               lambda b, x, y: b.gather(x, b.to_index(b.apply("floor", b.apply("abs", y)))),
               lambda x, y: torch.take_along_dim(x, y.abs().long().flatten(-2), -1)
               .unflatten(-1, (2, 2))),
    structural("gather_add", ((5,), (3,)),
               lambda b, x, y: b.gather_add(x, b.to_index(b.apply("floor", b.apply("abs", y))), y),
               lambda x, y: torch.zeros_like(x).scatter_add(-1, y.abs().long(), y)),
    structural("scatter", ((4,), (2,)), lambda b, x, y: b.scatter(x, index(b, 2, 0), y), scattered),
    reduction("sum", lambda x: x.sum((-3, -1))),
    reduction("prod", lambda x: x.prod(-1).prod(-2)),
    reduction("max", lambda x: x.amax((-3, -1))),
    reduction("min", lambda x: x.amin((-3, -1))),
    reduction("logsumexp", lambda x: x.logsumexp((-3, -1))),
    structural("any", ((3, 4),), lambda b, x: b.reduce("any", b.apply("lt", x, -1.0), (-1,)),
               lambda x: (x < -1).any(-1), smooth=False),
    structural("all", ((3, 4),), lambda b, x: b.reduce("all", b.apply("lt", x, 1.0), (-1,)),
               lambda x: (x < 1).all(-1), smooth=False),
    structural("cumsum", ((2, 4),), lambda b, x: b.cumsum(x), lambda x: x.cumsum(-1)),
    structural("sort", ((2, 5),), lambda b, x: b.sort(x), lambda x: x.sort(-1).values),
    structural("sort_back", ((2, 5), (2, 5)), lambda b, g, v: b.sort_back(g, v),
               lambda g, v: g.gather(-1, v.argsort(-1).argsort(-1)), smooth=False),
    structural("flip", ((2, 4),), lambda b, x: b.flip(x), lambda x: x.flip(-1)),
    structural("log_softmax", ((2, 4),), lambda b, x: b.log_softmax(x),
               lambda x: x.log_softmax(-1)),
    structural("softmax", ((2, 4),), lambda b, x: b.softmax(x), lambda x: x.softmax(-1)),
    structural("einsum", ((2, 3), (2, 4, 3)), lambda b, x, y: b.einsum(x, y, ("mn", "mtn", "tm")),
               lambda x, y: (x[..., None, :] * y).sum(-1).mT),
    structural("matmul", ((2, 3), (3, 4)), lambda b, x, y: b.matmul(x, y), torch.matmul),
    structural("matmul", ((3,), (3,)), lambda b, x, y: b.matmul(x, y),
               lambda x, y: (x * y).sum(-1), name="dot"),
    structural("matmul", ((3,), (3, 4)), lambda b, x, y: b.matmul(x, y),
               lambda x, y: (x[..., None, :] @ y)[..., 0, :], name="row"),
    structural("matmul", ((2, 3), (3,)), lambda b, x, y: b.matmul(x, y),
               lambda x, y: (x @ y[..., None])[..., 0], name="column"),
    structural("paths", ((3,), (4, 3, 3), (4, 3)), lambda b, *xs: b.log_paths(*xs), log_paths),
    structural("paths", ((2, 3), (2, 1, 3, 3), (1, 5, 3)), lambda b, *xs: b.log_paths(*xs),
               log_paths, name="paths-alike"),
    structural("paths", ((9,), (1, 9, 9), (3, 9)), lambda b, *xs: b.log_paths(*xs), log_paths,
               name="paths-step by step"),
    structural("cholesky", ((3, 3),), lambda b, x: b.cholesky(spread(b, x)),
               lambda x: torch.linalg.cholesky(x @ x.mT + torch.eye(3, dtype=x.dtype))),
    structural("solve", ((3, 3), (3,)), lambda b, x, y: b.solve_lower(triangle(b, x), y),
               lambda x, y: torch.linalg.solve_triangular(
                   x.tril() + 3 * torch.eye(3, dtype=x.dtype), y[..., None], upper=False)[..., 0]),
    structural("solve", ((3, 3), (2, 3)),
               lambda b, x, y: b.solve(b.transpose(triangle(b, x)), y, upper=True, left=False),
               lambda x, y: torch.linalg.solve_triangular(
                   (x.tril() + 3 * torch.eye(3, dtype=x.dtype)).mT, y, upper=True, left=False),
               name="solve-right"),
    structural("solve_square", ((3, 3), (3, 2)),
               lambda b, x, y: b.solve_square(b.apply("add", x, triangle(b, x)), y),
               lambda x, y: torch.linalg.solve(
                   x + x.tril() + 3 * torch.eye(3, dtype=x.dtype), y)),
    structural("inverse", ((3, 3),), lambda b, x: b.inverse(spread(b, x)),
               lambda x: torch.linalg.inv(x @ x.mT + torch.eye(3, dtype=x.dtype))),
    structural("logabsdet", ((3, 3),), lambda b, x: b.logabsdet(x),
               lambda x: torch.linalg.slogdet(x).logabsdet),
    structural("det", ((3, 3),), lambda b, x: b.det(x), torch.linalg.det),
    structural("eigh", ((3, 3),), lambda b, x: b.eigenvalues(spread(b, x)),
               lambda x: torch.linalg.eigvalsh(x @ x.mT + torch.eye(3, dtype=x.dtype)),
               name="eigenvalues"),
    # squared: what depends on the signs of the vectors is no function of the matrix
    structural("eigh", ((3, 3),), lambda b, x: b.apply("square", b.eigenvectors(spread(b, x))),
               lambda x: torch.linalg.eigh(
                   x @ x.mT + torch.eye(3, dtype=x.dtype)).eigenvectors.square()),
    structural("diagonal", ((3, 3),), lambda b, x: b.diagonal(x),
               lambda x: x.diagonal(dim1=-2, dim2=-1)),
    structural("diag_embed", ((3,),), lambda b, x: b.diag_embed(x), torch.diag_embed),
    structural("tril", ((3, 3),), lambda b, x: b.tril(x, -1), lambda x: x.tril(-1)),
    structural("at_least", ((4,),), lambda b, x: b.apply("maximum", x, 0.3),
               lambda x: x.clamp(min=0.3)),
    structural("at_most", ((4,),), lambda b, x: b.apply("minimum", 0.3, x),
               lambda x: x.clamp(max=0.3)),
    structural("at_most", ((4,),), lambda b, x: b.apply("minimum", x, inf),
               lambda x: x.clamp(max=inf)),
    structural("stop", ((4,),), lambda b, x: b.apply("mul", x, b.stop(x)),
               lambda x: x * x.detach()),
    structural("to_float", ((4,),), lambda b, x: b.apply("mul", 0.1, b.apply("lt", x, 0.0)),
               lambda x: 0.1 * (x < 0).to(x.dtype), smooth=False),
    structural("to_int", ((4,),),
               lambda b, x: b.apply("add", b.apply("lt", x, 0.0), b.apply("lt", x, 1.0)),
               lambda x: (x < 0).long() + (x < 1).long(), smooth=False),
    structural("to_index", ((4,),), lambda b, x: b.to_index(b.apply("floor", x)),
               lambda x: x.floor().long(), smooth=False),
    structural("batch_like", ((2,),),
               lambda b, x: b.broadcast_batch(b.expand(b.const(0.1), (3,)), x),
               lambda x: torch.full((*x.shape[:-1], 3), 0.1, dtype=x.dtype), smooth=False),
    structural("arange", ((4,),), lambda b, x: b.apply("mul", x, b.to_float(b.arange(4, 2))),
               lambda x: x * torch.arange(2, 6)),
    structural("tensor", ((),), lambda b, x: b.where(b.apply("lt", x, 0.0), 0.1, 0.7),
               lambda x: torch.where(x < 0, x.new_tensor(0.1), x.new_tensor(0.7)), smooth=False),
    structural("const", ((4,),), lambda b, x: b.apply("mul", 0.1, x), lambda x: 0.1 * x),
    structural("input", ((4,),), lambda b, x: x, lambda x: x),
)  # fmt: skip

CASES = (*POINTWISE_CASES, *STRUCTURAL_CASES)
# draws and what is made of sizes alone have tests of their own
APART = {
    "density",
    "sample",
    "std_gamma",
    "std_inverse_gaussian",
    "gamma_grad",
    "over_batch",
    "size",
}
# made by the printer alone, for functions that run at every step
FUSED = {"addcmul", "addcdiv", "index_like", "take_along"}
# modules from outside: tests/test_networks.py
NETWORKS = {"network", "network_back", "network_part"}
# differential equations hold programs of their own: tests/test_odes.py
SOLUTIONS = {"path", "solved", "path_back", "path_part"}
# parts of what the cases of `paths` compute
PATHS = {"paths_sum", "paths_back", "paths_part"}
# and so do loops: tests/test_recurrences.py
LOOPS = {"scan", "scan_member", "scan_back", "scan_part", "step"}


def test_no_operation_is_without_a_case():
    apart = APART | FUSED | LOOPS | NETWORKS | PATHS | SOLUTIONS
    assert {case.op for case in CASES} | apart == set(OPS)


def operands(case: Case, batch: tuple[int, ...], dtype: torch.dtype = torch.float64):
    rng = torch.Generator().manual_seed(5)
    width = case.high - case.low
    return [
        (case.low + width * torch.rand((*batch, *s), generator=rng, dtype=torch.float64)).to(dtype)
        for s in case.shapes
    ]


MODES = {
    "simplified": {"simplify": True, "fast": False},
    "plain": {"simplify": False, "fast": False},
    "fast": {"simplify": True, "fast": True},
}
in_every_mode = pytest.mark.parametrize(
    ("simplify", "fast"), [tuple(m.values()) for m in MODES.values()], ids=MODES
)


def built(case: Case, *, simplify: bool = True) -> tuple[Builder, list[Value], Value, list[str]]:
    b = Builder(simplify=simplify)
    names = [f"x{i}" for i in range(len(case.shapes))]
    inputs = [b.input(n, s, batched=True) for n, s in zip(names, case.shapes, strict=True)]
    return b, inputs, case.build(b, *inputs), names


@in_every_mode
@pytest.mark.parametrize("batch", BATCHES, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_value(case, batch, simplify, fast):
    b, _, y, names = built(case, simplify=simplify)
    xs = operands(case, batch)
    whole = b.broadcast_batch(y, b.input("x0", case.shapes[0], batched=True))
    actual = compiled(b, whole, names, fast=fast)
    torch.testing.assert_close(actual(*xs), case.oracle(*xs), check_stride=False)


SMOOTH = [case for case in CASES if case.smooth]


@pytest.mark.parametrize("case", [c for c in POINTWISE_CASES if c.smooth], ids=str)
def test_derivatives_number_by_number_can_be_taken_for_all_steps_at_once(case):
    """What `lift` knows is closed under differentiation, and it computes the same."""
    b, inputs, y, names = built(case)
    gradient = differentiate([(y, b.const(1.0))], inputs, b)
    assert can_lift(gradient)
    steps = 3
    longer = [b.input(f"{n}_all", (*x.shape, steps), batched=True)
              for n, x in zip(names, inputs, strict=True)]  # fmt: skip
    arrays = {x.id: v for x, v in zip(inputs, longer, strict=True)}
    all_at_once = compiled(b, tuple(lifted(b, gradient, arrays)), [f"{n}_all" for n in names])
    each = compiled(b, tuple(gradient), names)
    xs = [operands(case, (steps,))[i] for i in range(len(names))]
    found = all_at_once(*(x.movedim(0, -1) for x in xs))
    for one, other in zip(found, each(*xs), strict=True):
        torch.testing.assert_close(*torch.broadcast_tensors(one.movedim(-1, 0), other))


@in_every_mode
@pytest.mark.parametrize("batch", BATCHES, ids=str)
@pytest.mark.parametrize("case", SMOOTH, ids=str)
def test_gradient(case, batch, simplify, fast):
    b, inputs, y, names = built(case, simplify=simplify)
    xs = operands(case, batch)
    seed = b.input("seed", y.shape, batched=True)
    gradient = differentiate([(y, seed)], inputs, b)
    weights = torch.randn((*batch, *y.shape), dtype=torch.float64)
    actual = compiled(b, tuple(gradient), (*names, "seed"), fast=fast)(*xs, weights)
    leaves = [x.requires_grad_() for x in xs]
    total = (case.oracle(*leaves) * weights).sum()
    expected = torch.autograd.grad(total, leaves, materialize_grads=True)
    for got, want in zip(actual, expected, strict=True):
        got = torch.as_tensor(got, dtype=want.dtype).expand(want.shape)
        torch.testing.assert_close(got, want, rtol=1e-9, atol=1e-9, check_stride=False)


@pytest.mark.parametrize("fast", (False, True), ids=("readable", "fast"))
@pytest.mark.parametrize("case", SMOOTH, ids=str)
def test_float32_stays_float32(case, fast):
    b, inputs, y, names = built(case)
    gradient = differentiate([(y, b.expand(b.const(0.1), y.shape))], inputs, b)
    xs = operands(case, (3,), torch.float32)
    outputs = [b.broadcast_batch(v, inputs[0]) for v in (y, *gradient)]
    results = compiled(b, tuple(outputs), names, dtype=torch.float32, fast=fast)(*xs)
    assert {t.dtype for t in results} == {torch.float32}


def test_the_table_has_a_derivative_wherever_there_is_one():
    flat = {"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "isnan"}
    flat |= {"sign", "floor", "ceil", "round", "tetragamma", "betainc_by_a", "betainc_by_b"}
    flat |= {"von_mises_phi_by_concentration"}
    assert {n for n, row in POINTWISE.items() if not any(row.rules)} == flat
