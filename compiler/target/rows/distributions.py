"""Rows of opaque densities and of draws."""

from collections.abc import Mapping
from math import pi, sqrt
from typing import TYPE_CHECKING

from ..op import Op, SizeText, Spelling, call
from ..value import Value

if TYPE_CHECKING:
    from ..builder import Builder


def _suffix(form: object) -> str:
    return f"_{form}" if form else ""


def _density(v: Value, size: SizeText) -> str:
    module, form = v.attrs[:2]
    args = ", ".join(f"{{{i}}}" for i in range(len(v.inputs)))
    return f"{module}.log_prob{_suffix(form)}({args})"


def _sample(v: Value, size: SizeText) -> str:
    module, form, event, keywords = v.attrs[:4]
    keywords_: tuple[str, ...] = keywords
    plain = len(v.inputs) - len(keywords_)
    args = [f"{{{i}}}" for i in range(plain)]
    args += [f"{k}={{{plain + i}}}" for i, k in enumerate(keywords_)]
    plates = v.shape[: v.rank - int(event)]
    shape = ", ".join(["*batch", *map(size, plates)])
    args.append(f"shape=({shape},)" if not plates else f"shape=({shape})")
    args.append("rng=rng")
    if all(x.host for x in v.inputs):
        args.append("dtype=dtype")
    return f"{module}.sample{_suffix(form)}({', '.join(args)})"


def _rule_std_gamma(b: "Builder", g: Value, y: Value, a: Value) -> Value:
    return b.apply("mul", g, b.gamma_grad(a, y))


def _rule_std_inverse_gaussian(b: "Builder", g: Value, y: Value, shape: Value) -> Value:
    r"""A draw moves with its shape by ``-F_shape / F_y``, which is elementary.

    ``y / s - 2 y^(3/2) s^(-1/2) M(r)`` with ``r = (y + 1) sqrt(s / y)`` and the ratio of Mills M.
    """
    root = b.apply("sqrt", b.apply("div", shape, y))
    back = b.apply("mul", b.apply("add", y, 1.0), root)
    mills = b.apply("mul", sqrt(0.5 * pi), b.apply("erfcx", b.apply("mul", sqrt(0.5), back)))
    away = b.apply("div", b.apply("mul", b.apply("mul", 2.0, y), mills), root)
    return b.apply("mul", g, b.apply("sub", b.apply("div", y, shape), away))


DISTRIBUTIONS: Mapping[str, Op] = {
    "density": Op(Spelling(_density), opaque=True),
    "sample": Op(Spelling(_sample), draws=True),
    "std_gamma": Op(
        call("torch._standard_gamma", "{0}", "generator=rng"), (_rule_std_gamma,), draws=True
    ),
    "std_inverse_gaussian": Op(
        call("std_inverse_gaussian", "{0}", "rng"),
        (_rule_std_inverse_gaussian,),
        draws=True,
        helper="std_inverse_gaussian",
    ),
    "gamma_grad": Op(call("torch._standard_gamma_grad", "{0}", "{1}"), opaque=True),
}
