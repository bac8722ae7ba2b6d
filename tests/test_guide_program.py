"""Guides as programs: their draws, densities and gradients, against exact answers."""

from collections.abc import Callable
from itertools import product

import nacre
import pytest
import torch
from nacre.compiler import driver
from nacre.runtime.program import GuideProgram
from torch.distributions import Bernoulli, Categorical, Normal


def guide_of(model: nacre.Model, name: str = "guide") -> GuideProgram:
    """The guide against what a fit of the model would look at."""
    return model.program(cut=driver.pruned(model.graph), guides=(name,)).guide(name)


def noise(guide: GuideProgram, *batch: int) -> tuple[torch.Tensor, torch.Tensor, torch.Generator]:
    """Standard noise for a batch of draws, and a generator for what needs another kind."""
    rng = torch.Generator().manual_seed(7)
    normal = torch.randn(*batch, guide.n_normal, generator=rng, dtype=torch.float64)
    uniform = torch.rand(*batch, guide.n_uniform, generator=rng, dtype=torch.float64)
    return normal, uniform, rng


def params_of(guide: GuideProgram) -> torch.Tensor:
    """Somewhere else than where it starts."""
    shift = torch.linspace(-0.3, 0.4, guide.n_params, dtype=torch.float64)
    return guide.initial + shift


# --- draws with pathwise gradients ----------------------------------------------------------------

FAMILIES = {
    "Normal": ("x ~ Normal(0, 1)", "param a: real = 0.3\nparam b: positive\nx ~ Normal(a, b)"),
    "LogNormal": ("x ~ Gamma(2, 1)", "param a: real\nparam b: positive\nx ~ LogNormal(a, b)"),
    "HalfNormal": ("x ~ HalfNormal(1)", "param b: positive\nx ~ HalfNormal(b)"),
    "Exponential": ("x ~ Gamma(2, 1)", "param b: positive\nx ~ Exponential(b)"),
    "Gamma": ("x ~ Gamma(2, 1)", "param a: positive = 2\nparam b: positive\nx ~ Gamma(a, b)"),
    "Beta": ("x ~ Beta(2, 3)", "param a: positive = 2\nparam b: positive = 2\nx ~ Beta(a, b)"),
    "StudentT": ("x ~ Normal(0, 1)", "param a: real\nparam b: positive\nx ~ StudentT(5, a, b)"),
    "Uniform": ("x ~ Beta(2, 3)", "param a: unit\nx ~ Uniform(0.1 * a, 0.5 + 0.5 * a)"),
    "restricted": ("x ~ HalfNormal(2)", "param a: real\nx ~ Normal(a, 1) on (0, inf)"),
    "Dirichlet": (
        "dim k = {a, b, c}\nx[k] ~ Dirichlet([1, 2, 3])",
        "param a[i in k]: positive = 2\nx ~ Dirichlet(a)",
    ),
    "MvNormal": (
        "dim k = {a, b}\nx[k] ~ MvNormal(0, cov = [[1, 0.5], [0.5, 1]])",
        "param a[i in k]: real\nparam s: positive\nx ~ MvNormal(a, chol = [[s, 0], [0.3, 1]])",
    ),
    "a family": (
        "dim k = {a, b}\nx[i in k] ~ Normal(0, 1)",
        "param a[i in k]: real\nparam b: positive\nc = b + 0.1\nx[i in k] ~ Normal(a[i], c)",
    ),
}


def with_guide(family: str) -> nacre.Model:
    text, statements = FAMILIES[family]
    seen = "y ~ Normal(sum(x), 0.7)" if "dim" in text else "y ~ Normal(x, 0.7)"
    inside = statements.replace("\n", "\n    ")
    return nacre.compile(f"{text}\n{seen}\nobserve y = 0.8\nguide {{\n    {inside}\n}}\n")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_gradient_is_that_of_the_draw(family):
    """What the compiler wrote out, against autograd through the readable draw."""
    guide = guide_of(with_guide(family))
    assert guide.score_sites == ()
    normal, uniform, _ = noise(guide, 3)

    def rng() -> torch.Generator:
        return torch.Generator().manual_seed(5)

    params = params_of(guide).expand(3, -1).clone().requires_grad_()
    _, log_q, log_p = guide.draw(params, normal, uniform, rng())
    (expected,) = torch.autograd.grad((log_p - log_q).sum(), params)
    nothing = torch.empty(3, 0, dtype=torch.float64)
    found = guide.elbo_and_gradient(params.detach(), normal, uniform, nothing, rng())
    torch.testing.assert_close(found[0], (log_p - log_q).detach())
    torch.testing.assert_close(found[1], expected)


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)], ids=str)
@pytest.mark.parametrize("family", ["Normal", "MvNormal", "a family"])
def test_guides_take_any_batch(family, batch):
    guide = guide_of(with_guide(family))
    normal, uniform, rng = noise(guide, *batch)
    params = params_of(guide).expand(*batch, -1)
    values, log_q, log_p = guide.draw(params, normal, uniform, rng)
    nothing = torch.empty(*batch, 0, dtype=torch.float64)
    elbo, gradient, reward = guide.elbo_and_gradient(params, normal, uniform, nothing, rng)
    assert log_q.shape == log_p.shape == elbo.shape == batch
    assert (gradient.shape, reward.shape) == ((*batch, guide.n_params), (*batch, 0))
    assert values["x"].shape[: len(batch)] == batch


def test_parameters_start_where_the_model_says():
    model = nacre.compile(
        "data g = 3.5\nx ~ Normal(g, 1)\ny ~ Normal(x, 1)\nobserve y = 1\n"
        "guide {\n    param a: real = g + 1\n    param b: positive = 0.5\n    param c: unit\n"
        "    x ~ Normal(a * c, b)\n}\n".replace("data g =", "data g: real =")
    )
    guide = guide_of(model)
    found = {n: float(v) for n, v in guide.constrained(guide.initial).items()}
    assert found == pytest.approx({"a": 4.5, "b": 0.5, "c": 0.5})
    assert guide.param_names == ("a", "b", "c")


# --- draws by the score function ------------------------------------------------------------------

COIN = nacre.compile("""
z ~ Bernoulli(0.3)
y ~ Normal(2 * z, 1)
observe y = 1.2
guide {
    param p: unit
    z ~ Bernoulli(p)
}
""")

COINS = nacre.compile("""
dim i = {a, b, c}
a ~ Bernoulli(0.4)
z[j in i] ~ Bernoulli(0.2 + 0.5 * a)
y[j in i] ~ Normal(2 * z[j], 1)
total ~ Normal(sum(z), 0.8)
observe y = [1.2, -0.3, 0.8]
observe total = 1.7
guide {
    param q: unit = 0.6
    param p[j in i]: unit = 0.4
    a ~ Bernoulli(q)
    z[j in i] ~ Bernoulli(0.9 * p[j] + 0.05 * a)
}
""")

MIXED = nacre.compile("""
dim kind = {one, two, three}
share[kind] = [0.2, 0.5, 0.3]
k ~ Categorical(share)
shift[j in kind] = if j == one then 0 else if j == two then 1 else 3
x ~ Normal(shift[k], 1)
y ~ Normal(x, 0.5)
observe y = 1.4
guide {
    param w[j in kind]: real
    param m[j in kind]: real = 1
    param s: positive = 0.8
    weights[j in kind] = exp(w[j]) / sum(l in kind)(exp(w[l]))
    k ~ Categorical(weights)
    x ~ Normal(m[k], s)
}
""")


def bits(n: int) -> torch.Tensor:
    return torch.tensor(list(product((0.0, 1.0), repeat=n)), dtype=torch.float64)


def of_a_coin(params: torch.Tensor) -> torch.Tensor:
    """The ELBO, summed over every outcome."""
    z = bits(1)[:, 0]
    q = Bernoulli(torch.sigmoid(params[0])).log_prob(z)
    p = Bernoulli(torch.tensor(0.3).double()).log_prob(z) + Normal(2 * z, 1.0).log_prob(
        torch.tensor(1.2).double()
    )
    return (q.exp() * (p - q)).sum()


def of_coins(params: torch.Tensor) -> torch.Tensor:
    states = bits(4)
    a, z = states[:, 0], states[:, 1:]
    share = torch.sigmoid(params)
    q = Bernoulli(share[0]).log_prob(a)
    q = q + Bernoulli(0.9 * share[1:] + 0.05 * a[:, None]).log_prob(z).sum(-1)
    y, total = torch.tensor([1.2, -0.3, 0.8]).double(), torch.tensor(1.7).double()
    p = Bernoulli(torch.tensor(0.4).double()).log_prob(a)
    p = p + Bernoulli((0.2 + 0.5 * a)[:, None].expand_as(z)).log_prob(z).sum(-1)
    p = p + Normal(2 * z, 1.0).log_prob(y).sum(-1) + Normal(z.sum(-1), 0.8).log_prob(total)
    return (q.exp() * (p - q)).sum()


def of_a_mixture(params: torch.Tensor) -> torch.Tensor:
    """The outcomes are summed, and the normal of each is integrated by its moments."""
    w, m, s = params[:3], params[3:6], params[6].exp()
    q = Categorical(logits=w).probs
    prior = torch.tensor([0.2, 0.5, 0.3]).double()
    shift, y = torch.tensor([0.0, 1.0, 3.0]).double(), 1.4

    def expected(mean: torch.Tensor | float, sd: float) -> torch.Tensor:
        """Of log Normal(x; mean, sd) under x ~ Normal(m, s)."""
        return Normal(mean, sd).log_prob(m) - s**2 / (2 * sd**2)

    entropy = 0.5 * torch.log(2 * torch.pi * torch.e * s**2)
    each = prior.log() - q.log() + expected(shift, 1.0) + expected(y, 0.5) + entropy
    return (q * each).sum()


EXACT: dict[str, tuple[nacre.Model, Callable[[torch.Tensor], torch.Tensor], int]] = {
    "one": (COIN, of_a_coin, 1),
    "many": (COINS, of_coins, 2),
    "with a pathwise draw": (MIXED, of_a_mixture, 1),
}


@pytest.mark.parametrize("baseline", [0.0, -3.0])
@pytest.mark.parametrize("kind", EXACT)
def test_score_function_gradients_are_unbiased(kind, baseline):
    """The mean of many, against the derivative of a sum over all outcomes: five standard errors."""
    model, exact, sites = EXACT[kind]
    guide, count = guide_of(model), 200_000
    assert len(guide.score_sites) == sites
    params = params_of(guide)
    slope, value = torch.func.grad_and_value(exact)(params)
    normal, uniform, rng = noise(guide, count)
    base = torch.full((count, sites), baseline, dtype=torch.float64)
    elbo, gradient, _ = guide.elbo_and_gradient(
        params.expand(count, -1), normal, uniform, base, rng
    )
    for found, expected in ((elbo[:, None], value[None]), (gradient, slope)):
        error = found.std(0) / count**0.5
        z = (found.mean(0) - expected) / error.clamp(min=1e-12)
        assert float(z.abs().max()) < 5


def test_a_draw_is_credited_with_what_depends_on_it_alone():
    """Independent coins: what one of them earns does not depend on the others."""
    model = nacre.compile(
        "dim i = {a, b, c}\nz[j in i] ~ Bernoulli(0.3)\ny[j in i] ~ Normal(2 * z[j], 1)\n"
        "observe y = [1.2, -0.3, 0.8]\n"
        "guide {\n    param p[j in i]: unit\n    z[j in i] ~ Bernoulli(p[j])\n}\n"
    )
    guide = guide_of(model)
    normal, uniform, rng = noise(guide, 500)
    nothing = torch.zeros(500, 1, dtype=torch.float64)
    wide = params_of(guide).expand(500, -1)
    _, gradient, _ = guide.elbo_and_gradient(wide, normal, uniform, nothing, rng)
    assert [len(column.unique()) for column in gradient.T] == [2, 2, 2]


# --- guides of rewritten models -------------------------------------------------------------------

PAIR = nacre.compile("""
a ~ Normal(0, 1)
b ~ Normal(a, 1)
y ~ Normal(b, 0.5)
observe y = 1
guide {
    param m: real = 0.2
    param s: positive = 0.6
    a ~ Normal(m, s)
    b ~ Normal(a + 1, s)
}
""")


@pytest.mark.parametrize("verb", ["condition", "do"])
def test_a_given_variable_is_not_drawn(verb):
    """The guide of b reads the value that a was given; a has no term of its own."""
    guide = guide_of(getattr(PAIR, verb)(a=3.0))
    normal, uniform, rng = noise(guide, 4)
    values, log_q, _ = guide.draw(guide.initial.expand(4, -1), normal, uniform, rng)
    assert (list(values), guide.n_normal) == (["b"], 1)
    expected = Normal(4.0, 0.6).log_prob(values["b"])
    torch.testing.assert_close(log_q, expected, check_dtype=False)


def test_a_guide_may_draw_what_is_not_asked_about():
    """b was given, and cuts a off from y: it is inferred from b."""
    guide = guide_of(PAIR.condition(b=2.0))
    normal, uniform, rng = noise(guide, 4)
    values, log_q, log_p = guide.draw(guide.initial.expand(4, -1), normal, uniform, rng)
    assert list(values) == ["a"]
    expected = (
        Normal(0.0, 1.0).log_prob(values["a"])
        + Normal(values["a"], 1.0).log_prob(torch.tensor(2.0))
        + Normal(2.0, 0.5).log_prob(torch.tensor(1.0))
    )
    torch.testing.assert_close(log_p, expected, check_dtype=False)


def test_the_model_may_have_parameters_of_its_own():
    """A ``param`` of the model is carried along in the guide's vector."""
    model = nacre.compile(
        "param s: positive = 2\nx ~ Normal(0, s)\ny ~ Normal(x, 1)\nobserve y = 2\n"
        "guide {\n    param m: real\n    x ~ Normal(m, 0.7)\n}\n"
    )
    guide = guide_of(model)
    assert guide.param_names == ("s", "m")
    normal, uniform, rng = noise(guide, 3)
    params = guide.initial.expand(3, -1).clone().requires_grad_()
    values, log_q, log_p = guide.draw(params, normal, uniform, rng)
    x = values["x"].detach()
    expected = Normal(0.0, 2.0).log_prob(x) + Normal(x, 1.0).log_prob(torch.tensor(2.0))
    torch.testing.assert_close(log_p.detach(), expected, check_dtype=False)
    (slope,) = torch.autograd.grad((log_p - log_q).sum(), params)
    nothing = torch.empty(3, 0, dtype=torch.float64)
    _, gradient, _ = guide.elbo_and_gradient(params.detach(), normal, uniform, nothing, rng)
    torch.testing.assert_close(gradient, slope)


FAMILY = nacre.compile("""
dim i = {a, b, c}
data shift: real = 0.5
twice = 2 * shift
mu ~ Normal(0, 1)
x[j in i] ~ Normal(mu, 1)
y[j in i] ~ Normal(x[j], 1)
observe y = [1, 2, 3]
guide {
    param m[j in i]: real = 1
    mu ~ Normal(sum(m) + twice, 1)
    x[j in i] ~ Normal(m[j] + mu, 0.5)
}
""")
Y = torch.tensor([1.0, 2.0, 3.0])

# A model; mu as x reads it; what x is (None: drawn) and what y reads of it (None: x); which
# elements of x the densities count.
IN_PART = {
    "an element is observed": (
        FAMILY.condition({"x[b]": 5.0}), None, (None, 5.0, None), (None, None, None), (1, 0, 1),
    ),
    "an element is set": (
        FAMILY.do({"x[b]": 5.0}), None, (None, None, None), (None, 5.0, None), (1, 0, 1),
    ),
    "both": (
        FAMILY.condition({"x[a]": 2.0}).do({"x[b]": 5.0}),
        None, (2.0, None, None), (None, 5.0, None), (0, 0, 1),
    ),
    "the parent is set": (
        FAMILY.do(mu=4.0), 4.0, (None, None, None), (None, None, None), (1, 1, 1),
    ),
}  # fmt: skip


def with_fixed(x: torch.Tensor, fixed: tuple[float | None, ...]) -> torch.Tensor:
    parts = zip(x.unbind(-1), fixed, strict=True)
    return torch.stack([e if f is None else torch.full_like(e, f) for e, f in parts], -1)


@pytest.mark.parametrize("part", IN_PART)
def test_a_family_of_which_some_elements_are_given(part):
    """The guide says nothing of elements that are given or set; both densities by hand."""
    model, mu, given, read, counted = IN_PART[part]
    guide = guide_of(model)
    normal, uniform, rng = noise(guide, 4)
    params = params_of(guide).expand(4, -1).clone().requires_grad_()
    values, log_q, log_p = guide.draw(params, normal, uniform, rng)
    x, m = values["x"], params
    torch.testing.assert_close(x, with_fixed(x, given))
    above = values["mu"] if mu is None else torch.full((4,), mu, dtype=torch.float64)
    mask = torch.tensor(counted)
    q = (Normal(m + above[:, None], 0.5).log_prob(x) * mask).sum(-1)
    observed = torch.tensor([f is not None for f in given])
    p = (Normal(above[:, None], 1.0).log_prob(x) * (mask + observed)).sum(-1)
    p = p + Normal(with_fixed(x, read), 1.0).log_prob(Y).sum(-1)
    if mu is None:
        q = q + Normal(m.sum(-1) + 1.0, 1.0).log_prob(above)
        p = p + Normal(0.0, 1.0).log_prob(above)
    torch.testing.assert_close(log_q, q)
    torch.testing.assert_close(log_p, p)
    (slope,) = torch.autograd.grad((log_p - log_q).sum(), params)
    nothing = torch.empty(4, 0, dtype=torch.float64)
    _, gradient, _ = guide.elbo_and_gradient(params.detach(), normal, uniform, nothing, rng)
    torch.testing.assert_close(gradient, slope)


def test_what_only_the_guide_draws_from_stays_in_both_densities():
    """Nothing observed depends on a, but the guide draws b from it: a is inferred too."""
    model = nacre.compile(
        "a ~ Normal(0, 1)\nb ~ Normal(0, 1)\ny ~ Normal(b, 1)\nobserve y = 1\n"
        "guide {\n    a ~ Normal(2, 1)\n    b ~ Normal(a, 1)\n}\n"
    )
    guide = guide_of(model)
    normal, uniform, rng = noise(guide, 4)
    values, log_q, log_p = guide.draw(guide.initial.expand(4, -1), normal, uniform, rng)
    a, b = values["a"], values["b"]
    q = Normal(2.0, 1.0).log_prob(a) + Normal(a, 1.0).log_prob(b)
    p = Normal(0.0, 1.0).log_prob(a) + Normal(0.0, 1.0).log_prob(b)
    torch.testing.assert_close(log_q, q)
    torch.testing.assert_close(log_p, p + Normal(b, 1.0).log_prob(torch.tensor(1.0)))
