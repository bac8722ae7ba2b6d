"""Rows of arithmetic, comparisons and logic, number by number."""

import math
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..op import Level, Op, Spelling, call, infix, method, times
from ..value import DType, Value

if TYPE_CHECKING:
    from ..builder import Builder


def _through(b: "Builder", g: Value, *_: Value) -> Value:
    return g


def _against(b: "Builder", g: Value, *_: Value) -> Value:
    return b.apply("neg", g)


def _mul_0(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.apply("mul", g, q)


def _mul_1(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.apply("mul", g, p)


def _div_0(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.apply("div", g, q) if q.batched else b.apply("mul", g, b.apply("reciprocal", q))


def _div_1(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.apply("neg", b.apply("div", b.apply("mul", g, y), q))


def _pow_0(b: "Builder", g: Value, y: Value, x: Value, n: Value) -> Value:
    slope = b.apply("mul", n, b.apply("pow", x, b.apply("sub", n, 1.0)))
    if n.literal is None:  # 0 * 0^-1: a constant has no slope
        slope = b.where(b.apply("eq", n, 0.0), 0.0, slope)
    return b.apply("mul", g, slope)


def _pow_1(b: "Builder", g: Value, y: Value, x: Value, n: Value) -> Value:
    slope = b.apply("mul", y, b.apply("log", x))
    if not (x.literal or 0.0) > 0.0:
        flat = b.apply("and", b.apply("eq", x, 0.0), b.apply("ge", n, 0.0))
        slope = b.where(flat, 0.0, slope)
    return b.apply("mul", g, slope)


def _max_0(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.where(b.apply("ge", p, q), g, 0.0)


def _max_1(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.where(b.apply("ge", p, q), 0.0, g)


def _min_0(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.where(b.apply("le", p, q), g, 0.0)


def _min_1(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.where(b.apply("le", p, q), 0.0, g)


def _mod_1(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.apply("neg", b.apply("mul", g, b.apply("floor", b.apply("div", p, q))))


def _where_1(b: "Builder", g: Value, y: Value, c: Value, p: Value, q: Value) -> Value:
    return b.where(c, g, 0.0)


def _where_2(b: "Builder", g: Value, y: Value, c: Value, p: Value, q: Value) -> Value:
    return b.where(c, 0.0, g)


def _atan2_0(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.apply("div", b.apply("mul", g, q), _radius(b, p, q))


def _atan2_1(b: "Builder", g: Value, y: Value, p: Value, q: Value) -> Value:
    return b.apply("neg", b.apply("div", b.apply("mul", g, p), _radius(b, p, q)))


def _radius(b: "Builder", p: Value, q: Value) -> Value:
    return b.apply("add", b.apply("square", p), b.apply("square", q))


ARITHMETIC: Mapping[str, Op] = {
    "add": Op(infix("+", Level.SUM), (_through, _through), operator.add, whole=True, python=True),
    "sub": Op(infix("-", Level.SUM), (_through, _against), operator.sub, whole=True, python=True),
    "mul": Op(infix("*", Level.PRODUCT), (_mul_0, _mul_1), operator.mul, whole=True, python=True),
    "div": Op(infix("/", Level.PRODUCT), (_div_0, _div_1), operator.truediv, python=True),
    "neg": Op(
        Spelling("-{0}", Level.SIGN, (Level.SIGN,)),
        (_against,),
        operator.neg,
        whole=True,
        python=True,
    ),
    "pow": Op(
        Spelling("{0} ** {1}", Level.SIGN, (Level.ATOM, Level.ATOM)),
        (_pow_0, _pow_1),
        math.pow,
    ),
    "square": Op(
        Spelling("{0} * {0}", Level.PRODUCT, (Level.ATOM,), twice=(0,)),
        (times(lambda b, y, x: b.apply("mul", 2.0, x)),),
        lambda x: x * x,
        whole=True,
        python=True,
    ),
    "reciprocal": Op(
        method("reciprocal"),
        (times(lambda b, y, x: b.apply("neg", b.apply("square", y))),),
        lambda x: 1.0 / x,
        tensors=True,
    ),
    "mod": Op(
        call("torch.remainder", "{0}", "{1}"), (_through, _mod_1), operator.mod, tensors=True
    ),
    "maximum": Op(
        call("torch.maximum", "{0}", "{1}"), (_max_0, _max_1), max, whole=True, tensors=True
    ),
    "minimum": Op(
        call("torch.minimum", "{0}", "{1}"), (_min_0, _min_1), min, whole=True, tensors=True
    ),
    "where": Op(call("torch.where", "{0}", "{1}", "{2}"), (None, _where_1, _where_2), whole=True),
    "atan2": Op(call("torch.atan2", "{0}", "{1}"), (_atan2_0, _atan2_1), math.atan2, tensors=True),
}

_COMPARISONS: Mapping[str, tuple[str, Callable[[float, float], bool]]] = {
    "lt": ("<", operator.lt),
    "le": ("<=", operator.le),
    "gt": (">", operator.gt),
    "ge": (">=", operator.ge),
    "eq": ("==", operator.eq),
    "ne": ("!=", operator.ne),
}

LOGIC: Mapping[str, Op] = {
    **{
        name: Op(
            Spelling(f"{{0}} {symbol} {{1}}", Level.COMPARE, (Level.OR, Level.OR)),
            (None, None),
            fold,
            DType.BOOL,
            whole=True,
            python=True,
        )
        for name, (symbol, fold) in _COMPARISONS.items()
    },
    "and": Op(infix("&", Level.AND), (None, None), lambda p, q: p and q, DType.BOOL, python=True),
    "or": Op(infix("|", Level.OR), (None, None), lambda p, q: p or q, DType.BOOL, python=True),
    "not": Op(Spelling("~{0}", Level.SIGN, (Level.SIGN,)), (None,), operator.not_, DType.BOOL),
    "isnan": Op(method("isnan"), (None,), math.isnan, DType.BOOL, tensors=True),
}
