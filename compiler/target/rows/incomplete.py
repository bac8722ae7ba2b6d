"""Rows of the incomplete integrals that distribution functions are made of."""

from collections.abc import Mapping
from math import pi, sqrt
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


_GAMMA: Mapping[str, Op] = {
    name: Op(
        call(f"torch.special.{name}", "{0}", "{1}"),
        (_by_a(lower=lower), _by_x(lower=lower)),
        tensors=True,
    )
    for name, lower in (("gammainc", True), ("gammaincc", False))
}


# --- the incomplete beta function: P(X <= x) of Beta(a, b) --------------------------------------


def _beta_by(argument: str) -> Rule:
    def rule(b: "Builder", g: Value, y: Value, *args: Value) -> Value:
        return b.apply("mul", g, b.apply(f"betainc_by_{argument}", *args))

    return rule


def _beta_by_x(b: "Builder", g: Value, y: Value, p: Value, q: Value, x: Value) -> Value:
    """The density; 0 outside of the unit interval, and where a limit has taken a parameter's."""
    inside = b.apply("and", b.apply("gt", x, 0.0), b.apply("lt", x, 1.0))
    for shape in (p, q):
        inside = b.apply("and", inside, b.apply("gt", shape, 0.0))
    p, q, x = b.where(inside, p, 1.0), b.where(inside, q, 1.0), b.where(inside, x, 0.5)
    log = b.apply(
        "add",
        b.apply("mul", b.apply("sub", p, 1.0), b.apply("log", x)),
        b.apply("mul", b.apply("sub", q, 1.0), b.apply("log1p", b.apply("neg", x))),
    )
    norm = b.apply("add", b.apply("lgamma", p), b.apply("lgamma", q))
    log = b.apply("add", log, b.apply("sub", b.apply("lgamma", b.apply("add", p, q)), norm))
    return b.apply("mul", g, b.where(inside, b.apply("exp", log), 0.0))


def _beta(name: str, **more: object) -> Op:
    return Op(call(name, "{0}", "{1}", "{2}"), helper=name, **more)  # type: ignore[arg-type]


# --- of the skew normal distribution, and of the one on the circle -------------------------------


def _skew_by_z(b: "Builder", g: Value, y: Value, z: Value, a: Value) -> Value:
    """The density, ``2 phi(z) Phi(a z)``."""
    fall = b.apply("mul", -0.5, b.apply("square", z))
    log = b.apply("add", fall, b.apply("log_Phi", b.apply("mul", a, z)))
    return b.apply("mul", g, b.apply("mul", sqrt(2.0 / pi), b.apply("exp", log)))


def _skew_by_skew(b: "Builder", g: Value, y: Value, z: Value, a: Value) -> Value:
    grown = b.apply("add", 1.0, b.apply("square", a))
    fall = b.apply("exp", b.apply("mul", -0.5, b.apply("mul", b.apply("square", z), grown)))
    return b.apply("mul", g, b.apply("div", fall, b.apply("mul", -pi, grown)))


def _von_mises_by_angle(b: "Builder", g: Value, y: Value, angle: Value, kappa: Value) -> Value:
    """The density; half the angle keeps the digits of the cosine."""
    half = b.apply("square", b.apply("sin", b.apply("mul", 0.5, angle)))
    fall = b.apply("exp", b.apply("mul", -2.0, b.apply("mul", kappa, half)))
    norm = b.apply("mul", 2.0 * pi, b.apply("i0e", kappa))
    return b.apply("mul", g, b.apply("div", fall, norm))


def _von_mises_by_kappa(b: "Builder", g: Value, y: Value, angle: Value, kappa: Value) -> Value:
    return b.apply("mul", g, b.apply("von_mises_phi_by_concentration", angle, kappa))


def _imported(name: str, **more: object) -> Op:
    return Op(call(name, "{0}", "{1}"), helper=name, tensors=True, **more)  # type: ignore[arg-type]


INCOMPLETE: Mapping[str, Op] = {
    **_GAMMA,
    "betainc": _beta("betainc", rules=(_beta_by("a"), _beta_by("b"), _beta_by_x)),
    "betainc_by_a": _beta("betainc_by_a", opaque=True),
    "betainc_by_b": _beta("betainc_by_b", opaque=True),
    "skew_phi": _imported("skew_phi", rules=(_skew_by_z, _skew_by_skew)),
    "von_mises_phi": _imported("von_mises_phi", rules=(_von_mises_by_angle, _von_mises_by_kappa)),
    "von_mises_phi_by_concentration": _imported("von_mises_phi_by_concentration", opaque=True),
}
