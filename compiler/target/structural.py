"""Rows of the operations that are not number by number: leaves, views, indexing, matrices, draws.

Axes are negative and trailing; sizes stand in ``attrs`` and in the shape of the value.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .op import Level, Op, Rule, SizeText, Spelling, call, infix, method
from .value import DType, Shape, Size, Value

if TYPE_CHECKING:
    from .builder import Builder

_ATOM = (Level.ATOM,)
_TORCH: Mapping[DType, str] = {
    DType.FLOAT: "dtype",
    DType.INT: "torch.long",
    DType.BOOL: "torch.bool",
}


def _tuple(parts: Sequence[str]) -> str:
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


def _after_batch(like: str, rank: int, shape: Shape, size: SizeText) -> str:
    """The array shape that has the batch axes of ``like``, whose trailing rank is given."""
    batch = f"{like}.shape[:-{rank}]" if rank else f"{like}.shape"
    return f"{batch} + {_tuple([size(n) for n in shape])}" if shape else batch


def _dim(axes: Sequence[int]) -> str:
    return str(axes[0]) if len(axes) == 1 else _tuple([str(a) for a in axes])


# --- leaves -------------------------------------------------------------------------------------


def _literal(v: Value, size: SizeText) -> str:
    x = v.attrs[0]
    if v.dtype is not DType.FLOAT:
        return repr(x)
    if x != x:
        return "torch.nan"
    if x in (float("inf"), float("-inf")):
        return "torch.inf" if x > 0 else "-torch.inf"  # type: ignore[operator]
    return repr(x)


def _tensor(v: Value, size: SizeText) -> str:
    return f"torch.tensor({{0}}, dtype={_TORCH[v.dtype]})"


def _arange(v: Value, size: SizeText) -> str:
    n, first = v.attrs
    if first == 0:
        return f"torch.arange({size(n)})"
    if isinstance(n, int) and isinstance(first, int):
        return f"torch.arange({first}, {first + n})"
    return f"torch.arange({size(n)}) + {size(first)}"  # type: ignore[arg-type]


LEAVES: Mapping[str, Op] = {
    "const": Op(Spelling(_literal), python=True),
    "size": Op(Spelling(lambda v, size: size(v.attrs[0])), python=True),  # type: ignore[arg-type]
    "input": Op(Spelling(lambda v, size: str(v.attrs[1]))),
    "arange": Op(Spelling(_arange, Level.SUM)),
    "tensor": Op(Spelling(_tensor)),
}


# --- conversions --------------------------------------------------------------------------------


def _through(b: "Builder", g: Value, *_: Value) -> Value:
    return g


CONVERSIONS: Mapping[str, Op] = {
    "to_float": Op(method("to", "dtype")),
    "to_int": Op(method("long")),
    "to_index": Op(method("long")),
    "stop": Op(Spelling("{0}", Level.ATOM, _ATOM)),
}


# --- views --------------------------------------------------------------------------------------


def _unsqueeze(v: Value, size: SizeText) -> str:
    axes: tuple[int, ...] = v.attrs  # type: ignore[assignment]
    parts = ("None" if a in axes else ":" for a in range(min(axes), 0))
    return f"{{0}}[..., {', '.join(parts)}]"


def _permute(v: Value, size: SizeText) -> str:
    order: tuple[int, ...] = v.attrs  # type: ignore[assignment]
    n = len(order)
    moved = [(o - n, i - n) for i, o in enumerate(order) if o != i]
    if moved == [(-1, -2), (-2, -1)]:
        return "{0}.mT"
    source, target = ([str(m[i]) for m in moved] for i in (0, 1))
    return f"{{0}}.movedim({_tuple(source)}, {_tuple(target)})"


def _expand(v: Value, size: SizeText) -> str:
    inner, shape = v.inputs[0], v.shape
    if inner.host:
        return f"torch.full({_tuple([size(n) for n in shape])}, {{0}}, dtype={_TORCH[v.dtype]})"
    if not v.batched:
        return f"{{0}}.expand({', '.join(size(n) for n in shape)})"
    return f"{{0}}.expand({_after_batch('{0}', inner.rank, shape, size)})"


def _reshape(v: Value, size: SizeText) -> str:
    rank, shape = v.inputs[0].rank, v.shape
    if len(shape) == 1 and rank > 1:
        return f"{{0}}.flatten(-{rank})"
    if rank == 1 and shape:
        return f"{{0}}.unflatten(-1, {_tuple([size(n) for n in shape])})"
    if not v.batched:
        return f"{{0}}.reshape({_tuple([size(n) for n in shape]) if shape else '()'})"
    return f"{{0}}.reshape({_after_batch('{0}', rank, shape, size)})"


def _batch_like(v: Value, size: SizeText) -> str:
    return f"{{0}}.expand({_after_batch('{1}', v.inputs[1].rank, v.shape, size)})"


def _over_batch(v: Value, size: SizeText) -> str:
    return f"{{0}}.expand({', '.join(['*batch', *map(size, v.shape)])})"


def _pick(v: Value, size: SizeText) -> str:
    return f"{{0}}[..., {size(v.attrs[0])}]"  # type: ignore[arg-type]


def _slice(v: Value, size: SizeText) -> str:
    start, stop = v.attrs
    first = "" if start == 0 else size(start)  # type: ignore[arg-type]
    last = "" if stop == v.inputs[0].shape[-1] else size(stop)  # type: ignore[arg-type]
    return f"{{0}}[..., {first}:{last}]"


def _pad(v: Value, size: SizeText) -> str:
    before, after = v.attrs
    return f"torch.nn.functional.pad({{0}}, ({size(before)}, {size(after)}))"  # type: ignore[arg-type]


def _rule_unsqueeze(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.squeeze(g, y.attrs)  # type: ignore[arg-type]


def _rule_squeeze(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.unsqueeze(g, y.attrs)  # type: ignore[arg-type]


def _rule_permute(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    order: tuple[int, ...] = y.attrs  # type: ignore[assignment]
    return b.permute(g, tuple(order.index(i) for i in range(len(order))))


def _rule_reshape(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.reshape(b.expand(g, y.shape), v.shape)


def _rule_pick(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    at: Size = y.attrs[0]  # type: ignore[assignment]
    after = b.difference(b.difference(v.shape[-1], at), 1)
    return b.pad(b.unsqueeze(g, (-1,)), at, after)


def _rule_slice(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    start, stop = y.attrs
    return b.pad(b.expand(g, y.shape), start, b.difference(v.shape[-1], stop))  # type: ignore[arg-type]


def _rule_pad(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    before, after = y.attrs
    return b.slice(b.expand(g, y.shape), before, b.difference(y.shape[-1], after))  # type: ignore[arg-type]


def _rule_cat(position: int) -> Rule:
    def rule(b: "Builder", g: Value, y: Value, *vs: Value) -> Value:
        start: Size = 0
        for v in vs[:position]:
            start = b.sum_of_sizes(start, v.shape[-1])
        end = b.sum_of_sizes(start, vs[position].shape[-1])
        return b.slice(b.expand(g, y.shape), start, end)

    return rule


def _rule_stack(position: int) -> Rule:
    def rule(b: "Builder", g: Value, y: Value, *vs: Value) -> Value:
        return b.pick(b.expand(g, y.shape), position)

    return rule


VIEWS: Mapping[str, Op] = {
    "unsqueeze": Op(Spelling(_unsqueeze, Level.ATOM, _ATOM), (_rule_unsqueeze,)),
    "squeeze": Op(
        Spelling(lambda v, size: f"{{0}}.squeeze({_dim(v.attrs)})", Level.ATOM, _ATOM),  # type: ignore[arg-type]
        (_rule_squeeze,),
    ),
    "permute": Op(Spelling(_permute, Level.ATOM, _ATOM), (_rule_permute,)),
    "expand": Op(Spelling(_expand, Level.ATOM, _ATOM, twice=(0,)), (_through,), broadcasts=True),
    "reshape": Op(Spelling(_reshape, Level.ATOM, _ATOM, twice=(0,)), (_rule_reshape,)),
    "batch_like": Op(Spelling(_batch_like, Level.ATOM, (Level.ATOM, Level.ATOM)), (_through, None)),
    "over_batch": Op(Spelling(_over_batch, Level.ATOM, _ATOM), (_through,)),
    "pick": Op(Spelling(_pick, Level.ATOM, _ATOM), (_rule_pick,)),
    "slice": Op(Spelling(_slice, Level.ATOM, _ATOM), (_rule_slice,)),
    "pad": Op(Spelling(_pad), (_rule_pad,)),
    "cat": Op(Spelling(lambda v, size: f"torch.cat({_operands(v)}, -1)"), _rule_cat),
    "stack": Op(Spelling(lambda v, size: f"torch.stack({_operands(v)}, -1)"), _rule_stack),
}


def _operands(v: Value) -> str:
    return _tuple([f"{{{i}}}" for i in range(len(v.inputs))])


# --- indexing -----------------------------------------------------------------------------------


def _gather(v: Value, size: SizeText) -> str:
    if v.inputs[0].batched:
        return "torch.take_along_dim({0}, {1}, -1)"
    return "{0}[{1}]"


def _rule_take(b: "Builder", g: Value, y: Value, v: Value, index: Value) -> Value:
    return b.index_add(v, index, b.expand(g, y.shape))


def _rule_index_add(b: "Builder", g: Value, y: Value, like: Value, index: Value, v: Value) -> Value:
    return b.take(b.expand(g, y.shape), index)


def _rule_gather(b: "Builder", g: Value, y: Value, v: Value, index: Value) -> Value:
    return b.gather_add(v, index, b.expand(g, y.shape))


def _rule_gather_add(
    b: "Builder", g: Value, y: Value, like: Value, index: Value, v: Value
) -> Value:
    return b.gather(b.expand(g, y.shape), index)


def _rule_scatter_base(
    b: "Builder", g: Value, y: Value, base: Value, index: Value, v: Value
) -> Value:
    return b.scatter(b.expand(g, y.shape), index, b.expand(b.const(0.0), v.shape))


def _rule_scatter_new(
    b: "Builder", g: Value, y: Value, base: Value, index: Value, v: Value
) -> Value:
    return b.take(b.expand(g, y.shape), index)


INDEXING: Mapping[str, Op] = {
    "take": Op(Spelling("{0}[..., {1}]", Level.ATOM, _ATOM), (_rule_take, None)),
    "index_add": Op(
        call("torch.zeros_like({0}).index_add", "-1", "{1}", "{2}"), (None, None, _rule_index_add)
    ),
    "gather": Op(Spelling(_gather, Level.ATOM, _ATOM), (_rule_gather, None)),
    "gather_add": Op(
        call("torch.zeros_like({0}).scatter_add", "-1", "{1}", "{2}"),
        (None, None, _rule_gather_add),
    ),
    "scatter": Op(
        method("index_copy", "-1", "{1}", "{2}"), (_rule_scatter_base, None, _rule_scatter_new)
    ),
}


# --- reductions and scans -----------------------------------------------------------------------


def _reduction(name: str) -> Spelling:
    def text(v: Value, size: SizeText) -> str:
        return f"{{0}}.{name}({_dim(v.attrs)})"  # type: ignore[arg-type]

    return Spelling(text, Level.ATOM, _ATOM)


def _rule_sum(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.unsqueeze(g, y.attrs)  # type: ignore[arg-type]


def _rule_extreme(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    """Ties share the adjoint equally."""
    axes: tuple[int, ...] = y.attrs  # type: ignore[assignment]
    hit = b.apply("eq", v, b.unsqueeze(y, axes))
    share = b.apply("div", g, b.reduce("sum", b.to_float(hit), axes))
    return b.where(hit, b.unsqueeze(share, axes), 0.0)


def _rule_logsumexp(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    axes: tuple[int, ...] = y.attrs  # type: ignore[assignment]
    finite = b.apply("maximum", y, -3.0e38)  # all -inf: weights of 0 instead of nan
    weight = b.apply("exp", b.apply("sub", v, b.unsqueeze(finite, axes)))
    return b.apply("mul", b.unsqueeze(g, axes), weight)


def _rule_prod(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    """The product of the others, right with any number of zeros."""
    axes: tuple[int, ...] = y.attrs  # type: ignore[assignment]
    zero = b.apply("eq", v, 0.0)
    zeros = b.reduce("sum", b.to_float(zero), axes, keepdim=True)
    filled = b.where(zero, 1.0, v)
    rest = b.reduce("prod", filled, axes, keepdim=True)
    none = b.apply("eq", zeros, 0.0)
    only = b.apply("and", zero, b.apply("eq", zeros, 1.0))
    slope = b.where(b.apply("or", none, only), b.apply("div", rest, filled), 0.0)
    return b.apply("mul", b.unsqueeze(g, axes), slope)


def _rule_cumsum(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.flip(b.cumsum(b.flip(b.expand(g, y.shape))))


def _rule_flip(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.flip(b.expand(g, y.shape))


def _rule_log_softmax(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    total = b.reduce("sum", b.expand(g, y.shape), (-1,), keepdim=True)
    return b.apply("sub", g, b.apply("mul", total, b.apply("exp", y)))


def _rule_softmax(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    flow = b.apply("mul", g, y)
    total = b.reduce("sum", flow, (-1,), keepdim=True)
    return b.apply("sub", flow, b.apply("mul", total, y))


REDUCTIONS: Mapping[str, Op] = {
    "sum": Op(_reduction("sum"), (_rule_sum,)),
    "prod": Op(_reduction("prod"), (_rule_prod,)),
    "max": Op(_reduction("amax"), (_rule_extreme,)),
    "min": Op(_reduction("amin"), (_rule_extreme,)),
    "logsumexp": Op(_reduction("logsumexp"), (_rule_logsumexp,)),
    "any": Op(_reduction("any"), (None,)),
    "all": Op(_reduction("all"), (None,)),
}

SCANS: Mapping[str, Op] = {
    "cumsum": Op(method("cumsum", "-1"), (_rule_cumsum,)),
    "flip": Op(method("flip", "-1"), (_rule_flip,)),
    "log_softmax": Op(method("log_softmax", "-1"), (_rule_log_softmax,)),
    "softmax": Op(method("softmax", "-1"), (_rule_softmax,)),
}


# --- matrices -----------------------------------------------------------------------------------


def _rule_matmul_left(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    g = b.expand(g, y.shape)
    if p.rank == 1:
        if q.rank == 1:
            return b.apply("mul", b.unsqueeze(g, (-1,)), q)
        return b.matmul(g, b.transpose(q))
    if q.rank == 1:
        return b.apply("mul", b.unsqueeze(g, (-1,)), q)
    return b.matmul(g, b.transpose(q))


def _rule_matmul_right(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    g = b.expand(g, y.shape)
    if q.rank == 1:
        weighted = b.apply("mul", b.unsqueeze(g, (-1,)), p)
        axes = tuple(range(-weighted.rank, -1))
        return b.reduce("sum", weighted, axes) if axes else weighted
    if p.rank == 1:
        return b.apply("mul", b.unsqueeze(p, (-1,)), b.unsqueeze(g, (-2,)))
    return b.matmul(b.transpose(p), g)


def _rule_cholesky(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    """Murray (2016), "Differentiation of the Cholesky decomposition", equation 10, symmetric."""
    upper = b.transpose(y)
    inner = b.matmul(upper, b.expand(g, y.shape))
    half = b.apply("mul", 0.5, b.apply("add", b.tril(inner), b.tril(inner, -1)))
    left = b.solve(upper, half, upper=True)
    whole = b.solve(y, left, upper=False, left=False)
    return b.apply("mul", 0.5, b.apply("add", whole, b.transpose(whole)))


def _solve(v: Value, size: SizeText) -> str:
    upper, left = v.attrs
    side = "" if left else ", left=False"
    return f"torch.linalg.solve_triangular({{0}}, {{1}}, upper={upper}{side})"


def _rule_solve_matrix(b: "Builder", g: Value, y: Value, a: Value, v: Value) -> Value:
    upper, left = bool(y.attrs[0]), bool(y.attrs[1])
    flow = _rule_solve_vector(b, g, y, a, v)
    product = b.matmul(flow, b.transpose(y)) if left else b.matmul(b.transpose(y), flow)
    part = b.transpose(b.tril(b.transpose(product))) if upper else b.tril(product)
    return b.apply("neg", part)


def _rule_solve_vector(b: "Builder", g: Value, y: Value, a: Value, v: Value) -> Value:
    upper, left = bool(y.attrs[0]), bool(y.attrs[1])
    return b.solve(b.transpose(a), b.expand(g, y.shape), upper=not upper, left=left)


def _rule_diagonal(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    return b.diag_embed(b.expand(g, y.shape))


def _rule_diag_embed(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.diagonal(b.expand(g, y.shape))


def _rule_tril(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    return b.tril(b.expand(g, y.shape), y.attrs[0])  # type: ignore[arg-type]


MATRICES: Mapping[str, Op] = {
    "matmul": Op(infix("@", Level.PRODUCT), (_rule_matmul_left, _rule_matmul_right)),
    "cholesky": Op(call("cholesky", "{0}"), (_rule_cholesky,), helper="cholesky"),
    "solve": Op(Spelling(_solve), (_rule_solve_matrix, _rule_solve_vector)),
    "diagonal": Op(method("diagonal", "dim1=-2", "dim2=-1"), (_rule_diagonal,)),
    "diag_embed": Op(method("diag_embed"), (_rule_diag_embed,)),
    "tril": Op(
        Spelling(lambda v, size: f"{{0}}.tril({v.attrs[0] or ''})", Level.ATOM, _ATOM),
        (_rule_tril,),
    ),
}


# --- bounds -------------------------------------------------------------------------------------


def _rule_at_least(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.where(b.apply("ge", v, y.attrs[0]), g, 0.0)


def _rule_at_most(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.where(b.apply("le", v, y.attrs[0]), g, 0.0)


def _clamp(side: str) -> Spelling:
    return Spelling(lambda v, size: f"{{0}}.clamp({side}={v.attrs[0]!r})", Level.ATOM, _ATOM)


BOUNDS: Mapping[str, Op] = {
    "at_least": Op(_clamp("min"), (_rule_at_least,)),
    "at_most": Op(_clamp("max"), (_rule_at_most,)),
}


# --- distributions ------------------------------------------------------------------------------


def _suffix(form: object) -> str:
    return f"_{form}" if form else ""


def _density(v: Value, size: SizeText) -> str:
    module, form = v.attrs[:2]
    args = ", ".join(f"{{{i}}}" for i in range(len(v.inputs)))
    return f"{module}.log_prob{_suffix(form)}({args})"


def _sample(v: Value, size: SizeText) -> str:
    module, form, event, keywords = v.attrs[:4]
    keywords_: tuple[str, ...] = keywords  # type: ignore[assignment]
    plain = len(v.inputs) - len(keywords_)
    args = [f"{{{i}}}" for i in range(plain)]
    args += [f"{k}={{{plain + i}}}" for i, k in enumerate(keywords_)]
    plates = v.shape[: v.rank - int(event)]  # type: ignore[call-overload]
    shape = ", ".join(["*batch", *map(size, plates)])
    args.append(f"shape=({shape},)" if not plates else f"shape=({shape})")
    args.append("rng=rng")
    if all(x.host for x in v.inputs):
        args.append("dtype=dtype")
    return f"{module}.sample{_suffix(form)}({', '.join(args)})"


def _rule_std_gamma(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    return b.apply("mul", g, b.gamma_grad(a, y))


DISTRIBUTIONS: Mapping[str, Op] = {
    "density": Op(Spelling(_density), opaque=True),
    "sample": Op(Spelling(_sample), draws=True),
    "std_gamma": Op(
        call("torch._standard_gamma", "{0}", "generator=rng"), (_rule_std_gamma,), draws=True
    ),
    "gamma_grad": Op(call("torch._standard_gamma_grad", "{0}", "{1}"), opaque=True),
}

# --- fused sums, which the printer makes of others ----------------------------------------------


def _fused(name: str) -> Spelling:
    def text(v: Value, size: SizeText) -> str:
        factor = f", value={v.attrs[0]!r}" if v.attrs[0] != 1.0 else ""
        return f"torch.{name}({{0}}, {{1}}, {{2}}{factor})"

    return Spelling(text)


def _index_like(v: Value, size: SizeText) -> str:
    return f"{{0}}.expand({_after_batch('{1}', 1, v.shape[-1:], size)})"


FUSED: Mapping[str, Op] = {
    "index_like": Op(Spelling(_index_like, Level.ATOM, (Level.ATOM, Level.ATOM)), opaque=True),
    "take_along": Op(method("gather", "-1", "{1}"), opaque=True),
    "addcmul": Op(_fused("addcmul"), opaque=True),
    "addcdiv": Op(_fused("addcdiv"), opaque=True),
}

STRUCTURAL: Mapping[str, Op] = {
    **LEAVES,
    **CONVERSIONS,
    **VIEWS,
    **INDEXING,
    **REDUCTIONS,
    **SCANS,
    **MATRICES,
    **BOUNDS,
    **DISTRIBUTIONS,
    **FUSED,
}
