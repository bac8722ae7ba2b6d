"""Turns generated text into functions whose failures point back into the model."""

import hashlib
import linecache
import sys
from collections.abc import Callable, Mapping
from types import ModuleType, TracebackType
from typing import Any

from ..compiler.artefact import Module
from ..compiler.graph import Free, Latent, ModelGraph, Partly, Summed
from ..grammar.diagnostic import Diagnostic, Rejected
from ..grammar.source import Source, Span
from . import complaints
from .complaints.command import no_memory
from .complaints.query import value_lacking
from .memory import lacks_memory


def load(module: Module, source: Source) -> Mapping[str, Callable[..., Any]]:
    """Execute generated text once and return its functions by name.

    The text is the emitter's own: nothing of a model reaches it unescaped. Its file name contains
    the hash of the text, so that two versions of one model never share a line cache entry.
    """
    digest = hashlib.sha256(module.text.encode()).hexdigest()[:12]
    filename = f"<generated from {source.name} {digest}>"
    lines = module.text.splitlines(keepends=True)
    linecache.cache[filename] = (len(module.text), None, lines, filename)
    made = ModuleType(f"nacre_generated_{digest}")
    scope = vars(made)
    exec(compile(module.text, filename, "exec"), scope)
    if "ode" in scope:  # what `torch.compile` makes of a solution finds its functions by name
        sys.modules[made.__name__] = made
    return {name: scope[name] for name in module.functions}


def origin(error: BaseException, module: Module) -> Span | None:
    """Where in the model a failure of generated code comes from, if it can be told."""
    found: Span | None = None
    tb: TracebackType | None = error.__traceback__
    while tb is not None:
        if tb.tb_frame.f_code.co_filename.startswith("<generated from "):
            line = tb.tb_lineno - 1
            if line < len(module.origins):  # functions that the module defines come from nowhere
                found = module.origins[line] or found
        tb = tb.tb_next
    return found


def as_rejection(error: Exception, module: Module, source: Source) -> Rejected:
    """A failure inside generated code as a complaint about a statement of the model."""
    if lacks_memory(error):
        return Rejected([no_memory()])
    complaint: Diagnostic = complaints.failed_at_run_time(origin(error, module), str(error))
    return Rejected([complaint], source)


def incomplete(graph: ModelGraph, values: Mapping[str, object]) -> Rejected:
    """Values of which generated code finds one lacking, as a complaint about each that is."""
    drawn = Latent | Partly | Summed | Free
    wanted = [n for n in graph.nodes.values() if isinstance(n.role, drawn)]
    names = [n.name for n in wanted]
    unknown = [n for n in values if n not in graph.nodes]
    lacking = [n for n in wanted if n.name not in values]
    return Rejected([value_lacking(n, names, unknown) for n in lacking], graph.source)
