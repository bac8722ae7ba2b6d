"""The value of every variable, given those of the latent ones."""

from collections.abc import Callable

from ..graph import (
    Derived,
    Elements,
    Fixed,
    Free,
    FromDataFile,
    FromFormula,
    FromOutside,
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
)
from ..present import Present
from ..target import Value
from ..typed import IndexVar
from . import missing
from .align import align
from .patches import dtype_of, patch
from .recurrence import scanned
from .scope import Laid, Scope
from .sweep import swept


def environment(scope: Scope, graph: ModelGraph, free: Callable[[Scope, Node], Value]) -> Scope:
    """A scope in which every variable of the graph has its value.

    Args:
        free: gives a latent variable or a parameter its value, in full layout. It is called in
            topological order with the scope of everything before, because a support or a
            distribution may depend on it.
    """
    env = dict(scope.env)
    inner = scope.with_env(env)  # shares the dict: each node sees those before it
    for group in graph.groups:
        node = graph.nodes[group[0]]
        if is_recurrence(graph, group):
            nodes = [graph.nodes[name] for name in group]
            env.update((scanned if node.across is None else swept)(inner, nodes))
            continue
        match node.role:
            case Latent() | Partly() | Free():
                env[node.name] = free(inner, node)
            case Summed() | Lagged() | Potential():  # they have no one value
                continue
            case _:
                env[node.name] = value_of(inner, node)
    return inner


def is_recurrence(graph: ModelGraph, group: tuple[str, ...]) -> bool:
    """Whether the definitions of a group need earlier elements of each other."""
    node = graph.nodes[group[0]]
    return len(group) > 1 or (isinstance(node.role, Derived) and node.name in node.parents)


def value_of(scope: Scope, node: Node) -> Value:
    """The value of a node that is not free: given, or computed from others."""
    match node.role:
        case Input():
            return given_value(scope, node, FromDataFile())
        case Observed(given=given) | Fixed(given=given):
            return given_value(scope, node, given)
        case Derived(expr):
            laid = scope.lower(expr)
            value = spread(scope, laid, node.plates)
            return scope.builder.named(value, node.name, node.span)
        case Patched(of=of, elements=elements):
            value = patch(scope, node, scope.env[of], elements)
            return scope.builder.named(value, f"{of}_set", node.span)
        case role:
            raise AssertionError(f"`{node.name}` ({type(role).__name__}) needs a value")


def given_value(scope: Scope, node: Node, given: Given) -> Value:
    """A value that comes with the data, the model or the query; the same for every batch."""
    b, shape = scope.builder, scope.shape(node.type.event)
    match given:
        case FromDataFile() if missing.rule_of(node) is not None:
            return missing.filled(scope, node)
        case FromDataFile():
            return b.input(
                node.name, shape, batched=False, dtype=dtype_of(node), source=f"data[{node.name!r}]"
            )
        case FromOutside(key=key):
            return b.input(
                node.name, shape, batched=False, dtype=dtype_of(node), source=f"data[{key!r}]"
            )
        case Replaced(base=base, elements=elements):
            return patch(scope, node, given_value(scope, node, base), elements)
        case FromFormula(expr=expr, plates=plates):
            laid = scope.lower(expr)
            if plates:
                return spread(scope, laid, plates)
            return laid.value if len(laid.event) == len(shape) else b.expand(laid.value, shape)


def spread(scope: Scope, laid: Laid, plates: tuple[IndexVar, ...]) -> Value:
    """A value over every one of its plates at full length, whatever its formula depends on."""
    if laid.axes == plates:
        return laid.value
    value = align(scope, laid, plates, len(laid.event))
    shape = (*(scope.var_size(p) for p in plates), *scope.shape(laid.event))
    return scope.builder.expand(value, shape)


def given_too(scope: Scope, node: Node, value: Value) -> Value:
    """``value`` of a family, with its given elements what they are."""
    match node.role:
        case Partly(observed=Present(besides)):
            gaps = missing.is_missing(scope, node)
            value = scope.builder.where(gaps, value, missing.filled(scope, node))
            value = value if besides is None else patch(scope, node, value, besides)
            return scope.builder.named(value, node.name, node.span)
        case Partly(observed=Elements() as observed):
            return scope.builder.named(patch(scope, node, value, observed), node.name, node.span)
        case _:
            return value
