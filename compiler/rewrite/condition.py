"""``condition``: p(. | x = v).

With ``L`` the joint log density of the model, conditioning on ``x = v`` gives::

    L'(rest) = L(rest, x = v)

The value is given, the term of ``x`` stays and its parents keep their edges, so that they learn
from it. ``x`` stops being free, and everything that reads it reads ``v``.

Evidence is about the world that the graph describes: where ``do`` was applied, about the
intervened world. On a variable that was itself intervened on, evidence goes to its natural half,
whether it comes before or after (`do`).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from ...grammar.diagnostic import Diagnostic, Rejected
from ..evidence import freed, observed
from ..graph import (
    Derived,
    Free,
    Given,
    Input,
    Latent,
    ModelGraph,
    Node,
    Observed,
    Partly,
)
from ..query import Target, fixed_half
from ..typed import OverDim
from . import complaints
from .locate import locate, variables


def condition(graph: ModelGraph, evidence: Mapping[Target, Given]) -> ModelGraph:
    """The graph of the posterior given this evidence.

    Evidence replaces earlier evidence on the same variable or element; on one element of a
    variable that is observed as a whole, it replaces that element alone.

    Raises:
        Rejected: Q601 to Q607.
    """
    nodes: dict[str, Node] = {}
    for found in locate(graph, evidence, _objection):
        node = nodes.get(found.node.name, found.node)
        match node.role:
            case Latent() | Observed() | Partly():
                role = observed(node.role, found.labels, found.given)
                nodes[node.name] = replace(node, role=role)
            case role:
                raise AssertionError(f"`{node.name}` ({type(role).__name__}) has no distribution")
    return graph.having(*nodes.values())


def uncondition(graph: ModelGraph, names: Collection[str]) -> ModelGraph:
    """The graph without the evidence on these variables, data of the model included.

    What was observed becomes latent: prior and posterior predictions draw it.

    Raises:
        Rejected: Q601, Q611, Q612.
    """
    named = variables(graph)
    refused = [c for n in names if (c := _not_removable(n, named)) is not None]
    for node in graph.nodes.values():
        read = [n for n in graph.starts_from(node) if n in names]
        refused += [complaints.start_needed(n, node.name, node.span) for n in read]
    if refused:
        raise Rejected(refused, graph.source)
    return graph.having(*(_without_evidence(graph.nodes[n]) for n in names))


def _without_evidence(node: Node) -> Node:
    match node.role:
        case Observed() | Partly():
            return replace(node, role=freed(node.role))
        case _:
            return node


def _objection(node: Node, target: Target) -> Diagnostic | None:
    match node.role:
        case Derived():
            return complaints.formula_conditioned(target.at, node.name, node.span)
        case Free():
            return complaints.parameter_conditioned(target.at, node.name, node.span)
        case Input():
            return complaints.input_conditioned(target.at, node.name, node.span)
        case _:
            return None


def _not_removable(name: str, named: Mapping[str, Node]) -> Diagnostic | None:
    if name not in named:
        return complaints.unknown_variable(None, name, named)
    node = named[name]
    match node.role:
        case Derived() | Free() | Input():
            return complaints.nothing_observed(name, node.span)
        case Observed() if _needs_its_values(node):
            return complaints.evidence_needed(name, node.span)
        case _:
            return None


def _needs_its_values(node: Node) -> bool:
    reads_itself = node.name in node.parents or fixed_half(node.name) in node.parents
    return reads_itself or not all(isinstance(p.domain, OverDim) for p in node.plates)
