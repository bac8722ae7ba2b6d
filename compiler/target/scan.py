"""Scans: a straight-line program that is repeated along an axis, each step reading earlier ones.

A scan is one value without a shape of its own; each of its members is a value ``(*batch, *plates,
steps)`` that is read off it. Its operands are the first elements of each member, the sequences that
the steps read, and what stays the same. What a step computes from them is a program of its own, the
`Body`, whose leaves are placeholders; nothing outside of the printer and of reverse mode looks
inside.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ...grammar.frozen import frozen
from .value import DType, Shape, Size, Value, walk

if TYPE_CHECKING:
    from .builder import Builder


@frozen
class Earlier:
    """A placeholder for an earlier element of a member.

    Attributes:
        member: position among the members.
        lag: how many steps before.
        open: whether a step may have no such element: it then reads zeros, which it does not use.
    """

    member: int
    lag: Size
    value: Value
    open: bool = False


@frozen
class Body:
    """What one step does.

    Attributes:
        members: names of what is computed.
        start: the first step; the elements before it are given.
        stop: number of elements of each member in the end.
        given: how many operands are first elements: one a member, or none if ``start`` is 0.
        previous: earlier elements at fixed lags.
        history: (member, placeholder) for all elements of a member along the last axis; those of
            this step and later ones have no meaning, and nothing depends on them.
        slices: a placeholder for the present element of each sequence.
        sums: (member, placeholder) for weighted sums of a member's elements before this step. Each
            has an operand for its weights, ``(*plates, steps, elements)``; weights of elements at
            this step and behind it have no meaning.
        fixed: a placeholder for each operand that stays the same.
        outputs: a value for each member, from the placeholders alone.
    """

    members: tuple[str, ...]
    start: Size
    stop: Size
    given: int
    previous: tuple[Earlier, ...]
    history: tuple[tuple[int, Value], ...]
    slices: tuple[Value, ...]
    sums: tuple[tuple[int, Value], ...]
    fixed: tuple[Value, ...]
    outputs: tuple[Value, ...]

    @property
    def before_sums(self) -> int:
        """How many operands stand before the weights."""
        return self.given + len(self.slices)

    @property
    def before_fixed(self) -> int:
        """How many operands stand before those that stay the same."""
        return self.before_sums + len(self.sums)


@frozen
class Backward:
    """One step of reverse mode: what flows back from the adjoints of the outputs.

    Attributes:
        seeds: a placeholder for the adjoint of each output.
        seeded: members whose adjoints come from outside too.
        previous, history, slices, sums, fixed: what flows to each, by position in those of
            ``forward``.
        weights: sums whose weights are to be differentiated too.
    """

    forward: Body
    seeds: tuple[Value, ...]
    seeded: tuple[int, ...]
    previous: tuple[tuple[int, Value], ...]
    history: tuple[tuple[int, Value], ...]
    slices: tuple[tuple[int, Value], ...]
    sums: tuple[tuple[int, Value], ...]
    fixed: tuple[tuple[int, Value], ...]
    weights: tuple[int, ...] = ()


def placeholder(
    b: Builder,
    tag: tuple[Hashable, ...],
    shape: Shape,
    *,
    batched: bool = True,
    dtype: DType = DType.FLOAT,
) -> Value:
    """A leaf of the program of a step. Equal tags are one leaf, so that equal scans are one."""
    return b.make("step", (), tag, shape=shape, batched=batched, dtype=dtype)


@frozen
class Read:
    """What the program of a step reads.

    Attributes:
        previous: earlier elements.
        history: placeholders of all elements of some members.
        sequences: placeholders, each with the value along whose last axis the steps go.
        draws: what every step draws anew.
        sums: of a member's earlier elements: the member, a placeholder, and the weights.
    """

    previous: Sequence[Earlier]
    history: Sequence[tuple[int, Value]]
    sequences: Sequence[tuple[Value, Value]]
    draws: Sequence[Value] = ()
    sums: Sequence[tuple[int, Value, Value]] = ()


def scan(
    b: Builder,
    members: Sequence[str],
    span: tuple[Size, Size],
    given: Sequence[Value],
    previous: Mapping[tuple[int, int], Value],
    sequences: Sequence[tuple[Value, Value]],
    outputs: Sequence[Value],
) -> Value:
    """Repeat a step whose members have one shape; they come one after the other along the last
    axis. See `scan_members`.

    Args:
        previous: placeholders of earlier elements, by member and lag.
        sequences: placeholders, each with the value along whose last axis the steps go.
    """
    earlier = [Earlier(k, lag, p) for (k, lag), p in previous.items()]
    return b.cat(scan_members(b, members, span, given, Read(earlier, (), sequences), outputs))


def scan_members(
    b: Builder,
    members: Sequence[str],
    span: tuple[Size, Size],
    given: Sequence[Value],
    read: Read,
    outputs: Sequence[Value],
) -> list[Value]:
    """Repeat a step; returns all elements of each member, along the last axis.

    Args:
        span: the first step, and the one behind the last.
        given: the elements before the first step, along the last axis, which may be longer.
        outputs: what a step computes, in the shape of the plates; everything in it that does not
            come from a placeholder or from a draw is computed once, outside.
    """
    used = {v.id for v in walk(outputs) if v.op == "step"}
    sequences = [(p, v) for p, v in read.sequences if p.id in used]
    sums = [(k, p, v) for k, p, v in read.sums if p.id in used]
    fixed: dict[int, tuple[Value, Value]] = {}

    def leaf(v: Value) -> Value:
        return placeholder(b, ("fixed", v.id), v.shape, batched=v.batched, dtype=v.dtype)

    fresh = frozenset(v.id for v in read.draws)
    inside = closed(b, outputs, fixed, leaf, fresh)
    placeholders, constants = zip(*fixed.values(), strict=True) if fixed else ((), ())
    body = Body(
        tuple(members),
        *span,
        len(given),
        tuple(e for e in read.previous if e.value.id in used),
        tuple((k, p) for k, p in read.history if p.id in used),
        tuple(p for p, _ in sequences),
        tuple((k, p) for k, p, _ in sums),
        placeholders,
        inside,
    )
    inputs = (*given, *(v for _, v in sequences), *(v for _, _, v in sums), *constants)
    batched = bool(fresh) or any(v.batched for v in inputs)
    whole = b.make("scan", inputs, (body,), shape=(), batched=batched)
    return [member(b, whole, k) for k in range(len(members))]


def member(b: Builder, whole: Value, k: int) -> Value:
    """All elements of one member of a scan."""
    body = whole.attrs[0]
    assert isinstance(body, Body)
    out = body.outputs[k]
    return b.make(
        "scan_member",
        (whole,),
        (k,),
        shape=(*out.shape, body.stop),
        batched=whole.batched,
        dtype=out.dtype,
    )


def closed(
    b: Builder,
    outputs: Iterable[Value],
    fixed: dict[int, tuple[Value, Value]],
    leaf: Callable[[Value], Value],
    fresh: frozenset[int] = frozenset(),
    *,
    data: bool = True,
) -> tuple[Value, ...]:
    """The outputs with everything from outside behind placeholders, which ``fixed`` learns.

    Args:
        leaf: the placeholder for a value from outside.
        data: whether what depends on data alone gets one too.
    """
    outputs = tuple(outputs)
    own: dict[int, bool] = {}
    new: dict[int, Value] = {}

    def inner(v: Value) -> Value:
        if own[v.id]:
            return new[v.id]
        if v.host or not (data or v.batched):
            return v
        if v.id not in fixed:
            fixed[v.id] = (leaf(v), v)
        return fixed[v.id][0]

    for v in walk(outputs):
        own[v.id] = v.op == "step" or v.id in fresh or any(own[x.id] for x in v.inputs)
        if not own[v.id]:
            continue
        if v.op == "step":
            new[v.id] = v
        else:
            made = b.make(
                v.op,
                tuple(inner(x) for x in v.inputs),
                v.attrs,
                shape=v.shape,
                batched=v.batched,
                dtype=v.dtype,
            )
            new[v.id] = b.named(made, v.name, v.span) if v.name else made
    return tuple(inner(v) for v in outputs)


def back_to(body: Body) -> set[int]:
    """Members whose elements are read by other steps, or by what gave the first ones."""
    read = {k for k, _ in (*body.history, *body.sums)} | {e.member for e in body.previous}
    return read | set(range(body.given))


def inner_values(v: Value) -> Iterator[Value]:
    """Values of the programs inside a value, operands first; none for most values."""
    match v.attrs:
        case (Body(outputs=outputs),):
            yield from walk(outputs)
        case (Backward() as back,):
            yield from walk(flows(back))


def flows(back: Backward) -> tuple[Value, ...]:
    """Everything that a step of reverse mode computes."""
    return tuple(
        v
        for part in (back.previous, back.history, back.slices, back.sums, back.fixed)
        for _, v in part
    )
