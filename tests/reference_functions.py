"""The language's functions of numbers for the reference evaluator, from the standard library.

The keys are those of ``compiler/functions.py``; a law in ``test_reference.py`` holds the two tables
together.
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import linalg, special


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def _logsumexp(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))


ELEMENTWISE: Mapping[str, Callable[..., float]] = {
    "neg": lambda x: -x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: float(x) ** y,
    "lt": lambda x, y: float(x < y),
    "le": lambda x, y: float(x <= y),
    "gt": lambda x, y: float(x > y),
    "ge": lambda x, y: float(x >= y),
    "eq": lambda x, y: float(x == y),
    "ne": lambda x, y: float(x != y),
    "and": lambda x, y: float(bool(x) and bool(y)),
    "or": lambda x, y: float(bool(x) or bool(y)),
    "not": lambda x: float(not x),
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "square": lambda x: x * x,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": _log,
    "log1p": math.log1p,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "atan": math.atan,
    "tanh": math.tanh,
    "sigmoid": _sigmoid,
    "inv_logit": _sigmoid,
    "logit": lambda p: math.log(p / (1 - p)),
    "softplus": _softplus,
    "log_sigmoid": lambda x: -_softplus(-x),
    "lgamma": math.lgamma,
    "digamma": special.digamma,
    "erf": math.erf,
    "erfc": math.erfc,
    "Phi": lambda x: 0.5 * math.erfc(-x / math.sqrt(2)),
    "minimum": min,
    "maximum": max,
}

REDUCTIONS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "sum": math.fsum,
    "prod": math.prod,
    "mean": statistics.fmean,
    "sd": statistics.stdev,
    "var": statistics.variance,
    "min": min,
    "max": max,
    "logsumexp": _logsumexp,
}

ARRAYS: Mapping[str, Callable[..., np.ndarray]] = {
    "cholesky": lambda a: linalg.cholesky(a, lower=True),
    "solve": linalg.solve,
    "solve_lower": lambda a, v: linalg.solve(np.tril(a), v),
    "inverse": linalg.inv,
    "logdet": lambda a: np.log(abs(linalg.det(a))),
    "det": linalg.det,
    "eigenvalues": lambda a: linalg.eigh(a)[0],
    "eigenvectors": lambda a: linalg.eigh(a)[1],
    "transpose": lambda a: a.T,
    "diagonal": np.diag,
    "diag": np.diag,
    "softmax": special.softmax,
    "log_softmax": special.log_softmax,
    "cumsum": np.cumsum,
    "sort": np.sort,
}
