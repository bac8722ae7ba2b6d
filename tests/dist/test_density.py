"""Laws of the torch densities: right against scipy, whole, and safe at the edges."""

from inspect import signature
from math import inf

import numpy as np
import pytest
import torch
from nacre.compiler.families import FAMILIES
from nacre.compiler.types import SupportName
from nacre.runtime.dist.special import log_rising
from reference_densities import log_density
from scipy.integrate import quad

from .cases import CASES, CONTINUOUS, DISCRETE, NUMBERS, SCALAR, Case, over

FORMS = sorted((f.name, form.name) for f in FAMILIES.values() for form in f.forms)


def test_every_form_is_in_the_catalogue():
    there = {(c.family, c.form) for c in CASES.values()}
    assert set(FORMS) - there == {("Flat", ""), ("Delta", "")}  # tested by themselves below


@pytest.mark.parametrize(("family", "form"), FORMS)
def test_rows_and_signatures_agree(family, form):
    row = FAMILIES[family]
    case = Case(family, form, (), ())
    names = [p.name for p in row.form(form).params]
    log_prob = signature(getattr(case.module, f"log_prob{case.suffix}"))
    assert list(log_prob.parameters) == ["x", *names]
    defaults = [p.default is not None for p in row.form(form).params]
    assert [p.default is not p.empty for p in log_prob.parameters.values()][1:] == defaults
    assert hasattr(case.module, f"sample{case.suffix}")
    if not row.proper:  # drawn between two ends alone
        ends = [signature(case.module.sample).parameters[end] for end in ("low", "high")]
        assert all(end.default is end.empty for end in ends)


@pytest.mark.parametrize(("family", "form"), [f for f in FORMS if f[0] != "Flat"])
def test_samplers_take_the_parameters_a_shape_and_a_generator(family, form):
    case = Case(family, form, (), ())
    sampler = signature(getattr(case.module, f"sample{case.suffix}")).parameters
    # a parameter called shape would hide the shape of the result
    names = [p.name + "_" * (p.name == "shape") for p in case.form_row.params]
    assert list(sampler) == [*names, "shape", "rng", "dtype"]


@pytest.mark.parametrize("row", FAMILIES.values(), ids=FAMILIES.keys())
def test_a_cdf_formula_has_a_cdf_function(row):
    case = Case(row.name, row.forms[0].name, (), ())
    assert row.cdf is None or hasattr(case.module, "cdf")
    assert row.survival is None or row.cdf is not None


@pytest.mark.parametrize("row", FAMILIES.values(), ids=FAMILIES.keys())
def test_what_can_be_restricted_has_a_cdf(row):
    """All numbers, then, and all counts: `on` never leaves a density undivided."""
    numbers = row.event == 0 and row.support is not SupportName.INDEX
    assert row.cdf is not None or not numbers or not row.proper


@over(CASES)
def test_log_prob_is_scipys(case):
    points = (*case.points, *case.edges)
    expected = [log_density(case.family, case.form, x, case.params) for x in points]
    x = torch.tensor(np.array(points), dtype=torch.float64)
    actual = case.log_prob(x, *case.tensors())
    np.testing.assert_allclose(actual, expected, rtol=1e-10, atol=1e-9)


@over(CASES)
def test_numbers_do_as_well_as_tensors(case):
    x, *params = (
        v if np.ndim(v) == 0 else torch.tensor(v, dtype=torch.float64)
        for v in (case.points[0], *case.params)
    )
    expected = case.log_prob(case.x(), *case.tensors())[0]
    torch.testing.assert_close(case.log_prob(x, *params), expected, rtol=0, atol=0)


def support_of(case):
    """Ends of the support; scipy knows the parameter-dependent ones."""
    match case.row.support:
        case SupportName.REAL:
            return -inf, inf
        case SupportName.POSITIVE:
            return 0.0, inf
        case SupportName.UNIT:
            return 0.0, 1.0
        case _:
            return case.frozen.support()


@over({k: c for k, c in CONTINUOUS.items() if k not in ("gamma-small", "beta-horns")})
def test_densities_integrate_to_one(case):
    low, high = support_of(case)
    middle = float(np.median(case.points))

    def density(x):
        return float(case.log_prob(x, *case.params).exp())

    # in two pieces that meet where the density is large, or quad may step over a narrow peak
    total = quad(density, low, middle, limit=200)[0] + quad(density, middle, high, limit=200)[0]
    assert total == pytest.approx(1, abs=1e-6)


@over(DISCRETE)
def test_masses_sum_to_one(case):
    low, high = (int(case.frozen.ppf(q)) for q in (1e-13, 1 - 1e-13))
    x = torch.arange(low - 5, high + 6)
    total = case.log_prob(x, *case.tensors()).exp().sum()
    assert float(total) == pytest.approx(1, abs=1e-9)


# a parameter at its own end, where only one side has a slope
AT_AN_END = ("binomial-sure", "poisson-zero")


def moves(case):
    """Whether any of its parameters is no whole number."""
    return not all(p.whole for p in case.form_row.params)


WITH_CDF = {
    k: c for k, c in NUMBERS.items() if hasattr(c.module, "cdf") and c.form == c.row.forms[0].name
}


@over({k: c for k, c in WITH_CDF.items() if c.family != "LogitNormal"})
def test_cdf_is_scipys(case):
    points = [*case.points, *case.edges, min(case.points) - 1.5, max(case.points) + 1.5, 0.25]
    # some of scipy's counts have no value between whole numbers
    expected = case.frozen.cdf(np.floor(points) if case.discrete else points)
    actual = case.module.cdf(torch.tensor(points, dtype=torch.float64), *case.tensors())
    np.testing.assert_allclose(actual, expected, rtol=1e-8, atol=1e-12)


@over({k: c for k, c in WITH_CDF.items() if k in CONTINUOUS})
def test_the_slope_of_the_cdf_is_the_density(case):
    x = case.x().requires_grad_()
    (slope,) = torch.autograd.grad(case.module.cdf(x, *case.tensors()).sum(), x)
    expected = case.log_prob(x, *case.tensors()).exp()
    torch.testing.assert_close(slope, expected, rtol=1e-6, atol=1e-12)


@over({k: c for k, c in WITH_CDF.items() if moves(c) and k not in ("poisson-large", *AT_AN_END)})
def test_the_cdf_moves_with_its_parameters(case):
    """Its gradient, against finite differences: restricted supports need it."""
    x, params = case.x(), case.tensors()
    fixed = sum(p.whole for p in case.form_row.params)  # whole numbers come first, and do not move
    inner = [p.requires_grad_() for p in params[fixed:]]
    torch.autograd.gradcheck(
        lambda *p: case.module.cdf(x, *params[:fixed], *p), inner, atol=1e-6, eps=1e-6
    )


def outside(case):
    """Points off the support."""
    match case.row.support:
        case SupportName.REAL:
            return ()
        case SupportName.POSITIVE:
            return (-1.0, -1e-3)
        case SupportName.SIMPLEX:
            return ((0.5, 0.5, 0.5), (-0.1, 0.6, 0.5))
        case SupportName.VECTOR:
            return ()
        case SupportName.CORR:
            return ((2 * np.eye(3)).tolist(), np.ones((3, 3)).tolist())
        case SupportName.CHOLESKY_CORR:
            return ((-np.eye(3)).tolist(), (0.5 * np.eye(3)).tolist(), np.ones((3, 3)).tolist())
        case SupportName.COV:
            return ((-np.eye(3)).tolist(), np.ones((3, 3)).tolist())
        case SupportName.INDEX:
            return (-1, 3, 0.5)
        case SupportName.COUNT if case.row.event:
            return ((-1, 7, 1), (2, 4, 2), (0.5, 6.5, 0))
        case SupportName.COUNT if case.row.high is not None:
            return (-1, 0.5, case.params[0] + 1)
        case SupportName.COUNT:
            return (-1, 0.5)
        case SupportName.BOOL:
            return (-1, 0.5, 2)
        case _:
            low, high = support_of(case)
            return (low - 1.0, high + 1.0) if high < inf else (low - 1.0,)


@over({k: c for k, c in CASES.items() if outside(c)})
def test_nothing_is_possible_off_the_support(case):
    x = torch.tensor(outside(case), dtype=torch.float64)
    assert (case.log_prob(x, *case.tensors()) == -inf).all()


@over({k: c for k, c in CASES.items() if outside(c)})
def test_a_point_off_the_support_leaves_the_gradient_finite(case):
    """One bad value of many may not make the gradient of all of them nan."""
    x = torch.tensor([*case.points, *outside(case)], dtype=torch.float64).requires_grad_()
    params = [p.requires_grad_() for p in case.tensors()]
    value = case.log_prob(x, *params)
    kept = torch.where(value == -inf, 0.0, value)
    gradients = torch.autograd.grad(kept.sum(), [x, *params], allow_unused=True)
    assert all(g.isfinite().all() for g in gradients[1:] if g is not None)
    off = slice(len(case.points), None)
    assert gradients[0] is None or gradients[0][off].isfinite().all()


# at a rate of 5e5 the log mass is a difference of numbers near 1e7: seven digits are not enough
@over({k: c for k, c in CASES.items() if k != "poisson-large"})
def test_float32_stays_float32_and_close(case):
    actual = case.log_prob(case.x(torch.float32), *case.tensors(torch.float32))
    expected = case.log_prob(case.x(), *case.tensors())
    assert actual.dtype == torch.float32
    torch.testing.assert_close(actual.double(), expected, rtol=2e-4, atol=2e-4)


@over(CASES)
def test_batches_broadcast(case):
    """Parameters with a batch axis of their own, against one by one."""
    params = case.tensors()
    batched = [torch.stack([p, p]).unsqueeze(1) for p in params]
    actual = case.log_prob(case.x(), *batched)
    expected = case.log_prob(case.x(), *params)
    torch.testing.assert_close(actual, torch.stack([expected, expected]))


@over({k: c for k, c in SCALAR.items() if c.discrete})
def test_whole_numbers_come_in_any_dtype(case):
    x = case.x()
    torch.testing.assert_close(
        case.log_prob(x.long(), *case.tensors()), case.log_prob(x, *case.tensors()), rtol=0, atol=0
    )


# left out: a parameter at its own end, more digits than differences have; and matrices that may only
# move symmetrically (these are below)
STEEP = (*AT_AN_END, "poisson-large")


def is_symmetric(case):
    return any(p.definite for p in case.form_row.params)


@over({k: c for k, c in CASES.items() if moves(c) and k not in STEEP and not is_symmetric(c)})
def test_the_gradient_is_the_slope(case):
    params = case.tensors()
    fixed = sum(p.whole for p in case.form_row.params)  # whole numbers come first, and do not move
    free = [p.requires_grad_() for p in params[fixed:]]
    x = case.x()
    torch.autograd.gradcheck(
        lambda *p: case.log_prob(x, *params[:fixed], *p), free, eps=1e-7, atol=1e-4, rtol=1e-4
    )


@over({k: c for k, c in CASES.items() if is_symmetric(c)})
def test_the_gradient_is_the_slope_along_symmetric_matrices(case):
    *params, matrix = case.tensors()
    x = case.x()

    def density(half):
        return case.log_prob(x, *params, 0.5 * (half + half.mT))

    torch.autograd.gradcheck(density, [matrix.requires_grad_()], eps=1e-6, atol=1e-5, rtol=1e-5)


def test_both_forms_of_a_covariance_have_one_gradient():
    case = CASES["mvnormal-chol"]
    _, factor = (p.requires_grad_() for p in case.tensors())
    x, loc = case.x(), case.tensors()[0]
    by_factor = case.log_prob(x, loc, factor).sum()
    by_covariance = CASES["mvnormal-cov"].log_prob(x, loc, factor @ factor.mT).sum()
    (expected,) = torch.autograd.grad(by_factor, factor)
    (actual,) = torch.autograd.grad(by_covariance, factor)
    torch.testing.assert_close(actual.tril(), expected.tril())


# --- edges, one by one ------------------------------------------------------------------------

SURE = {
    "bernoulli 1": (Case("Bernoulli", "", (1.0,), (1.0,)), 0.0),
    "bernoulli 0": (Case("Bernoulli", "", (0.0,), (0.0,)), 0.0),
    "bernoulli never": (Case("Bernoulli", "", (1.0,), (0.0,)), -inf),
    "bernoulli impossible": (Case("Bernoulli", "", (0.0,), (1.0,)), -inf),
    "bernoulli logit": (Case("Bernoulli", "logit", (inf,), (1.0,)), 0.0),
    "bernoulli logit far": (Case("Bernoulli", "logit", (-800.0,), (1.0,)), -800.0),
    "binomial none": (Case("Binomial", "", (5.0, 0.0), (0.0,)), 0.0),
    "binomial all": (Case("Binomial", "", (5.0, 1.0), (5.0,)), 0.0),
    "binomial never": (Case("Binomial", "", (5.0, 0.0), (1.0,)), -inf),
    "binomial no trials": (Case("Binomial", "", (0.0, 0.4), (0.0,)), 0.0),
    "poisson none": (Case("Poisson", "", (0.0,), (0.0,)), 0.0),
    "poisson never": (Case("Poisson", "", (0.0,), (2.0,)), -inf),
    "poisson log": (Case("Poisson", "log", (-1e3,), (0.0,)), 0.0),
    "geometric at once": (Case("Geometric", "", (1.0,), (0.0,)), 0.0),
    "categorical": (Case("Categorical", "", ([0.0, 1.0],), (1.0,)), 0.0),
    "categorical never": (Case("Categorical", "", ([0.0, 1.0],), (0.0,)), -inf),
    "negative binomial none": (Case("NegativeBinomial", "", (0.0, 2.0), (0.0,)), 0.0),
    "logistic far": (Case("Logistic", "", (0.0, 1.0), (-1e6,)), -1e6),
    "uniform inverted": (Case("Uniform", "", (0.0, 2.0), (3.0,)), -inf),
}


@pytest.mark.parametrize(("case", "expected"), SURE.values(), ids=SURE.keys())
def test_certain_and_impossible_outcomes(case, expected):
    assert case.log_prob(case.x(), *case.tensors()).tolist() == [expected]


CERTAIN = {k: c for k, (c, value) in SURE.items() if value == 0 and c.params != (inf,)}


@over(CERTAIN)
def test_certain_outcomes_have_a_gradient(case):
    params = [p.requires_grad_() for p in case.tensors()]
    value = case.log_prob(case.x(), *params).sum()
    gradients = torch.autograd.grad(value, params, allow_unused=True)
    assert all(g.isfinite().all() for g in gradients if g is not None)


def test_flat_is_zero_everywhere():
    case = Case("Flat", "", (), (-3.0, 0.0, 1e9))
    assert case.log_prob(case.x()).tolist() == [0.0, 0.0, 0.0]


def test_delta_is_a_point():
    case = Case("Delta", "", (2.0,), (2.0, 2.5))
    assert case.log_prob(case.x(), *case.tensors()).tolist() == [0.0, -inf]


def test_a_huge_dispersion_is_a_poisson():
    """Where lgamma(x + phi) - lgamma(phi) would have lost all its digits."""
    x = torch.arange(40.0, dtype=torch.float64)
    near = Case("NegativeBinomial", "", (6.0, 1e13), ()).log_prob(x, 6.0, 1e13)
    torch.testing.assert_close(near, Case("Poisson", "", (6.0,), ()).log_prob(x, 6.0))


@pytest.mark.parametrize("phi", [0.3, 9e3, 1.1e4, 1e7, 1e15])
def test_the_rising_factorial_is_its_product(phi):
    """On both sides of where the series takes over."""
    expected = np.log(phi + np.arange(60)).sum()
    actual = log_rising(torch.tensor(phi, dtype=torch.float64), torch.tensor(60.0).double())
    assert actual.item() == pytest.approx(expected, rel=1e-11)


def test_huge_degrees_of_freedom_are_a_normal():
    x = torch.linspace(-3, 3, 7, dtype=torch.float64)
    near = Case("StudentT", "", (), ()).log_prob(x, 1e14)
    torch.testing.assert_close(near, Case("Normal", "", (), ()).log_prob(x, 0.0, 1.0))


def test_a_covariance_that_is_none_gives_nan_and_no_exception():
    case = Case("MvNormal", "cov", ([0.0, 0.0], [[1.0, 2.0], [2.0, 1.0]]), ((0.0, 0.0),))
    assert case.log_prob(case.x(), *case.tensors()).isnan().all()


# --- as generated code is run -----------------------------------------------------------------


@over(CASES)
def test_densities_go_through_vmap_and_grad(case):
    params = [torch.stack([p, p]) for p in case.tensors()]
    x = case.x()
    one_by_one = torch.func.vmap(lambda *p: case.log_prob(x, *p))(*params)
    expected = case.log_prob(x, *case.tensors())
    torch.testing.assert_close(one_by_one, torch.stack([expected] * 2))
    slope = torch.func.grad(lambda p: case.log_prob(x, *case.tensors()[:-1], p).sum())
    leaf = case.tensors()[-1].requires_grad_()
    (oracle,) = torch.autograd.grad(case.log_prob(x, *case.tensors()[:-1], leaf).sum(), leaf)
    torch.testing.assert_close(slope(leaf.detach()), oracle, equal_nan=True)


@over(CASES)
def test_densities_trace_as_one_graph(case):
    """No branch on a value, nothing that a compiler would have to leave to Python."""
    params = case.tensors()
    function = getattr(case.module, f"log_prob{case.suffix}")
    traced = torch.compile(function, backend="eager", fullgraph=True)
    torch.testing.assert_close(traced(case.x(), *params), case.log_prob(case.x(), *params))
