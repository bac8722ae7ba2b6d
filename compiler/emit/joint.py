"""The joint log density as target values, from whatever gives the latent variables their values."""

from collections.abc import Callable
from dataclasses import replace

from ...grammar.frozen import frozen
from ..graph import ModelGraph, Node, Potential, Summed, scored
from ..layout import Layout
from ..target import Builder, Value
from ..target.simplify.reading import SUMMED, fixed_term
from .blocks import Unpacked, unpack_block
from .density import Term, term, term_of_formula
from .eliminate import eliminate, inside_of, summed_nodes, summing
from .environment import environment
from .scope import Scope


@frozen
class Joint:
    """Values of all variables and the terms of the statements, in topological order."""

    scope: Scope
    terms: tuple[Term, ...]

    @property
    def total(self) -> Value:
        """The joint log density."""
        return add_up(self.scope.builder, [t.total for t in self.terms])


def joint(
    scope: Scope, graph: ModelGraph, free: Callable[[Scope, Node], Value], *, inline: bool
) -> Joint:
    """Evaluate every variable and score every statement (see `density.term` for ``inline``)."""
    scope = replace(scope, keep=inline, inside=inside_of(graph))
    return score(environment(scope, graph, free), graph, inline=inline)


def score(inner: Scope, graph: ModelGraph, *, inline: bool) -> Joint:
    """Score every statement where every variable has its value.

    Where discrete variables are summed out, one term stands for all those that met in a sum.
    """
    if summed := summed_nodes(graph):
        inside = summing(inner, graph, summed)
        terms, _ = eliminate(inside, graph, all_terms(inside, graph), summed, "logsumexp")
        return Joint(inner, tuple(terms))
    return Joint(inner, tuple(all_terms(inner, graph, inline=inline)))


def all_terms(scope: Scope, graph: ModelGraph, *, inline: bool = True) -> list[Term]:
    """The term of every statement, with state axes for what is being summed out."""
    terms = []
    scope = scope.reading(not inline)
    for node in (graph.nodes[name] for name in graph.order):
        dist = scored(node)
        if dist is not None:
            found = term(scope, node, dist, inline=inline)
        elif isinstance(node.role, Potential):
            found = term_of_formula(scope, node, node.role.expr, inline=inline)
        else:
            continue
        chain = node.role.chain if isinstance(node.role, Summed) else None
        if chain is not None and chain.start is not None:
            terms.append(term(scope, node, chain.start, inline=inline)._replace(first=True))
            found = found._replace(first=False)
        terms.append(found)
    return terms


def from_vector(
    layout: Layout, vector: Value
) -> tuple[Callable[[Scope, Node], Value], list[Unpacked]]:
    """A source of values that unpacks a flat unconstrained vector, and what it has unpacked."""
    blocks = {block.name: block for block in layout.blocks}
    unpacked: list[Unpacked] = []

    def free(scope: Scope, node: Node) -> Value:
        block = unpack_block(scope, node, blocks[node.name], vector)
        unpacked.append(block)
        return block.value

    return free, unpacked


def add_up(b: Builder, values: list[Value]) -> Value:
    """Sum of scalars per batch, left to right; 0 for none."""
    if not values:
        return b.const(0.0)
    # what the data alone decide is added apart: simplification would find it at every turn
    total, known = _apart(b, values[0])
    for v in values[1:]:
        term, fixed = _apart(b, v)
        total = b.apply("add", total, term)
        if fixed is not None:
            known = fixed if known is None else b.apply("add", known, fixed)
    return total if known is None else b.apply("add", total, known)


def _apart(b: Builder, v: Value) -> tuple[Value, Value | None]:
    """A term, and what of it is one number that the data decide."""
    found = fixed_term(b, v) if v.op in SUMMED else None
    return found or (v, None)
