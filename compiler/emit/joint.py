"""The joint log density as target values, from whatever gives the latent variables their values."""

from collections.abc import Callable
from dataclasses import dataclass

from ..graph import ModelGraph, Node, scored
from ..layout import Layout
from ..target import Builder, Value
from .blocks import Unpacked, unpack_block
from .density import Term, term
from .environment import environment
from .scope import Scope


@dataclass(frozen=True, slots=True)
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
    inner = environment(scope, graph, free)
    terms = [
        term(inner, node, dist, inline=inline)
        for node in (graph.nodes[name] for name in graph.order)
        if (dist := scored(node)) is not None
    ]
    return Joint(inner, tuple(terms))


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
    total = values[0]
    for v in values[1:]:
        total = b.apply("add", total, v)
    return total
