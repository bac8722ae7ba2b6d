"""Whether two expressions are the same formula, whatever their indices are called."""

from .. import typed
from ..graph import children

_Plates = tuple[typed.IndexVar, ...]


def same_formula(a: typed.Expr, a_plates: _Plates, b: typed.Expr, b_plates: _Plates) -> bool:
    """Whether two formulas compute the same number at the same element of their plates.

    Reductions are compared by their text only as far as their variables have the same domains.
    """
    paired = dict(zip((v.id for v in a_plates), (v.id for v in b_plates), strict=False))
    stack = [(a, b)]
    while stack:
        x, y = stack.pop()
        if type(x) is not type(y) or not _same_head(x, y, paired):
            return False
        stack.extend(zip(children(x), children(y), strict=True))
    return True


def _same_head(x: typed.Expr, y: typed.Expr, paired: dict[int, int]) -> bool:
    """Whether two nodes agree but for their parts; variables of reductions are paired up."""
    if len(children(x)) != len(children(y)):
        return False
    match x, y:
        case typed.Const(value=v), typed.Const(value=w):
            return v == w
        case typed.Label(label=v), typed.Label(label=w):
            return v == w and x.type.dim == y.type.dim
        case typed.Var(name=v), typed.Var(name=w):
            return v == w
        case typed.IndexValue(var=v), typed.IndexValue(var=w):
            return paired.get(v.id, v.id) == w.id
        case typed.Apply(fn=v), typed.Apply(fn=w):
            return v == w
        case typed.ArrayCall(fn=v), typed.ArrayCall(fn=w):
            return v == w
        case typed.Density(fn=v), typed.Density(fn=w):
            same = (x.dist.family, x.dist.form) == (y.dist.family, y.dist.form)
            return v == w and same
        case typed.Element(slots=v), typed.Element(slots=w):
            return [type(s) for s in v] == [type(s) for s in w]
        case typed.Reduce(op=v, vars=vs), typed.Reduce(op=w, vars=ws):
            pairs = list(zip(vs, ws, strict=False))
            paired.update((i.id, j.id) for i, j in pairs)
            same = all(i.dim == j.dim and type(i.domain) is type(j.domain) for i, j in pairs)
            return v == w and len(vs) == len(ws) and same
        case _:
            return True
