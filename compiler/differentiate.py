"""Reverse mode: the derivatives of a straight-line program as more of the same program.

Walks the values from the last to the first and hands each one's adjoint to its operands by the
rules of the table of operations. The derivatives share the forward values; what simplification
finds in them is found while they are built.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .target import OPS, Builder, DType, ShapeMismatch, Size, Value
from .target.lift import can_lift, lifted, steps_of
from .target.linear import log_paths_back
from .target.ops import POINTWISE
from .target.scan import Backward, Body, Earlier, Read, back_to, member
from .target.solution import flows_back
from .target.value import Shape


class NoDerivative(AssertionError):
    """An operation without a rule: the emitter should have written it out."""


def differentiate(
    outputs: Sequence[tuple[Value, Value]], wrt: Sequence[Value], b: Builder
) -> tuple[Value, ...]:
    """Derivatives of ``sum(seed * output)`` by each of ``wrt``, in the shapes of ``wrt``.

    Every batch element is differentiated by itself, so that all of ``wrt`` and all that depends on
    them carry the same batch. A value that nothing depends on gets zeros, without a batch.

    Args:
        outputs: values with their adjoints; a seed broadcasts to its output.
    """
    order = _between(wrt, (value for value, _ in outputs))
    reached = {v.id for v in order}
    flows: dict[int, list[Value]] = {}
    for value, seed in outputs:
        if value.id in reached:
            flows.setdefault(value.id, []).append(_fit(b, b.expand(seed, value.shape), value))
    adjoints: dict[int, Value] = {}
    members: dict[int, dict[int, Value]] = {}
    with b.at(None):
        for value in reversed(order):
            if value.id in flows:
                b.span = value.span
                parts = flows.pop(value.id)
                adjoint = parts[0] if len(parts) == 1 else _collect(b, parts)
                adjoints[value.id] = adjoint
                if value.op == "scan_member":
                    whole = members.setdefault(value.inputs[0].id, {})
                    whole[value.attrs[0]] = b.expand(adjoint, value.shape)
                else:
                    _spread(b, value, adjoint, reached, flows)
            elif value.id in members:
                b.span = value.span
                _spread_scan(b, value, members.pop(value.id), reached, flows)
    _name(b, order, adjoints)
    zero = b.const(0.0)
    return tuple(b.expand(adjoints.get(v.id, zero), v.shape) for v in wrt)


def _between(wrt: Sequence[Value], outputs: Iterable[Value]) -> list[Value]:
    """Values that ``outputs`` need and that depend on ``wrt``, operands first."""
    reached = {v.id for v in wrt}
    first = min(reached, default=0)  # what was made before depends on none of them
    needed: dict[int, Value] = {}
    stack = list(outputs)
    while stack:
        value = stack.pop()
        if value.id not in needed and value.id >= first:
            needed[value.id] = value
            stack += value.inputs
    found: list[Value] = []
    for i in sorted(needed):
        value = needed[i]
        if i not in reached:
            for x in value.inputs:
                if x.id in reached:
                    break
            else:
                continue
        if value.op != "stop":
            reached.add(i)
            found.append(value)
    return found


def _spread(
    b: Builder, value: Value, adjoint: Value, reached: set[int], flows: dict[int, list[Value]]
) -> None:
    """Hand a value's adjoint to those of its operands that matter."""
    row = OPS[value.op]
    if value.op == "solved":
        operands = value.inputs[0].inputs
        for operand, flow in zip(operands, flows_back(b, value, adjoint), strict=True):
            if operand.id in reached and operand.dtype is DType.FLOAT:
                flows.setdefault(operand.id, []).append(flow)
        return
    if value.op == "paths_sum":
        operands = value.inputs[0].inputs
        for operand, flow in zip(operands, log_paths_back(b, value, adjoint), strict=True):
            if operand.id in reached:
                flows.setdefault(operand.id, []).append(_fit(b, flow, operand))
        return
    inputs = value.inputs
    if row.opaque and any(x.id in reached for x in inputs):
        raise NoDerivative(f"{value!r} has no derivative rule")
    rules = row.rules if isinstance(row.rules, tuple) else map(row.rules, range(len(inputs)))
    for operand, rule in zip(inputs, rules, strict=False):  # the others have none
        if rule is None or operand.id not in reached:
            continue
        flow = rule(b, adjoint, value, *inputs)
        if flow.literal != 0.0:
            # what the rule left out because it is the same along an axis of the result
            if row.broadcasts and flow.shape != value.shape:
                flow = b.expand(flow, value.shape)
            if flow.shape != operand.shape or flow.batched and not operand.batched:
                flow = _fit(b, flow, operand)
            known = flows.get(operand.id)
            if known is None:
                flows[operand.id] = [flow]
            else:
                known.append(flow)


def _spread_scan(
    b: Builder,
    value: Value,
    adjoints: Mapping[int, Value],
    reached: set[int],
    flows: dict[int, list[Value]],
) -> None:
    """Through a scan: a loop from its last step to its first, which differentiates each step."""
    body = value.attrs[0]
    assert isinstance(body, Body)
    wanted = [i for i, x in enumerate(value.inputs) if x.id in reached and x.dtype is DType.FLOAT]
    if _is_pointwise(body):
        for i, flow in _through_pointwise(b, value, body, wanted, adjoints):
            flows.setdefault(value.inputs[i].id, []).append(flow)
        return
    back = _backward(b, body, wanted, tuple(sorted(adjoints)))
    inputs = (value, *(adjoints[k] for k in back.seeded), *value.inputs)
    loop = b.make("scan_back", inputs, (back,), shape=(), batched=True)
    parts = {
        *range(body.given),
        *(body.given + i for i, _ in back.slices),
        *(body.before_fixed + i for i, _ in back.fixed),
    }
    for i in wanted:
        operand = value.inputs[i]
        if i in parts:
            flow = b.make("scan_part", (loop,), (i,), shape=operand.shape, batched=True)
            flows.setdefault(operand.id, []).append(flow)
    for i in back.weights:
        k, p = body.sums[i]
        operand = value.inputs[body.before_sums + i]
        part = (body.before_sums + i,)
        steps = operand.shape[-2]
        by_sum = b.make("scan_part", (loop,), part, shape=(*p.shape, steps), batched=True)
        element = b.unsqueeze(member(b, value, k), (-2,))
        flow = b.apply("mul", b.unsqueeze(by_sum, (-1,)), element)
        flows.setdefault(operand.id, []).append(_fit(b, flow, operand))


def _backward(b: Builder, body: Body, wanted: Sequence[int], seeded: tuple[int, ...]) -> Backward:
    """The derivative of one step by the elements before it and by those operands."""
    seeds = tuple(
        b.placeholder(("adjoint", i, *v.shape), v.shape) for i, v in enumerate(body.outputs)
    )
    groups = (
        [(i, e.value) for i, e in enumerate(body.previous)],
        [(i, p) for i, (_, p) in enumerate(body.history)],
        [(i, p) for i, p in enumerate(body.slices) if body.given + i in wanted],
        [(i, p) for i, (_, p) in enumerate(body.sums)],
        [(i, p) for i, p in enumerate(body.fixed) if body.before_fixed + i in wanted],
    )
    by = [p for group in groups for _, p in group if p.dtype is DType.FLOAT]
    live = back_to(body) | set(seeded)
    outputs = [
        (v, s) for k, (v, s) in enumerate(zip(body.outputs, seeds, strict=True)) if k in live
    ]
    found = iter(differentiate(outputs, by, b))
    previous, history, slices, sums, fixed = (
        tuple((i, next(found)) for i, p in group if p.dtype is DType.FLOAT) for group in groups
    )
    weights = tuple(i for i in range(len(body.sums)) if body.before_sums + i in wanted)
    return Backward(body, seeds, seeded, previous, history, slices, sums, fixed, weights)


def _is_pointwise(body: Body) -> bool:
    """Whether each number of a step comes from the same number of the steps before."""
    earlier = {e.value.id for e in body.previous}
    if body.history or body.sums or not isinstance(body.start, int) or not can_lift(body.outputs):
        return False
    if any(e.open or not isinstance(e.lag, int) or e.lag > body.start for e in body.previous):
        return False
    shape = body.outputs[0].shape
    values = [*body.outputs, *_between([e.value for e in body.previous], body.outputs)]
    return all(
        v.shape == shape and v.dtype is DType.FLOAT and (v.id in earlier or v.op in POINTWISE)
        for v in values
        if not v.host
    )


def _through_pointwise(
    b: Builder, value: Value, body: Body, wanted: Sequence[int], adjoints: Mapping[int, Value]
) -> Iterator[tuple[int, Value]]:
    """Derivatives of a scan of single numbers, by position of the operand.

    How each step depends on those before is computed for all steps at once; then the adjoints of
    all elements are a linear recurrence, which is itself a scan; and what flows to the operands is
    again computed for all steps at once.
    """
    assert isinstance(body.start, int)
    span = (body.start, body.stop)
    arrays = _arrays(b, value, body, span)
    shape = (*body.outputs[0].shape, body.stop)
    zero = b.const(0.0)
    outside = [b.expand(adjoints.get(k, zero), shape) for k in range(len(body.members))]
    whole = _adjoint_scan(b, body, outside, arrays, span)
    seeds = [b.placeholder(("adjoint", k, *v.shape), v.shape) for k, v in enumerate(body.outputs)]
    inside = {s.id: b.slice(a, *span) for s, a in zip(seeds, whole, strict=True)}
    pairs = list(zip(body.outputs, seeds, strict=True))
    by = [(i, p) for i, p in enumerate(body.slices, body.given) if i in wanted]
    fixed = [(i, p) for i, p in enumerate(body.fixed, body.before_fixed) if i in wanted]
    found = differentiate(pairs, [p for _, p in (*by, *fixed)], b)
    length = b.difference(body.stop, body.start)
    for (i, p), flow in zip((*by, *fixed), lifted(b, found, arrays | inside), strict=True):
        flow = b.expand(flow, (*p.shape, length))
        operand = value.inputs[i]
        if i >= body.before_fixed:
            yield i, _fit(b, b.reduce("sum", flow, (-1,), split=False), operand)
        else:
            after = b.difference(operand.shape[-1], body.stop)
            yield i, _shaped(b, b.pad(flow, body.start, after), operand.shape)
    for k in (k for k in wanted if k < body.given):
        operand = value.inputs[k]
        after = b.difference(operand.shape[-1], body.start)
        yield k, _shaped(b, b.pad(b.slice(whole[k], 0, body.start), 0, after), operand.shape)


def _shaped(b: Builder, flow: Value, shape: Shape) -> Value:
    """The same array; its last size may be written differently."""
    if flow.shape == shape or flow.op != "pad":
        return flow
    return b.make("pad", flow.inputs, flow.attrs, shape=shape, dtype=flow.dtype)


def _arrays(b: Builder, value: Value, body: Body, span: tuple[int, Size]) -> dict[int, Value]:
    """What a step reads, for all steps."""
    arrays: dict[int, Value] = {}
    for i, p in enumerate(body.slices, body.given):
        arrays[p.id] = b.slice(value.inputs[i], *span)
    for i, p in enumerate(body.fixed, body.before_fixed):
        arrays[p.id] = b.unsqueeze(value.inputs[i], (-1,))
    for k, out in enumerate(body.outputs):
        if out.op != "step":
            arrays[out.id] = b.slice(member(b, value, k), *span)
    for e in body.previous:
        arrays[e.value.id] = steps_of(b, member(b, value, e.member), e.lag, span)
    return arrays


def _adjoint_scan(
    b: Builder,
    body: Body,
    outside: Sequence[Value],
    arrays: Mapping[int, Value],
    span: tuple[int, Size],
) -> list[Value]:
    """Adjoints of all elements: what comes from outside, and from the steps behind."""
    shape = body.outputs[0].shape
    length = b.difference(span[1], span[0])
    read: dict[tuple[int, int], Earlier] = {}
    sequences: list[tuple[Value, Value]] = []

    def present(v: Value) -> Value:
        p = b.placeholder(("present", v.id), v.shape[:-1])
        sequences.append((p, b.flip(v)))
        return p

    totals = [present(v) for v in outside]
    by = [e.value for e in body.previous]
    for k, out in enumerate(body.outputs):
        slopes = lifted(b, differentiate([(out, b.const(1.0))], by, b), arrays)
        for e, slope in zip(body.previous, slopes, strict=True):
            if slope.literal == 0.0 or slope.op == "expand" and slope.inputs[0].literal == 0.0:
                continue
            assert isinstance(e.lag, int)
            slope = b.expand(slope, (*shape, length))
            # of the step that is ``lag`` behind
            moved = _shaped(b, b.pad(slope, span[0] - e.lag, e.lag), (*shape, span[1]))
            key = (k, e.lag)
            if key not in read:
                p = b.placeholder(("earlier", f"adjoint {k}", e.lag), shape)
                read[key] = Earlier(k, e.lag, p, open=e.lag > 1)
            operands = (totals[e.member], present(moved), read[key].value)
            totals[e.member] = b.make("addcmul", operands, (1.0,), shape=shape)
    names = [f"d_{name}" for name in body.members]
    given = [b.flip(v) for v in outside]
    found = b.scan_members(
        names, (1, span[1]), given, Read(list(read.values()), (), sequences), totals
    )
    return [b.flip(v) for v in found]


def _fit(b: Builder, flow: Value, operand: Value) -> Value:
    """Undo broadcasting: sums over the axes that the operand repeats or lacks."""
    if flow.batched and not operand.batched:
        raise ShapeMismatch(f"the derivative by {operand!r} would need a sum over the batch")
    if flow.shape == operand.shape:
        return flow
    lead = tuple(range(-flow.rank, -operand.rank))
    unit = tuple(
        a
        for a in range(-min(flow.rank, operand.rank), 0)
        if operand.shape[a] == 1 and flow.shape[a] != 1
    )
    if not lead and not unit:
        return flow
    return b.unsqueeze(b.reduce("sum", flow, (*lead, *unit), split=False), unit)


def _collect(b: Builder, flows: list[Value]) -> Value:
    """Sum of what arrived, in order; parts of one vector are joined instead of added."""
    flows = _joined(b, flows)
    total = flows[0]
    for flow in flows[1:]:
        total = b.apply("add", total, flow)
    return total


def _joined(b: Builder, flows: list[Value]) -> list[Value]:
    """Disjoint padded parts (the adjoints of ``v[..., 0]``, ``v[..., 3]``) as one padded vector."""
    if sum([f.op == "pad" for f in flows]) < 2:
        return flows
    parts = [(_start(f), f) for f in flows]
    padded = sorted((p for p in parts if p[0] is not None), key=lambda p: p[0] or 0)
    if len(padded) < 2:
        return flows
    pieces: list[Value] = []
    end: Size | None = None
    for start, flow in padded:
        piece = flow.inputs[0]
        length = piece.shape[-1]
        if end is not None:
            if not isinstance(end, int) or start is None or start < end:
                return flows
            if start > end:
                pieces.append(b.expand(b.const(0.0), (*piece.shape[:-1], start - end)))
        pieces.append(piece)
        end = b.sum_of_sizes(start or 0, length)
    before, after = padded[0][0], padded[-1][1].attrs[1]
    whole = b.pad(b.cat(pieces), before or 0, after)
    return [whole, *(f for start, f in parts if start is None)]


def _start(flow: Value) -> int | None:
    """Where a padded part begins, if that is a number; None for everything else."""
    if flow.op != "pad":
        return None
    before = flow.attrs[0]
    return before if isinstance(before, int) else None


def _name(b: Builder, order: Sequence[Value], adjoints: dict[int, Value]) -> None:
    """Readable names, given last: simplification does not look through them."""
    for value in order:
        adjoint = adjoints.get(value.id)
        if value.name is not None and adjoint is not None and value.op != "input":
            b.named(adjoint, f"d_{value.name}")
