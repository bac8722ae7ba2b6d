"""Recurrences: density and gradient of published kinds of models, in ms of processor time.

Sums of the past are computed in two ways, both as generated: every element is added to all later
sums as soon as it is known, and sums outside of a recurrence are products of matrices; or each sum
gathers its terms under a mask.

    python benchmarks/recurrences.py
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from emitted import generated, milliseconds

from nacre.compiler.emit import expression, step

GARCH = """\
data T: int
dim time = 1..T
data y[time]: real
mu ~ Normal(0, 10)
alpha0 ~ HalfNormal(1)
alpha1 ~ Uniform(0, 1)
beta1 ~ Uniform(0, 1 - alpha1)
s[1] = 1.0
s[t in 2..T] = sqrt(alpha0 + alpha1 * (y[t - 1] - mu)^2 + beta1 * s[t - 1]^2)
y[t in time] ~ Normal(mu, s[t])
"""
RENEWAL = """\
data T: int
dim time = 1..T
data cases[time]: count
data w[time]: positive
R[t in time] ~ LogNormal(0, 0.5)
seed ~ Exponential(0.1)
pred[1] = seed
pred[t in 2..T] = R[t] * sum(j in 1..t - 1)(pred[j] * w[t - j])
cases[t in time] ~ Poisson(pred[t] + 0.001)
"""
EPIDEMIC = """\
data T: int
data K: count
dim time = 1..T, country
data deaths[time, country]: count
data w[time]: positive
f[t in time] = w[t] / 100
data population[country]: positive
data closed[time, country]: real
alpha ~ Normal(0, 1)
phi ~ HalfNormal(5)
tau ~ Exponential(0.03)
start[m in country] ~ Exponential(1 / tau)
R0[m in country] ~ Normal(3.28, 0.5) on (0, inf)
pred[t in 1..K, m in country] = start[m]
pred[t in K + 1..T, m in country] = left[t, m] * R[t, m] * conv[t, m]
conv[t in 1..K, m in country] = 0
conv[t in K + 1..T, m in country] = sum(j in 1..t - 1)(pred[j, m] * w[t - j])
total[1, m in country] = 0
total[t in 2..T, m in country] = total[t - 1, m] + pred[t - 1, m]
left[t in time, m in country] = (population[m] - total[t, m]) / population[m]
R[t in time, m in country] = R0[m] * exp(alpha * closed[t, m])
E[1, m in country] = 1e-9
E[t in 2..T, m in country] = sum(j in 1..t - 1)(pred[j, m] * f[t - j])
deaths[t in time, m in country] ~ NegativeBinomial(E[t, m], phi)
"""
BATCHES = (1, 64)


@dataclass(frozen=True)
class Case:
    """A model with data."""

    name: str
    text: str
    data: Mapping[str, object]


def cases() -> Iterator[Case]:
    """Models with simulated data."""
    rng = np.random.default_rng(0)
    w = rng.gamma(2.0, 1.0, 200)
    w /= w.sum()
    yield Case("GARCH, T = 200", GARCH, {"T": 200, "y": rng.normal(size=200)})
    cases = rng.poisson(5, 200)
    yield Case("renewal, T = 200", RENEWAL, {"T": 200, "cases": cases, "w": w})
    shape = (100, 14)
    data: dict[str, object] = {
        "T": 100, "K": 6, "country": [f"c{m}" for m in range(14)], "w": w[:100],
        "deaths": rng.poisson(5, shape), "population": np.full(14, 6e7),
        "closed": rng.integers(0, 2, shape),
    }  # fmt: skip
    yield Case("epidemic, T = 100, 14 countries", EPIDEMIC, data)


@contextmanager
def gathering() -> Iterator[None]:
    """Compile sums as gathers."""
    before = step.weighted
    try:
        step.weighted = expression.weighted = lambda *_: None
        yield
    finally:
        step.weighted = expression.weighted = before


def main() -> None:
    """Print a table: model, draws at once, and milliseconds of both ways."""
    torch.set_num_threads(1)
    print(f"{'model':<34} {'batch':>6} {'generated ms':>14} {'gathers ms':>12} {'ratio':>7}")
    for case in cases():
        program = generated(case.name, case.text, case.data)
        with gathering():
            other = generated(case.name, case.text, case.data)
        for batch in BATCHES:
            at = torch.randn(batch, program.n, dtype=torch.float64) / 3
            one, two = (
                milliseconds(lambda p=p, at=at: p.log_density_and_gradient(at), 5)
                for p in (program, other)
            )
            print(f"{case.name:<34} {batch:>6} {one:>14.2f} {two:>12.2f} {two / one:>7.1f}")


if __name__ == "__main__":
    main()
