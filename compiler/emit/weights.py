"""Log weights: terms over plates, with an axis for the states of each variable that they read."""

from collections.abc import Sequence

from ...grammar.frozen import frozen
from ..graph import Node, Summed
from ..reads import Factor
from ..target import Value
from ..typed import IndexVar
from .scope import Scope


@frozen
class Piece:
    """Log weights: ``(*plates, *states)``, some axes perhaps of length 1.

    Attributes:
        first: whether they count for the first element of a chain alone; None where they count
            for all, False where for all but that.
        terms: the statements whose terms these are, where their plates are those of the factor.
    """

    factor: Factor
    value: Value
    states: tuple[IndexVar, ...]
    first: bool | None = None
    terms: tuple[Node, ...] = ()


@frozen
class Table:
    """What is known of one variable at its turn.

    Attributes:
        weights: unnormalised log probabilities, (*plates, *states), its own axis at full length.
        states: its own axis, and those of later variables that it depends on.
        factor: which elements of these.
    """

    node: Node
    weights: Value
    states: tuple[IndexVar, ...]
    factor: Factor


def role_of(node: Node) -> Summed:
    """The role of a node that is summed out."""
    assert isinstance(node.role, Summed)
    return node.role


def with_states(scope: Scope, piece: Piece, axes: Sequence[IndexVar], plates: int) -> Value:
    """The weights with a unit axis for each of these states that they do not depend on.

    Args:
        axes: in order of their ids; all states of the piece are among them.
        plates: number of plates before them.
    """
    rank = plates + len(axes)
    missing = tuple(i + plates - rank for i, v in enumerate(axes) if v not in piece.states)
    return scope.builder.unsqueeze(piece.value, missing)
