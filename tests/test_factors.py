"""Factors, and distributions inside expressions: values, gradients, rewrites."""

import numpy as np
import pytest
import reference
import torch
from nacre.compiler import driver
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.model import Model
from programs import graph_of, program_of
from reference_densities import FROZEN
from scipy import stats
from scipy.special import logsumexp

ICAR = """
dim site, edge
data a[edge], b[edge]: site
data y[site]: count
phi[i in site] ~ Flat()
scale ~ HalfNormal(1)
factor icar[e in edge] = -0.5 * (phi[a[e]] - phi[b[e]])^2
factor centre = logpdf(Normal(0, 0.1), sum(phi))
y[i in site] ~ Poisson(log = scale * phi[i])
"""
EDGES = {"a": ["1", "2", "3"], "b": ["2", "3", "1"], "y": [2, 0, 4], "site": ["1", "2", "3"]}


def gradient_gap(program, position: torch.Tensor) -> float:
    """How far the emitted gradient is from autograd's, of the readable density and the Jacobian."""
    x = position.clone().requires_grad_()
    values, jacobian = program.constrain(x)
    (expected,) = torch.autograd.grad((program.log_density(values) + jacobian).sum(), x)
    _, found = program.log_density_and_gradient(position)
    return float((found - expected).abs().max())


def test_a_family_of_factors_is_summed():
    program = program_of(graph_of(ICAR), EDGES)
    phi, scale = np.array([0.3, -0.2, 0.9]), 0.7
    terms = program.log_terms(
        {"phi": torch.tensor(phi), "scale": torch.tensor(scale, dtype=torch.float64)}
    )
    steps = phi - np.roll(phi, -1)
    assert terms["icar"].item() == pytest.approx(-0.5 * (steps**2).sum(), abs=1e-12)
    assert terms["centre"].item() == pytest.approx(stats.norm.logpdf(phi.sum(), 0, 0.1), abs=1e-12)
    assert terms["y"].item() == pytest.approx(
        stats.poisson.logpmf([2, 0, 4], np.exp(scale * phi)).sum(), abs=1e-12
    )


def test_the_emitted_gradient_of_a_factor_is_autograds():
    program = program_of(graph_of(ICAR), EDGES)
    position = torch.randn(5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    assert gradient_gap(program, position) < 1e-10


def test_a_range_leaves_elements_out():
    text = (
        "data n: int\ndim t = 1..n\nx[i in t] ~ Normal(0, 1)\nfactor f[i in 2..n] = x[i] * x[i - 1]"
    )
    program = program_of(graph_of(text), {"n": 4})
    x = torch.tensor([[1.0, 2.0, 3.0, 5.0]], dtype=torch.float64)
    assert program.log_terms({"x": x})["f"].tolist() == [1 * 2 + 2 * 3 + 3 * 5]


def test_a_factor_meets_states_under_the_sum():
    text = """
dim row
z[i in row] ~ Bernoulli(0.3)
m ~ Normal(0, 1)
factor lean[i in row] = if z[i] then m else -m^2
"""
    model = driver.pruned(graph_of(text))
    cut = driver.marginalised(model, {"row": 3})
    program = program_of(cut.graph, {"row": 3}, cut=cut)
    m = torch.tensor([0.4, -1.2], dtype=torch.float64)
    value, _ = program.log_density_and_gradient(m[:, None])
    each = logsumexp([np.log(0.7) - m.numpy() ** 2, np.log(0.3) + m.numpy()], axis=0)
    np.testing.assert_allclose(value, stats.norm.logpdf(m) + 3 * each, rtol=1e-12)


def test_what_only_a_factor_reads_is_inferred():
    model = Model.compile("a ~ Normal(0, 2)\nb ~ Normal(0, 1)\nfactor f = -(a - 3)^2")
    fit = model.fit(seed=0)
    precision = 1 / 4 + 2
    assert fit.posterior["a"].mean() == pytest.approx(6 / precision, abs=0.1)
    assert fit.posterior["a"].sd() ** 2 == pytest.approx(1 / precision, rel=0.2)


def test_without_a_factor_the_rest_is_as_it_was():
    text = "x ~ Normal(0, 1)\ny ~ Normal(x, 1)\nfactor f = -x^2"
    model = Model.compile(text).without("f")
    assert model.log_density({"x": 0.5, "y": 1.0}) == pytest.approx(
        stats.norm.logpdf(0.5) + stats.norm.logpdf(0.5)
    )
    assert set(model.simulate(3, seed=0)) == {"x", "y"}


@pytest.mark.parametrize("target", ["x", "x[2]", "total"])
def test_what_a_factor_is_about_cannot_be_set(target):
    text = "dim k = 1..3\nx[i in k] ~ Normal(0, 1)\ntotal = sum(x)\nfactor f = -total^2"
    with pytest.raises(Rejected, match="Q631"):
        Model.compile(text).do({target: 0.0})


def test_what_a_factors_variables_are_drawn_from_can_be_set():
    """p(x | do(m)) is proportional to N(x; m, 1) exp(-x^2), whoever the factor belongs to."""
    model = Model.compile("m ~ Normal(0, 1)\nx ~ Normal(m, 1)\nfactor f = -x^2").do(m=3.0)
    graph = driver.pruned(model.graph).graph
    assert set(graph.nodes) == {"do(m)", "x", "f"}
    gap = model.log_density({"m": 0.0, "x": 1.0}) - model.log_density({"m": 0.0, "x": 0.0})
    expected = stats.norm.logpdf(1, 3) - stats.norm.logpdf(0, 3) - 1
    assert gap.item() == pytest.approx(expected)


def test_conditioning_what_a_factor_reads():
    model = Model.compile("m ~ Normal(0, 1)\nx ~ Normal(m, 1)\nfactor f = m * x").condition(x=2.0)
    assert model.log_density({"m": 0.5}).item() == pytest.approx(
        stats.norm.logpdf(0.5) + stats.norm.logpdf(2, 0.5) + 1.0
    )


# --- distributions in expressions ---------------------------------------------------------------

# A distribution as it is written, and scipy's; `s` and `t` are latent and positive.
FAMILIES = {
    "Normal(s, t)": lambda s, t: stats.norm(s, t),
    "Exponential(s)": lambda s, t: stats.expon(scale=1 / s),
    "LogNormal(s, t)": lambda s, t: stats.lognorm(t, scale=np.exp(s)),
    "Uniform(-s, t)": lambda s, t: stats.uniform(-s, s + t),
    "Gamma(2, t)": lambda s, t: stats.gamma(2, scale=1 / t),
    "Pareto(s, t)": lambda s, t: stats.pareto(t, scale=s),
    "Poisson(s)": lambda s, t: stats.poisson(s),
    "Poisson(log = s)": lambda s, t: stats.poisson(np.exp(s)),
    "Laplace(s, t)": lambda s, t: stats.laplace(s, t),
    "SkewNormal(s, 1.5, t)": lambda s, t: stats.skewnorm(t, s, 1.5),
    "VonMises(0.5, s)": lambda s, t: FROZEN["VonMises", ""](0.5, s),
    "BetaBinomial(5, s, t)": lambda s, t: stats.betabinom(5, s, t),
}
POINTS = (-1.5, 0.0, 0.4, 1.0, 2.0, 3.0, 7.0)


@pytest.mark.parametrize("fn", ["logpdf", "cdf", "logcdf", "logsf"])
@pytest.mark.parametrize("written", FAMILIES)
def test_functions_of_a_distribution_at_any_number(written, fn):
    text = (
        "dim at\ndata x[at]: real\ns ~ HalfNormal(1)\nt ~ HalfNormal(1)\n"
        f"v[i in at] = {fn}({written}, x[i])\nfactor f[i in at] = if v[i] > -1e300 then v[i] else 0"
    )
    program = program_of(graph_of(text), {"x": POINTS})
    position = torch.tensor([[0.2, -0.3], [-0.5, 0.4]], dtype=torch.float64)
    values, _ = program.constrain(position)
    found = program.complete(values, (2,), torch.Generator())["v"]
    s, t = (values[n].numpy() for n in "st")
    frozen = FAMILIES[written](s[:, None], t[:, None])
    name = "logpmf" if fn == "logpdf" and hasattr(frozen.dist, "pmf") else fn
    expected = np.array(getattr(frozen, name)(np.array(POINTS)))
    if written == "LogNormal(s, t)" and fn == "logpdf":
        expected[:, POINTS.index(0.0)] = -np.inf
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    _, gradient = program.log_density_and_gradient(position)
    assert gradient.isfinite().all()
    assert gradient_gap(program, position) < 1e-8


@pytest.mark.parametrize("fn", ["logpdf", "cdf", "logcdf", "logsf"])
def test_a_restricted_distribution_is_normalised(fn):
    text = f"data x: real\ns ~ Normal(0, 1)\nv = {fn}(Normal(s, 2) on (-1, 2.5), x)"
    model = Model.compile(text)
    s = 0.3
    frozen = stats.truncnorm((-1 - s) / 2, (2.5 - s) / 2, s, 2)
    found = [
        model.program({"x": x})
        .complete({"s": torch.tensor(s, dtype=torch.float64)}, (), torch.Generator())["v"]
        .item()
        for x in (-2.0, -0.5, 1.0, 2.4, 3.0)
    ]
    expected = getattr(frozen, fn)(np.array([-2.0, -0.5, 1.0, 2.4, 3.0]))
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_vectors_have_one_density():
    text = """
dim k = {a, b}
m[k] ~ Dirichlet(1)
C[i in k, j in k] = 0.5 * (i == j) + 0.2
x[k] ~ MvNormal(0, cov = C)
factor f = logpdf(MvNormal(m, cov = C), x) + logpdf(Dirichlet([2, 3]), m)
"""
    program = program_of(graph_of(text), {})
    m, x = np.array([0.3, 0.7]), np.array([0.5, -1.0])
    terms = program.log_terms({"m": torch.tensor(m), "x": torch.tensor(x)})
    cov = 0.5 * np.eye(2) + 0.2
    expected = stats.multivariate_normal.logpdf(x, m, cov) + stats.dirichlet.logpdf(m, [2, 3])
    assert terms["f"].item() == pytest.approx(expected, abs=1e-12)


def test_numbers_of_a_whole_array_go_one_by_one():
    text = "dim row\nmu[i in row] ~ Normal(0, 1)\nfactor f = sum(logpdf(Normal(mu, 2), [1, 2]))"
    program = program_of(graph_of(text), {"row": 2})
    mu = torch.tensor([0.5, -0.5], dtype=torch.float64)
    expected = stats.norm.logpdf([1, 2], mu, 2).sum()
    assert program.log_terms({"mu": mu})["f"].item() == pytest.approx(expected)


def test_labels_have_a_probability():
    text = """
dim row, k = {a, b, c}
data z[row]: k
p[k] ~ Dirichlet(1)
factor f[i in row] = logpdf(Categorical(p), z[i])
"""
    program = program_of(graph_of(text), {"z": ["c", "a", "c"]})
    p = torch.tensor([0.2, 0.3, 0.5], dtype=torch.float64)
    assert program.log_terms({"p": p})["f"].item() == pytest.approx(np.log(0.5 * 0.2 * 0.5))


@pytest.mark.parametrize("fn", ["cdf", "logcdf", "logsf"])
@pytest.mark.parametrize(
    ("family", "latent"), [("OrderedLogistic", stats.logistic), ("OrderedProbit", stats.norm)]
)
def test_ordered_labels_have_a_distribution_function(family, latent, fn):
    text = f"""
dim row, k = {{a, b, c}}, cut = 1..2
data z[row]: k
eta ~ Normal(0, 1)
c[cut] ~ Normal(0, 1) on ordered
f[i in row] = {fn}({family}(eta, c), z[i])
"""
    program = program_of(graph_of(text), {"z": ["c", "a", "b"]})
    values = {"eta": torch.tensor(0.3).double(), "c": torch.tensor([-0.5, 1.0]).double()}
    found = program.complete(values, (), torch.Generator())["f"]
    ends = np.array([np.inf, -0.5, 1.0]) - 0.3
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(found, getattr(latent, fn)(ends))


def test_a_function_of_ones_own_holds_a_density():
    text = "def tail(x, m) = logsf(Normal(m, 1), x)\na ~ Normal(0, 1)\nfactor f = tail(2, a)"
    program = program_of(graph_of(text), {})
    found = program.log_terms({"a": torch.tensor(0.5, dtype=torch.float64)})["f"].item()
    assert found == pytest.approx(stats.norm.logsf(2, 0.5))


REFERENCE = [
    "x ~ Normal(0, 1)\nfactor f = logpdf(StudentT(3, 0, 1), x)",
    "s ~ HalfNormal(1)\nfactor f = logcdf(Gamma(2, s), 1.5) + logsf(Gamma(2, s), 0.5)",
    "dim k = 1..3\nx[i in k] ~ Exponential(1)\nfactor f[i in k] = logpdf(Weibull(2, 1), x[i]) / i",
    "x ~ Normal(0, 1)\nfactor f = logpdf(Normal(0, 1) on (-4, 4), x)",
]


@pytest.mark.parametrize("text", REFERENCE)
def test_generated_code_reads_as_the_reference_does(text):
    graph = graph_of(text)
    program = program_of(graph, {})
    position = torch.linspace(-0.5, 0.6, program.n, dtype=torch.float64)
    values, _ = program.constrain(position)
    found = {n: t.item() for n, t in program.log_terms(values).items()}
    numbers = {n: v.numpy() for n, v in values.items()}
    sizes, labels = {"k": 3}, {"k": [1, 2, 3]}
    expected = reference.log_terms(graph, numbers, {}, sizes, labels)
    assert found == pytest.approx({n: expected[n] for n in found}, abs=1e-10)
    assert gradient_gap(program, position) < 1e-9
