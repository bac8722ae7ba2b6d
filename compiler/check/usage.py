"""Warnings about what is declared and never used."""

from collections.abc import Iterable

from .. import complaints, typed
from .context import Context, Nature


def unused(ctx: Context, guides: Iterable[typed.Guide]) -> None:
    """Warn about dimensions, data, params, networks and functions that nothing refers to.

    Data that only give a dimension its length (``dim time = 1..T``) are used.
    """
    for dim in ctx.dims.values():
        if dim.name not in ctx.used_dims:
            ctx.complain(complaints.unused_dimension(dim.span, dim.name))
    for network in ctx.networks:  # first: of its weights there is nothing more to say
        if network.span not in ctx.used:
            ctx.complain(complaints.unused_network(network.span, network.name))
    for function in ctx.functions.values():
        if function.name.span not in ctx.used:
            ctx.complain(complaints.unused_function(function.name.span, function.name.id))
    for symbol in ctx.values.values():
        if symbol is None or symbol.span in ctx.used or symbol.name in ctx.supplied:
            continue
        if symbol.nature is Nature.DATA:
            ctx.complain(complaints.unused_data(symbol.span, symbol.name))
        elif symbol.nature is Nature.PARAM:
            ctx.complain(complaints.unused_param(symbol.span, symbol.name, "the model"))
    for guide in guides:
        for p in guide.params:
            if p.name_span not in ctx.used:
                where = f"guide `{guide.name}`"
                ctx.complain(complaints.unused_param(p.name_span, p.name, where))
