"""Which labels the clauses of a family draw, where some of them do not say.

``z[1] ~ Categorical([0.5, 0.5])`` says how many; ``z[t in 2..T] ~ Categorical(move[z[t - 1], :])``
says which.
"""

from ...grammar import tree
from .. import typed
from ..types import Kind, SupportName
from .clauses import Clause, Outline
from .composites import any_distribution
from .context import Context, Nature, Scope, Symbol
from .events import LeftSide
from .joining import scope_of


def clause_distribution(
    ctx: Context, clause: Clause, scope: Scope, dim: str | None
) -> typed.Dist | None:
    """The distribution of one clause.

    Args:
        dim: whose labels it draws, where that is known.
    """
    s = clause.statement
    assert isinstance(s, tree.Sample)
    said = LeftSide(None, dim, s.target, s.span)
    return any_distribution(ctx, s.dist, scope_of(clause, scope), said)


def drawn_labels(ctx: Context, shape: Outline, scope: Scope) -> str | None:
    """The dimension of the labels that some clause says that it draws; complaints are forgotten."""
    dist = _saying(ctx, shape, scope)
    return None if dist is None else dist.support.dim


def _saying(ctx: Context, shape: Outline, scope: Scope) -> typed.Dist | None:
    before = ctx.remember()
    found = (clause_distribution(ctx, c, scope, None) for c in shape.clauses)
    first = next((d for d in found if d is not None and d.support.dim is not None), None)
    ctx.recall(before)
    return first


def consistent(
    ctx: Context, shape: Outline, scope: Scope, values: dict[str, Symbol | None]
) -> typed.Dist | None:
    """A distribution of labels that a clause has if earlier elements are taken to be such labels.

    Args:
        values: what the scope shows; left as it is.
    """
    known = values.get(shape.name)
    for dim in ctx.dims:
        support = typed.Support(SupportName.INDEX, dim=dim)
        type_ = typed.Type(Kind.INDEX, (), shape.dims, dim=dim)
        at = shape.clauses[0].statement.target.name.span
        values[shape.name] = Symbol(
            shape.name, Nature.RANDOM, type_, support, at, given=False, plates=len(shape.plates)
        )
        dist = _saying(ctx, shape, scope)
        values[shape.name] = known
        if dist is not None and dist.support.dim == dim:
            return dist
    return None
