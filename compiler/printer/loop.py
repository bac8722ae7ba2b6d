"""Scans as Python loops: lists that grow step by step, joined into arrays at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..target import Level, Size, Value
from ..target.rows.text import TORCH, tuple_text
from ..target.scan import Backward, back_to, flows
from ..target.scan import Body as Step

if TYPE_CHECKING:
    from .body import Body


@dataclass(frozen=True, slots=True)
class Loop:
    """Names that a printed scan leaves behind.

    Attributes:
        lists: of the elements of each member.
        whole: arrays of all elements, of the members whose history is read.
        sums: arrays of the weighted sums that the steps read.
    """

    lists: tuple[str, ...]
    whole: Mapping[int, str]
    sums: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Operands:
    """Names of the operands: first elements, sequences and their elements, weights of sums, what
    stays the same."""

    given: Sequence[str]
    sequences: Sequence[str]
    slices: Sequence[str]
    weights: Sequence[str]
    fixed: Sequence[str]


def print_scan(body: Body, v: Value) -> Loop:
    """Lines of a scan; its members are joined where they are used."""
    step = v.attrs[0]
    assert isinstance(step, Step)
    at = _operands(body, step, v.inputs)
    t = body.names.fresh("t")
    lists = tuple([body.names.fresh(f"{name}_at") for name in step.members])
    start, stop = body.size(step.start), body.size(step.stop)
    for name, first in zip(lists, at.given or [""] * len(lists), strict=True):
        text = f"{name} = list({first}.unbind(-1)[:{start}])" if first else f"{name} = []"
        body.line(text, v.span)
    whole = {k: _first_history(body, step, k, at, v) for k, _ in step.history}
    steps = body.names.fresh("steps") if whole else ""
    if whole:
        body.line(f"{steps} = torch.arange({stop})", v.span)
    sums = _first_sums(body, step, lists, at, v)
    known = _known(step, at, t) | {p.id: whole[k] for k, p in step.history}
    known |= _read_sums(step, [s.name for s in sums], t)
    known |= _earlier(body, step, lists, t)
    nothing = _nothing(body, step, v)
    body.line(f"for {t} in range({start}, {stop}):", v.span)
    inner = body.inside(known, _uses(step.outputs, known))
    _open_reads(inner, step, lists, t, known, nothing)
    for k, (name, out) in enumerate(zip(lists, step.outputs, strict=True)):
        inner.add(_walk([out], known))
        inner.line(f"{name}.append({inner.text(out)})", out.span)
        if k in whole:
            new = f"{name}[{t}].unsqueeze(-1)"
            inner.line(f"{whole[k]} = torch.where({steps} == {t}, {new}, {whole[k]})", out.span)
    for s in sums:
        inner.line(s.plus(t), v.span)
    body.take(inner, v.span)
    return Loop(lists, whole, [s.name for s in sums])


def print_member(body: Body, loop: Loop, k: int, v: Value, name: str | None) -> str:
    """All elements of a member as one array; returns its name."""
    if k in loop.whole and name is None:
        return loop.whole[k]
    result = name or body.names.fresh(v.name or "scanned")
    elements = f"torch.stack(torch.broadcast_tensors(*{loop.lists[k]}), -1)"
    body.line(f"{result} = {loop.whole.get(k, elements)}", v.span)
    return result


def _first_history(body: Body, step: Step, k: int, at: _Operands, v: Value) -> str:
    """The array of all elements before the first step: zeros where nothing is known yet."""
    name = body.names.fresh(f"{step.members[k]}_so_far")
    out, stop = step.outputs[k], body.size(step.stop)
    if at.given:
        start = body.size(step.start)
        first = f"{at.given[k]}[..., :{start}]"
        body.line(f"{name} = torch.nn.functional.pad({first}, (0, {stop} - {start}))", v.span)
    else:
        body.line(f"{name} = {_zeros(body, out, step.stop)}", v.span)
    return name


@dataclass(frozen=True, slots=True)
class _Sums:
    """Weighted sums of a member's elements so far, for all steps.

    Attributes:
        weights: list of the weights of one element in all sums.
    """

    name: str
    elements: str
    weights: str

    def plus(self, t: str) -> str:
        """The statement that adds an element."""
        element = f"{self.elements}[{t}].unsqueeze(-1)"
        return f"{self.name} = torch.addcmul({self.name}, {element}, {self.weights}[{t}])"


def _first_sums(
    body: Body, step: Step, lists: Sequence[str], at: _Operands, v: Value
) -> list[_Sums]:
    """Lines of the sums before the first step."""
    found = []
    for (k, p), weights in zip(step.sums, at.weights, strict=True):
        name = body.names.fresh(f"{step.members[k]}_sums")
        by = body.names.fresh(f"{weights}_by" if weights.isidentifier() else "weights_by")
        sums = _Sums(name, lists[k], by)
        body.line(f"{by} = {weights}.mT.contiguous().unbind(-2)", v.span)
        if at.given and step.start == 1:
            body.line(f"{name} = {lists[k]}[0].unsqueeze(-1) * {by}[0]", v.span)
        else:
            body.line(f"{name} = {_zeros(body, p, step.stop)}", v.span)
        if at.given and step.start != 1:
            t = body.names.fresh("t")
            body.line(f"for {t} in range({body.size(step.start)}):", v.span)
            body.line(f"    {sums.plus(t)}", v.span)
        found.append(sums)
    return found


def _zeros(body: Body, one: Value, stop: Size) -> str:
    """Zeros in the shape of one element, for every step."""
    shape = tuple_text([*(body.size(n) for n in one.shape), body.size(stop)])
    return f"torch.zeros({shape}, dtype={TORCH[one.dtype]})"


def _nothing(body: Body, step: Step, v: Value) -> dict[int, str]:
    """By placeholder, what is read in the place of elements before the first."""
    found: dict[int, str] = {}
    for e in (e for e in step.previous if e.open):
        name = body.names.fresh("nothing")
        shape = tuple_text([body.size(n) for n in e.value.shape])
        body.line(f"{name} = torch.zeros({shape}, dtype={TORCH[e.value.dtype]})", v.span)
        found[e.value.id] = name
    return found


def _open_reads(
    inner: Body,
    step: Step,
    lists: Sequence[str],
    t: str,
    known: Mapping[int, str],
    nothing: Mapping[int, str],
) -> None:
    for e in (e for e in step.previous if e.open):
        name, lag, none = known[e.value.id], inner.size(e.lag), nothing[e.value.id]
        inner.line(f"{name} = {lists[e.member]}[{t} - {lag}] if {t} >= {lag} else {none}")


def _known(step: Step, at: _Operands, t: str) -> dict[int, str]:
    """Texts of the operands in a step."""
    known = {p.id: f"{x}[{t}]" for p, x in zip(step.slices, at.slices, strict=True)}
    return known | {p.id: x for p, x in zip(step.fixed, at.fixed, strict=True)}


def _read_sums(step: Step, sums: Sequence[str], t: str) -> dict[int, str]:
    return {p.id: f"{name}[..., {t}]" for (_, p), name in zip(step.sums, sums, strict=True)}


def _earlier(body: Body, step: Step, lists: Sequence[str], t: str) -> dict[int, str]:
    """Texts of earlier elements; those that may not exist get a line of their own."""
    return {
        e.value.id: body.names.fresh(f"{step.members[e.member]}_before")
        if e.open
        else f"{lists[e.member]}[{_back(body, t, e.lag)}]"
        for e in step.previous
    }


def _back(body: Body, t: str, lag: Size) -> str:
    return f"{t} - {body.size(lag)}"


# --- reverse mode --------------------------------------------------------------------------------


def print_backward(body: Body, loop: Loop, v: Value) -> Mapping[int, str]:
    """Lines of a scan's reverse mode; returns the names of the adjoints, by operand.

    Args:
        loop: what the scan itself left behind.
    """
    back = v.attrs[0]
    assert isinstance(back, Backward)
    step = back.forward
    n = len(back.seeded)
    adjoints, inputs = v.inputs[1 : 1 + n], v.inputs[1 + n :]
    at = _operands(body, step, inputs)
    start, stop = body.size(step.start), body.size(step.stop)
    t = body.names.fresh("t")
    live = back_to(step) | set(back.seeded)
    ds = _adjoint_lists(body, step, loop, live, dict(zip(back.seeded, adjoints, strict=True)))
    read = dict.fromkeys([step.history[i][0] for i, _ in back.history])
    read |= dict.fromkeys([step.sums[i][0] for i, _ in back.sums])
    d_whole = {k: body.names.fresh("d_so_far") for k in read}
    for k, name in d_whole.items():
        body.line(f"{name} = {_zeros(body, step.outputs[k], step.stop)}")
    rows = {i: body.names.fresh("weights_at") for i, _ in back.sums}
    for i, name in rows.items():
        body.line(f"{name} = {at.weights[i]}.unbind(-2)")
    d_sums = {i: body.names.fresh("d_sums") for i in back.weights}
    for i, name in d_sums.items():
        body.line(f"{name} = [torch.zeros_like(x) for x in {loop.lists[step.sums[i][0]]}]")
    d_slices = {i: body.names.fresh("d_slices") for i, _ in back.slices}
    d_fixed = {i: body.names.fresh("d_fixed") for i, _ in back.fixed}
    for i, name in d_slices.items():
        body.line(f"{name} = list(torch.zeros_like({at.sequences[i]}).unbind(-1))")
    for i, name in d_fixed.items():
        body.line(f"{name} = torch.zeros_like({at.fixed[i]})")
    known = _known(step, at, t) | {p.id: loop.whole[k] for k, p in step.history}
    known |= _read_sums(step, loop.sums, t)
    known |= _earlier(body, step, loop.lists, t)
    # with the batch, which its adjoint has
    nothing = {e.value.id: f"torch.zeros_like({loop.lists[e.member]}[{t}])" for e in step.previous}
    for k, out in enumerate(step.outputs):  # computed already
        if out.op != "step" and not out.host:
            known[out.id] = f"{loop.lists[k]}[{t}]"
    body.line(f"for {t} in reversed(range({start}, {stop})):")
    seeds = [body.names.fresh(f"d_{name}") for name in step.members]
    known |= {p.id: name for p, name in zip(back.seeds, seeds, strict=True)}
    everything = flows(back)
    used = _uses(everything, known)
    inner = body.inside(known, used)
    _open_reads(inner, step, loop.lists, t, known, nothing)
    for k, (seed, d) in enumerate(zip(seeds, ds, strict=True)):
        if not used[back.seeds[k].id]:
            continue  # nothing flows from it
        later = f" + {d_whole[k]}[..., {t}]" if k in d_whole else ""
        inner.line(f"{seed} = {d}[{t}]{later}")
    inner.add(_walk(everything, known))
    for i, flow in back.previous:
        e = step.previous[i]
        place = f"{ds[e.member]}[{_back(inner, t, e.lag)}]"
        when = f"if {t} >= {inner.size(e.lag)}: " if e.open else ""
        inner.line(f"{when}{place} = {place} + {inner.text(flow)}")
    for i, flow in back.history:
        name = d_whole[step.history[i][0]]
        inner.line(f"{name} = {name} + {inner.text(flow)}")
    for i, flow in back.sums:
        name = d_whole[step.sums[i][0]]
        text = inner.text(flow, Level.ATOM)
        inner.line(f"{name} = torch.addcmul({name}, {text}.unsqueeze(-1), {rows[i]}[{t}])")
        if i in d_sums:
            inner.line(f"{d_sums[i]}[{t}] = {inner.text(flow)}")
    for i, flow in back.slices:
        inner.line(f"{d_slices[i]}[{t}] = {inner.text(flow)}")
    for i, flow in back.fixed:
        inner.line(f"{d_fixed[i]} = {d_fixed[i]} + {inner.text(flow)}")
    body.take(inner, v.span)
    names: dict[int, str] = {}
    for k in (k for k in range(step.given) if inputs[k].batched):
        names[k] = _d_given(body, step, k, (ds[k], d_whole.get(k)), at.given[k])
    for i, name in d_slices.items():
        names[step.given + i] = _stacked(body, "d_slice", name)
    for i, name in d_sums.items():
        names[step.before_sums + i] = _stacked(body, "d_sum", name)
    for i, name in d_fixed.items():
        names[step.before_fixed + i] = name
    return names


def _adjoint_lists(
    body: Body, step: Step, loop: Loop, live: set[int], seeded: Mapping[int, Value]
) -> list[str]:
    """Lists of the adjoints of each member's elements, to be added to; none where all are 0."""
    found = []
    for k, member in enumerate(step.members):
        if k not in live:
            found.append("")
            continue
        name = body.names.fresh(f"d_{member}_at")
        if k in seeded:
            body.line(f"{name} = list({body.plain(seeded[k])}.unbind(-1))")
        else:
            body.line(f"{name} = [torch.zeros_like(x) for x in {loop.lists[k]}]")
        found.append(name)
    return found


def _d_given(body: Body, step: Step, k: int, d: tuple[str, str | None], given: str) -> str:
    """The adjoint of a member's first elements: nothing flows to those that are not used."""
    start = body.size(step.start)
    name = body.names.fresh(f"d_{step.members[k]}_given")
    first = f"torch.stack(torch.broadcast_tensors(*{d[0]}[:{start}]), -1)"
    if d[1] is not None:
        first = f"{first} + {d[1]}[..., :{start}]"
    rest = f"{given}.shape[-1] - {start}"
    body.line(f"{name} = torch.nn.functional.pad({first}, (0, {rest}))")
    return name


def _operands(body: Body, step: Step, inputs: Sequence[Value]) -> _Operands:
    names = [body.plain(x) for x in inputs]
    sequences = names[step.given : step.before_sums]
    weights = names[step.before_sums : step.before_fixed]
    slices = []
    for name in sequences:
        at = body.names.fresh(f"{name}_at" if name.isidentifier() else "slices")
        body.line(f"{at} = {name}.unbind(-1)")
        slices.append(at)
    given, fixed = names[: step.given], names[step.before_fixed :]
    return _Operands(given, sequences, slices, weights, fixed)


def _stacked(body: Body, stem: str, parts: str) -> str:
    name = body.names.fresh(stem)
    body.line(f"{name} = torch.stack(torch.broadcast_tensors(*{parts}), -1)")
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
