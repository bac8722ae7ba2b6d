"""All functions of a model in one standalone module."""

from collections.abc import Mapping, Sequence

from ...grammar.frozen import frozen
from ..artefact import Module
from ..graph import ModelGraph
from ..layout import Layout
from ..printer import Function, leaves, print_module
from ..target import Builder, walk
from ..target.solution import fields_in
from .blocks import free_nodes, lay_out
from .eliminate import summed_nodes
from .environment import environment
from .expression import lower
from .guide import Emitted, emit_guide
from .log_density import from_values, log_density
from .scope import Scope
from .simulate import complete, simulate
from .solution import field_functions
from .starts import param_start, starting_params
from .states import drawn_states, functions_of_states, most_probable_states
from .vector import vector_functions


@frozen
class Emission:
    """Generated code with the facts that its caller needs.

    Attributes:
        layout: of the unconstrained vector of ``log_density_and_gradient``.
        guides: the emitted guides by name.
        drawn: latent variables that are drawn forward by ``complete`` instead of inferred.
    """

    module: Module
    layout: Layout
    guides: Mapping[str, Emitted]
    drawn: tuple[str, ...]


@frozen
class Request:
    """What to emit.

    Attributes:
        whole: every variable: what ``log_density``, ``simulate`` and ``complete`` are about.
        inferred: what is left of it for inference; the same graph when nothing was pruned.
        forward: what ``complete`` computes: ``inferred`` and what follows from it.
        drawn: latent variables of ``forward`` that are drawn, not inferred.
        guides: names of the guides to emit.
        can_simulate: whether every random variable has a sampler.
    """

    whole: ModelGraph
    inferred: ModelGraph
    forward: ModelGraph
    drawn: tuple[str, ...] = ()
    guides: Sequence[str] = ()
    can_simulate: bool = True
    has_gradient: bool = True


def emit(request: Request, header: str) -> Emission:
    """Generate the module."""
    builder = Builder()
    scope = Scope(builder, request.whole.dims, {}, lower)
    layout = lay_out(scope, free_nodes(request.inferred), "position")
    guides = {
        name: emit_guide(scope, request.whole, request.inferred, request.whole.guides[name])
        for name in request.guides
    }
    given = environment(scope, request.whole, from_values)
    functions: list[Function] = [*log_density(given, request.whole)]
    if request.has_gradient:
        functions += vector_functions(scope, request.inferred, layout)
        functions += param_start(scope, request.inferred, layout)
    functions += starting_params(scope, request.whole)
    if request.can_simulate:
        functions.append(simulate(scope, request.whole))
    summed = summed_nodes(request.inferred)
    drawn = frozenset(request.drawn)
    states = drawn_states(scope, request.inferred) if summed else {}
    same = request.forward is request.whole and not drawn and not summed
    known = given if same else None
    functions.append(complete(scope, request.forward, drawn, states, known=known))
    if summed:
        best = most_probable_states(scope, request.inferred)
        functions.append(complete(scope, request.forward, drawn, best, "complete_most_probable"))
        functions += functions_of_states(scope, request.inferred)
    functions += [f for guide in guides.values() for f in guide.functions]
    functions.append(_lengths(scope, layout, guides))
    if builder.solves:
        every = walk(v for f in functions for v in leaves(f.outputs))
        functions += field_functions(fields_in(every))
    module = print_module(header, functions=functions, builder=builder)
    return Emission(module, layout, guides, request.drawn)


def _lengths(scope: Scope, layout: Layout, guides: Mapping[str, Emitted]) -> Function:
    """Lengths of the flat vectors, which depend on the data."""
    number = scope.builder.size_index
    lengths = {"position": number(layout.length)}
    for guide in guides.values():
        lengths[f"{guide.prefix} params"] = number(guide.layout.length)
        lengths[f"{guide.prefix} normals"] = number(guide.n_normal)
        lengths[f"{guide.prefix} uniforms"] = number(guide.n_uniform)
    return Function("lengths", ("bound",), "Lengths of the flat vectors.", lengths)
