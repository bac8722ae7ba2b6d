"""Random expressions over a scope, for `random_models`: numbers of order one whatever is drawn.

Every link is tamed (``0.3 * x``, ``tanh(x)``, ``exp(0.2 * x)``), so that a chain of statements does
not run away and central differences stay accurate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy], object]

CONSTANTS = ("0.5", "-1.2", "2", ".75", "1e-1", "pi", "(-0.4)^2", "1", "0")


@dataclass(frozen=True)
class Dim:
    """A dimension of a random model.

    Attributes:
        labels: words, or None for one that counts ``first..last``.
        declaration: what the ``dim`` statement says after the name.
    """

    name: str
    size: int
    labels: tuple[str, ...] | None
    first: int
    declaration: str
    counts: bool  # whether the model says so, so that an index is a number

    @property
    def words(self) -> tuple[str | int, ...]:
        """Its labels: words, or numbers where it counts."""
        return self.labels or tuple(self.first + i for i in range(self.size))

    @property
    def constants(self) -> tuple[str, ...]:
        """Its labels, as they are written in an index."""
        return tuple(str(x) if isinstance(x, int) else quoted(x) for x in self.words)


def quoted(word: str) -> str:
    """A label as it is written in a model."""
    return word if word.isidentifier() else '"' + word.replace('"', r"\"") + '"'


@dataclass(frozen=True)
class Variable:
    """Something that expressions may read. ``points_to`` is the dimension of index data."""

    name: str
    dims: tuple[str, ...]
    positive: bool = False
    points_to: str | None = None
    is_data: bool = False


@dataclass(frozen=True)
class Scope:
    """What may be named at one place."""

    draw: Draw
    dims: Mapping[str, Dim]
    variables: tuple[Variable, ...]
    functions: tuple[str, ...] = ()
    index: Mapping[str, str] = field(default_factory=dict)  # index variable → dimension

    def under(self, *binders: tuple[str, str]) -> "Scope":
        """The scope with more index variables."""
        return replace(self, index={**self.index, **dict(binders)})

    def only_data(self) -> "Scope":
        """The scope with the random variables taken away."""
        return replace(self, variables=tuple(v for v in self.variables if v.is_data))

    def pick(self, options):
        """One of several options."""
        return self.draw(st.sampled_from(list(options)))

    def fresh(self) -> str:
        """An index name that is not in use."""
        return next(n for n in ("i", "j", "k", "m", "p", "q", "r", "s") if n not in self.index)


def index_into(scope: Scope, dim: str) -> str:
    """An index expression for a dimension: a variable, a constant label, or index data."""
    along = [name for name, over in scope.index.items() if over == dim]
    gathers = [
        f"{v.name}[{', '.join(slots)}]"
        for v in scope.variables
        if v.points_to == dim and (slots := _variables_for(scope, v)) is not None
    ]
    return scope.pick([*along * 4, *gathers * 4, *scope.dims[dim].constants[:2]])


def _variables_for(scope: Scope, v: Variable) -> list[str] | None:
    """Index variables in scope for every dimension of ``v``, or None."""
    slots = [[n for n, over in scope.index.items() if over == d] for d in v.dims]
    return [s[0] for s in slots] if all(slots) else None


def reference(scope: Scope, v: Variable) -> str:
    """An element of a variable."""
    slots = ", ".join(index_into(scope, d) for d in v.dims)
    return f"{v.name}[{slots}]" if slots else v.name


def readable(scope: Scope) -> list[Variable]:
    return [v for v in scope.variables if v.points_to is None]


def number(scope: Scope, depth: int = 2) -> str:
    """A number of order one."""
    kinds = [_leaf] if depth == 0 else [_leaf, _link, _link, _binary, _binary, _reduction, _other]
    return scope.pick(kinds)(scope, depth)


def _leaf(scope: Scope, depth: int) -> str:
    options = readable(scope)
    kind = scope.draw(st.integers(0, 6))
    if options and kind > 0:
        return f"0.3 * {reference(scope, scope.pick(options))}"
    counting = [n for n, d in scope.index.items() if scope.dims[d].counts]
    if counting and kind == 0:
        t = scope.pick(counting)
        return f"0.1 * ({t} - {scope.dims[scope.index[t]].first - 1})"
    return scope.pick(CONSTANTS)


LINKS = (
    "tanh({0})",
    "sigmoid({0})",
    "exp(0.2 * ({0}))",
    "softplus({0})",
    "sqrt(1 + square({0}))",
    "log(2 + ({0})^2)",
    "log1p(abs({0}))",
    "abs({0})",
    "-({0})",
    "-({0})^2 / 4",
    "sin({0})",
    "cos({0})",
    "atan({0})",
    "Phi({0})",
    "erf({0})",
    "expm1(0.2 * ({0}))",
    "lgamma(1.5 + ({0})^2)",
    "0.1 * ({0})^3",
    "({0}) / 3",
    "log_sigmoid({0})",
    "inv_logit({0})",
    "0.2 * round(3 * ({0}) + 0.1)",
)

BINARIES = (
    "{0} + {1}",
    "{0} - ({1})",
    "0.5 * ({0}) * ({1})",
    "({0}) / (1 + abs({1}))",
    "min({0}, {1})",
    "max({0}, {1}, 0.25)",
    "(if {0} > {1} then {0} else 0.5 * ({1}))",
    "(if not ({0} < 0.3) and {1} < 0.9 then {1} else {0})",
    "({0} > 0.1) * ({1})",
    "[0.3, -0.5, 1.1][3] * ({0}) - ({1})",
    "[0.3, -0.5, 1.1][2] * ({0}) * ({1})",
    "(if {0} > 0.2 then log({0}) else {1})",
    "(if {0} == {1} then 0.3 else {0})",
    "(1 + ({0})^2)^(0.3 * sigmoid({1}))",
)


def _link(scope: Scope, depth: int) -> str:
    return scope.pick(LINKS).format(number(scope, depth - 1))


def _binary(scope: Scope, depth: int) -> str:
    one, two, pattern = number(scope, depth - 1), number(scope, depth - 1), scope.pick(BINARIES)
    if "log" in pattern and ("0.3 *" not in one or "-" in one or "log_sigmoid" in one):
        one = "0.75"  # what is known to be below 0 would be refused
    return f"({pattern.format(one, two)})"


REDUCTIONS = (
    "sum({b})({x}) / {n}",
    "mean({b})({x})",
    "logsumexp({b})({x})",
    "max({b})({x})",
    "min({b})({x})",
    "prod({b})(sigmoid({x}))",
    "sd({b})({x} + 0.5 * ({i} - {start}))",
    "sqrt(var({b})({x} + 0.7 * ({i} - {start})))",
)


def _reduction(scope: Scope, depth: int) -> str:
    name = scope.pick(list(scope.dims))
    dim, i = scope.dims[name], scope.fresh()
    patterns = REDUCTIONS if dim.size > 1 and dim.counts else REDUCTIONS[:6]
    body = number(scope.under((i, name)), depth - 1)
    return scope.pick(patterns).format(b=f"{i} in {name}", x=body, n=dim.size, i=i, start=dim.first)


def _other(scope: Scope, depth: int) -> str:
    """A call of a `def`, a whole array reduced, a product over two dimensions, an array literal."""
    arrays = [v for v in readable(scope) if v.dims]
    first, second = number(scope, depth - 1), number(scope, depth - 1)
    options = [f"mean([{first}, 0.2, {second}])", f"logsumexp([{first}, {second}])"]
    options += [f"{f}({first}, {second})" for f in scope.functions]
    options += [f"mean({v.name})" for v in arrays]
    options += [f"max({v.name}) / 3" for v in arrays]
    options += [whole_axis(scope, v) for v in arrays]
    matrices = [v for v in arrays if len(v.dims) == 2]
    options += [product(scope, m, v) for m in matrices for v in arrays if v.dims == (m.dims[1],)]
    return scope.pick(options)


def whole_axis(scope: Scope, v: Variable) -> str:
    """``mean(X[i, :])``: the last axis left whole."""
    slots = [*(index_into(scope, d) for d in v.dims[:-1]), ":"]
    return f"0.5 * mean({v.name}[{', '.join(slots)}])"


def product(scope: Scope, matrix: Variable, vector: Variable) -> str:
    """``sum(k in feature)(X[i, k] * beta[k])``."""
    k, size = scope.fresh(), scope.dims[matrix.dims[1]].size
    row = index_into(scope, matrix.dims[0])
    return f"sum({k} in {matrix.dims[1]})({matrix.name}[{row}, {k}] * {vector.name}[{k}]) / {size}"


def positive(scope: Scope, depth: int = 1) -> str:
    """A number well above zero, for scales, rates and shapes."""
    safe = [v for v in readable(scope) if v.positive]
    patterns = ["0.8", "1.5", "exp(0.2 * ({x}))", "0.5 + square({x})", "0.3 + softplus({x})"]
    if safe:
        patterns += [f"(0.2 + {reference(scope, scope.pick(safe))})"]
    return scope.pick(patterns).format(x=number(scope, depth))
