"""Calls of networks that come from outside: one operation, with a derivative of its own."""

from ..target import Value
from ..typed import Neural
from .align import align, union
from .scope import Laid, Scope


def supplied(scope: Scope, e: Neural) -> Laid:
    """What a module gives, over the axes that its arguments have together."""
    b = scope.builder
    laids = [scope.lower(a) for a in e.args]
    axes = union(laids)
    args = [
        b.to_rank(align(scope, laid, axes, len(laid.event)), len(axes) + len(laid.event))
        for laid in laids
    ]
    shape = (*(scope.var_size(v) for v in axes), *scope.shape(e.type.event))
    operands = (_module(scope, e.network), scope.lower(e.weights).value, *args)
    value = b.make("network", operands, (len(axes), *shape), shape=shape)
    return Laid(value, axes, e.type.event)


def _module(scope: Scope, key: str) -> Value:
    """The module itself, which `bind` is given beside the data."""
    return scope.builder.input(f"{key}_network", (), batched=False, source=f"data[{f'{key}()'!r}]")
