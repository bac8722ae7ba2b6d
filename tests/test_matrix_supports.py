"""Matrices with a law: their map from unconstrained space, in models, guides and data."""

import nacre
import numpy as np
import pytest
import torch
from nacre.grammar.diagnostic import Rejected
from programs import arrays
from reference import log_density

THREE = "dim part = {a, b, c}, pair = {x, y}\n"
SCALE = "[[2, 0.3, 0.1], [0.3, 1, 0], [0.1, 0, 0.5]]"

MATRICES = {
    "a factor": "M[part, part] ~ LKJCholesky(1.7)",
    "a correlation": "M[part, part] ~ LKJ(0.8)",
    "a covariance": f"M[part, part] ~ Wishart(5, {SCALE})",
    "an inverse covariance": f"M ~ InverseWishart(4, {SCALE})",
    "a factor for each": "s[i in pair] ~ HalfNormal(1)\n"
    "M[i in pair, part, part] ~ LKJCholesky(s[i])",
    "a covariance for each": "M[i in pair, part, part] ~ Wishart(5, diag([1, 2, 3]))",
    "of one": "dim one = {only}\nM[one, one] ~ LKJ(2)\nz ~ Normal(M[only, only], 1)",
    "a covariance of one": "dim one = {only}\nM[one, one] ~ InverseWishart(3, [[2]])",
}
every_matrix = pytest.mark.parametrize("text", MATRICES.values(), ids=MATRICES)


def program_of(text):
    return nacre.compile(THREE + text).program()


def positions(program, n=6):
    rng = torch.Generator().manual_seed(1)
    return torch.randn(n, program.n, dtype=torch.float64, generator=rng)


def free_part(node, value):
    """The numbers of a matrix that may be chosen: those of its lower triangle."""
    name = node.support.name
    if not name.is_matrix:
        return value.reshape(-1)
    n = value.shape[-1]
    rows, columns = torch.tril_indices(n, n, 0 if name.value.endswith("cov") else -1)
    return value[..., rows, columns].reshape(-1)


@every_matrix
def test_every_position_is_such_a_matrix_and_comes_back(text):
    program = program_of(text)
    u = positions(program)
    values, _ = program.constrain(u)
    assert program.log_density(values).isfinite().all()
    torch.testing.assert_close(program.unconstrain(values), u)
    m = values["M"]
    name = program.graph.nodes["M"].support.name.value
    r = m @ m.mT if name.startswith("cholesky") else m
    assert (torch.linalg.eigvalsh(r) > 0).all()
    torch.testing.assert_close(r, r.mT)
    if name.endswith("corr"):
        torch.testing.assert_close(r.diagonal(dim1=-2, dim2=-1), torch.ones_like(r[..., 0]))


@every_matrix
def test_the_jacobian_is_the_determinant_of_the_map(text):
    program = program_of(text)
    if program.n == 0:
        assert program.constrain(positions(program)[0])[1] == 0
        return
    u = positions(program)[0]

    def flat(at):
        values = program.constrain(at)[0]
        return torch.cat([free_part(program.graph.nodes[n], v) for n, v in values.items()])

    slopes = torch.autograd.functional.jacobian(flat, u)
    torch.testing.assert_close(program.constrain(u)[1], slopes.det().abs().log())


@every_matrix
def test_the_emitted_gradient_is_that_of_autograd(text):
    program = program_of(text)
    u = positions(program).requires_grad_()
    values, log_jacobian = program.constrain(u)
    total = (program.log_density(values) + log_jacobian).sum()
    value, gradient = program.log_density_and_gradient(u.detach())
    torch.testing.assert_close(value.sum(), total.detach())
    if program.n:
        (expected,) = torch.autograd.grad(total, u)
        torch.testing.assert_close(gradient, expected)


@every_matrix
def test_the_density_is_that_of_the_reference(text):
    program = program_of(text)
    values, _ = program.constrain(positions(program)[0])
    context = arrays(program.bound.tensors), program.bound.sizes, program.bound.labels
    expected = log_density(program.graph, arrays(values), *context)
    assert program.log_density(values).item() == pytest.approx(expected, rel=1e-9)


@every_matrix
def test_draws_are_inside(text):
    program = program_of(text)
    drawn = program.simulate((3, 2), torch.Generator().manual_seed(1))
    assert program.log_density(drawn).isfinite().all()
    assert drawn["M"].shape[:2] == (3, 2)


def test_extreme_positions_stay_finite():
    program = program_of("M[part, part] ~ LKJCholesky(2)")
    u = torch.tensor([[20.0, -20.0, 15.0], [0.0, 0.0, 0.0], [-30.0, 1.0, 30.0]]).double()
    value, gradient = program.log_density_and_gradient(u)
    assert value.isfinite().all()
    assert gradient.isfinite().all()


def test_coordinates_are_called_after_the_numbers_of_the_triangle():
    factor = program_of("M[i in pair, part, part] ~ LKJCholesky(1)")
    assert factor.coordinates[:4] == ("M[x,b,a]", "M[x,c,a]", "M[x,c,b]", "M[y,b,a]")
    covariance = program_of("M[part, part] ~ Wishart(4, diag([1, 1, 1]))")
    assert covariance.coordinates == ("M[a,a]", "M[b,a]", "M[b,b]", "M[c,a]", "M[c,b]", "M[c,c]")


def test_a_factor_that_a_matrix_was_made_of_is_not_computed_again():
    text = "R[part, part] ~ LKJ(2)\nz[part] ~ MvNormal(0, cov = R)\n"
    module = program_of(text).text
    assert "cholesky(" not in module[module.index("def log_density_and_gradient") :]


# --- slopes that vary together ------------------------------------------------------------------

SLOPES = """
dim coef = {intercept, slope}, county = {one, two, three}
L[coef, coef] ~ LKJCholesky(2)
tau[k in coef] ~ HalfNormal(1)
z[c in county, k in coef] ~ Normal(0, 1)
b[c in county, k in coef] = tau[k] * sum(j in coef)(L[k, j] * z[c, j])
"""
CENTRED = """
dim coef = {intercept, slope}, county = {one, two, three}
R[coef, coef] ~ LKJ(2)
tau[k in coef] ~ HalfNormal(1)
S[j in coef, k in coef] = tau[j] * tau[k] * R[j, k]
b[c in county, coef] ~ MvNormal(0, cov = S)
"""


def test_both_ways_to_write_varying_slopes_have_one_distribution():
    """The centred density is the other one, carried over by its linear map."""
    first, second = nacre.compile(SLOPES).program(), nacre.compile(CENTRED).program()
    values, _ = first.constrain(positions(first))
    whole = {**values, **first.complete(values, (6,), torch.Generator())}
    other = {"R": whole["L"] @ whole["L"].mT, "tau": whole["tau"], "b": whole["b"]}
    logs = whole["L"].diagonal(dim1=-2, dim2=-1).log()
    # |d b / d z| for each county, and |d R / d L|, which is L[2, 2]^0 for two
    moved = 3 * (whole["tau"].log().sum(-1) + logs.sum(-1))
    torch.testing.assert_close(first.log_density(whole), second.log_density(other) + moved)


@pytest.mark.parametrize("guide", ("mean-field", "full-rank"))
@pytest.mark.parametrize("text", (SLOPES, CENTRED), ids=("not centred", "centred"))
def test_automatic_guides(text, guide):
    data = "observe b = [[1.0, 0.2], [-0.5, 0.1], [2.0, -0.3]]\n" if "S[" in text else ""
    more = "data y[county]: real = [1, 2, 0.5]\ny[c in county] ~ Normal(b[c, slope], 0.5)\n"
    fit = nacre.compile(text + (data or more)).fit(guide=guide, seed=1, steps=400)
    name = "L" if "L[" in text else "R"
    drawn = fit.posterior[name]
    r = drawn.values @ np.swapaxes(drawn.values, -1, -2) if name == "L" else drawn.values
    np.testing.assert_allclose(np.diagonal(r, axis1=-2, axis2=-1), 1)
    assert np.linalg.eigvalsh(r).min() > 0


def test_the_mode():
    """An inverse Wishart prior stays one, whose mode is its scale over df + n + 1."""
    text = f"M[part, part] ~ InverseWishart(7, {SCALE})\n"
    text += "y ~ MvNormal(0, cov = M)\nobserve y = [1, -1, 0.5]\n"
    fit = nacre.compile(THREE + text).fit(method="map")
    y, scale = np.array([1, -1, 0.5]), np.array([[2, 0.3, 0.1], [0.3, 1, 0], [0.1, 0, 0.5]])
    expected = (scale + np.outer(y, y)) / (8 + 3 + 1)
    np.testing.assert_allclose(fit.posterior["M"].values[0, 0], expected, atol=1e-5)


# --- params and guides of one's own -------------------------------------------------------------

GUIDE = """
dim part = {a, b, c}
C[i in part, j in part] = if i == j then 1.5 else 0.4
x[part] ~ MvNormal(0, cov = C)
y ~ Normal(x[a], 1)
observe y = 1
guide {
    param m[part]: real
    param V[part, part]: TYPE
    x[part] ~ MvNormal(m, KEY = V)
}
"""


@pytest.mark.parametrize(
    ("word", "key"), (("cov", "cov"), ("cholesky_cov", "chol"), ("cov", "precision"))
)
def test_a_guide_learns_a_matrix(word, key):
    text = GUIDE.replace("TYPE", word).replace("KEY", key)
    fit = nacre.compile(text).fit(guide="guide", steps=2500, rate=0.005, particles=64, seed=2)
    v = fit.params["V"].numpy()
    found = {"cov": v, "chol": v @ v.T, "precision": np.linalg.inv(v)}[key]
    prior = np.where(np.eye(3), 1.5, 0.4)
    exact = prior - np.outer(prior[0], prior[0]) / (prior[0, 0] + 1)
    np.testing.assert_allclose(found, exact, atol=0.06)


def test_initial_values_of_matrices_and_vectors():
    text = """
    dim part = {a, b}, row = {r, s}
    x ~ Normal(0, 1)
    guide {
        param C[part, part]: corr = [[1, 0.5], [0.5, 1]]
        param V[i in row, part, part]: cov = [[2, 1], [1, 3]]
        param p[part]: simplex = [0.2, 0.8]
        param q[row, part]: simplex
        param o[part]: ordered = [-1, 4]
        x ~ Normal(C[a, b] + V[r, a, b] + p[a] + o[a] + q[r, a], 1)
    }
    """
    guide = nacre.compile(text).program(guides=("guide",)).guide("guide")
    values = guide.constrained(guide.initial)
    torch.testing.assert_close(values["C"], torch.tensor([[1, 0.5], [0.5, 1]]).double())
    torch.testing.assert_close(values["V"][1], torch.tensor([[2, 1], [1, 3]]).double())
    torch.testing.assert_close(values["p"], torch.tensor([0.2, 0.8]).double())
    torch.testing.assert_close(values["q"], torch.full((2, 2), 0.5).double())
    torch.testing.assert_close(values["o"], torch.tensor([-1, 4]).double())


# --- given matrices -----------------------------------------------------------------------------

WRONG = {
    "corr": (
        ([[1, 0.5], [0.4, 1]], "the same as its mirror image"),
        ([[1, 0.5], [0.5, 2]], "1, on the diagonal"),
        ([[1, 2], [2, 1]], "positive definite"),
    ),
    "cov": (([[1, 0.5], [0.4, 1]], "mirror"), ([[1, 2], [2, 1]], "positive definite")),
    "cholesky_corr": (
        ([[1, 0.5], [0, 1]], "0, above the diagonal"),
        ([[1, 0], [0.6, 0.9]], "squares add up to 1"),
    ),
    "cholesky_cov": (([[1, 0], [0.6, -0.8]], "greater than 0"),),
}
RIGHT = {
    "corr": [[1, 0.5], [0.5, 1]],
    "cov": [[4, 0.5], [0.5, 1]],
    "cholesky_corr": [[1, 0], [0.6, 0.8]],
    "cholesky_cov": [[2, 0], [0.6, 0.8]],
}


@pytest.mark.parametrize("word", WRONG)
def test_data_of_matrix_types(word):
    model = nacre.compile(f"dim k = {{a, b}}\ndata M[k, k]: {word}\nx ~ Normal(M[a, b], 1)\n")
    model.program({"M": RIGHT[word]})
    for value, words in WRONG[word]:
        with pytest.raises(Rejected, match=words):
            model.program({"M": value})


def test_an_observed_matrix_is_checked():
    model = nacre.compile("dim k = {a, b}\neta ~ HalfNormal(1)\nR[k, k] ~ LKJ(eta)\n")
    seen = model.condition(R=np.array([[1, 0.3], [0.3, 1]]))
    assert seen.program().n == 1
    with pytest.raises(Rejected, match="positive definite"):
        model.condition(R=np.array([[1, 3.0], [3.0, 1]])).program()
