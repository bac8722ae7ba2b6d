"""Rows of the incomplete gamma functions, which the distribution functions of counts and gamma
variables are made of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..op import Op, Rule, call
from ..value import Value

if TYPE_CHECKING:
    from ..builder import Builder


def _slope(b: "Builder", a: Value, x: Value) -> Value:
    """Density of the standard gamma distribution: derivative of ``gammainc`` by ``x``."""
    log = b.apply("sub", b.apply("xlogy", b.apply("sub", a, 1.0), x), x)
    return b.apply("exp", b.apply("sub", log, b.apply("lgamma", a)))


def _by_a(*, lower: bool) -> Rule:
    """Torch knows this derivative through its gamma sampler alone: a draw moves with its shape by
    ``dx/da = -F_a / F_x``, so ``F_a = -(dx/da) F_x``."""

    def rule(b: "Builder", g: Value, y: Value, a: Value, x: Value) -> Value:
        whole_a, whole_x = b.expand(a, y.shape), b.expand(x, y.shape)
        whole_a = b.broadcast_batch(whole_a, whole_x)  # the operation does not broadcast
        pull = b.gamma_grad(whole_a, b.broadcast_batch(whole_x, whole_a))
        change = b.apply("mul", pull, _slope(b, a, x))
        flow = b.apply("mul", g, b.where(b.apply("gt", x, 0.0), change, 0.0))
        return b.apply("neg", flow) if lower else flow

    return rule


def _by_x(*, lower: bool) -> Rule:
    def rule(b: "Builder", g: Value, y: Value, a: Value, x: Value) -> Value:
        flow = b.apply("mul", g, _slope(b, a, x))
        return flow if lower else b.apply("neg", flow)

    return rule


INCOMPLETE: Mapping[str, Op] = {
    name: Op(
        call(f"torch.special.{name}", "{0}", "{1}"),
        (_by_a(lower=lower), _by_x(lower=lower)),
        tensors=True,
    )
    for name, lower in (("gammainc", True), ("gammaincc", False))
}
