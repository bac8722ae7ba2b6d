"""Networks: their formula, their weights, and what is fitted with them."""

from math import log, pi, sqrt

import nacre
import numpy as np
import pytest
import torch
from agreement import slow_log_density
from programs import arrays, graph_of, program_of
from torch import nn

# Declaration, arguments of the call, activation, hidden widths.
DATA = {
    "x": np.linspace(-1, 1.5, 12).reshape(4, 3).tolist(),
    "u": [0.3, -0.2, 1.1, 0.7],
    "y": [0.1, 0.4, -0.3, 0.2],
}
HEAD = """\
dim row, pixel, latent = 1..2
dim part = {mean, scale}
data x[row, pixel]: real
data u[row], y[row]: real
z[i in row, k in latent] ~ Normal(0, 1)
"""
MODELS = {
    "linear": "network f(pixel) -> real = mlp()\ny[i in row] ~ Normal(f(x[i, :]), 1)",
    "one layer": "network f(pixel) -> real = mlp(4)\ny[i in row] ~ Normal(f(x[i, :]), 1)",
    "two layers": "network f(pixel) -> real = mlp(4, 3)\ny[i in row] ~ Normal(f(x[i, :]), 1)",
    "of a number": "network f(real) -> real = mlp(4)\ny[i in row] ~ Normal(f(u[i]), 1)",
    "of what is latent": "network f(latent) -> real = mlp(4)\ny[i in row] ~ Normal(f(z[i, :]), 1)",
    "of several": "network f(pixel, real, latent) -> real = mlp(4)\n"
    "y[i in row] ~ Normal(f(x[i, :], u[i], z[i, :]), 1)",
    "to a vector": "network f(latent) -> pixel = mlp(4)\n"
    "v[i in row, p in pixel] ~ Normal(f(z[i, :])[p], 1)",
    "to a matrix": "network f(latent) -> part, pixel = mlp(4)\n"
    "v[i in row, p in pixel] ~ Normal(f(z[i, :])[mean, p], exp(f(z[i, :])[scale, p]))",
    "as a whole": "network f(latent) -> pixel = mlp(4)\ny[i in row] ~ Normal(sum(f(z[i, :])), 1)",
    "at a label from data": "network f(latent) -> part = mlp(4)\ndata at[row]: part\n"
    "y[i in row] ~ Normal(f(z[i, :])[at[i]], 1)",
    "of a network": "network f(latent) -> part = mlp(3)\nnetwork g(part) -> real = mlp(2)\n"
    "y[i in row] ~ Normal(g(f(z[i, :])), 1)",
    "through a function": "network f(latent) -> real = mlp(3)\ndef twice(a) = 2 * f(a)\n"
    "y[i in row] ~ Normal(twice(z[i, :]), 1)",
    **{
        activation: f"network f(latent) -> real = mlp(4, {activation})\n"
        "y[i in row] ~ Normal(f(z[i, :]), 1)"
        for activation in ("relu", "softplus", "sigmoid", "silu", "gelu", "sin")
    },
}


def given(text: str) -> dict[str, object]:
    """The data that a model declares."""
    found = {**DATA, "at": ["mean", "scale", "scale", "mean"]}
    return {n: v for n, v in found.items() if f"{n}[row" in text}


def positions(n: int, *batch: int, seed: int = 3) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return 0.7 * torch.randn(*batch, n, generator=rng, dtype=torch.float64)


@pytest.mark.parametrize("text", MODELS.values(), ids=MODELS.keys())
def test_the_density_is_that_of_the_formula(text):
    program = program_of(graph_of(HEAD + text), given(HEAD + text))
    at = positions(program.n)
    values, _ = program.constrain(at)
    expected = slow_log_density(program.graph, program.bound, arrays(values))
    found = program.log_density({n: v for n, v in values.items()})
    assert float(found) == pytest.approx(expected, rel=1e-10)

    def density(position: torch.Tensor) -> torch.Tensor:
        values, jacobian = program.constrain(position)
        return program.log_density(values) + jacobian

    value, gradient = program.log_density_and_gradient(at)
    slopes = torch.func.grad(density)(at)
    torch.testing.assert_close(value, density(at))
    torch.testing.assert_close(gradient, slopes)


@pytest.mark.parametrize("text", MODELS.values(), ids=MODELS.keys())
def test_batches_are_what_their_members_are(text):
    """With leading axes, by vmap, compiled, and by autograd."""
    program = program_of(graph_of(HEAD + text), given(HEAD + text))
    at = positions(program.n, 2, 3)
    value, gradient = program.log_density_and_gradient(at)
    for i in np.ndindex(2, 3):
        one, its = program.log_density_and_gradient(at[i])
        torch.testing.assert_close(value[i], one)
        torch.testing.assert_close(gradient[i], its)
    mapped = torch.func.vmap(lambda p: program.log_density_and_gradient(p)[0])(at[0])
    torch.testing.assert_close(mapped, value[0])
    slope = torch.func.grad(lambda p: program.log_density_and_gradient(p)[0])(at[0, 0])
    torch.testing.assert_close(slope, gradient[0, 0])


def test_the_whole_compiles():
    text = HEAD + MODELS["to a matrix"]
    program = program_of(graph_of(text), given(text))
    whole = torch.compile(
        program._functions["log_density_and_gradient"], fullgraph=True, backend="aot_eager"
    )
    at = positions(program.n, 2)
    for mine, its in zip(
        whole(at, program._bound), program.log_density_and_gradient(at), strict=True
    ):
        torch.testing.assert_close(mine, its)


def test_it_is_the_perceptron_of_torch():
    text = HEAD + MODELS["two layers"]
    program = program_of(graph_of(text), given(text))
    values, _ = program.constrain(positions(program.n))
    module = nn.Sequential(
        nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1)
    ).double()
    with torch.no_grad():
        for i, layer in enumerate((module[0], module[2], module[4])):
            layer.weight.copy_(values[f"f.weight{i + 1}"].reshape(layer.weight.shape))
            layer.bias.copy_(values[f"f.bias{i + 1}"].reshape(layer.bias.shape))
        mean = module(torch.tensor(DATA["x"], dtype=torch.float64))[:, 0]
    expected = torch.distributions.Normal(mean, 1).log_prob(torch.tensor(DATA["y"])).sum()
    assert float(program.log_terms(values)["y"]) == pytest.approx(float(expected), rel=1e-6)


def test_layers_are_products_of_matrices():
    """No array over rows, units and inputs together."""
    code = nacre.compile(HEAD + MODELS["two layers"]).code
    gradient = code[code.index("def log_density_and_gradient") :]
    body = gradient[: gradient.index("\ndef ", 5)]
    # forwards the two hidden layers; backwards no adjoint of the data, and none of the last layer
    assert body.count("@") == 2 + 3


# --- starts -------------------------------------------------------------------------------------

WIDE = """\
dim row, pixel = 1..30
data x[row, pixel]: real
data y[row]: real
network f(pixel) -> real = mlp(200, 100, {activation})
y[i in row] ~ Normal(f(x[i, :]), 1)
"""


def weights_at_start(activation: str, seed: int) -> dict[str, torch.Tensor]:
    model = nacre.compile(WIDE.format(activation=activation))
    program = model.program({"x": np.zeros((2, 30)), "y": [0, 0]})
    start = program.param_start
    assert start is not None
    at = start.draw([torch.Generator().manual_seed(seed)])[0]
    return program.constrain(at)[0]


@pytest.mark.parametrize(
    ("activation", "variances"),
    [("tanh", (2 / 230, 2 / 300, 2 / 101)), ("relu", (2 / 30, 2 / 200, 2 / 101))],
)
def test_weights_start_as_wide_as_their_layer_wants(activation, variances):
    found = weights_at_start(activation, 1)
    for i, variance in enumerate(variances):
        w = found[f"f.weight{i + 1}"]
        error = 4 * variance * sqrt(2 / w.numel())
        assert float(w.square().mean()) == pytest.approx(variance, abs=error)
        assert float(found[f"f.bias{i + 1}"].abs().max()) == 0


def test_a_start_belongs_to_its_seed():
    one, again, other = (weights_at_start("tanh", s)["f.weight1"] for s in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


CURVE = """\
dim row
data x[row], y[row]: real
network f(real) -> real = mlp({layers})
s ~ HalfNormal(1)
y[i in row] ~ Normal(f(x[i]), s)
"""


def curve(n: int = 60) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    x = np.linspace(-2, 2, n)
    return {"x": x, "y": np.sin(2 * x) + 0.1 * rng.standard_normal(n)}


def test_a_run_does_not_touch_the_global_generator():
    model = nacre.compile(CURVE.format(layers="8"))
    before = torch.get_rng_state()
    found = [model.fit(curve(), steps=50, draws=10, seed=s) for s in (1, 1, 2)]
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(found[0].params["f.weight1"], found[1].params["f.weight1"])
    assert not torch.equal(found[0].params["f.weight1"], found[2].params["f.weight1"])


# --- fits ---------------------------------------------------------------------------------------


def test_a_linear_network_under_mean_field_is_least_squares():
    """Weights are points, s has a distribution."""
    model = nacre.compile(CURVE.format(layers=""))
    data = curve()
    found = model.fit(data, seed=1)
    slope, intercept = np.polyfit(data["x"], data["y"], 1)
    assert float(found.params["f.weight1"]) == pytest.approx(slope, abs=2e-3)
    assert float(found.params["f.bias1"]) == pytest.approx(intercept, abs=2e-3)
    residual = data["y"] - slope * data["x"] - intercept
    assert float(found.posterior["s"].mean()) == pytest.approx(float(residual.std()), rel=0.05)
    assert list(found.posterior.draws) == ["s"]


def test_the_mode_of_a_network_bends_to_the_data():
    model = nacre.compile(CURVE.format(layers="8"))
    found = model.fit(curve(), method="map", restarts=3, seed=2)
    assert float(found.params["s"]) < 0.15
    assert found.params["f.weight1"].shape == (8,)


def test_a_fit_with_a_network_is_stored_and_read_back(tmp_path):
    model = nacre.compile(CURVE.format(layers="8"))
    found = model.fit(curve(), steps=50, draws=20)
    found.save(tmp_path / "fit")
    again = nacre.load_fit(tmp_path / "fit")
    np.testing.assert_array_equal(again.params["f.weight1"], found.params["f.weight1"].numpy())
    assert again.model.graph == model.graph


def test_a_resumed_fit_is_the_fit():
    model = nacre.compile(CURVE.format(layers="4"))
    whole = model.fit(curve(), steps=400, draws=10, stop=False)
    part = model.fit(curve(), steps=200, draws=10, stop=False)
    resumed = model.fit(curve(), steps=400, draws=10, stop=False, resume=part)
    assert whole.params["f.weight1"].shape == resumed.params["f.weight1"].shape


def test_simulation_draws_the_weights():
    model = nacre.compile(CURVE.format(layers="8"))
    drawn = [model.simulate(5, {"x": [0.0, 1.0], "y": [0.0, 0.0]}, seed=s) for s in (1, 1, 2)]
    assert drawn[0]["y"].shape == (5, 2)
    assert torch.equal(drawn[0]["y"], drawn[1]["y"])
    assert not torch.equal(drawn[0]["y"], drawn[2]["y"])


# --- amortised guides ---------------------------------------------------------------------------

PCA = """\
dim row, column, latent = 1..2
dim part = {mean, scale}
data x[row, column]: real
network decoder(latent) -> column = mlp()
param noise: positive = 1
z[i in row, k in latent] ~ Normal(0, 1)
x[i in row, c in column] ~ Normal(decoder(z[i, :])[c], noise)
guide {
    network encoder(column) -> part, latent = mlp()
    z[i in row, k in latent] ~ Normal(
        encoder(x[i, :])[mean, k], exp(encoder(x[i, :])[scale, k]))
}
"""


def pca(x: np.ndarray, q: int) -> tuple[float, float]:
    """Maximal log likelihood and noise of probabilistic PCA (Tipping & Bishop 1999, section 3)."""
    n, d = x.shape
    eigen = np.sort(np.linalg.eigvalsh(np.cov(x.T, bias=True)))[::-1]
    noise = eigen[q:].mean()
    spread = np.log(eigen[:q]).sum() + (d - q) * log(noise)
    return -n / 2 * (d * log(2 * pi) + spread + d), sqrt(noise)


def test_a_linear_autoencoder_is_probabilistic_pca():
    """Its bound is exact at the optimum, where the posterior of the axes has no correlations."""
    rng = np.random.default_rng(2)
    axes = np.array([[2.0, 1.0, 0.0, -1.0, 0.5], [0.0, 0.7, 1.0, 0.5, -0.3]])
    x = rng.standard_normal((80, 2)) @ axes + 0.3 * rng.standard_normal((80, 5)) + 1.0
    model = nacre.compile(PCA)
    found = model.fit({"x": x}, steps=2000, rate=0.02, particles=16, draws=50, seed=1)
    best, noise = pca(x, 2)
    error = 4 * found.judgement.facts["elbo_error"]
    assert (
        best - 4 < found.judgement.facts["elbo"] < best + error
    )  # 0.05 nats a row: steps are noisy
    assert float(found.params["noise"]) == pytest.approx(noise, rel=0.03)
    assert found.params["encoder.weight1"].shape == (2, 2, 5)


def test_particles_share_the_weights_and_restarts_have_their_own():
    rng = np.random.default_rng(2)
    model = nacre.compile(PCA)
    data = {"x": rng.standard_normal((10, 5))}
    found = model.fit(data, steps=20, particles=3, restarts=2, draws=7)
    first, second = found.state["params"]
    assert not torch.equal(first, second)
    assert found.posterior["z"].flat.shape == (7, 10, 2)


def test_the_gradient_of_an_amortised_bound_is_that_of_its_draw():
    from nacre.compiler import driver

    rng = np.random.default_rng(2)
    model = nacre.compile(PCA)
    data = {"x": rng.standard_normal((6, 5))}
    cut = driver.pruned(model.graph)
    guide = model.program(data, cut=cut, guides=("guide",)).guide("guide")
    at = guide.initial + positions(guide.n_params, 3)
    normal = positions(guide.n_normal, 3, seed=4)
    uniform = torch.empty(3, 0, dtype=torch.float64)
    noise = torch.Generator().manual_seed(0)
    params = at.clone().requires_grad_()
    _, log_q, log_p = guide.draw(params, normal, uniform, noise)
    (expected,) = torch.autograd.grad((log_p - log_q).sum(), params)
    nothing = torch.empty(3, 0, dtype=torch.float64)
    bound, gradient, _ = guide.elbo_and_gradient(at, normal, uniform, nothing, noise)
    torch.testing.assert_close(bound, (log_p - log_q).detach())
    torch.testing.assert_close(gradient, expected)


# --- modules from Python ------------------------------------------------------------------------

SUPPLIED = PCA.replace("-> column = mlp()", "-> column").replace(
    "-> part, latent = mlp()", "-> part, latent"
)


def modules() -> dict[str, nn.Module]:
    """Linear ones, as the two networks of `PCA` are."""
    with torch.random.fork_rng():
        torch.manual_seed(4)
        return {"decoder": nn.Linear(2, 5), "encoder": nn.Linear(5, 4)}


def as_built(mine: dict[str, nn.Module]) -> dict[str, torch.Tensor]:
    """Weights of linear modules under the names of a linear `mlp`."""
    decoder, encoder = mine["decoder"], mine["encoder"]
    return {
        "decoder.weight1": decoder.weight,
        "decoder.bias1": decoder.bias,
        "encoder.weight1": encoder.weight.reshape(2, 2, 5),
        "encoder.bias1": encoder.bias.reshape(2, 2),
    }


def test_a_module_computes_what_the_same_network_does():
    """Bound and gradient of supplied modules, against the ones that the compiler wrote out."""
    from nacre.compiler import driver

    data = {"x": np.random.default_rng(2).standard_normal((6, 5))}
    mine = modules()
    guides = []
    for model in (nacre.compile(PCA), nacre.compile(SUPPLIED).with_networks(mine)):
        cut = driver.pruned(model.graph)
        guides.append(model.program(data, cut=cut, guides=("guide",)).guide("guide"))
    built, supplied = guides
    wanted = {n: w.double() for n, w in as_built(mine).items()}
    names = [name for name in built.constrained(built.initial) if name != "noise"]
    parts, first = [], torch.zeros(1, dtype=torch.float64)
    for name in built.constrained(built.initial):
        parts.append(first if name == "noise" else wanted[name].detach().reshape(-1))
    at = torch.cat(parts).expand(2, 3, -1)
    other = supplied.initial.expand(2, 3, -1)
    assert {n.split(".")[0] for n in names} == {"decoder", "encoder"}
    normal = positions(built.n_normal, 2, 3)
    nothing, rng = torch.empty(2, 3, 0, dtype=torch.float64), torch.Generator()
    one = built.elbo_and_gradient(at, normal, nothing, nothing, rng)
    with torch.inference_mode():
        two = supplied.elbo_and_gradient(other, normal, nothing, nothing, rng)
    torch.testing.assert_close(one[0], two[0].clone(), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(
        one[1].square().sum(-1), two[1].clone().square().sum(-1), rtol=1e-6, atol=1e-6
    )


def test_a_module_is_fitted_as_a_copy(tmp_path):
    data = {"x": np.random.default_rng(2).standard_normal((6, 5))}
    mine = modules()
    before = mine["decoder"].weight.clone()
    found = nacre.compile(SUPPLIED).fit(data, networks=mine, steps=50, draws=10)
    assert torch.equal(mine["decoder"].weight, before)
    fitted = found.networks["decoder"]
    assert not torch.equal(fitted.weight, before)
    flat = torch.cat([fitted.weight.reshape(-1), fitted.bias]).detach()
    torch.testing.assert_close(flat.double(), found.params["decoder.weights"], rtol=1e-6, atol=1e-6)
    found.save(tmp_path / "fit")
    again = nacre.load_fit(tmp_path / "fit").network("decoder", mine["decoder"])
    assert torch.equal(again.weight, fitted.weight)


def test_a_module_takes_numbers_and_vectors_and_keeps_its_buffers():
    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.tensor(2.0))
            self.register_buffer("shift", torch.tensor(0.5))
            self.drop = nn.Dropout(0.5)

        def forward(self, u: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
            return self.drop(self.scale * u * z.sum(1, keepdim=True) + self.shift)

    text = HEAD + "network f(real, latent) -> real\ny[i in row] ~ Normal(f(u[i], z[i, :]), 1)"
    model = nacre.compile(text).with_networks({"f": Both()})
    program = model.program(given(text))
    at = positions(program.n, 3)
    value, gradient = program.log_density_and_gradient(at)
    values, _ = program.constrain(at)
    scale = values["f.weights"][..., 0]
    u, y = (torch.tensor(DATA[n], dtype=torch.float64) for n in ("u", "y"))
    mean = scale[:, None] * u * values["z"].sum(-1) + 0.5
    normal = torch.distributions.Normal
    expected = normal(mean, 1).log_prob(y).sum(-1)
    expected += normal(0.0, 1.0).log_prob(values["z"]).sum((-2, -1))
    torch.testing.assert_close(value, expected)
    slopes = torch.func.grad(lambda p: program.log_density_and_gradient(p)[0].sum())(at)
    torch.testing.assert_close(gradient, slopes)


def test_what_a_guide_does_not_need_is_not_asked_for():
    data = {"x": np.random.default_rng(2).standard_normal((6, 5))}
    model = nacre.compile(SUPPLIED).with_networks({"decoder": nn.Linear(2, 5)})
    assert model.simulate(3, data)["x"].shape == (3, 6, 5)
    found = model.fit(data, guide="mean-field", steps=20, draws=10)
    assert found.networks.keys() == {"decoder"}
