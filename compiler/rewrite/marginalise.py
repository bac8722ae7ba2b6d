"""``marginalise``: finite discrete variables summed out exactly.

The graph of p(observed, continuous) = sum over z of p(observed, continuous, z). Each discrete
variable becomes `Summed`: its term meets those of its children under a sum over its states, in the
order that `elimination` finds. What is derived from such a variable has no single value any more:
its formula is written into the statements that read it.

References:
    Obermeyer et al. (2019), Tensor variable elimination for plated factor graphs.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ...grammar.diagnostic import Diagnostic, Rejected
from ..elimination import (
    LARGEST_JOINT,
    LARGEST_TABLE,
    Step,
    Stuck,
    axes_of,
    joint_states,
    known_sizes,
    order,
)
from ..evidence import merged, place_of
from ..graph import (
    Derived,
    Elements,
    Free,
    Latent,
    ModelGraph,
    Node,
    Partly,
    Patched,
    Summed,
    children,
    formulas,
    has_term,
    names_in,
)
from ..present import Present
from ..reads import reads_of
from ..substitute import reading
from ..typed import (
    Const,
    Expr,
    IndexVar,
    OverDim,
    OverRange,
    Type,
    Where,
)
from ..types import Kind, SupportName
from . import summing as complaints
from .chains import chained
from .written_out import written_out

_SHOWN = 3  # statements that entangle, in a complaint


def marginalise(graph: ModelGraph, names: Collection[str], sizes: Mapping[str, int]) -> ModelGraph:
    """The graph with these discrete variables summed out.

    Args:
        sizes: lengths of dimensions, as far as they are known beside those the model fixes.

    Raises:
        Rejected: Q620 to Q626, Q640.
    """
    sizes = {**known_sizes(graph.dims), **sizes}
    graph, unscored = _with_set_elements(graph, names)
    found = _Ids(graph)
    summed: dict[str, Node] = {}
    objections: list[Diagnostic] = []
    patched = {n.role.of for n in graph.nodes.values() if isinstance(n.role, Patched)}
    for name in names:
        node = graph.nodes[name]
        role = (
            complaints.summed_and_set(name, node.span)
            if name in patched
            else _summed(graph, node, found)
        )
        if isinstance(role, Diagnostic):
            objections.append(role)
        else:
            summed[name] = replace(node, role=replace(role, unscored=unscored.get(name)))
    if objections:
        raise Rejected(objections, graph.source)
    written = written_out(graph, summed)
    return _ordered(written, sizes, found)


def _with_set_elements(
    graph: ModelGraph, names: Collection[str]
) -> tuple[ModelGraph, dict[str, Elements]]:
    """The graph in which elements that were set are those of the family itself: given, and without
    a term; and these elements, by family.

    Nothing reads what they would have been: what does is left as it is.
    """
    found: dict[str, Elements] = {}
    nodes = dict(graph.nodes)
    for half in [n for n in nodes.values() if isinstance(n.role, Patched) and n.role.of in names]:
        assert isinstance(half.role, Patched)
        node, elements = nodes[half.role.of], half.role.elements
        match node.role:
            case Partly(dist, None | Elements() as seen, Elements() as barren):
                if {*map(place_of, barren.labels)} != {*map(place_of, elements.labels)}:
                    continue
                role = Partly(dist, merged(seen, elements), None)
                nodes[node.name] = replace(node, role=role)
                found[node.name] = barren
                del nodes[half.name]
                nodes = {n: reading(x, {half.name: node.name}) for n, x in nodes.items()}
            case _:
                pass
    return replace(graph, nodes=nodes), found


class _Ids:
    """Fresh index variables."""

    def __init__(self, graph: ModelGraph) -> None:
        used = [v.id for n in graph.nodes.values() for e in formulas(n) for v in _bound(e)]
        used += [p.id for n in graph.nodes.values() for p in n.plates]
        self.next = max(used, default=0) + 1

    def of_states(self, node: Node) -> IndexVar:
        """Another axis over the states of one element of a summed variable."""
        return self.over(node, _role(node).state.domain)

    def over(self, node: Node, domain: OverDim | OverRange) -> IndexVar:
        """The axis of a variable's states."""
        self.next += 1
        return IndexVar(node.name, self.next, domain, node.span)


def _bound(e: Expr) -> Iterator[IndexVar]:
    todo = [e]
    while todo:
        e = todo.pop()
        yield from (v for v in (*getattr(e, "vars", ()), getattr(e, "var", None)) if v is not None)
        todo.extend(children(e))


# --- states -------------------------------------------------------------------------------------


def _summed(graph: ModelGraph, node: Node, ids: _Ids) -> Summed | Diagnostic:
    observed: Elements | Present | None = None
    match node.role:
        case Latent(dist):
            pass
        case Partly(dist, observed, _):
            pass
        case role:
            raise AssertionError(f"`{node.name}` is {type(role).__name__}, not discrete and latent")
    domain = _states(graph, node)
    if domain is None:
        return complaints.endless_states(node.name, dist.family, node.span)
    state = ids.over(node, domain)
    return Summed(dist, state, state, observed)


def _states(graph: ModelGraph, node: Node) -> OverDim | OverRange | None:
    """The states of one element, from the first; None where they are not finite and the same."""
    match node.support.name:
        case SupportName.INDEX:
            return OverDim(node.support.dim or "")
        case SupportName.BOOL:
            return OverRange(_number(node, 0), _number(node, 1))
        case SupportName.COUNT | SupportName.INT if node.support.high is not None:
            first: Expr = _number(node, 0)
            if node.support.low is not None:
                first = _one(node.support.low)
            elif node.support.name is SupportName.INT:
                return None
            last = _one(node.support.high)
            alike = not any(True for e in (first, last) for _ in _bound(e))
            known = alike and all(_of_data(graph, e) for e in (first, last))
            return OverRange(first, last) if known else None
        case _:
            return None


def _one(e: Expr) -> Expr:
    """What clauses agree on."""
    if isinstance(e, Where):
        yes, no = _one(e.yes), _one(e.no)
        return no if yes == no else e
    return e


def _number(node: Node, x: float) -> Const:
    return Const(value=float(x), type=Type(Kind.INT), span=node.span)


def _of_data(graph: ModelGraph, e: Expr) -> bool:
    """Whether no latent variable has a part in it."""
    todo, seen = list(names_in(e)), set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        node = graph.nodes[name]
        if isinstance(node.role, Latent | Partly | Free | Summed):
            return False
        if isinstance(node.role, Derived):
            todo.extend(node.parents)
    return True


# --- the order ----------------------------------------------------------------------------------


def _ordered(graph: ModelGraph, sizes: Mapping[str, int], ids: _Ids) -> ModelGraph:
    """Decide the order of elimination: along chains, or joining families until there is one."""
    along = chained(graph, ids.of_states)
    found = order(along, sizes)
    if isinstance(found, Stuck):
        other = _joining(graph, sizes, ids)
        if isinstance(other, Stuck):
            raise Rejected([_stuck(along, found if found.over else other)], graph.source)
        along, found = other
    return along.having(
        *(
            replace(along.nodes[name], role=_planned(_role(along.nodes[name]), turn, step))
            for turn, step in enumerate(found)
            for name in step.families
        )
    )


def _planned(role: Summed, turn: int, step: Step) -> Summed:
    chain = role.chain and replace(role.chain, matrix=step.matrix)
    return replace(role, turn=turn, chain=chain)


def _joining(
    graph: ModelGraph, sizes: Mapping[str, int], ids: _Ids
) -> tuple[ModelGraph, tuple[Step, ...]] | Stuck:
    """Sum out whole families as single variables until every other one can go."""
    while isinstance(found := order(graph, sizes), Stuck):
        open_ = {
            n: c
            for n, c in found.joint.items()
            if graph.nodes[n].type.event and not _role(graph.nodes[n]).joined
        }
        fitting = {n: c for n, c in open_.items() if c is not None and c <= LARGEST_JOINT}
        if not fitting:
            return found
        name = min(fitting, key=lambda n: fitting[n])
        graph = graph.having(_joined(graph.nodes[name], sizes, ids))
    return graph, found


def _stuck(graph: ModelGraph, found: Stuck) -> Diagnostic:
    if found.over is not None:
        places = {n: graph.nodes[n].span for n in found.over.families}
        return complaints.over_budget(places, found.over, LARGEST_TABLE)
    places = {n: graph.nodes[n].span for n in found.clique}
    found_in = _entangling(graph, places)[:_SHOWN]
    readers = [complaints.Reader(n.name, n.span, read) for n, read in found_in]
    return complaints.too_entangled(places, found.joint, LARGEST_JOINT, readers)


def _entangling(graph: ModelGraph, stuck: Collection[str]) -> list[tuple[Node, tuple[str, ...]]]:
    """Statements that read several elements of one variable, with that variable; if there are
    none, those that read several variables."""
    axes = axes_of(graph)
    reads = [(n, reads_of(n, axes)) for n in graph.nodes.values() if has_term(n)]
    found: list[tuple[Node, tuple[str, ...]]] = [
        (node, (name,))
        for node, read in reads
        for name, slots in read.items()
        if name in stuck and (len(slots) > 1 or None in slots)
    ]
    several = ((node, tuple(n for n in stuck if n in read)) for node, read in reads)
    return found or [(node, names) for node, names in several if len(names) > 1]


def _joined(node: Node, sizes: Mapping[str, int], ids: _Ids) -> Node:
    count = joint_states(node, sizes)
    assert count is not None
    axis = ids.over(node, OverRange(_number(node, 1), _number(node, count)))
    return replace(node, role=replace(_role(node), joined=True, axis=axis))


def _role(node: Node) -> Summed:
    assert isinstance(node.role, Summed)
    return node.role
