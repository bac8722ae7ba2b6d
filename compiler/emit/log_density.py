"""``log_density`` and ``log_terms``: the joint density as people read it, in model space."""

from ..graph import ModelGraph, Node, Partly
from ..printer import Function
from ..target import Value
from .environment import given_too
from .joint import score
from .patches import dtype_of
from .scope import Scope


def log_density(inner: Scope, graph: ModelGraph) -> list[Function]:
    """Both functions: the terms, and their sum.

    Args:
        inner: where every variable has its value, by `from_values`.
    """
    b = inner.builder
    j = score(inner, graph, inline=False)
    call = "sum(log_terms(values, bound).values())"
    total = b.input("total", (), batched=True, source=call) if j.terms else b.const(0.0)
    return [
        Function(
            "log_terms",
            ("values", "bound"),
            "Log density (nats) of each statement, in model space.\n\n"
            "values: name -> (*batch, *dimensions) for every latent variable; returns\n"
            "name -> (*batch,).",
            {t.node.name: t.total for t in j.terms},
        ),
        Function(
            "log_density",
            ("values", "bound"),
            "Joint log density (nats) in model space, without any Jacobian: (*batch,).",
            total,
        ),
    ]


def from_values(scope: Scope, node: Node) -> Value:
    """A latent variable read from the ``values`` argument, whole families included."""
    b = scope.builder
    in_part = isinstance(node.role, Partly) and node.role.observed is not None
    value = b.input(
        f"{node.name}_passed" if in_part else node.name,
        scope.shape(node.type.event),
        batched=True,
        dtype=dtype_of(node),
        source=f"values[{node.name!r}]",
    )
    return given_too(scope, node, value)  # whatever was passed
