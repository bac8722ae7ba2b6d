"""Real models with mistakes in them are models or are refused, and nothing else happens."""

import os
import time
from math import exp
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import front_end, mutant
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.model import Model

LONGEST = 30.0  # seconds of processor time for a model of at most a page
FEW = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# As many as one has patience for (10,000 take some minutes). What they find goes to FOUND.
MANY = int(os.environ.get("NACRE_MUTANTS", "1000"))
SEEDS = st.integers(0, 2**32 - 1)


def assert_answered(seed: int) -> None:
    random = Random(seed)
    text = mutant(random)
    start = time.process_time()
    front_end(text, random)
    assert time.process_time() - start < LONGEST, text


@FEW
@given(SEEDS)
def test_a_spoilt_model_is_a_model_or_is_refused(seed):
    assert_answered(seed)


@pytest.mark.slow
@settings(FEW, max_examples=MANY)
@given(SEEDS)
def test_many_spoilt_models_are_models_or_are_refused(seed):
    assert_answered(seed)


# texts that were answered with a traceback once
FOUND = {
    "a matrix among extra zeros": (
        "dim n = 1..2\ndata y[n]: real\ny[i in n] ~ ZeroInflated(0.3, LKJ(2))"
    ),
    "data whose default reads itself": "data guess: real = guess\nx ~ Normal(guess, 1)",
    "a family as a label of itself": "dim d = 1..2\nR[R] ~ Normal(0, 1)\nR[1] ~ Normal(0, 1)",
    "a family as an end of its own range": (
        "dim t = 1..3\nx[1] ~ Normal(0, 1)\nx[i in x..3] ~ Normal(x[i - 1], 1)"
    ),
    "zeros among zeros among zeros": (
        "data y: count\nx ~ Gamma(1, 1)\ny ~ " + "ZeroInflated(0.1, " * 40 + "Poisson(x)" + ")" * 40
    ),
    "mixtures in mixtures": (
        "x ~ Normal(0, 1)\ny ~ "
        + "Mixture([0.5, 0.5], Normal(x, 1), " * 90
        + "Normal(x, 2)"
        + ")" * 90
    ),
    "a clause for each of many labels": (
        "dim t = 1..800\nx ~ Normal(0, 1)\n" + "".join(f"z[{k}] = x\n" for k in range(1, 801))
    ),
    "labels that are not known yet as a matrix": (
        "dim regime = {calm, wild}, time\ndata y[time]: real\n"
        "move[r in regime, regime] ~ Dirichlet([9.0, 1.0])\nz[first] ~ Categorical(uniform)\n"
        "z[t in time, t > first] ~ Categorical(move[cholesky(z)[t - 1], :])\n"
        "y[t in time] ~ Normal(0, z[t])"
    ),
    "labels that are not known yet as a number": (
        "data T: int\ndim time = 1..T\ns ~ HalfNormal(1)\nx[1] ~ Categorical()\n"
        "x[t in 2..T] ~ StudentT(4, x[t - 1], s)"
    ),
    "a guard on an index over nothing": (
        "dim regime = {calm, wild}, time\nmove[r in regime, regime] ~ Dirichlet([9.0, 1.0])\n"
        "z[first] ~ Categorical(uniform)\nz[t in t, t > first] ~ Categorical(move[z[t - 1], :])"
    ),
    "a definition as a label of itself": "dim t = 1..2\ns[s] = 1\ns[i in 2..2] = s[i - 1]",
}


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND.keys())
def test_what_was_found_is_refused(text):
    assert isinstance(front_end(text, Random(0)), Rejected)


def test_a_mixture_among_extra_zeros_is_a_model():
    part = "Mixture([0.5, 0.5], Poisson(x), ZeroInflated(0.2, Poisson(2)))"
    for whole in (f"ZeroInflated(0.1, {part})", f"Hurdle(0.1, {part})"):
        text = f"data y: count\nx ~ Gamma(1, 1)\ny ~ {whole}"
        assert not isinstance(front_end(text, Random(0)), Rejected)


def test_draws_of_a_mixture_among_extra_zeros_follow_their_law():
    text = "y ~ ZeroInflated(0.25, Mixture([0.5, 0.5], Poisson(2), Poisson(8)))"
    y = Model.compile(text).simulate(20_000)["y"]
    zeros = 0.25 + 0.75 * 0.5 * (exp(-2) + exp(-8))
    assert float((y == 0).double().mean()) == pytest.approx(zeros, abs=0.015)
    assert float(y.double().mean()) == pytest.approx(0.75 * 5, abs=0.12)


def test_a_hurdle_before_a_mixture_is_not_drawn():
    model = Model.compile("y ~ Hurdle(0.25, Mixture([0.5, 0.5], Poisson(2), Poisson(8)))")
    with pytest.raises(Rejected, match="a hurdle before a distribution made of others"):
        model.simulate(1)
