"""Hints that can be pasted: put into the model that they are about, its mistake is gone."""

from pathlib import Path

import pytest
from nacre.compiler.check import check
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.parse import parse
from nacre.grammar.source import Source

BAD = Path(__file__).parent / "golden" / "bad"

# What is in the model, and what the hint has instead of it. Nothing is put before the model.
PASTED = {
    "E127_order": ("loc = 0, 1", "loc = 0, scale = 1"),
    "E204_label_twice": ("{placebo, drug, placebo}", "{placebo, drug}"),
    "E204_parameter_twice": ("x) = x", "x2) = x"),
    "E208_equals_for_tilde": ("x = Normal(0, 1)", "x ~ Normal(0, 1)"),
    "E209_tilde_for_equals": ("x ~ exp(y)", "x = exp(y)"),
    "E301_function": ("exp(x, 2)", "exp(x)"),
    "E301_network": ("f(x, x)", "f(x)"),
    "E303_division_by_zero": ("x / 0", "x"),
    "E303_inside_a_function": ("-4", "abs(-4)"),
    "E303_outside_the_domain": ("-x - 1", "abs(-x - 1)"),
    "E304_wrong_dimension": ("alpha[h]", "alpha[county_of[h]]"),
    "E307_label_out_of_range": ("dim k = 1..3", "dim k = 0..3"),
    "E307_lag": ("t in time", "t in 2..T"),
    "E307_lead": ("t in time", "t in 1..T - 2"),
    "E307_literal": ("4", "3"),
    "E307_random": ("[n]", "[max(1, min(3, n))]"),
    "E308_two_dimensions": ("h ==", "county_of[h] =="),
    "E309_literal": ("1.5", "2"),
    "E312_ragged": ("[[1, 2], 3]", "[[1, 2], [3, 4]]"),
    "E315_computed": ("2 * n", "round(2 * n)"),
    "E315_trials": ("data n: real", "data n: count"),
    "E316_initial_value": ("", "data m: real"),
    "E316_observed_value": ("", "data m: real"),
    "E316_trials_of_a_sum": ("", "data n: count"),
    "E316_size": ("n ~ Poisson(3)", "data n: int"),
    "E318_empty_dimension": ("dim time = 5..1", "dim time = 1..5"),
    "E321_observe": ("x[1, 2]", "x[1]"),
    "E321_too_many": ("y[i in row, j in column]", "y[i in row]"),
    "E324_number_for_an_array": ("m[row] = mean(x)", "m[r in row] = mean(x)"),
    "E103_a_set_of_vectors": ("p[a] ~ simplex", "p[a] ~ Dirichlet(1)"),
    "E325_forgotten_index": ("z[i in row] = 2 * x", "z[i in row] = 2 * x[i]"),
    "E325_matrix_product": (
        "M[i in a, j in a] = L * L",
        "M[r in a, s in a] = sum(m in a)(L[r, m] * L[m, s])",
    ),
    "E325_whole_matrix": ("M[i in a] = 2 * L + R", "M[a, a] = 2 * L + R"),
    "E337_data": ("y ~ Normal(0, 1)", "y[h in house] ~ Normal(0, 1)"),
    "E341_by_arithmetic": ("-tau - 1", "exp(-tau - 1)"),
    "E341_negative_scale": ("-1", "1"),
    "E341_not_a_simplex": ("[0.2, 0.9]", "[0.2, 0.8]"),
    "E341_probability": ("1.5", "0.5"),
    "E344_never_in_the_support": ("positive", "real on (-2, -1)"),
    "E346_discrete_param": ("param k: int", "param k: real"),
    "E347_a_type": (": real on ordered", ": ordered"),
    "E351_above_an_interval": ("11", "1"),
    "E351_default": ("-1", "1"),
    "E351_initial_value": ("2", "0.5"),
    "E351_negative": ("-1", "1"),
    "E351_not_whole": ("2.5", "2"),
    "E365_normal_for_a_positive": ("  tau ~ Normal(0, 1)", "tau ~ LogNormal(0, 1)"),
    "E373_behind_a_condition": ("if t == 1 then", "if t <= 2 then"),
    "E375_defined": (
        "err[t in time, k] = softmax(v[t, :])",
        "err[t in time, i in k] = softmax(v[t, :])[i]",
    ),
    "E385_function": ("exp(1)", "Poisson(1)"),
    "E414_tolerance": ("rtol = 0", "rtol = 1e-6"),
    "W301_data": ("data b: real", "data b: positive"),
    "W301_formula": ("1 + a)", "exp(1 + a))"),
    "W301_in_a_guide": ("param b: real = 1", "param b: positive = 1"),
    "W301_probability": ("2 * a", "logit = 2 * a"),
    "W301_random": ("s ~ Normal(1, 0.5)", "s ~ Normal(1, 0.5) on (0, inf)"),
}
# The hint has these in other words, or with something around them.
_IN_OTHER_WORDS = ("E127_order", "E204_parameter_twice", "E307_random", "E308_two_dimensions")


def codes_of(text: str) -> set[str]:
    """The codes of all that the front end says about a model."""
    source = Source("model.ppl", text)
    try:
        return {w.code for w in check(parse(source), source).warnings}
    except Rejected as refused:
        return {d.code for d in refused.diagnostics}


@pytest.mark.parametrize("name", PASTED)
def test_a_pasted_hint_takes_the_mistake_away(name):
    text = (BAD / f"{name}.ppl").read_text(encoding="utf-8")
    wrong, right = PASTED[name]
    mended = text.replace(wrong, right, 1) if wrong else f"{right}\n{text}"
    code = name.partition("_")[0]
    assert code in codes_of(text)
    left = codes_of(mended)
    assert code not in left
    assert all(c.startswith("W") for c in left)


@pytest.mark.parametrize("name", sorted(PASTED.keys() - set(_IN_OTHER_WORDS)))
def test_the_hint_has_what_is_pasted(name):
    shown = (BAD / f"{name}.stderr").read_text(encoding="utf-8").partition("hint: ")[2]
    pasted = PASTED[name][1].removesuffix(")") if name == "W301_formula" else PASTED[name][1]
    assert f"`{pasted}" in shown
