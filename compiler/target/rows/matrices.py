"""Rows of the matrix operations."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..op import Level, Op, SizeText, Spelling, call, infix, method
from ..value import Value
from .text import ATOM

if TYPE_CHECKING:
    from ..builder import Builder


def _einsum(v: Value, size: SizeText) -> str:
    words = [f"...{w}" if x.batched else w for w, x in zip(v.attrs, (*v.inputs, v), strict=True)]
    return f"torch.einsum('{words[0]},{words[1]}->{words[2]}', {{0}}, {{1}})"


def _rule_einsum_left(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    of_p, of_q, out = y.attrs
    return b.einsum(b.expand(g, y.shape), q, (out, of_q, of_p))


def _rule_einsum_right(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    of_p, of_q, out = y.attrs
    return b.einsum(b.expand(g, y.shape), p, (out, of_p, of_q))


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


def _rule_solve_square_matrix(b: "Builder", g: Value, y: Value, a: Value, v: Value) -> Value:
    flow = _rule_solve_square_right(b, g, y, a, v)
    return b.apply("neg", b.matmul(flow, b.transpose(y)))


def _rule_solve_square_right(b: "Builder", g: Value, y: Value, a: Value, v: Value) -> Value:
    return b.solve_square(b.transpose(a), b.expand(g, y.shape))


def _rule_inverse(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    back = b.transpose(y)
    return b.apply("neg", b.matmul(b.matmul(back, b.expand(g, y.shape)), back))


def _rule_logabsdet(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    return b.apply("mul", b.unsqueeze(g, (-1, -2)), b.transpose(b.inverse(a)))


def _rule_det(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    return _rule_logabsdet(b, b.apply("mul", g, y), y, a)


def _rule_eigh(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    """Giles (2008), "Collected matrix derivative results", section 3.1, made symmetric.

    Vectors of equal eigenvalues have no derivative: there it is not a number.
    """
    n = a.shape[-1]
    g = b.expand(g, y.shape)
    vectors, back = b.slice(y, 0, n), b.transpose(b.slice(y, 0, n))
    values = b.pick(y, n)
    gaps = b.apply("sub", b.unsqueeze(values, (-2,)), b.unsqueeze(values, (-1,)))
    same = b.apply("eq", b.unsqueeze(b.arange(n), (-1,)), b.arange(n))
    turned = b.matmul(back, b.slice(g, 0, n))
    turned = b.where(same, 0.0, b.apply("div", turned, b.where(same, 1.0, gaps)))
    inner = b.apply("add", turned, b.diag_embed(b.pick(g, n)))
    whole = b.matmul(b.matmul(vectors, inner), back)
    return b.apply("mul", 0.5, b.apply("add", whole, b.transpose(whole)))


def _rule_diagonal(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    return b.diag_embed(b.expand(g, y.shape))


def _rule_diag_embed(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.diagonal(b.expand(g, y.shape))


def _rule_tril(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    return b.tril(b.expand(g, y.shape), y.attrs[0])


MATRICES: Mapping[str, Op] = {
    "einsum": Op(Spelling(_einsum), (_rule_einsum_left, _rule_einsum_right)),
    "matmul": Op(infix("@", Level.PRODUCT), (_rule_matmul_left, _rule_matmul_right)),
    "cholesky": Op(call("cholesky", "{0}"), (_rule_cholesky,), helper="cholesky"),
    "solve": Op(Spelling(_solve), (_rule_solve_matrix, _rule_solve_vector)),
    "solve_square": Op(
        call("solve_square", "{0}", "{1}"),
        (_rule_solve_square_matrix, _rule_solve_square_right),
        helper="solve_square",
    ),
    "inverse": Op(call("inverse", "{0}"), (_rule_inverse,), helper="inverse"),
    "logabsdet": Op(Spelling("torch.linalg.slogdet({0}).logabsdet"), (_rule_logabsdet,)),
    "det": Op(call("torch.linalg.det", "{0}"), (_rule_det,)),
    "eigh": Op(call("eigh", "{0}"), (_rule_eigh,), helper="eigh"),
    "diagonal": Op(method("diagonal", "dim1=-2", "dim2=-1"), (_rule_diagonal,)),
    "diag_embed": Op(method("diag_embed"), (_rule_diag_embed,)),
    "tril": Op(
        Spelling(lambda v, size: f"{{0}}.tril({v.attrs[0] or ''})", Level.ATOM, ATOM),
        (_rule_tril,),
    ),
}
