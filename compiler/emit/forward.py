"""Chains summed out by the forward recursion.

``alpha[t]`` holds, for every state at step t, the log weight of everything up to there, summed (or
maximised) over all earlier states:

    alpha[t](z[t]) = logsumexp over z[t - 1] of (alpha[t - 1](z[t - 1]) + psi[t](z[t - 1], z[t]))

It is a scan of the target, over all plates and draws at once, so that reverse mode follows. Terms
are kept apart inside of a step: what is the same at every step is one matrix, and coupled chains
are summed out of it one after the other. A chain that looks back several steps has the states of
all of them in ``alpha``; before its beginning, everything is in its first state.

The evidence of most chains is one operation, whose numerics `runtime.chains` has: it goes step by
step too, or by products of the matrices ``psi``, whichever is faster for their sizes.

References:
    Rabiner (1989), A tutorial on hidden Markov models.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...grammar.frozen import frozen
from ..elimination import Unit
from ..target import Builder, Size, Value
from ..typed import IndexVar
from .scope import Scope
from .weights import Piece, role_of


@frozen
class Part:
    """Log weights of one step: ``(*outer, *states)``, and along the steps if ``moves``.

    Attributes:
        first: as of `Piece`.
    """

    value: Value
    states: tuple[IndexVar, ...]
    moves: bool
    first: bool | None


@dataclass(frozen=True)
class Steps:
    """A chain with its axes in order.

    Attributes:
        outer: plates beside the one along which it runs.
        rest: states of other variables, summed out later.
        axes: state axes by lag, one for each family.
        parts: everything that meets in a step.
    """

    scope: Scope
    unit: Unit
    outer: tuple[IndexVar, ...]
    rest: tuple[IndexVar, ...]
    axes: Mapping[int, tuple[IndexVar, ...]]
    parts: tuple[Part, ...]

    @property
    def lags(self) -> int:
        """How many steps back a step looks."""
        return len(self.axes) - 1

    @property
    def now(self) -> tuple[IndexVar, ...]:
        """State axes of ``alpha`` at a step."""
        return self._tuple(self.lags - 1, 0)

    @property
    def before(self) -> tuple[IndexVar, ...]:
        """The same of the step before."""
        return self._tuple(self.lags, 1)

    @property
    def oldest(self) -> tuple[IndexVar, ...]:
        """Those that the step leaves behind."""
        return self.axes[self.lags]

    @property
    def length(self) -> Size:
        """Number of steps."""
        assert self.unit.along is not None
        return self.scope.var_size(self.unit.along)

    def _tuple(self, first: int, last: int) -> tuple[IndexVar, ...]:
        families = range(len(self.unit.nodes))
        return tuple(self.axes[lag][k] for k in families for lag in range(first, last - 1, -1))

    def sizes(self, axes: Sequence[IndexVar]) -> tuple[Size, ...]:
        """Lengths of the outer plates and of these axes."""
        return tuple(self.scope.var_size(v) for v in (*self.outer, *axes))

    def laid(self, value: Value, have: Sequence[IndexVar], wanted: Sequence[IndexVar]) -> Value:
        """``(*outer, *have)`` as ``(*outer, *wanted)``, unit axes for what is missing."""
        b, lead = self.scope.builder, len(self.outer)
        kept = [have.index(v) for v in wanted if v in have]
        value = b.permute(value, (*range(lead), *(lead + i for i in kept)))
        missing = tuple(i - len(wanted) for i, v in enumerate(wanted) if v not in have)
        return b.unsqueeze(value, missing)


@frozen
class Filtered:
    """What is known of a chain when everything up to each step has been summed out.

    Attributes:
        alphas: (*outer, *states, steps), with no other state axis left when all later variables
            are known.
    """

    steps: Steps
    alphas: Value


def forward(
    scope: Scope, unit: Unit, pieces: Sequence[Piece], axes: Mapping[str, IndexVar], op: str
) -> tuple[Piece, Filtered]:
    """Sum a chain out of the terms that read it.

    Args:
        pieces: over the plates of the unit.
        axes: state axes of all variables.
        op: ``logsumexp`` or ``max``.
    """
    b = scope.builder
    steps = _steps(scope, unit, pieces, axes)
    first = _first(steps)
    with b.at(unit.nodes[0].span):
        alphas = _alphas(steps, first, op)
        name = "_".join(n.name for n in unit.nodes)
        b.named(alphas, f"{name}_{'forward' if op == 'logsumexp' else 'best'}")
        last = b.pick(alphas, b.difference(steps.length, 1))
        value = b.reduce(op, last, tuple(range(-len(steps.now), 0)))
        chain = role_of(unit.nodes[0]).chain
        if chain is not None and chain.matrix and op == "logsumexp":
            value = _over_paths(steps, first)
    value = b.to_rank(value, len(steps.outer) + len(steps.rest))
    return Piece(pieces[0].factor, value, steps.rest), Filtered(steps, alphas)


def _steps(
    scope: Scope, unit: Unit, pieces: Sequence[Piece], axes: Mapping[str, IndexVar]
) -> Steps:
    chain = role_of(unit.nodes[0]).chain
    assert chain is not None
    own = {
        lag: tuple(axes[(n.name, *unit.lagged[n.name])[lag]] for n in unit.nodes)
        for lag in range(chain.lags + 1)
    }
    inner = {v for lag in own.values() for v in lag}
    rest = sorted({v for p in pieces for v in p.states if v not in inner}, key=lambda v: v.id)
    outer = tuple(p for p in unit.plates if p != chain.along)
    parts = tuple(_part(scope, unit, p, chain.along) for p in pieces)
    return Steps(scope, unit, outer, tuple(rest), own, parts)


def _part(scope: Scope, unit: Unit, piece: Piece, along: IndexVar) -> Part:
    b, at = scope.builder, unit.plates.index(along)
    rank = len(unit.plates) + len(piece.states)
    value = b.to_rank(piece.value, rank)
    moves = value.shape[at] != 1
    if moves:
        value = b.permute(value, (*(i for i in range(rank) if i != at), at))
    else:
        value = b.squeeze(value, (at - rank,))
    return Part(value, piece.states, moves, piece.first)


def _first(steps: Steps) -> Value:
    """``alpha`` of the first step: (*outer, *rest, *now)."""
    b, wanted = steps.scope.builder, (*steps.rest, *steps.now)
    total: Value | None = None
    for part in steps.parts:
        if part.first is False:
            continue
        value, have = b.pick(part.value, 0) if part.moves else part.value, list(part.states)
        for v in [v for v in have if v in steps.oldest]:  # nothing depends on it here
            k, rank = len(steps.outer) + have.index(v), value.rank
            value = b.pick(b.permute(value, (*(i for i in range(rank) if i != k), k)), 0)
            have.remove(v)
        value = steps.laid(value, have, wanted)
        total = value if total is None else b.apply("add", total, value)
    assert total is not None
    for v in steps.now:
        if v not in steps.axes[0]:  # before the beginning
            position = steps.scope.positions(v)
            inside = b.apply("eq", b.to_float(position), 0.0)
            known = b.unsqueeze(inside, tuple(range(wanted.index(v) + 1 - len(wanted), 0)))
            total = b.where(known, total, float("-inf"))
    return b.expand(total, steps.sizes(wanted))


def _alphas(steps: Steps, first: Value, op: str) -> Value:
    """``alpha`` of all steps: (*outer, *rest, *now, steps)."""
    b, unit = steps.scope.builder, steps.unit
    axes = (*steps.rest, *steps.before)
    name = "_".join(n.name for n in unit.nodes)
    shape = steps.sizes(axes)
    earlier = b.placeholder(("alpha", name, op, *shape), shape)
    items = [(earlier, axes)]
    sequences: list[tuple[Value, Value]] = []
    for part in (p for p in steps.parts if p.first is not True):
        items.append((_present(b, part, sequences), part.states))
    for v in steps.oldest:
        near = [i for i in items if v in i[1]]
        items = [i for i in items if v not in i[1]]
        joint = tuple(sorted({a for _, have in near for a in have}, key=lambda a: a.id))
        total = sum_of(steps, near, joint)
        k = joint.index(v) - len(joint)
        items.append((b.reduce(op, total, (k,)), tuple(a for a in joint if a is not v)))
    wanted = (*steps.rest, *steps.now)
    out = b.expand(sum_of(steps, items, wanted), steps.sizes(wanted))
    given = b.unsqueeze(first, (-1,))
    return b.scan([name], (1, steps.length), [given], {(0, 1): earlier}, sequences, [out])


def _over_paths(steps: Steps, first: Value) -> Value:
    """Log evidence of a chain in which a step is one matrix: (*outer, *rest)."""
    b, n = steps.scope.builder, steps.scope.builder.difference(steps.length, 1)
    late = [p for p in steps.parts if p.first is not True]
    moves = [p for p in late if set(p.states) & set(steps.before)]
    seen = [p for p in late if p not in moves]
    k = b.product_of_sizes(steps.sizes(steps.now)[len(steps.outer) :])
    start = b.reshape(first, (*steps.sizes(steps.rest), k))
    pairs = _all_steps(steps, moves, (*steps.before, *steps.now), (k, k))
    single = _all_steps(steps, seen, steps.now, (k,))
    single = b.expand(single, (*single.shape[:-2], n, k))
    return b.log_paths(start, pairs, single)


def _all_steps(
    steps: Steps, parts: Sequence[Part], axes: tuple[IndexVar, ...], flat: tuple[Size, ...]
) -> Value:
    """Sums of log weights of all steps but the first: (*outer, *rest, steps, *flat).

    Axes before the last ones are of length 1 where nothing depends on them.
    """
    b, wanted = steps.scope.builder, (*steps.rest, *axes)
    total = b.const(0.0)
    for part in parts:
        value = b.slice(part.value, 1, steps.length) if part.moves else part.value
        value = value if part.moves else b.unsqueeze(value, (-1,))
        total = b.apply("add", total, _before_steps(steps, value, part.states, wanted))
    at = len(steps.outer) + len(steps.rest)
    total = b.to_rank(total, at + len(axes) + 1)
    own = steps.sizes(axes)[len(steps.outer) :]
    total = b.expand(total, (*total.shape[:at], *own, total.shape[-1]))
    total = b.permute(total, (*range(at), total.rank - 1, *range(at, total.rank - 1)))
    return b.reshape(total, (*total.shape[: at + 1], *flat))


def _before_steps(
    steps: Steps, value: Value, have: Sequence[IndexVar], wanted: Sequence[IndexVar]
) -> Value:
    """``(*outer, *have, steps)`` as ``(*outer, *wanted, steps)``."""
    b, lead = steps.scope.builder, len(steps.outer)
    kept = [have.index(v) for v in wanted if v in have]
    value = b.permute(value, (*range(lead), *(lead + i for i in kept), value.rank - 1))
    missing = tuple(i - len(wanted) - 1 for i, v in enumerate(wanted) if v not in have)
    return b.unsqueeze(value, missing)


def _present(b: Builder, part: Part, sequences: list[tuple[Value, Value]]) -> Value:
    if not part.moves:
        return part.value
    p = b.placeholder(("weights", part.value.id), part.value.shape[:-1])
    sequences.append((p, part.value))
    return p


def sum_of(
    steps: Steps, items: Sequence[tuple[Value, tuple[IndexVar, ...]]], wanted: Sequence[IndexVar]
) -> Value:
    """The sum of log weights of one step: (*outer, *wanted)."""
    b = steps.scope.builder
    total: Value | None = None
    for value, have in items:
        value = steps.laid(value, have, wanted)
        total = value if total is None else b.apply("add", total, value)
    assert total is not None
    return total
