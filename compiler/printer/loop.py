"""Scans as Python loops: lists that grow step by step, joined into an array at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..target import Value
from ..target.scan import Backward, flows
from ..target.scan import Body as Step

if TYPE_CHECKING:
    from .body import Body


def print_scan(body: Body, v: Value, name: str | None) -> str:
    """Lines of a scan; returns the name of its result, which is ``name`` if there is one."""
    step = v.attrs[0]
    assert isinstance(step, Step)
    given, sequences, fixed = _operands(body, step, v.inputs)
    t = body.names.fresh("t")
    lists = [body.names.fresh(f"{name}_at") for name in step.members]
    start, stop = body.size(step.start), body.size(step.stop)
    for at, first in zip(lists, given or [""] * len(lists), strict=True):
        body.line(f"{at} = list({first}.unbind(-1)[:{start}])" if first else f"{at} = []", v.span)
    slices = [_unbound(body, x) for x in sequences]
    known = {p.id: f"{lists[k]}[{t} - {lag}]" for k, lag, p in step.previous}
    known |= {p.id: f"{x}[{t}]" for p, x in zip(step.slices, slices, strict=True)}
    known |= {p.id: x for p, x in zip(step.fixed, fixed, strict=True)}
    body.line(f"for {t} in range({start}, {stop}):", v.span)
    inner = body.inside(known, _uses(step.outputs, known))
    for at, out in zip(lists, step.outputs, strict=True):
        inner.add(_walk([out], known))
        inner.line(f"{at}.append({inner.text(out)})", out.span)
    body.take(inner, v.span)
    result = name or body.names.fresh(v.name or "scanned")
    joined = ", ".join(f"*{at}" for at in lists)
    body.line(f"{result} = torch.stack(torch.broadcast_tensors({joined}), -1)", v.span)
    return result


def print_backward(body: Body, v: Value) -> Mapping[int, str]:
    """Lines of a scan's reverse mode; returns the names of the adjoints, by operand."""
    back = v.attrs[0]
    assert isinstance(back, Backward)
    step = back.forward
    adjoint, result, *inputs = v.inputs
    given, sequences, fixed = _operands(body, step, inputs)
    start, stop = body.size(step.start), body.size(step.stop)
    t = body.names.fresh("t")
    ats = _members(body, step, body.plain(result), [f"{n}_at" for n in step.members])
    ds = _members(body, step, body.plain(adjoint), [f"d_{n}_at" for n in step.members], own=True)
    slices = [_unbound(body, x) for x in sequences]
    d_slices = {i: body.names.fresh("d_slices") for i, _ in back.slices}
    d_fixed = {i: body.names.fresh("d_fixed") for i, _ in back.fixed}
    for i, name in d_slices.items():
        body.line(f"{name} = [torch.zeros_like(x) for x in {slices[i]}]")
    for i, name in d_fixed.items():
        body.line(f"{name} = torch.zeros_like({fixed[i]})")
    known = {p.id: f"{ats[k]}[{t} - {lag}]" for k, lag, p in step.previous}
    known |= {p.id: f"{x}[{t}]" for p, x in zip(step.slices, slices, strict=True)}
    known |= {p.id: x for p, x in zip(step.fixed, fixed, strict=True)}
    for k, out in enumerate(step.outputs):  # computed already
        if out.op != "step" and not out.host:
            known[out.id] = f"{ats[k]}[{t}]"
    body.line(f"for {t} in reversed(range({start}, {stop})):")
    seeds = [body.names.fresh(f"d_{n}") for n in step.members]
    known |= {p.id: name for p, name in zip(back.seeds, seeds, strict=True)}
    everything = flows(back)
    inner = body.inside(known, _uses(everything, known))
    for seed, d in zip(seeds, ds, strict=True):
        inner.line(f"{seed}, {d}[{t}] = {d}[{t}], torch.zeros_like({d}[{t}])")
    inner.add(_walk(everything, known))
    for k, lag, flow in back.previous:
        inner.line(f"{ds[k]}[{t} - {lag}] = {ds[k]}[{t} - {lag}] + {inner.text(flow)}")
    for i, flow in back.slices:
        inner.line(f"{d_slices[i]}[{t}] = {inner.text(flow)}")
    for i, flow in back.fixed:
        inner.line(f"{d_fixed[i]} = {d_fixed[i]} + {inner.text(flow)}")
    body.take(inner, v.span)
    names: dict[int, str] = {}
    for k in (k for k in range(step.given) if inputs[k].batched):
        names[k] = _stacked(body, f"d_{step.members[k]}_given", ds[k], f"[:{given[k]}.shape[-1]]")
    for i, name in d_slices.items():
        names[step.given + i] = _stacked(body, "d_slice", name)
    for i, name in d_fixed.items():
        names[step.given + len(step.slices) + i] = name
    return names


def _operands(
    body: Body, step: Step, inputs: Sequence[Value]
) -> tuple[list[str], list[str], list[str]]:
    """Names of the operands: first elements, sequences, what stays the same."""
    names = [body.plain(x) for x in inputs]
    after = step.given + len(step.slices)
    return names[: step.given], names[step.given : after], names[after:]


def _unbound(body: Body, name: str) -> str:
    at = body.names.fresh(f"{name}_at" if name.isidentifier() else "slices")
    body.line(f"{at} = {name}.unbind(-1)")
    return at


def _members(
    body: Body, step: Step, name: str, wanted: Sequence[str], *, own: bool = False
) -> list[str]:
    """Lists of the elements of each member of a scan's array; ``own`` to write to."""
    stop = body.size(step.stop)
    found = []
    for k, stem in enumerate(wanted):
        at = body.names.fresh(stem)
        part = f"{name}.unbind(-1)"
        if len(wanted) > 1:
            part = f"{part}[{k} * {stop} : {k + 1} * {stop}]"
        body.line(f"{at} = list({part})" if own else f"{at} = {part}")
        found.append(at)
    return found


def _stacked(body: Body, stem: str, parts: str, some: str = "") -> str:
    name = body.names.fresh(stem)
    body.line(f"{name} = torch.stack(torch.broadcast_tensors(*{parts}{some}), -1)")
    return name


def _walk(outputs: Iterable[Value], known: Mapping[int, str]) -> Iterator[Value]:
    """Operands first; what is known is met but not entered."""
    seen: set[int] = set()
    stack = [(v, False) for v in reversed(list(outputs))]
    while stack:
        v, ready = stack.pop()
        if ready:
            yield v
        elif v.id not in seen:
            seen.add(v.id)
            stack.append((v, True))
            if v.id not in known:
                stack.extend((x, False) for x in reversed(v.inputs))


def _uses(outputs: Iterable[Value], known: Mapping[int, str]) -> Counter[int]:
    outputs = list(outputs)
    inside = [v for v in _walk(outputs, known) if v.id not in known]
    uses = Counter(x.id for v in inside for x in v.inputs)
    uses.update(v.id for v in outputs)
    return uses
