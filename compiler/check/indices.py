"""Which dimension a family in clauses has, where only the rest of the model tells.

``z[first]`` and ``z[t in first + 1..last]`` name none. But ``y[t in time] ~ Normal(mu[z[t]], 1)``
does, and so does a clause that reads ``x[t]``, if ``x`` is data over ``time``. Data have theirs.
"""

from collections.abc import Iterable, Iterator, Mapping

from ...grammar import tree

_Slot = tuple[str, int]
_Bound = Mapping[str, str | _Slot]  # what is known of an index: its dimension, or whose it is


def indexed_by(
    statements: Iterable[tree.Statement], dims: Iterable[str]
) -> dict[_Slot, frozenset[str]]:
    """By name and slot: the dimensions of the indices that stand there."""
    known = {*dims}
    declared: dict[_Slot, str] = {}
    pointing: dict[str, str | _Slot] = {}
    kept = list(statements)
    for s in kept:
        if isinstance(s, tree.Data):
            for item in s.items:
                declared.update({(item.name.id, i): d.id for i, d in enumerate(item.dims)})
                if s.type.name.id in known:
                    pointing[item.name.id] = s.type.name.id
    found = {place: {dim} for place, dim in declared.items()}
    alike: dict[_Slot, set[_Slot]] = {}  # slots in which one index stands
    for s in kept:
        for place, what in _places(s, known, pointing):
            if isinstance(what, str):
                found.setdefault(place, set()).add(what)
            elif what != place:
                alike.setdefault(place, set()).add(what)
                alike.setdefault(what, set()).add(place)
    found.update({place: seen for place in alike if (seen := _handed_on(place, found, alike))})
    found.update({place: {dim} for place, dim in declared.items()})
    return {place: frozenset(seen & known) for place, seen in found.items()}


def _handed_on(
    place: _Slot, found: Mapping[_Slot, set[str]], alike: Mapping[_Slot, set[_Slot]]
) -> set[str]:
    """What is known of a slot, else of the nearest ones that have its index."""
    seen, here = {place}, {place}
    while here:
        dims = {d for p in here for d in found.get(p, ())}
        if dims:
            return dims
        here = {n for p in here for n in alike.get(p, ())} - seen
        seen |= here
    return set()


def slots_of(e: tree.Expr, index: str) -> Iterator[_Slot]:
    """The slots of an expression in which an index stands: by what is indexed, and which slot."""
    return (place for place, _ in _inside(e, {index: ""}))


def _places(
    s: tree.Statement, dims: set[str], pointing: _Bound
) -> Iterator[tuple[_Slot, str | _Slot]]:
    """Every slot in which an index stands, with what is known of the index.

    Args:
        pointing: index data, with the dimensions that they point into.
    """
    if not isinstance(s, tree.Sample | tree.Define | tree.Factor | tree.Param):
        return
    bound: dict[str, str | _Slot] = dict(pointing)
    name = s.target.name.id
    for i, slot in enumerate(s.target.slots):
        if isinstance(slot, tree.Binder):
            dim = _dim(slot)
            bound[slot.var.id] = (name, i) if dim is None else dim
            if dim is not None:
                yield (name, i), dim
        elif isinstance(slot, tree.Name) and slot.id in dims:
            yield (name, i), slot.id
    match s:
        case tree.Sample(dist=e) | tree.Define(expr=e) | tree.Factor(expr=e):
            yield from _inside(e, bound)
        case _:
            pass


def _dim(b: tree.Binder) -> str | None:
    match b.domain:
        case tree.Name(id=dim) | tree.Range(of=tree.Name(id=dim)):
            return dim
        case _:
            return None


def _inside(e: tree.Node, bound: _Bound) -> Iterator[tuple[_Slot, str | _Slot]]:
    todo: list[tuple[tree.Node, _Bound]] = [(e, bound)]
    while todo:
        e, bound = todo.pop()
        match e:
            case tree.Index():
                base, slots = _flat(e)
                for i, s in enumerate(slots):
                    if isinstance(base, tree.Name) and (at := _index(s, bound)) is not None:
                        yield (base.id, i), at
                todo += [(s, bound) for s in (base, *slots)]
            case tree.Reduce(binders=binders) | tree.Mixture(binders=binders):
                inner = dict(bound)
                for b in binders:
                    dim = _dim(b)
                    if dim is not None:
                        inner[b.var.id] = dim
                    else:
                        inner.pop(b.var.id, None)
                parts = (e.body,) if isinstance(e, tree.Reduce) else (e.weight, e.dist)
                todo += [(p, inner) for p in parts]
            case _:
                todo += [(p, bound) for p in _children(e)]


def _flat(e: tree.Expr) -> tuple[tree.Expr, list[tree.Expr | tree.Whole]]:
    """``x[i][t]`` as ``x`` and its slots."""
    slots: list[tree.Expr | tree.Whole] = []
    while isinstance(e, tree.Index):
        slots, e = [*e.slots, *slots], e.base
    return e, slots


def _index(slot: tree.Node, bound: _Bound) -> str | _Slot | None:
    """What is known of ``t`` in ``t`` and ``t - 1``, and of ``day_of`` in ``day_of[i]``."""
    match slot:
        case tree.Index(base=tree.Name(id=name)) if isinstance(bound.get(name), str):
            return bound[name]
        case tree.Name(id=name) | tree.Binary(op="+" | "-", left=tree.Name(id=name)):
            return bound.get(name)
        case _:
            return None


def _children(e: tree.Node) -> tuple[tree.Node, ...]:
    match e:
        case tree.Call(args=args, named=named):
            return (*args, *(v for _, v in named))
        case tree.Distribution(call=call, support=support):
            return (
                call,
                *((support.low, support.high) if isinstance(support, tree.Interval) else ()),
            )
        case tree.Unary(operand=a):
            return (a,)
        case tree.Binary(left=a, right=b):
            return (a, b)
        case tree.Conditional(condition=c, yes=a, no=b):
            return (c, a, b)
        case tree.Array(items=items):
            return items
        case _:
            return ()
