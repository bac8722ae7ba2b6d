"""Words in slots that are labels: ``effect[drug]``."""

from collections.abc import Mapping

from ...grammar import tree
from .. import typed
from .context import Context
from .dependencies import IsLabel
from .sources import Sources


def labels_in_slots(ctx: Context, sources: Mapping[str, Sources]) -> IsLabel:
    """Whether a word in a slot of a family is a label of the dimension of that slot."""
    shapes: dict[str, list[str]] = {}
    for name, s in sources.items():
        for statement in s.all():
            shapes.setdefault(name, [_dim(slot) for slot in statement.target.slots])
        if s.ode is not None and s.derivative is not None:
            slots = (*s.ode.time.slots, *s.derivative.target.slots)
            shapes[name] = [_dim(slot) for slot in slots]

    def is_label(name: str, slot: int, word: str) -> bool:
        symbol = ctx.values.get(name)
        dims = [str(e) for e in symbol.type.event] if symbol else shapes.get(name, [])
        dim = ctx.dims.get(dims[slot]) if slot < len(dims) else None
        return dim is not None and isinstance(dim.labels, typed.Names) and word in dim.labels.labels

    return is_label


def _dim(slot: tree.Binder | tree.Expr) -> str:
    match slot:
        case tree.Binder(domain=tree.Name(id=dim)) | tree.Name(id=dim):
            return dim
        case _:
            return ""
