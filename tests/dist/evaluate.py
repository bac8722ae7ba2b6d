"""Runs target values one by one, each as its own spelling says: no printer, no hoisting."""

import torch
from nacre.compiler.target import OPS, walk
from nacre.runtime.dist import triangle
from nacre.runtime.dist.incomplete_beta import betainc, betainc_by_a, betainc_by_b
from nacre.runtime.dist.inversegaussian import std_inverse_gaussian
from nacre.runtime.dist.skew_phi import skew_phi
from nacre.runtime.dist.von_mises_phi import von_mises_phi, von_mises_phi_by_concentration


def cholesky(a):
    factor, failed = torch.linalg.cholesky_ex(a)
    return torch.where((failed == 0)[..., None, None], factor, torch.nan)


def log1m_exp(x):
    return torch.log(-torch.expm1(x))


def evaluate(outputs, inputs, *, rng=None, batch=(), hosts=None):
    """Tensors of target values, given the tensors of their inputs by name, and host integers."""
    sizes = {name: int(evaluate([v], inputs)[0]) for name, v in (hosts or {}).items()}
    scope = {
        "torch": torch,
        "dtype": torch.float64,
        "rng": rng,
        "batch": batch,
        "cholesky": cholesky,
        "log1m_exp": log1m_exp,
        "betainc": betainc,
        "betainc_by_a": betainc_by_a,
        "betainc_by_b": betainc_by_b,
        "skew_phi": skew_phi,
        "std_inverse_gaussian": std_inverse_gaussian,
        "triangle": triangle,
        "von_mises_phi": von_mises_phi,
        "von_mises_phi_by_concentration": von_mises_phi_by_concentration,
        **sizes,
        **inputs,
    }
    for v in walk(outputs):
        names = [f"v{x.id}" for x in v.inputs]
        text = OPS[v.op].spelling.template(v, str).format(*names)
        scope[f"v{v.id}"] = eval(text, scope)
    return [torch.as_tensor(scope[f"v{v.id}"], dtype=torch.float64) for v in outputs]
