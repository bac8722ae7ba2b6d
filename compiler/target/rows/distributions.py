"""Rows of opaque densities and of draws."""

from collections.abc import Mapping
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


DISTRIBUTIONS: Mapping[str, Op] = {
    "density": Op(Spelling(_density), opaque=True),
    "sample": Op(Spelling(_sample), draws=True),
    "std_gamma": Op(
        call("torch._standard_gamma", "{0}", "generator=rng"), (_rule_std_gamma,), draws=True
    ),
    "gamma_grad": Op(call("torch._standard_gamma_grad", "{0}", "{1}"), opaque=True),
}
