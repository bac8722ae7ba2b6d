"""Families whose clauses have different distributions, with what `test_recurrences` binds."""

from collections.abc import Mapping

SERIES = "data T: int\ndim time = 1..T\ndata y[time]: real\na ~ Normal(0, 1)\n"
PANEL = "data T: int\ndim time = 1..T, unit\ndata y[unit, time]: real\na ~ Normal(0, 1)\n"
SEEN = "y[t in time] ~ Normal(x[t], 1)\n"

CLAUSES: Mapping[str, str] = {
    "a flat beginning": SERIES
    + "s ~ HalfNormal(1)\nx[1] ~ Flat()\nx[t in 2..T] ~ Normal(x[t - 1], s)\n"
    + SEEN,
    "heavier steps": SERIES
    + "x[1] ~ Normal(0, 1)\nx[2] ~ Normal(x[1], 3)\n"
    + "x[t in 3..T] ~ StudentT(3, 2 * x[t - 1] - x[t - 2], exp(a))\n"
    + SEEN,
    "positive, from two families": SERIES
    + "x[1] ~ Gamma(2, 3)\nx[t in 2..T] ~ LogNormal(log(x[t - 1]), 0.5)\n"
    + "y[t in time] ~ Normal(a, x[t])\n",
    "positive by an end": SERIES
    + "x[1] ~ Exponential(1)\nx[t in 2..T] ~ Normal(x[t - 1], 1 + a^2) on (0, inf)\n"
    + SEEN,
    "between ends of their own": SERIES
    + "x[1] ~ Beta(2, 2)\nx[t in 2..T] ~ Uniform(-1, 2 + exp(a))\n"
    + SEEN,
    "ends that differ": SERIES
    + "x[1] ~ Normal(0, 1) on (-2, inf)\nx[t in 2..T] ~ Cauchy(x[t - 1], 1) on (a, inf)\n"
    + SEEN,
    "mixtures after the first": SERIES
    + "p ~ Beta(1, 1)\nx[1] ~ Normal(0, 1)\n"
    + "x[t in 2..T] ~ Mixture([p, 1 - p], Normal(x[t - 1], 1), Normal(0, 3))\n"
    + SEEN,
    "a choice in each clause": SERIES
    + "x[1] ~ if T > 4 then Normal(1, 2) else Cauchy(0, 1)\n"
    + "x[t in 2..T] ~ if x[t - 1] > 0 then Normal(x[t - 1], 1) else StudentT(4, 0, 1)\n"
    + SEEN,
    "seen from two families": SERIES
    + "s ~ HalfNormal(1)\ny[1] ~ Cauchy(a, 1)\ny[t in 2..T] ~ Normal(a * y[t - 1], s)\n",
    "seen beyond another's end": SERIES
    + "y[t in 1..2] ~ Normal(a, 1)\ny[t in 3..T] ~ Normal(a + y[t - 1], 1) on (-5, 9)\n",
    "in each unit": PANEL
    + "x[i in unit, 1] ~ Laplace(0, 2)\nx[i in unit, t in 2..T] ~ Normal(x[i, t - 1], exp(a))\n"
    + "y[i in unit, t in time] ~ Normal(x[i, t], 1)\n",
    "with ranges of the data": "data K: int\n"
    + SERIES
    + "x[t in 1..K] ~ Flat()\nx[t in K + 1..T] ~ Normal(x[t - K], exp(a))\n"
    + SEEN,
    "together with what is computed": SERIES
    + "x[1] ~ StudentT(4, 0, 1)\nx[t in 2..T] ~ Normal(m[t - 1], 0.5)\n"
    + "m[1] = a\nm[t in 2..T] = 0.5 * m[t - 1] + a * x[t - 1]\n"
    + SEEN,
    "a definition that begins by a guard": SERIES
    + "s[t in time] = if t == 1 then exp(a) else 1 + log(s[t - 1])^2 / 2\n"
    + "y[t in time] ~ Normal(0, s[t])\n",
    "a walk that begins by a guard": SERIES
    + "x[t in time] ~ Normal(if t > 1 then x[t - 1] else 0, exp(a))\n"
    + SEEN,
    "two laws by a guard": SERIES
    + "x[t in time] ~ if t == 1 then Flat() else StudentT(3, x[t - 1], exp(a))\n"
    + SEEN,
    "positive, by a guard": SERIES
    + "x[t in time] ~ if t != 1 then LogNormal(log(x[t - 1]), 1) else Gamma(2, 1 + a^2)\n"
    + SEEN,
    "two lags behind guards, in each unit": PANEL
    + "s[i in unit, t in time] = a + (if t > 2 then s[i, t - 2] / 2 else 0)"
    + " + (if t > 1 then tanh(s[i, t - 1]) else 0)\n"
    + "y[i in unit, t in time] ~ Normal(s[i, t], 1)\n",
    "each from all before": SERIES
    + "s[t in time] = a + sum(j in 1..t - 1)(tanh(s[j]))\ny[t in time] ~ Normal(s[t], 1)\n",
    "two that begin by guards": SERIES
    + "p[t in time] = if t == 1 then a else q[t - 1] / 2\nq[t in time] = 1 + sin(p[t])\n"
    + "y[t in time] ~ Normal(q[t], 1)\n",
}
