"""The log density of a model graph, read off it slowly and obviously.

Every element of every plate is visited by a Python loop, every expression is evaluated for one
element at a time, and every density comes from scipy. Nothing is shared with the emitter: what the
two agree on is what the model says.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, log

import numpy as np
import reference_densities as densities
from nacre.compiler.families import FAMILIES
from nacre.compiler.graph import (
    Derived,
    Elements,
    Fixed,
    Free,
    FromDataFile,
    FromFormula,
    FromOutside,
    Given,
    Input,
    Latent,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Patched,
    Potential,
    Replaced,
)
from nacre.compiler.present import Present
from nacre.compiler.typed import (
    Apply,
    ArrayCall,
    Const,
    Density,
    Dist,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Label,
    Local,
    OverDim,
    OverRange,
    Reduce,
    Solution,
    Stack,
    Support,
    Tabulate,
    Var,
    Where,
    WholeAxis,
)
from nacre.compiler.types import Extent, Kind, Missing, SupportName
from reference_functions import ARRAYS, ELEMENTWISE, REDUCTIONS
from reference_odes import solved
from scipy.stats import multivariate_normal

# What an index variable stands for at one element: the label's number in the model's own counting
# (or None for a name), and its position along the dimension (or None for a bare range).
At = tuple[float | None, int | None]
Env = Mapping[IndexVar, At]


@dataclass
class Reading:
    """One evaluation of a graph.

    Attributes:
        values: latent variables and parameters, each over all of its dimensions.
        data: what the data and the query bring, by name; index data are positions from 0.
        sizes, labels: of the dimensions.
        present: time and states, while a system of differential equations is solved.
        courses: its solutions.
    """

    graph: ModelGraph
    values: Mapping[str, np.ndarray]
    data: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    labels: Mapping[str, Sequence[str | int]]
    known: dict[str, np.ndarray] = field(default_factory=dict)
    present: dict[str, np.ndarray] = field(default_factory=dict)
    courses: dict[object, np.ndarray] = field(default_factory=dict)

    # --- variables ------------------------------------------------------------------------------

    def variable(self, name: str) -> np.ndarray:
        """A variable over all of its dimensions."""
        if name not in self.known:
            node = self.graph.nodes[name]
            group = next(g for g in self.graph.groups if name in g)
            steps = isinstance(node.role, Derived) or len(group) > 1
            if node.along is not None and steps:
                self._recur([self.graph.nodes[n] for n in group])
            else:
                self.known[name] = self._compute(node)
        return self.known[name]

    def _recur(self, nodes: Sequence[Node]) -> None:
        """Families that need earlier elements of each other, one step after the other.

        What is not computed yet is not a number, so that nothing can read it unnoticed.
        """
        for node in nodes:
            self.known[node.name] = np.full(self.shape(node.type.event), np.nan)
        if nodes[0].across is not None:
            self._fill(nodes)
            return
        for step in range(self.sizes[nodes[0].along.dim]):
            for node in nodes:
                if isinstance(node.role, Patched):  # all that is known so far of the other one
                    whole = self.known[node.role.of]
                    self.known[node.name] = self._replaced(node, whole, node.role.elements)
                    continue
                assert isinstance(node.role, Derived)
                for env in self.instances(node.plates):
                    if env[node.along][1] == step:
                        place = self.index(node.plates, env)
                        self.known[node.name][place] = self.value(node.role.expr, env)

    def _fill(self, nodes: Sequence[Node]) -> None:
        """Families that recur along two dimensions: whatever can be computed, until nothing is."""
        before = -1
        while (missing := sum(np.isnan(self.known[n.name]).sum() for n in nodes)) != before:
            before = missing
            for node in nodes:
                assert isinstance(node.role, Derived)
                for env in self.instances(node.plates):
                    self.known[node.name][self.index(node.plates, env)] = self.value(
                        node.role.expr, env
                    )

    def _compute(self, node: Node) -> np.ndarray:
        match node.role:
            case Input():
                return np.asarray(self.data[node.name], float)
            case Latent():
                return np.asarray(self.values[node.name], float)
            case Observed(given=given) | Fixed(given=given):
                return self._given(node, given)
            case Partly(observed=Present(besides)):
                whole = np.array(self.data[node.name], float)
                gaps = self._gaps(node)
                whole[gaps] = np.broadcast_to(self.values[node.name], whole.shape)[gaps]
                return self._replaced(node, whole, besides)
            case Partly(observed=observed):
                return self._replaced(node, self.values[node.name], observed)
            case Patched(of=of, elements=elements):
                return self._replaced(node, self.variable(of), elements)
            case Derived(expr):
                return self._filled(node, expr, node.plates)
            case Free(initial):
                if node.name in self.values or initial is None:
                    return np.asarray(self.values[node.name], float)
                return self._filled(node, initial, node.plates)

    def _given(self, node: Node, given: Given) -> np.ndarray:
        match given:
            case FromDataFile():
                value = self.data[node.name]
            case FromOutside(key):
                value = self.data[key]
            case FromFormula(expr, plates) if plates:
                return self._filled(node, expr, plates)
            case Replaced(base, elements):
                return self._replaced(node, self._given(node, base), elements)
            case FromFormula(expr, _):
                value = self.value(expr, {})
        return np.array(np.broadcast_to(np.asarray(value, float), self.shape(node.type.event)))

    def _gaps(self, node: Node) -> np.ndarray:
        """Elements of data that have no value: nan, or a position below 0."""
        values = np.asarray(self.data[node.name], float)
        return values < 0 if node.type.kind is Kind.INDEX else np.isnan(values)

    def _replaced(self, node: Node, whole, elements: Elements | None) -> np.ndarray:
        new = np.array(np.broadcast_to(np.asarray(whole, float), self.shape(node.type.event)))
        for element, given in self._elements(node, elements):
            match given:
                case FromOutside(key):
                    new[element] = self.data[key]
                case FromFormula(expr, _):
                    new[element] = self.value(expr, {})
                case FromDataFile():
                    new[element] = self.data[node.name][element]
                case _:
                    raise AssertionError(f"an element of `{node.name}` is given by {given}")
        return new

    def _elements(
        self, node: Node, elements: Elements | None
    ) -> Iterator[tuple[tuple[int, ...], Given | None]]:
        if elements is None:
            return
        given: Sequence[Given | None] = elements.given or (None,) * len(elements.labels)
        for labels, value in zip(elements.labels, given, strict=True):
            slots = zip(labels, node.type.event, strict=False)
            yield tuple(self._position(label, extent, {}) for label, extent in slots), value

    def _filled(self, node: Node, expr: Expr, plates: tuple[IndexVar, ...]) -> np.ndarray:
        new = np.full(self.shape(node.type.event), np.nan)
        for env in self.instances(plates):
            new[self.index(plates, env)] = self.value(expr, env)
        return new

    # --- places ---------------------------------------------------------------------------------

    def size(self, extent: Extent) -> int:
        """Length of an axis."""
        return extent if isinstance(extent, int) else self.sizes[extent]

    def shape(self, extents: Sequence[Extent]) -> tuple[int, ...]:
        """Lengths of several axes."""
        return tuple(self.size(e) for e in extents)

    def instances(self, variables: Sequence[IndexVar], env: Env | None = None) -> Iterator[Env]:
        """Every combination of values of some index variables, one at a time."""
        env = env or {}
        if not variables:
            yield env
            return
        first, *rest = variables
        for at in self._places(first, env):
            yield from self.instances(rest, {**env, first: at})

    def _places(self, var: IndexVar, env: Env) -> Iterator[At]:
        match var.domain:
            case OverDim(dim):
                for position, label in enumerate(self.labels[dim]):
                    yield (label if self._numbered(dim) else position + 1), position
            case OverRange(first, last, dim):
                start, stop = int(self.value(first, env)), int(self.value(last, env))
                for number in range(start, stop + 1):
                    yield number, None if dim is None else self._at(number, dim)

    def _numbered(self, dim: str) -> bool:
        return self.graph.dims[dim].numbered

    def _at(self, number: float, dim: str) -> int:
        """Position of a number along a dimension: of its label, or counted from 1."""
        if self._numbered(dim):
            return list(self.labels[dim]).index(int(number))
        return int(number) - 1

    def index(self, plates: Sequence[IndexVar], env: Env) -> tuple[int, ...]:
        """Position of an element in the array of its family."""
        positions = [env[p][1] for p in plates]
        assert all(p is not None for p in positions), "a plate runs over a dimension"
        return tuple(p for p in positions if p is not None)

    def _position(self, slot: Expr, extent: Extent, env: Env) -> int:
        """Position from 0 that an index expression means along an axis."""
        value = self.value(slot, env)
        if slot.type.kind is Kind.INDEX:
            position = int(value)
        elif isinstance(extent, str):
            position = self._at(value, extent)
        else:
            position = int(value) - 1
        assert 0 <= position < self.size(extent), f"position {position} is outside of `{extent}`"
        return position

    # --- expressions ----------------------------------------------------------------------------

    def value(self, e: Expr, env: Env):
        """An expression at one place: a number, or an array over its own event."""
        match e:
            case Const(value=value):
                return value
            case Label(label=label, type=type_):
                return list(self.labels[type_.dim]).index(label)
            case Var(name=name):
                return self.variable(name)
            case IndexValue(var=var, type=type_):
                number, position = env[var]
                return position if type_.kind is Kind.INDEX else number
            case Element(base=base, slots=slots):
                return self._element(base, slots, env)
            case Apply(fn=fn, args=args):
                return elementwise(ELEMENTWISE[fn], *(self.value(a, env) for a in args))
            case Where(condition=condition, yes=yes, no=no):
                return self._where(condition, yes, no, env)
            case Stack(items=items):
                return np.array([self.value(i, env) for i in items], float)
            case ArrayCall(fn=fn, args=args):
                return ARRAYS[fn](*(np.asarray(self.value(a, env), float) for a in args))
            case Local(name=name):
                return self.present[name]
            case Tabulate(vars=variables, body=body):
                whole = np.full(self.shape(e.type.event), np.nan)
                for inner in self.instances(variables, env):
                    whole[self.index(variables, inner)] = self.value(body, {**env, **inner})
                return whole
            case Solution(system=system, state=state):
                return solved(self, system, state, env)
            case Reduce(op=op, vars=variables, body=body):
                return self._reduce(op, variables, body, env)
            case Density(dist=dist, at=at) if dist.parts:
                return self._of_parts(dist, self.value(at, env), env)
            case Density(fn=fn, dist=dist, at=at):
                return self._density(fn, dist, at, env)
            case Tabulate(vars=variables, body=body):
                return self._tabulate(variables, body, env)

    def _element(self, base: Expr, slots: Sequence[Expr | WholeAxis], env: Env):
        whole = np.asarray(self.value(base, env))
        return whole[
            tuple(
                slice(None) if isinstance(slot, WholeAxis) else self._position(slot, extent, env)
                for slot, extent in zip(slots, base.type.event, strict=True)
            )
        ]

    def _where(self, condition: Expr, yes: Expr, no: Expr, env: Env):
        chosen = self.value(condition, env)
        if np.ndim(chosen) == 0:  # the other branch may have no value here
            return self.value(yes if chosen else no, env)
        branches = self.value(yes, env), self.value(no, env)
        return elementwise(lambda c, a, b: a if c else b, chosen, *branches)

    def _tabulate(self, variables: Sequence[IndexVar], body: Expr, env: Env):
        values = [self.value(body, inner) for inner in self.instances(variables, env)]
        sizes = [len(list(self._places(v, env))) for v in variables]
        return np.reshape(values, (*sizes, *np.shape(values[0])))

    def _reduce(self, op: str, variables: Sequence[IndexVar], body: Expr, env: Env):
        reduction = REDUCTIONS[op]
        if not variables:
            return reduction([float(v) for v in np.ravel(self.value(body, env))])
        values = [self.value(body, inner) for inner in self.instances(variables, env)]
        return elementwise(lambda *each: reduction(list(each)), *values)

    # --- densities ------------------------------------------------------------------------------

    def term(self, node: Node) -> float:
        """What a statement adds to the log density; zero for nodes that nothing scores."""
        match node.role:
            case Observed(dist, FromDataFile(), Missing() as rule):
                return self._of_what_is_there(node, dist, rule)
            case Latent(dist) | Observed(dist, _):
                left_out: set[tuple[int, ...]] = set()
            case Partly(dist, _, barren):
                left_out = {element for element, _ in self._elements(node, barren)}
            case Potential(expr):
                return sum(float(self.value(expr, env)) for env in self.instances(node.plates))
            case Fixed() | Patched() | Derived() | Free() | Input():
                return 0.0
        value = self.variable(node.name)
        total = 0.0
        for env in self.instances(node.plates):
            element = self.index(node.plates, env)
            if element not in left_out:
                total += self._log_density(dist, value[element], env)
        return total

    def _of_what_is_there(self, node: Node, dist: Dist, rule: Missing) -> float:
        """Draws that the data have; of vectors that lack numbers, the density of the others."""
        gaps = self._gaps(node)
        total = 0.0
        for env in self.instances(node.plates):
            place = self.index(node.plates, env)
            x, here = self.data[node.name][place], ~gaps[place]
            if np.all(here):
                total += self._log_density(dist, x, env)
            elif dist.event and rule is Missing.MARGINALISE and np.any(here):
                loc, spread = (self.value(arg, env) for arg in dist.args)
                cov = np.asarray(spread if dist.form == "cov" else spread @ np.transpose(spread))
                loc = np.broadcast_to(loc, here.shape)[here]
                total += multivariate_normal.logpdf(x[here], loc, cov[np.ix_(here, here)])
        return total

    def _log_density(self, dist: Dist, x, env: Env) -> float:
        if dist.parts:
            return self._of_parts(dist, x, env)
        return self._of_family(dist, x, env)

    def _of_parts(self, dist: Dist, x, env: Env) -> float:
        """Of a distribution made of others, none of which has point masses beside a density."""
        if dist.form == "number":
            label = list(self.labels[dist.over[0].dim]).index(int(x))
            return self._log_density(dist.parts[0], label, env)
        match dist.family:
            case "if":
                chosen = dist.parts[0 if self.value(dist.args[0], env) else 1]
                return self._log_density(chosen, x, env)
            case "Mixture" if dist.over:
                each = [
                    log(float(self.value(dist.args[0], inner)))
                    + self._log_density(dist.parts[0], x, inner)
                    for inner in self.instances(dist.over, env)
                ]
            case "Mixture":
                weights = self.value(dist.args[0], env)
                densities_ = [self._log_density(part, x, env) for part in dist.parts]
                each = [log(float(w)) + d for w, d in zip(weights, densities_, strict=True)]
            case "ZeroInflated":
                p = float(self.value(dist.args[0], env))
                each = [np.log1p(-p) + self._log_density(dist.parts[0], x, env)]
                each += [log(p)] if x == 0 else []
            case "Hurdle":
                p = float(self.value(dist.args[0], env))
                if x == 0:
                    return log(p)
                none = self._log_density(dist.parts[0], 0.0, env)
                return (
                    np.log1p(-p)
                    + self._log_density(dist.parts[0], x, env)
                    - np.log1p(-np.exp(none))
                )
            case "Censored":
                return self._censored(dist, x, env)
        return float(np.logaddexp.reduce(each))

    def _censored(self, dist: Dist, x, env: Env) -> float:
        (part,) = dist.parts
        low, high = (float(self.value(e, env)) for e in dist.args)
        args = [self.value(a, env) for a in part.args]
        name, ends = (part.family, part.form), self._ends(part.support, env)
        ends = ends if part.restricted else None
        if x <= low:
            return densities.evaluate("logcdf", name, low, args, ends)
        if x >= high:
            whole = part.support.name is SupportName.COUNT
            return densities.evaluate("logsf", name, high - 1 if whole else high, args, ends)
        return self._log_density(part, x, env)

    def _of_family(self, dist: Dist, x, env: Env) -> float:
        row = FAMILIES[dist.family]
        (form,) = [f for f in row.forms if f.name == dist.form]
        args = [
            self._argument(self.value(arg, env), parameter.event, dist.event)
            for arg, parameter in zip(dist.args, form.params, strict=True)
        ]
        low, high = self._ends(dist.support, env)
        if dist.support.name.is_ordered:
            return self._in_order(dist, x, (low, high), env)
        if np.ndim(x) == 0 and not low <= x <= high:
            return -inf
        value = densities.log_density(dist.family, dist.form, x, args)
        if dist.restricted and row.cdf is not None:
            whole = dist.support.name.is_discrete
            under = low - 1 if whole else low  # an end belongs to the whole numbers
            value -= densities.log_mass_between(dist.family, dist.form, under, high, args)
        return value

    def _density(self, fn: str, dist: Dist, at: Expr, env: Env):
        """``logpdf(D, x)`` and the like; of a family of numbers, number by number."""
        x = self.value(at, env)
        row = FAMILIES[dist.family]
        (form,) = [f for f in row.forms if f.name == dist.form]
        args = [self.value(arg, env) for arg in dist.args]
        if row.event or any(p.event for p in form.params):
            full = [
                self._argument(a, p.event, at.type.event)
                for a, p in zip(args, form.params, strict=True)
            ]
            return densities.log_density(dist.family, dist.form, x, full)
        low, high = self._ends(dist.support, env)

        def one(x, *args):
            return densities.evaluate(
                fn, (dist.family, dist.form), x, args, (low, high) if dist.restricted else None
            )

        return elementwise(one, x, *args)

    def _in_order(self, dist: Dist, x, ends: tuple[float, float], env: Env) -> float:
        """Numbers of one family, in order: divided by how probable that is, if they are alike."""
        if not (ends[0] <= x[0] and (np.diff(x) > 0).all() and x[-1] <= ends[1]):
            return -inf
        args = [np.broadcast_to(self.value(arg, env), x.shape) for arg in dist.args]
        total = 0.0
        for i, number in enumerate(x):
            each = [a[i] for a in args]
            total += densities.log_density(dist.family, dist.form, number, each)
            if dist.exchangeable and FAMILIES[dist.family].proper:
                total += log(i + 1)
                if FAMILIES[dist.family].cdf is not None:
                    total -= densities.log_mass_between(dist.family, dist.form, *ends, each)
        return total

    def _argument(self, value, rank: int, event: Sequence[Extent]):
        """An argument at its full rank: a number given for a vector is repeated."""
        if rank == 1 and np.ndim(value) == 0:
            return np.full(self.shape(event), float(value))
        return value

    def _ends(self, support: Support, env: Env) -> tuple[float, float]:
        match support.name:
            case SupportName.POSITIVE | SupportName.POSITIVE_ORDERED:
                return 0.0, inf
            case SupportName.COUNT:
                low = 0.0 if support.low is None else float(self.value(support.low, env))
                high = inf if support.high is None else float(self.value(support.high, env))
                return low, high
            case SupportName.UNIT | SupportName.BOOL:
                return 0.0, 1.0
            case SupportName.INTERVAL | SupportName.ORDERED:
                low, high = support.low, support.high
                return (
                    -inf if low is None else float(self.value(low, env)),
                    inf if high is None else float(self.value(high, env)),
                )
            case _:
                return -inf, inf


def elementwise(function: Callable[..., float], *args):
    """A function of numbers, element by element; trailing axes are matched."""
    if all(np.ndim(a) == 0 for a in args):
        return function(*args)
    spread = np.broadcast_arrays(*args)
    new = np.empty(spread[0].shape)
    for at in np.ndindex(new.shape):
        new[at] = function(*(a[at] for a in spread))
    return new


def log_terms(
    graph: ModelGraph,
    values: Mapping[str, np.ndarray],
    data: Mapping[str, np.ndarray],
    sizes: Mapping[str, int],
    labels: Mapping[str, Sequence[str | int]],
) -> dict[str, float]:
    """The log density of every scored statement, in nats and in model space."""
    reading = Reading(graph, values, data, sizes, labels)
    scored = [
        n
        for n in graph.nodes.values()
        if isinstance(n.role, Latent | Observed | Partly | Potential)
    ]
    return {node.name: reading.term(node) for node in scored}


def log_density(
    graph: ModelGraph,
    values: Mapping[str, np.ndarray],
    data: Mapping[str, np.ndarray],
    sizes: Mapping[str, int],
    labels: Mapping[str, Sequence[str | int]],
) -> float:
    """The joint log density in model space, without any Jacobian."""
    return sum(log_terms(graph, values, data, sizes, labels).values())


def central_differences(
    function: Callable[[np.ndarray], float], at: np.ndarray, step: float = 1e-5
) -> np.ndarray:
    """Gradient of a function of a vector, one coordinate at a time; errors are O(step^2)."""
    gradient = np.empty_like(at)
    for i in range(len(at)):
        shift = np.zeros_like(at)
        shift[i] = step * max(1.0, abs(at[i]))
        gradient[i] = (function(at + shift) - function(at - shift)) / (2 * shift[i])
    return gradient


Constrain = Callable[[np.ndarray], tuple[Mapping[str, np.ndarray], float]]


def gradient(
    graph: ModelGraph,
    position: np.ndarray,
    constrain: Constrain,
    data: Mapping[str, np.ndarray],
    sizes: Mapping[str, int],
    labels: Mapping[str, Sequence[str | int]],
) -> np.ndarray:
    """Gradient of log density plus log Jacobian at a point of the unconstrained space.

    Args:
        constrain: unconstrained vector → values by name, and the log determinant.
    """

    def unconstrained(at: np.ndarray) -> float:
        values, log_jacobian = constrain(at)
        return log_density(graph, values, data, sizes, labels) + log_jacobian

    return central_differences(unconstrained, position)
