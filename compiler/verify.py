"""Laws of the model graph, checked between passes: the driver distrusts every one of them."""

from collections.abc import Callable, Iterator

from .evidence import place_of
from .graph import (
    Derived,
    Elements,
    Fixed,
    Free,
    FromDataFile,
    Given,
    Input,
    Lagged,
    Latent,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Patched,
    Potential,
    Replaced,
    Summed,
    children,
    laws,
    names_in,
)
from .ordering import Cyclic, topological
from .present import Present
from .query import fixed_half
from .reading import bound_by, parts_of
from .typed import Const, Density, Expr, IndexValue, IndexVar, Reduce, Solution, Tabulate, Var

Law = Callable[[ModelGraph], str | None]  # None when it holds, else what is broken


def nodes_are_filed_under_their_names(g: ModelGraph) -> str | None:
    """A node is found by its name."""
    wrong = [(key, n.name) for key, n in g.nodes.items() if key != n.name]
    return f"nodes filed under another name: {wrong}" if wrong else None


def parents_exist(g: ModelGraph) -> str | None:
    """Every variable that a formula reads is there."""
    lost = [(n.name, p) for n in g.nodes.values() for p in n.parents if p not in g.nodes]
    return f"names that are not in the graph: {lost}" if lost else None


def acyclic(g: ModelGraph) -> str | None:
    """Values can be computed in some order: definitions in a circle recur along one dimension."""
    try:
        g.groups  # noqa: B018  it is kept with the graph
    except Cyclic as error:
        return str(error)
    for names in g.recurrences:
        if not _circular(g, names):
            continue
        nodes = [g.nodes[n] for n in names if not isinstance(g.nodes[n].role, Patched)]
        dims = {n.along.dim if n.along else None for n in nodes}
        if len(dims) > 1 or None in dims:
            return f"cycle among {', '.join(sorted(names))}"
    return None


def _circular(g: ModelGraph, names: frozenset[str]) -> bool:
    """Whether names need each other, beside what reads values that are given as a whole."""
    rest = [n for n in names if not isinstance(g.nodes[n].role, Observed)]
    try:
        topological(rest, lambda n: g.nodes[n].parents)
    except Cyclic:
        return True
    return False


def data_are_declared(g: ModelGraph) -> str | None:
    """What comes from the data file is declared as data."""
    lost = [n.name for n in g.nodes.values() if _from_file(n) and n.name not in g.data]
    return f"read from the data file without a declaration: {lost}" if lost else None


def dimensions_are_declared(g: ModelGraph) -> str | None:
    """Every axis is known."""
    lost = [(n.name, e) for n in g.nodes.values() for e in n.type.event if _is_unknown_axis(g, e)]
    return f"axes along undeclared dimensions: {lost}" if lost else None


def plates_lead_the_axes(g: ModelGraph) -> str | None:
    """A variable's first axes are those of its plates, and no axis is still unbound."""
    wrong = [
        n.name
        for n in g.nodes.values()
        if n.type.axes or tuple(p.dim for p in n.plates) != n.type.event[: len(n.plates)]
    ]
    return f"plates and axes disagree: {wrong}" if wrong else None


def indices_are_bound(g: ModelGraph) -> str | None:
    """A formula uses only the plates of its statement and what its own reductions bind."""
    lost = [(n.name, v.name) for n in g.nodes.values() for v in _unbound(n)]
    return f"index variables that nothing binds: {lost}" if lost else None


def elements_are_well_formed(g: ModelGraph) -> str | None:
    """One label an axis, no element twice, none both given and barren, none of a joint draw."""
    wrong = [(n.name, why) for n in g.nodes.values() if (why := _element_fault(n))]
    return f"elements: {wrong}" if wrong else None


def intervened_variables_are_unread(g: ModelGraph) -> str | None:
    """Every child of an intervened variable reads its fixed half: else the graph was not cut."""
    if not any(isinstance(n.role, Fixed | Patched) for n in g.nodes.values()):
        return None
    read = [
        (n.name, name)
        for n in g.nodes.values()
        for formula in _mechanism(n)
        for name in names_in(formula)
        if fixed_half(name) in g.nodes
    ]
    return f"reads the natural half of an intervened variable: {read}" if read else None


def fixed_halves_are_named_after_their_variables(g: ModelGraph) -> str | None:
    """A fixed half is found from its variable's name."""
    wrong = [
        n.name
        for n in g.nodes.values()
        if isinstance(n.role, Fixed | Patched) and n.name != fixed_half(n.role.of)
    ]
    return f"fixed halves under another name: {wrong}" if wrong else None


def factors_are_not_read(g: ModelGraph) -> str | None:
    """A factor is a term of the density and has no value."""
    factors = {n.name for n in g.nodes.values() if isinstance(n.role, Potential)}
    if not factors:
        return None
    read = [(n.name, p) for n in g.nodes.values() for p in n.parents if p in factors]
    return f"reads a factor: {read}" if read else None


LAWS: tuple[Law, ...] = (
    nodes_are_filed_under_their_names,
    parents_exist,
    acyclic,
    data_are_declared,
    dimensions_are_declared,
    plates_lead_the_axes,
    indices_are_bound,
    elements_are_well_formed,
    intervened_variables_are_unread,
    fixed_halves_are_named_after_their_variables,
    factors_are_not_read,
)


def verify(graph: ModelGraph, *, after: str) -> ModelGraph:
    """Return ``graph`` unchanged, or stop: the pass called ``after`` is at fault, not the user.

    Raises:
        AssertionError: with every broken law.
    """
    broken = [text for law in LAWS if (text := law(graph)) is not None]
    if broken:
        raise AssertionError(f"internal error after pass `{after}`: " + "; ".join(broken))
    return graph


def _from_file(node: Node) -> bool:
    match node.role:
        case (
            Input()
            | Observed(given=FromDataFile() | Replaced(base=FromDataFile()))
            | Partly(observed=Present())
        ):
            return True
        case _:
            return False


def _is_unknown_axis(g: ModelGraph, extent: str | int) -> bool:
    return isinstance(extent, str) and extent not in g.dims


def _mechanism(node: Node) -> Iterator[Expr]:
    """Formulas by which a variable comes about, as opposed to values it was given."""
    match node.role:
        case Latent() | Observed() | Partly() | Summed():
            for dist in laws(node.role):
                yield from parts_of(dist)
        case Derived(expr) | Potential(expr):
            yield expr
        case Free() | Fixed() | Patched() | Lagged() | Input():
            return


def _of_node(node: Node) -> frozenset[IndexVar]:
    match node.role:
        case Latent() | Observed() | Partly() | Summed():
            return frozenset(node.plates).union(*[bound_by(dist) for dist in laws(node.role)])
        case _:
            return frozenset(node.plates)


def _unbound(node: Node) -> list[IndexVar]:
    lost: list[IndexVar] = []
    if not any([var not in node.plates for var in node.indices]):
        return lost
    # what is still to be looked through where the same variables are bound
    scopes: list[tuple[list[Expr], frozenset[IndexVar]]] = [([*_mechanism(node)], _of_node(node))]
    while scopes:
        todo, bound = scopes.pop()
        while todo:
            e = todo.pop()
            match e:
                case Var() | Const():
                    pass
                case IndexValue(var=var):
                    if var not in bound:
                        lost.append(var)
                case Reduce(vars=own) | Tabulate(vars=own):
                    scopes.append(([*children(e)], bound.union(own)))
                case Solution(system=system):
                    scopes.append(([*children(e)], bound.union(system.variables)))
                case Density(dist=dist):
                    scopes.append(([*children(e)], bound | bound_by(dist)))
                case _:
                    todo += children(e)
    return lost


def _element_fault(node: Node) -> str | None:
    match node.role:
        case Partly(dist, observed, barren):
            if observed is None and barren is None:
                return "partly given, but no element is"
            if isinstance(observed, Present):
                return _label_fault(node, observed.besides)
            if dist.event:
                return "an element of a joint draw"
            if isinstance(barren, Present):
                return None
            seen, unseen = _places(observed), _places(barren)
            if set(seen) & set(unseen):
                return "both given and barren"
            return _label_fault(node, observed) or _label_fault(node, barren)
        case Patched(elements=elements):
            return _label_fault(node, elements)
        case Observed(given=given) | Fixed(given=given):
            return _given_fault(node, given)
        case _:
            return None


def _given_fault(node: Node, given: Given) -> str | None:
    return _label_fault(node, given.elements) if isinstance(given, Replaced) else None


def _label_fault(node: Node, elements: Elements | None) -> str | None:
    if elements is None:
        return None
    places = _places(elements)
    if not places:
        return "an empty set of elements"
    if any(len(p) != len(node.type.event) for p in places):
        return "not one label an axis"
    if len(set(places)) != len(places):
        return "an element twice"
    if elements.given and len(elements.given) != len(places):
        return "not one value an element"
    return None


def _places(elements: Elements | None) -> tuple[tuple[str | int, ...], ...]:
    return tuple(map(place_of, elements.labels)) if elements else ()
