"""More of the language for random models: arrays, ranges, recurrences, gaps, networks, odes.

Each function writes a statement, or a few that belong together, with a `random_models.Writer`.
"""

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st
from random_expressions import Dim, Scope, Variable, index_into, number, positive

if TYPE_CHECKING:
    from random_models import Writer

# functions of a vector, given whole, that give a vector
OF_VECTORS = (
    "softmax({v})[{k}]",
    "0.3 * log_softmax({v})[{k}]",
    "cumsum({v})[{k}] / {n}",
    "sort({v})[{k}]",
    "softmax(0.5 * {v} + {v}^2)[{k}]",
    "cumsum(tanh({v}))[{k}] - sort({v})[{k}]",
)
# functions of a covariance ``S`` and a vector ``v`` over the same dimension
OF_MATRICES = (
    "0.3 * cholesky({S})[{k}, {j}]",
    "solve({S}, {v})[{k}]",
    "solve_lower(cholesky({S}), {v})[{k}]",
    "inverse({S})[{k}, {j}]",
    "0.2 * logdet({S})",
    "0.1 * log(det({S}))",
    "0.2 * transpose({S})[{k}, {j}]",
    "0.2 * diagonal({S})[{k}]",
    "diag({v})[{k}, {j}]",
    "logpdf(MvNormal(0, cov = {S}), {v}) / 9",
)


def slot(scope: Scope, dim: str) -> str:
    """An index into what is computed, where a label in quotes is no variable of that name."""
    text = index_into(scope, dim)
    return quoted_always(text) if text in scope.dims[dim].constants else text


def quoted_always(label: str) -> str:
    return label if label[0] in '"0123456789' else f'"{label}"'


def whole_arrays(w: "Writer") -> None:
    """``z[k in d] = softmax(v)[k]``: functions of vectors."""
    vectors = [v for v in w.variables if len(v.dims) == 1 and v.points_to is None]
    if not vectors:
        return
    v, name = w.pick(vectors), w.name()
    dims = w.some_dims()
    slots, scope = w.plates(dims)
    text = w.pick(OF_VECTORS).format(v=v.name, k=slot(scope, v.dims[0]), n=w.dims[v.dims[0]].size)
    w.lines.append(f"{name}{slots} = {text} + {number(scope, 1)}")
    w.variables.append(Variable(name, dims))


def matrices(w: "Writer") -> None:
    """A covariance, a vector, and a function of both."""
    over = w.pick(w.dims)
    cov, v, name = w.name(), w.name(), w.name()
    inner = w.scope().under(("row_", over))
    w.lines.append(
        f"{cov}[row_ in {over}, col_ in {over}] = 0.4 + (row_ == col_) * (0.2 + {positive(inner)})"
    )
    w.lines.append(f"{v}[row_ in {over}] = {number(inner)}")
    w.variables.append(Variable(v, (over,)))
    dims = w.some_dims()
    slots, scope = w.plates(dims)
    k, j = slot(scope, over), slot(scope, over)
    text = w.pick(OF_MATRICES).format(S=cov, v=v, k=k, j=j)
    w.lines.append(f"{name}{slots} = {text}")
    w.variables.append(Variable(name, dims))


RANGES = (
    "sum({j} in {first}..{i})({x}) / {n}",
    "sum({j} in {i}..{last})({x}) / {n}",
    "sum({j} in {i} + 1..{last})({x}) / {n}",
    "sum({j} in {first}..{i} - 1)({x}) / {n}",
    "prod({j} in {first}..{i})(sigmoid({x}))",
    "mean({j} in {i}..{last})({x})",
    "max({j} in {first}..{i})({x})",
    "logsumexp({j} in {i}..{last})({x})",
)


def ranges(w: "Writer") -> None:
    """Sums over ranges whose ends are other indices, or data."""
    counting = [d for d in w.dims.values() if d.counts]
    if not counting:
        return
    dim, name = w.pick(counting), w.name()
    others = tuple(d for d in w.some_dims(1) if d != dim.name)
    dims = (dim.name, *others)
    slots, scope = w.plates(dims)
    end = "a_"
    if w.draw(st.booleans()):  # a label that the data hold
        end = _stops(w, dim)
    inner = scope.under(("j_", dim.name))
    text = w.pick(RANGES).format(
        j="j_", i=end, first=dim.first, last=_last(dim), n=dim.size, x=number(inner)
    )
    w.lines.append(f"{name}{slots} = {text}")
    w.variables.append(Variable(name, dims))


def _stops(w: "Writer", dim: Dim) -> str:
    """Data that hold a label for each label: ragged sums."""
    name = w.name()
    w.lines.append(f"data {name}[{dim.name}]: int")
    at = w.rng.integers(0, dim.size, size=dim.size)
    w.data[name] = [dim.words[i] for i in at]
    return f"{name}[a_]"


def _last(dim: Dim) -> str:
    """The last label, as the model writes it."""
    return dim.declaration.rpartition("..")[2]


# what an element is made of: those before it, and what is new
STEPS = (
    "0.5 * {x}[{before}] + {new}",
    "tanh({x}[{before}]) - 0.3 * ({new})",
    "sum(s_ in {first}..{t} - 1)({x}[{s}] * 0.3) + {new}",
    "0.9 * {x}[{before}] * sigmoid({new})",
)


def recurrences(w: "Writer") -> None:
    """A family that follows from its own earlier elements, in clauses or by a condition."""
    counting = [d for d in w.dims.values() if d.counts and d.size > 1]
    if not counting:
        return
    dim, name = w.pick(counting), w.name()
    others = tuple(d for d in w.some_dims(1) if d != dim.name)
    beside = "".join(f", i in {d}" for d in others)
    at = "".join(", i" for _ in others)
    scope = w.scope().under(*(("i", d) for d in others))
    start, inside = number(scope, 1), scope.under(("t", dim.name))
    step = w.pick(STEPS).format(
        x=name, before=f"t - 1{at}", first=dim.first, t="t", s=f"s_{at}", new=number(inside, 1)
    )
    form, first = w.pick(("clauses", "latent", "condition", "walk")), dim.first
    later = f"t in {first} + 1..{_last(dim)}{beside}"
    if form == "clauses":
        w.lines += [f"{name}[{first}{beside}] = {start}", f"{name}[{later}] = {step}"]
    elif form == "latent":
        w.lines.append(f"{name}[{first}{beside}] ~ Normal({start}, {positive(scope)})")
        family = w.pick(("Normal({m}, {s})", "StudentT(4, {m}, {s})", "Laplace({m}, {s})"))
        w.lines.append(f"{name}[{later}] ~ {family.format(m=step, s=positive(inside))}")
    elif form == "condition":
        condition = f"if t > {first} then {step} else {start}"
        w.lines.append(f"{name}[t in {dim.name}{beside}] = {condition}")
    else:
        condition = f"if t == {first} then {start} else {step}"
        w.lines.append(f"{name}[t in {dim.name}{beside}] ~ Normal({condition}, {positive(inside)})")
    w.variables.append(Variable(name, (dim.name, *others)))
    if form in ("latent", "walk"):
        w.latent[name], w.inside[name] = (dim.name, *others), 0.3


GAPS = (
    ("real", "Normal({x}, {p})", ("impute", "marginalise", "drop")),
    ("real", "StudentT(4, {x}, {p})", ("impute", "marginalise", "drop")),
    ("positive", "Gamma(2, {p})", ("impute", "drop")),
    ("unit", "Beta({p}, 2)", ("impute", "drop")),
    ("count", "Poisson({p})", ("marginalise", "drop")),
    ("bool", "Bernoulli(logit = {x})", ("marginalise", "drop")),
    ("real", "Mixture([0.4, 0.6], Normal({x}, 1), Normal(1, {p}))", ("impute", "drop")),
)


def gaps(w: "Writer") -> None:
    """Data with missing values; what is imputed can be read."""
    over, name = w.pick(w.dims), w.name()
    others = tuple(d for d in w.some_dims(1) if d != over)
    dims = (over, *others)
    slots, scope = w.plates(dims)
    kind, pattern, rules = w.pick(GAPS)
    rule = w.pick(rules)
    values = w.rng.uniform(0.1, 0.9, size=[w.dims[d].size for d in dims]).round(3)
    if kind in ("count", "bool"):
        values = values.round()
    whole = values.astype(object)
    whole[w.rng.uniform(size=whole.shape) < 0.5] = None
    w.lines.append(f"data {name}[{', '.join(dims)}]: {kind}")
    w.data[name] = whole.tolist()
    w.lines.append(f"{name}{slots} ~ {pattern.format(x=number(scope), p=positive(scope))}")
    w.lines.append(f"observe {name} missing {rule}")
    if rule == "impute":
        w.variables.append(Variable(name, dims, kind == "positive"))


def networks(w: "Writer") -> None:
    """A perceptron from a vector, or a number, to numbers."""
    name, out, into = w.name(), w.name(), w.pick(w.dims)
    vectors = [v for v in w.variables if len(v.dims) == 1 and v.points_to is None]
    layers = w.pick(("2", "3, relu", "", "2, 2, softplus"))
    dims = w.some_dims(1)
    slots, scope = w.plates(dims)
    if vectors and w.draw(st.booleans()):
        v = w.pick(vectors)
        head, argument = v.dims[0], v.name
    else:
        head, argument = "real", number(scope, 1)
    k = slot(scope, into)
    w.lines.append(f"network {name}({head}) -> {into} = mlp({layers})")
    w.lines.append(f"{out}{slots} = 0.5 * {name}({argument})[{k}]")
    w.variables.append(Variable(out, dims))


def odes(w: "Writer") -> None:
    """A system of two states, solved at times of the data."""
    over = w.pick(w.dims)
    times, one, two, clock = w.name(), w.name(), w.name(), f"clock{len(w.lines)}"
    w.lines.append(f"data {times}[{over}]: positive")
    w.data[times] = np.cumsum(w.rng.uniform(0.2, 0.6, size=w.dims[over].size)).round(3).tolist()
    scope = w.scope()
    w.lines.append(
        f"ode {clock}[n in {over}] = {times}[n] from 0, rtol = 1e-11, atol = 1e-12 {{\n    "
        f"{one}' = -{positive(scope)} * {one} + 0.3 * {two} from {number(scope, 1)}\n    "
        f"{two}' = tanh({one}) - {two} + 0.1 * {clock} from {number(scope, 1)}\n}}"
    )
    w.variables += [Variable(one, (over,)), Variable(two, (over,))]


MORE = (whole_arrays, matrices, ranges, recurrences, gaps, networks)
