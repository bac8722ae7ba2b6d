"""Chains walked back: whole paths of states, given what `forward` found.

Going back from the last step, the state before is known up to ``alpha[t - 1] + psi[t](., z[t])``:
its largest element is the most probable one, where ``alpha`` was maximised; with Gumbel noise added
to sums, it is an exact draw.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..elimination import Unit
from ..target import Builder, Size, Value
from ..typed import IndexVar
from .forward import Filtered, Steps, sum_of

Noise = Callable[[tuple[Size, ...]], Value | None]  # to be added to log weights of this shape


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
    return sum_of(steps, items, steps.oldest)


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
