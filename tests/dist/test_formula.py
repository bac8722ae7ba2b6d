"""Laws of the formulas in the rows: the compiled family is the family of the torch functions."""

from math import inf

import numpy as np
import pytest
import torch
from nacre.compiler.differentiate import differentiate
from nacre.compiler.families import FAMILIES
from nacre.compiler.formula import (
    expand_density,
    expand_draw,
)
from nacre.compiler.target import Builder, DType
from nacre.compiler.types import SupportName
from nacre.runtime.dist import draws
from scipy import stats

from .cases import CASES, COVARIANCE, NUMBERS, Case, over
from .evaluate import evaluate
from .test_draws import LEVEL, REPARAMETERISED, N, distribution_function, rng

BATCH = 2


class Inputs:
    """Parameters of a case as batched inputs of the target, and what to run them on.

    With ``known``, those that a distribution function sums up to are data.
    """

    def __init__(self, case, *, plates=1, simplify=True, known=False):
        self.b = Builder(simplify=simplify)
        self.tensors = {}
        self.leaves, self.args = [], []
        for p, value in zip(case.form_row.params, case.tensors(), strict=True):
            if known and p.summed:
                self.tensors[p.name] = value
                self.args.append(self.b.input(p.name, (), batched=False, source=p.name))
                continue
            self.tensors[p.name] = torch.stack([value] * BATCH).requires_grad_()
            leaf = self.b.input(p.name, tuple(value.shape), batched=True)
            self.leaves.append(leaf)
            unit = tuple(range(-p.event - plates, -p.event))
            self.args.append(self.b.unsqueeze(leaf, unit))

    def value(self, name, x, *, batched=False, dtype=DType.FLOAT):
        self.tensors[name] = x
        shape = x.shape[1:] if batched else x.shape
        return self.b.input(name, tuple(shape), batched=batched, dtype=dtype, source=name)

    def run(self, *values, **named):
        return evaluate(values, self.tensors, hosts=self.b.hosts, **named)


def points(case):
    return case.x().detach()


@pytest.mark.parametrize("simplify", [True, False], ids=["simplified", "as written"])
@over(CASES)
def test_the_formula_is_the_function(case, simplify):
    i = Inputs(case, simplify=simplify)
    x = i.value("x", points(case))
    value = expand_density(i.b, case.row, case.form_row, x, i.args)
    assert value.shape == (len(case.points),)
    expected = case.log_prob(points(case), *case.tensors())
    (actual,) = i.run(value)
    torch.testing.assert_close(actual, expected.expand(actual.shape), rtol=1e-9, atol=1e-8)


@over(CASES)
def test_the_formula_folds_for_numbers(case):
    """Parameters written in the model, most of all 0 and 1, simplify away without a trace."""
    b = Builder()
    x = b.input("x", points(case).shape, batched=False, source="x")
    tensors = {"x": points(case)}
    args = []
    for p, value in zip(case.form_row.params, case.tensors(), strict=True):
        tensors[p.name] = value
        array = b.input(p.name, tuple(value.shape), batched=False, source=p.name)
        args.append(array if value.ndim else b.const(float(value)))
    value = expand_density(b, case.row, case.form_row, x, args)
    (actual,) = evaluate([value], tensors)
    expected = case.log_prob(points(case), *case.tensors())
    torch.testing.assert_close(actual.expand(expected.shape), expected, rtol=1e-9, atol=1e-8)


# a parameter at its own end, where only one side has a slope
AT_AN_END = ("binomial-sure", "poisson-zero")


@over({k: c for k, c in CASES.items() if k not in AT_AN_END})
def test_the_emitted_gradient_is_autograds(case):
    i = Inputs(case)
    moves = not case.discrete
    x = torch.stack([points(case)] * BATCH).requires_grad_(moves)
    x_value = i.value("x", x, batched=True)
    density = expand_density(i.b, case.row, case.form_row, x_value, i.args)
    wrt = [*i.leaves, *([x_value] if moves else [])]
    total = i.b.reduce("sum", density, (-1,))
    gradient = i.run(*differentiate([(total, i.b.const(1.0))], wrt, i.b))
    params = [i.tensors[v.name] for v in i.leaves]
    spread = [p.unsqueeze(1) for p in params]
    oracle = torch.autograd.grad(
        case.log_prob(x, *spread).sum(),
        [*params, *([x] if moves else [])],
        allow_unused=True,
        materialize_grads=True,
    )
    assert all(
        torch.allclose(a.expand(e.shape), e, rtol=1e-7, atol=1e-7)
        for a, e in zip(gradient, oracle, strict=True)
    )


SURE = {
    "bernoulli": Case("Bernoulli", "", (1.0,), (1.0,)),
    "bernoulli 0": Case("Bernoulli", "", (0.0,), (0.0,)),
    "binomial": CASES["binomial-sure"],
    "binomial 0": Case("Binomial", "", (4.0, 0.0), (0.0,)),
    "poisson": CASES["poisson-zero"],
    "negative binomial": Case("NegativeBinomial", "", (0.0, 2.0), (0.0,)),
    "geometric": Case("Geometric", "", (1.0,), (0.0,)),
}


@over(SURE)
def test_certain_outcomes_cost_nothing_and_have_a_gradient(case):
    i = Inputs(case)
    density = expand_density(i.b, case.row, case.form_row, i.value("x", points(case)), i.args)
    total = i.b.reduce("sum", density, (-1,))
    value, *gradient = i.run(total, *differentiate([(total, i.b.const(1.0))], i.leaves, i.b))
    assert (value == 0).all()
    assert all(g.isfinite().all() for g in gradient)


@pytest.mark.parametrize("plates", [(), (4,), (4, 3)], ids=str)
@over({k: c for k, c in CASES.items() if c.family == "Categorical" or c.row.event})
def test_vectors_meet_plates_of_their_own(case, plates):
    """Every element of the plates has its own vector; positions come as INT, batched or not."""
    b = Builder()
    tensors, args = {}, []
    wiggle = torch.linspace(0.5, 1.0, max(1, int(np.prod(plates))), dtype=torch.float64)
    for p, value in zip(case.form_row.params, case.tensors(), strict=True):
        scale = wiggle.reshape((*plates, *[1] * value.ndim)) if not p.whole else 1.0
        tensors[p.name] = (value * scale).expand(BATCH, *plates, *value.shape)
        args.append(b.input(p.name, (*plates, *value.shape), batched=True, source=p.name))
    some = torch.arange(int(np.prod(plates))) % len(case.points)
    x = points(case)[some].reshape((*plates, *points(case).shape[1:]))
    positions = case.row.support is SupportName.INDEX
    x = x.long() if positions else x
    tensors["x"] = x
    dtype = DType.INT if positions else DType.FLOAT
    x_value = b.input("x", tuple(x.shape), batched=False, dtype=dtype, source="x")
    density = expand_density(b, case.row, case.form_row, x_value, args)
    assert density.shape == plates
    tensors["y"] = torch.stack([x] * BATCH)
    y_value = b.input("y", tuple(x.shape), batched=True, dtype=dtype, source="y")
    of_batch = expand_density(b, case.row, case.form_row, y_value, args)
    expected = case.log_prob(x, *(tensors[p.name] for p in case.form_row.params))
    for actual in evaluate([density, of_batch], tensors):
        torch.testing.assert_close(actual, expected, rtol=1e-9, atol=1e-9)


def test_a_number_for_a_vector_is_repeated():
    b = Builder()
    x = torch.tensor([[0.2, 0.3, 0.5]], dtype=torch.float64)
    row = FAMILIES["Dirichlet"]
    x_value = b.input("x", (1, 3), batched=False, source="x")
    value = expand_density(b, row, row.forms[0], x_value, [b.const(2.0)])
    (actual,) = evaluate([value], {"x": x})
    assert float(actual) == pytest.approx(stats.dirichlet.logpdf(x[0], [2.0] * 3))


# --- draws ------------------------------------------------------------------------------------


class FromTorch:
    """Noise for one long plate, drawn before the program runs."""

    def __init__(self, inputs):
        self.inputs, self.rng = inputs, rng(5)

    def _next(self, kind, shape):
        like = torch.empty(BATCH, *shape, dtype=torch.float64)
        name = f"noise_{len(self.inputs.tensors)}"
        return self.inputs.value(name, kind(like, rng=self.rng), batched=True)

    def normal(self, shape):
        return self._next(draws.normal, shape)

    def uniform(self, shape):
        return self._next(draws.uniform, shape)


def drawn(case, **ends):
    """Draws (BATCH, N, *event), and the inputs that they come from."""
    i = Inputs(case)
    event = points(case).shape[1:]
    ends = {k: i.b.const(v) for k, v in ends.items()}
    shape = (N, *event)
    draw = expand_draw(i.b, case.row, case.form_row, i.args, shape, FromTorch(i), **ends)
    return i, draw


@over({k: c for k, c in REPARAMETERISED.items() if k in NUMBERS and "horns" not in k})
def test_the_drawn_formula_follows_the_family(case):
    i, draw = drawn(case)
    (x,) = i.run(draw, rng=rng(), batch=(BATCH,))
    assert x.shape == (BATCH, N)
    assert (case.log_prob(x, *case.tensors()) > -inf).all()
    if case.params[0] > 0.1:
        assert stats.kstest(x[0].detach().numpy(), distribution_function(case)).pvalue > LEVEL
    assert abs(np.corrcoef(x.detach().numpy())[0, 1]) < 4.5 / N**0.5  # each batch its own noise


@over({k: c for k, c in CASES.items() if c.family == "Dirichlet"})
def test_drawn_compositions_have_beta_margins(case):
    i, draw = drawn(case)
    x = i.run(draw, rng=rng(), batch=(BATCH,))[0][0].detach().numpy()
    (a,) = case.params
    p = [stats.kstest(x[:, k], stats.beta(a[k], sum(a) - a[k]).cdf).pvalue for k in range(3)]
    assert min(p) > LEVEL


@over({k: c for k, c in CASES.items() if c.family == "MvNormal"})
def test_drawn_vectors_whiten(case):
    i, draw = drawn(case)
    x = i.run(draw)[0][0].detach().numpy() - np.array(case.params[0])
    z = np.linalg.solve(np.linalg.cholesky(COVARIANCE), x.T)
    assert min(stats.kstest(row, "norm").pvalue for row in z) > LEVEL
    assert np.abs(np.corrcoef(z)[np.triu_indices(3, 1)]).max() < 4.5 / N**0.5


@over({k: c for k, c in CASES.items() if c.family == "MvStudentT"})
def test_drawn_student_vectors_share_one_width(case):
    i, draw = drawn(case)
    x = i.run(draw, rng=rng(), batch=(BATCH,))[0][0].detach().numpy() - np.array(case.params[1])
    z, df = np.linalg.solve(np.linalg.cholesky(COVARIANCE), x.T), case.params[0]
    assert min(stats.kstest(row, stats.t(df).cdf).pvalue for row in z) > LEVEL
    assert stats.kstest((z**2).sum(0) / 3, stats.f(3, df).cdf).pvalue > LEVEL


@over({k: c for k, c in CASES.items() if c.family in ("LKJ", "LKJCholesky")})
def test_drawn_correlations_have_their_margins(case):
    """Each is beta distributed, wherever it stands, and so is each conditional share."""
    i, draw = drawn(case)
    x = i.run(draw, rng=rng(), batch=(BATCH,))[0][0].detach().numpy()
    x = x if case.family == "LKJ" else x @ x.swapaxes(-1, -2)
    np.testing.assert_allclose(np.diagonal(x, axis1=-2, axis2=-1), 1.0, atol=1e-12)
    a = case.params[0] + 0.5
    margins = [stats.kstest(0.5 + 0.5 * x[:, r, c], stats.beta(a, a).cdf) for r, c in ORDERED]
    assert min(m.pvalue for m in margins) > LEVEL
    # the determinant of three is a product of independent beta variables
    eta = case.params[0]
    shares = [stats.beta(eta + 0.5 * (2 - k), 0.5 * k).rvs(N, random_state=k) for k in (1, 2)]
    assert stats.ks_2samp(np.linalg.det(x), shares[0] * shares[1]).pvalue > LEVEL


ORDERED = ((1, 0), (2, 0), (2, 1))


@pytest.mark.parametrize("name", ["wishart", "inversewishart"])
def test_drawn_covariances_are_scipys(name):
    case = CASES[name]
    i, draw = drawn(case)
    x = i.run(draw, rng=rng(), batch=(BATCH,))[0][0].detach().numpy()
    df, scale = case.params
    expected = getattr(stats, name.replace("inverse", "inv"))(df, scale).rvs(N, random_state=3)
    for r, c in ((0, 0), (2, 2), *ORDERED):
        assert stats.ks_2samp(x[:, r, c], expected[:, r, c]).pvalue > LEVEL
    assert stats.ks_2samp(np.linalg.det(x), np.linalg.det(expected)).pvalue > LEVEL


@over(REPARAMETERISED)
def test_the_emitted_gradient_of_a_draw_is_autograds(case):
    i, draw = drawn(case)
    target = i.b.reduce("sum", i.b.apply("square", draw), tuple(range(-draw.rank, 0)))
    gradient = differentiate([(target, i.b.const(1.0))], i.leaves, i.b)
    value, *actual = i.run(target, *gradient, rng=rng(), batch=(BATCH,))
    leaves = [i.tensors[v.name] for v in i.leaves]
    expected = torch.autograd.grad(value.sum(), leaves)
    assert all(
        torch.allclose(a.expand(e.shape), e, rtol=1e-6, atol=1e-6)
        for a, e in zip(actual, expected, strict=True)
    )
