"""A statement about a part of a family, as one about the whole of it."""

from dataclasses import replace

from ..graph import Node
from ..recurrence import number_of
from ..substitute import in_role
from ..typed import Apply, Expr, IndexValue, IndexVar, OverDim, OverRange, Type
from ..types import Kind


def over_all(node: Node) -> tuple[Node, Expr | None]:
    """The node with plates over whole dimensions, and where its statement is about them; None if
    that is everywhere."""
    new: dict[int, IndexVar] = {}
    tests: list[Expr] = []
    for p in node.plates:
        if isinstance(p.domain, OverRange) and p.dim is not None:
            new[p.id] = replace(p, domain=OverDim(p.dim))
            here = number_of(new[p.id], p.span)
            tests.append(_compared("ge", here, p.domain.first))
            tests.append(_compared("le", here, p.domain.last))
    if not new:
        return node, None
    inside = tests[0]
    for test in tests[1:]:
        inside = _compared("and", inside, test)

    def change(e: Expr) -> Expr:
        axes = tuple(new.get(v.id, v) for v in e.type.axes)
        if isinstance(e, IndexValue):
            e = replace(e, var=new.get(e.var.id, e.var))
        return replace(e, type=replace(e.type, axes=axes))

    plates = tuple(new.get(p.id, p) for p in node.plates)
    along = None if node.along is None else new.get(node.along.id, node.along)
    across = None if node.across is None else new.get(node.across.id, node.across)
    role = in_role(node.role, change)
    return replace(node, plates=plates, along=along, across=across, role=role), inside


def _compared(fn: str, a: Expr, b: Expr) -> Apply:
    axes = tuple(sorted({*a.type.axes, *b.type.axes}, key=lambda v: v.id))
    return Apply(fn, (a, b), type=Type(Kind.BOOL, axes), span=a.span)
