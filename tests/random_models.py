"""Random models with matching data, as text: what a user could have written.

The strategy `models` builds a file statement by statement. Names include Python's keywords and
words that generated code could be tempted to use for itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from hypothesis import strategies as st
from random_expressions import Dim, Draw, Scope, Variable, number, positive, quoted
from random_statements import MORE, odes

NAMES = (
    *("alpha", "beta", "lambda", "torch", "values", "position", "bound", "total", "class", "x_1"),
    *("def", "observe", "data", "math", "batch", "log_density", "rng", "n_row", "sigma"),
    *("value", "_private", "Größe", "self", "True", "grad", "print", "shape", "mu"),
)

WORDS = ("a", "b", "BIG STONE", "lambda", 'qu"ote', "torch")


@dataclass(frozen=True)
class RandomModel:
    """A model's text, data for it, and what can be asked of it.

    Attributes:
        continuous: latent names whose value has a gradient, with their dimensions.
        inside: per name, a number that is inside its support whatever the other variables are.
    """

    text: str
    data: Mapping[str, object]
    dims: Mapping[str, Dim]
    latent: Mapping[str, tuple[str, ...]]
    inside: Mapping[str, float]


@dataclass
class Writer:
    """The file so far."""

    draw: Draw
    rng: np.random.Generator
    dims: dict[str, Dim] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    data: dict[str, object] = field(default_factory=dict)
    variables: list[Variable] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    latent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inside: dict[str, float] = field(default_factory=dict)
    names: list[str] = field(default_factory=lambda: list(NAMES))

    def pick(self, options):
        return self.draw(st.sampled_from(list(options)))

    def name(self) -> str:
        """A name that is not yet taken."""
        return self.names.pop(self.draw(st.integers(0, len(self.names) - 1)))

    def scope(self) -> Scope:
        return Scope(self.draw, self.dims, tuple(self.variables), tuple(self.functions))

    def some_dims(self, most: int = 2) -> tuple[str, ...]:
        """Up to ``most`` different dimensions."""
        names = self.draw(st.permutations(list(self.dims)))
        return tuple(names[: self.draw(st.integers(0, min(most, len(names))))])

    def plates(self, dims: tuple[str, ...]) -> tuple[str, Scope]:
        """Left-hand slots over some dimensions, and the scope on the right."""
        binders = tuple(zip(("a_", "i", "t"), dims, strict=False))
        slots = ", ".join(f"{i} in {d}" for i, d in binders)
        return f"[{slots}]" if slots else "", self.scope().under(*binders)

    # --- declarations ---------------------------------------------------------------------------

    def declare_dim(self) -> None:
        """A dimension whose labels come from the data, from the model, or from a count."""
        name = f"d{len(self.dims)}"
        size = self.draw(st.integers(1, 3))
        kind = self.pick(("data", "names", "count", "years"))
        if kind == "data":
            dim = Dim(name, size, None, 1, "", False)
        elif kind == "names":
            words = tuple(self.draw(st.permutations(WORDS))[:size])
            listed = ", ".join(map(quoted, words))
            dim = Dim(name, size, words, 1, f" = {{{listed}}}", False)
        elif kind == "count":
            count = f"n_{name}"
            self.lines.append(f"data {count}: int")
            self.data[count] = size
            dim = Dim(name, size, None, 1, f" = 1..{count}", True)
        else:
            dim = Dim(name, size, None, 1990, f" = 1990..{1990 + size - 1}", True)
        self.dims[name] = dim
        self.lines.append(f"dim {name}{dim.declaration}")
        if kind == "data":  # something has to say how long it is
            self.declare_data((name,))

    def declare_data(self, dims: tuple[str, ...] | None = None) -> None:
        """Real data over 0 to 2 dimensions."""
        dims = self.some_dims() if dims is None else dims
        name = self.name()
        slots = f"[{', '.join(dims)}]" if dims else ""
        is_positive = self.draw(st.booleans())
        values = self.rng.normal(size=[self.dims[d].size for d in dims])
        values = np.round(np.abs(values) + 0.1 if is_positive else values, 3)
        self.lines.append(f"data {name}{slots}: {'positive' if is_positive else 'real'}")
        self.data[name] = values.tolist()
        self.variables.append(Variable(name, dims, is_positive, is_data=True))

    def declare_index(self) -> None:
        """Index data, pointing from one dimension into another."""
        name, over, into = self.name(), self.pick(self.dims), self.pick(self.dims)
        target = self.dims[into]
        at = self.rng.integers(0, target.size, size=self.dims[over].size)
        self.lines.append(f"data {name}[{over}]: {into}")
        self.data[name] = [target.words[i] for i in at]
        self.variables.append(Variable(name, (over,), points_to=into, is_data=True))

    def define_function(self) -> None:
        name = f"f{len(self.functions)}"
        self.lines.append(f"def {name}(u, v) = 0.5 * u + tanh(v - u)")
        self.functions.append(name)

    # --- statements -----------------------------------------------------------------------------

    def latent_statement(self) -> None:
        """A random variable over 0 to 2 plates, of any continuous family."""
        dims, name = self.some_dims(), self.name()
        slots, scope = self.plates(dims)
        pattern, is_positive, inside = self.pick(LATENT)
        if "{data}" in pattern:
            scope = scope.only_data()
        text = pattern.format(
            x=number(scope), data=number(scope, 1), p=positive(scope), q=positive(scope)
        )
        self.lines.append(f"{name}{slots} ~ {text}")
        self.variables.append(Variable(name, dims, is_positive))
        self.latent[name] = dims
        if inside is not None:
            self.inside[name] = inside

    def vector_statement(self) -> None:
        """A vector-valued variable: a row of a simplex, a multivariate normal, numbers in order."""
        name, last = self.name(), self.pick(self.dims)
        others = tuple(d for d in self.some_dims(1) if d != last)
        slots, scope = self.plates(others)
        slots = f"[{slots[1:-1]}, {last}]" if others else f"[{last}]"
        size = self.dims[last].size
        j, k = "row_", "col_"
        kind = self.pick(("simplex", "normal", "ordered"))
        if kind == "ordered":
            text = self.pick(ORDERED).format(x=number(scope), p=positive(scope))
            self.lines.append(f"{name}{slots} ~ {text}")
        elif kind == "simplex":
            shape = self.pick((f"[{', '.join(['2.5'] * size)}]", "1.5", positive(scope)))
            self.lines.append(f"{name}{slots} ~ Dirichlet({shape})")
        else:
            cov = self.name()
            inner = self.scope().under((j, last))
            self.lines.append(
                f"{cov}[{j} in {last}, {k} in {last}] = "
                f"0.3 * exp(-0.5) + ({j} == {k}) * ({positive(inner)})"
            )
            self.lines.append(f"{name}{slots} ~ MvNormal({number(scope, 1)}, cov = {cov})")
        self.variables.append(Variable(name, (*others, last)))

    def definition(self) -> None:
        dims, name = self.some_dims(), self.name()
        slots, scope = self.plates(dims)
        self.lines.append(f"{name}{slots} = {number(scope, 3)}")
        self.variables.append(Variable(name, dims))

    def observation(self) -> None:
        """Data with a distribution."""
        dims, name = self.some_dims(), self.name()
        slots, scope = self.plates(dims)
        kind, pattern, draw = self.pick(OBSERVED)
        shape = [self.dims[d].size for d in dims]
        declared = f"[{', '.join(dims)}]" if dims else ""
        self.lines.append(f"data {name}{declared}: {kind}")
        self.data[name] = np.asarray(draw(self.rng, shape)).tolist()
        text = pattern.format(x=number(scope), p=positive(scope))
        self.lines.append(f"{name}{slots} ~ {text}")

    def factor_statement(self) -> None:
        """A term of the density that is no variable's own."""
        dims, name = self.some_dims(), self.name()
        slots, scope = self.plates(dims)
        text = self.pick(FACTORS).format(x=number(scope), y=number(scope, 1), p=positive(scope))
        self.lines.append(f"factor {name}{slots} = {text}")

    def derived_observation(self) -> None:
        """``log_y[i] = log(y[i])`` and then a distribution for it."""
        dims, name = self.some_dims(), self.name()
        slots, scope = self.plates(dims)
        self.lines.append(f"{name}{slots} = {number(scope.only_data())}")
        self.lines.append(f"{name}{slots} ~ Normal({number(scope)}, {positive(scope)})")

    def lagged_observation(self) -> None:
        """A series explained by its own past, from its second element on."""
        counting = [d for d in self.dims.values() if d.counts and d.size > 1]
        if not counting:
            return
        dim, name = self.pick(counting), self.name()
        last = dim.first + dim.size - 1
        scope = self.scope().under(("t", dim.name))
        self.lines.append(f"data {name}[{dim.name}]: real")
        self.data[name] = np.round(self.rng.normal(size=dim.size), 3).tolist()
        self.lines.append(
            f"{name}[t in {dim.first} + 1..{last}] ~ "
            f"Normal(0.5 * {name}[t - 1] + {number(scope, 1)}, {positive(scope)})"
        )

    def choice_observation(self) -> None:
        """Observed labels, from a vector of logits."""
        name, into, over = self.name(), self.pick(self.dims), self.pick(self.dims)
        target, logits = self.dims[into], self.name()
        inner = self.scope().under(("i", over), ("j", into))
        at = self.rng.integers(0, target.size, size=self.dims[over].size)
        self.lines += [
            f"data {name}[{over}]: {into}",
            f"{logits}[i in {over}, j in {into}] = {number(inner)}",
            f"{name}[i in {over}] ~ Categorical(logit = {logits}[i, :])",
        ]
        self.data[name] = [target.words[i] for i in at]


# Text of the distribution, whether draws are positive, and a number inside the support, if one is
# known.
LATENT = (
    ("Normal({x}, {p})", False, 0.3),
    ("Normal({x}, {p})", False, -0.7),
    ("StudentT(4, {x}, {p})", False, 0.2),
    ("Cauchy({x}, {p})", False, 0.2),
    ("Laplace({x}, {p})", False, 0.2),
    ("Logistic({x}, {p})", False, 0.2),
    ("Gumbel({x}, {p})", False, 0.2),
    ("LogNormal({x}, {p})", True, 0.6),
    ("HalfNormal({p})", True, 0.6),
    ("HalfCauchy({p})", True, 0.6),
    ("HalfStudentT(3, {p})", True, 0.6),
    ("Exponential({p})", True, 0.6),
    ("Gamma({p}, {q})", True, 0.6),
    ("InverseGamma({p}, {q})", True, 0.6),
    ("Weibull({p}, {q})", True, 0.6),
    ("Beta({p}, {q})", True, 0.4),
    ("LogitNormal({x}, {p})", True, 0.4),
    ("Uniform(-1.5, 2)", False, 0.4),
    ("Uniform({data}, {data} + {p})", False, None),
    ("Normal({x}, {p}) on (0, inf)", True, 0.6),
    ("Normal({x}, {p}) on (-1, 1.5)", False, 0.6),
    ("Normal(0, 1) on (-inf, {x})", False, -9.0),
    ("Cauchy(0, {p}) on (0, inf)", True, 0.6),
    ("Exponential({p}) on (0.1, 3)", True, 0.6),
    ("StudentT(3, 0, {p}) on (0, inf)", True, 0.6),
    ("Gamma({p}, {q}) on (0.2, 2)", True, 0.6),
    ("Flat()", False, 0.2),
    ("Flat() on (0, inf)", True, 0.2),
    ("Flat() on (-2, 1)", False, 0.2),
    ("Flat() on (0, {p})", True, 0.2),
)


ORDERED = (
    "Normal({x}, {p}) on ordered",
    "Normal({x}, {p}) on positive_ordered",
    "StudentT(4, {x}, {p}) on ordered",
    "Exponential({p}) on ordered",
    "Beta({p}, 2) on ordered",
    "Uniform(-1, {p}) on ordered",
    "Flat() on positive_ordered",
)


def _real(rng, shape):
    return np.round(rng.normal(size=shape), 3)


def _counts(rng, shape):
    return rng.integers(0, 6, size=shape)


def _bits(rng, shape):
    return rng.integers(0, 2, size=shape)


def _positive(rng, shape):
    return np.round(rng.gamma(2.0, size=shape) + 0.05, 3)


def _units(rng, shape):
    return np.round(rng.uniform(0.1, 0.9, size=shape), 3)


OBSERVED = (
    ("real", "Normal({x}, {p})", _real),
    ("real", "StudentT(5, {x}, {p})", _real),
    ("positive", "LogNormal({x}, {p})", _positive),
    ("positive", "Gamma({p}, {p})", _positive),
    ("unit", "Beta({p}, {p})", _units),
    ("count", "Poisson(log = {x})", _counts),
    ("count", "Poisson({p})", _counts),
    ("count", "Binomial(7, logit = {x})", _counts),
    ("count", "Binomial(7, sigmoid({x}))", _counts),
    ("count", "NegativeBinomial({p}, {p})", _counts),
    ("count", "NegativeBinomial(log = {x}, phi = {p})", _counts),
    ("bool", "Bernoulli(logit = {x})", _bits),
    ("bool", "Bernoulli(sigmoid({x}))", _bits),
    ("real", "Mixture([0.3, 0.7], Normal({x}, {p}), StudentT(4, {x}, 1 + {p}))", _real),
    ("real", "if {x} > 0 then Normal({x}, {p}) else Laplace({x}, {p})", _real),
    ("real", "Mixture([sigmoid({x}), 1 - sigmoid({x})], Normal(0, 1), Cauchy({x}, {p}))", _real),
    ("count", "ZeroInflated(sigmoid({x}), Poisson({p}))", _counts),
    ("count", "Hurdle(sigmoid({x}), NegativeBinomial({p}, {p}))", _counts),
    ("count", "Poisson(1 + {p}) on (0, 40)", _counts),
    ("count", "if {x} > 0 then Poisson({p}) else ZeroInflated(0.2, Poisson(log = {x}))", _counts),
    ("positive", "Censored(Exponential({p}), 0.01, 50)", _positive),
    ("positive", "Mixture([0.5, 0.5], LogNormal({x}, {p}), Gamma(2, {p}))", _positive),
)

FACTORS = (
    "0.1 * tanh({x}) * {p}",
    "logpdf(Normal({x}, {p}), {y})",
    "logpdf(StudentT(4, {x}, {p}), {y})",
    "logpdf(Gamma(2, {p}), 0.1 + exp(tanh({y})))",
    "logpdf(Normal({y}, 1 + {p}) on (-2, 3), tanh({x}))",
    "logcdf(Normal({x}, 1 + {p}), {y})",
    "logsf(Logistic({x}, {p}), {y})",
    "cdf(Laplace({y}, {p}), {x})",
)


@st.composite
def models(draw, *, more: bool = False) -> RandomModel:
    """A model with one to three dimensions, some data, and four to nine statements.

    Args:
        more: with whole arrays, ranges, recurrences, gaps, networks and odes (see
            `random_statements`).
    """
    w = Writer(draw, np.random.default_rng(draw(st.integers(0, 2**32 - 1))))
    for _ in range(draw(st.integers(1, 3))):
        w.declare_dim()
    first = (w.declare_data, w.declare_data, w.declare_index, w.define_function)
    for _ in range(draw(st.integers(1, 4))):
        w.pick(first)()
    w.latent_statement()
    later = (
        *(w.latent_statement,) * 4,
        *(w.definition,) * 2,
        *(w.observation,) * 3,
        w.vector_statement,
        w.factor_statement,
        w.derived_observation,
        w.lagged_observation,
        w.choice_observation,
    )
    further = tuple(partial(write, w) for write in (*MORE * 2, odes)) if more else ()
    for _ in range(draw(st.integers(3, 8))):
        w.pick((*later, *further))()
    order = draw(st.randoms(use_true_random=False))
    lines = list(w.lines)
    order.shuffle(lines)  # the order of statements means nothing
    return RandomModel("\n".join(lines) + "\n", w.data, w.dims, w.latent, w.inside)
