"""Chains summed out by the forward recursion, and walked back for whole paths.

``alpha[t]`` holds, for every state at step t, the log weight of everything up to there, summed (or
maximised) over all earlier states:

    alpha[t](z[t]) = logsumexp over z[t - 1] of (alpha[t - 1](z[t - 1]) + psi[t](z[t - 1], z[t]))

It is a scan of the target, over all plates and draws at once, so that reverse mode follows. Terms
are kept apart inside of a step: what is the same at every step is one matrix, and coupled chains
are summed out of it one after the other. A chain that looks back several steps has the states of
all of them in ``alpha``; before its beginning, everything is in its first state.

Going back from the last step, the state before is known up to ``alpha[t - 1] + psi[t](., z[t])``:
its largest element is the most probable one, and with Gumbel noise added, an exact draw.

References:
    Rabiner (1989), A tutorial on hidden Markov models.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..elimination import Unit
from ..target import Builder, Size, Value
from ..typed import IndexVar
from .scope import Scope
from .weights import Piece, role_of

Noise = Callable[[tuple[Size, ...]], Value | None]  # to be added to log weights of this shape


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
        total = _sum(steps, near, joint)
        k = joint.index(v) - len(joint)
        items.append((b.reduce(op, total, (k,)), tuple(a for a in joint if a is not v)))
    wanted = (*steps.rest, *steps.now)
    out = b.expand(_sum(steps, items, wanted), steps.sizes(wanted))
    given = b.unsqueeze(first, (-1,))
    return b.scan([name], (1, steps.length), [given], {(0, 1): earlier}, sequences, [out])


def _present(b: Builder, part: Part, sequences: list[tuple[Value, Value]]) -> Value:
    if not part.moves:
        return part.value
    p = b.placeholder(("weights", part.value.id), part.value.shape[:-1])
    sequences.append((p, part.value))
    return p


def _sum(
    steps: Steps, items: Sequence[tuple[Value, tuple[IndexVar, ...]]], wanted: Sequence[IndexVar]
) -> Value:
    b = steps.scope.builder
    total: Value | None = None
    for value, have in items:
        value = steps.laid(value, have, wanted)
        total = value if total is None else b.apply("add", total, value)
    assert total is not None
    return total


# --- back ---------------------------------------------------------------------------------------


def path(filtered: Filtered, noise: Noise) -> dict[str, Value]:
    """Positions of the states of every element, from the last step to the first.

    Args:
        noise: nothing for the most probable path, standard Gumbel noise for a draw.

    Returns:
        By the names of the families, (*plates).
    """
    steps = filtered.steps
    b, lags = steps.scope.builder, steps.lags
    assert not steps.rest, "states of later variables are known"
    end = b.pick(filtered.alphas, b.difference(steps.length, 1))
    known = _best(steps, end, steps.now, noise(steps.sizes(steps.now)))
    given = [
        b.stack([known[steps.axes[lag][k]] for lag in range(lags)])
        for k in range(len(steps.unit.nodes))
    ]
    sequences: list[tuple[Value, Value]] = []
    previous, states = _known(steps)
    total = _back(steps, filtered.alphas, states, sequences)
    fresh = noise((*steps.sizes(steps.oldest), steps.length))
    here = None
    if fresh is not None:
        here = b.placeholder(("noise", fresh.id), fresh.shape[:-1])
        sequences.append((here, fresh))
    found = _best(steps, total, steps.oldest, here)
    names = [n.name for n in steps.unit.nodes]
    outputs = [b.expand(found[v], steps.sizes(())) for v in steps.oldest]
    span = (lags, steps.length)
    whole = b.scan([f"{n}_back" for n in names], span, given, previous, sequences, outputs)
    return {n: _forwards(steps, whole, k) for k, n in enumerate(names)}


def _known(steps: Steps) -> tuple[dict[tuple[int, int], Value], dict[IndexVar, Value]]:
    """Placeholders of the states that a step back knows, by member and lag, and by axis."""
    b, shape = steps.scope.builder, steps.sizes(())
    previous: dict[tuple[int, int], Value] = {}
    states: dict[IndexVar, Value] = {}
    for k, node in enumerate(steps.unit.nodes):
        for lag in range(steps.lags):
            ago = steps.lags - lag
            p = b.placeholder(("state", node.name, ago, *shape), shape)
            previous[k, ago] = states[steps.axes[lag][k]] = p
    return previous, states


def _back(
    steps: Steps,
    alphas: Value,
    states: Mapping[IndexVar, Value],
    sequences: list[tuple[Value, Value]],
) -> Value:
    """Log weights of the oldest states of a step, given all later ones: (*outer, *oldest)."""
    b, lags = steps.scope.builder, steps.lags
    items: list[tuple[Value, tuple[IndexVar, ...]]] = []
    backwards = b.pad(b.flip(alphas), lags - 1, 0)
    p = b.placeholder(("alpha", backwards.id), backwards.shape[:-1])
    sequences.append((p, backwards))
    items.append(_settled(steps, p, steps.before, states))
    for part in steps.parts:
        if part.first is True or not set(part.states) & set(steps.oldest):
            continue
        value = part.value
        if part.moves:
            backwards = b.pad(b.flip(value), lags, 0)
            value = b.placeholder(("weights", backwards.id), backwards.shape[:-1])
            sequences.append((value, backwards))
        items.append(_settled(steps, value, part.states, states))
    return _sum(steps, items, steps.oldest)


def _settled(
    steps: Steps, value: Value, have: Sequence[IndexVar], states: Mapping[IndexVar, Value]
) -> tuple[Value, tuple[IndexVar, ...]]:
    """Weights at the known states: (*outer, *what is not known)."""
    b, lead = steps.scope.builder, len(steps.outer)
    left = list(have)
    for v in [v for v in have if v in states]:
        k = lead + left.index(v)
        value = b.permute(value, (*(i for i in range(value.rank) if i != k), k))
        left.remove(v)
        at = b.unsqueeze(states[v], tuple(range(-len(left) - 1, 0)))
        here = b.apply("eq", b.to_float(steps.scope.positions(v)), at)
        value = b.reduce("max", b.where(here, value, float("-inf")), (-1,))
    return value, tuple(left)


def _best(
    steps: Steps, weights: Value, axes: Sequence[IndexVar], noise: Value | None
) -> dict[IndexVar, Value]:
    """Position of the largest weight on each of its last axes, as FLOAT: (*outer)."""
    b = steps.scope.builder
    if noise is not None:
        weights = b.apply("add", weights, noise)
    sizes = steps.sizes(axes)
    weights = b.expand(weights, sizes)
    count = b.product_of_sizes(sizes[len(steps.outer) :])
    flat = b.reshape(weights, (*sizes[: len(steps.outer)], count))
    position = first_largest(b, flat)
    if len(axes) == 1:
        return {axes[0]: position}
    hit = b.apply("eq", b.to_float(b.arange(count)), b.unsqueeze(position, (-1,)))
    table = b.reshape(b.to_float(hit), sizes)
    found: dict[IndexVar, Value] = {}
    for i, v in enumerate(axes):
        each = b.unsqueeze(b.to_float(steps.scope.positions(v)), tuple(range(i + 1 - len(axes), 0)))
        terms = b.apply("mul", table, each)
        found[v] = b.reduce("sum", terms, tuple(range(-len(axes), 0)))
    return found


def first_largest(b: Builder, weights: Value) -> Value:
    """Position of the largest element of the last axis, the first of equals, as FLOAT."""
    best = b.reduce("max", weights, (-1,), keepdim=True)
    n = weights.shape[-1]
    at = b.where(b.apply("ge", weights, best), b.to_float(b.arange(n)), b.size_value(n))
    return b.reduce("min", at, (-1,))


def _forwards(steps: Steps, whole: Value, k: int) -> Value:
    """One family's states in the order of the steps, over its plates."""
    b, unit, n = steps.scope.builder, steps.unit, steps.length
    if len(unit.nodes) > 1:
        whole = b.slice(whole, b.product_of_sizes((k, n)), b.product_of_sizes((k + 1, n)))
    assert unit.along is not None
    order = list(range(len(steps.outer)))
    order.insert(unit.plates.index(unit.along), len(steps.outer))
    return b.permute(b.flip(whole), order)


def earlier(value: Value, b: Builder, axis: int, lag: int) -> Value:
    """What stands ``lag`` places before, along an axis; zeros where nothing does."""
    rank = value.rank
    order = [*(i for i in range(rank) if i != axis), axis]
    moved = b.permute(b.to_float(value), order)
    n = moved.shape[-1]
    shifted = b.slice(b.pad(moved, lag, 0), 0, n)
    return b.permute(shifted, [order.index(i) for i in range(rank)])


def chain_axes(unit: Unit) -> Iterator[tuple[str, str, int]]:
    """Names of earlier elements, each with its family and its lag."""
    for node in unit.nodes:
        for i, name in enumerate(unit.lagged[node.name]):
            yield name, node.name, i + 1
