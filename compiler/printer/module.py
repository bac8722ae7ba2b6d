"""The whole module: imports, helpers, ``bind`` for what data alone decide, and the functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from ..artefact import Module
from ..target import OPS, Builder, Value, walk
from ..target.rows.loops import LOOPS
from ..target.scan import inner_values
from .body import Body
from .function import Function, Outputs, leaves, replaced, walk_own
from .fuse import fused
from .lines import Lines, wrap
from .names import Names, identifier, literal
from .prelude import PRELUDE

BIND = ("data", "sizes", "labels", "dtype=torch.float64")
_BIND_TEXT = """What depends on data alone, computed once; every other function takes it as `bound`.

data: name -> tensor; sizes: dimension -> length; labels: dimension -> its labels."""
_EVERYWHERE = frozenset({"const", "size"})  # written where they are used
_FAMILIES = frozenset({"density", "sample"})  # their module is their first attribute
_WORD = re.compile(r"[^\W\d]\w*")
_CALLED = re.compile(r"\b([^\W\d]\w*+)\s*+[.(\[]")
_DTYPE = re.compile(r"\bdtype\b")
_CALL = re.compile(r"(?!torch\.)([a-z]\w*)\.\w+\(")  # a source that calls a module of ours


def print_module(
    header: str,
    functions: Sequence[Function],
    builder: Builder,
    *,
    imports: Sequence[str] = (),
    bind_args: Sequence[str] = BIND,
) -> Module:
    """A module with ``bind`` and the given functions.

    Args:
        header: docstring of the module.
        imports: further import lines that the sources of inputs need. A source that begins with
            ``module.function(`` imports ``nacre.runtime.dist.module`` by itself.
        bind_args: parameters of ``bind``; the text of hosts and inputs may use them.
    """
    for function in functions:
        if not function.name.isidentifier() or identifier(function.name) != function.name:
            raise AssertionError(f"`{function.name}` is no name for a function")
    plan = _Plan(builder, functions, bind_args)
    printed = [plan.print_function(part) for part in plan.parts]
    lines = Lines()
    lines.extend([*_preamble(header, imports, plan)])
    for block in (plan.print_bind(), *printed):
        lines.extend(["", ""])
        lines.take(block)
    return Module(
        "\n".join([*lines.texts, ""]),
        tuple(lines.spans),
        ("bind", *(f.name for f in functions)),
    )


def _preamble(header: str, imports: Sequence[str], plan: _Plan) -> Iterator[str]:
    yield from _docstring(header, "")
    yield ""
    yield "import torch"
    modules = [m if m == alias else f"{m} as {alias}" for m, alias in plan.modules.items()]
    if modules:
        line = f"from nacre.runtime.dist import {', '.join(modules)}"
        long_ = f"from nacre.runtime.dist import ({', '.join(modules)})"
        yield from [line] if len(line) < 100 else wrap(long_, "")
    if plan.runtime:
        yield f"from nacre.runtime import {', '.join(plan.runtime)}"
    yield from imports
    for name in plan.helpers:
        yield ""
        yield from PRELUDE[name].rstrip("\n").split("\n")


def _docstring(text: str, indent: str) -> list[str]:
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    first, *rest = safe.split("\n")
    if not rest:
        return [f'{indent}"""{first}"""']
    body = [f"{indent}{line}" if line else "" for line in rest]
    return [f'{indent}"""{first}', *body, f'{indent}"""']


@dataclass(frozen=True)
class _Part:
    """One function with its values in order; those of ``bind`` are among them.

    Attributes:
        read: values of ``bind`` that it reads.
        sources: Python text of its inputs that are not read from ``bind``.
        ops: operations of its values, and of the programs inside them.
        families: modules of the densities and draws among these.
    """

    function: Function
    order: Sequence[Value]
    read: Sequence[Value]
    sources: Sequence[str]
    ops: AbstractSet[str]
    families: AbstractSet[str]


class _Plan:
    """Divides all values between ``bind`` and the functions, and names what they share."""

    def __init__(
        self, builder: Builder, functions: Sequence[Function], bind_args: Sequence[str]
    ) -> None:
        self.builder = builder
        self.bind_args = tuple(bind_args)
        self.parts = [_part(builder, f) for f in functions]
        shared = {v.id: v for part in self.parts for v in part.read}
        self.shared = [shared[i] for i in sorted(shared)]
        hosted = [v for v in builder.hosts.values() if isinstance(v, Value)]
        self.bind_values = sorted(walk([*self.shared, *hosted]), key=lambda v: v.id)
        used = {v.op for v in _entered(self.bind_values)}
        used = used.union(*[part.ops for part in self.parts])
        helpers = {OPS[op].helper for op in used}
        self.helpers = [name for name in PRELUDE if name in helpers]
        self.modules = self._modules()
        self.runtime = [m for m, op in (("chains", "paths"), ("ode", "path")) if op in used]
        self.reserved = self._reserved()
        names = Names(self.reserved)
        self.bound = {
            v.id: names.fresh(v.name) if v.name else names.numbered("k") for v in self.shared
        }
        # host integers and dtype, as far as the functions mention them
        self.sizes: dict[str, None] = {}
        self.dtype = False

    # --- dividing -------------------------------------------------------------------------------

    def _reserved(self) -> set[str]:
        """Names that mean something else, in ``bind`` or in any function."""
        hosts = self.builder.hosts
        texts = [t for t in hosts.values() if isinstance(t, str)]
        texts += [str(v.attrs[1]) for v in self.bind_values if v.op == "input"]
        for part in self.parts:
            texts += part.sources
        called = _CALLED.findall(_apart(dict.fromkeys(texts)))
        return {
            *(a for part in self.parts for a in part.function.args),
            *(a.split("=")[0].split(":")[0].strip() for a in self.bind_args),
            *(part.function.name for part in self.parts),
            *("bind", "bound", "dtype"),
            *hosts,
            *self.helpers,
            *self.runtime,
            *self.modules.values(),
            *called,
        }

    def _modules(self) -> dict[str, str]:
        """Imported modules of families, with the names under which they are imported."""
        hidden: dict[str, bool] = {}
        for part in self.parts:
            for module in part.families:
                clash = module in part.function.args
                hidden[module] = hidden.get(module, False) or clash
        for v in self.bind_values:
            if v.op == "density":
                hidden.setdefault(str(v.attrs[0]), False)
            elif v.op == "input" and (found := _CALL.match(str(v.attrs[1]))):
                hidden.setdefault(found[1], False)
        return {m: f"{m}_family" if clash else m for m, clash in sorted(hidden.items())}

    def _hosts_needed(self) -> list[str]:
        """Host integers that anything mentions, in order of declaration."""
        hosts = self.builder.hosts
        wanted = set(self.sizes)
        for v in _entered(self.bind_values):
            wanted |= _symbols(v, hosts)
        for name in reversed(hosts):
            what = hosts[name]
            if name in wanted and isinstance(what, str):
                wanted |= {w for w in _WORD.findall(what) if w in hosts}
        return [name for name in hosts if name in wanted]

    # --- printing -------------------------------------------------------------------------------

    def print_bind(self) -> Lines:
        """``bind``, in which every host integer stands before the values that need it."""
        counts = _uses(self.bind_values)
        taken = (*self.reserved, *self.bound.values())
        body = Body(
            Names(taken), {}, str, self._module, counts, stem="k", given=self.bound
        )  # fmt: skip
        for host in self._hosts_needed():
            what = self.builder.hosts[host]
            if isinstance(what, Value):
                body.add(walk([what]))
                body.lines.add(f"{host} = int({body.text(what)})", what.span)
            else:
                body.lines.add(f"{host} = {what}")
        kept = set(walk(self.shared))
        body.add(v for v in self.bind_values if v in kept)
        entries = {name: name for name in self.sizes}
        if self.dtype:
            entries["dtype"] = "dtype"
        entries.update((self.bound[v.id], body.text(v)) for v in self.shared)
        items = ", ".join([f"{literal(k)}: {text}" for k, text in entries.items()])
        body.lines.add(f"return {{{items}}}")
        return _function("bind", self.bind_args, _BIND_TEXT, (), [body.lines])

    def print_function(self, part: _Part) -> Lines:
        """One function: what it reads from ``bound``, its statements, its result."""
        function = part.function
        mentioned: dict[str, None] = {}

        def size(n: int | str) -> str:
            if isinstance(n, str):
                mentioned[n] = None
                return n
            return str(n)

        local = {v.id: self.bound[v.id] for v in part.read}
        outputs = leaves(function.outputs)
        uses = _uses(part.order)  # those of values of ``bind`` too, which have names anyway
        uses.update([v.id for v in outputs])
        names = Names((*self.reserved, *local.values()))
        operands = {v.id: names.fresh(v.name or "given") for v in function.operands}
        one = function.outputs if isinstance(function.outputs, Value) else None
        body = Body(names, {**local, **operands}, size, self._module, uses, returned=one)
        body.add(part.order)
        body.lines.add(f"return {_expression(function.outputs, body)}", one.span if one else None)
        hosts = self.builder.hosts
        words = _WORD.findall(_apart(part.sources)) if hosts else ()
        mentioned.update((w, None) for w in words if w in hosts)
        head = [*mentioned]
        text = "\n".join(body.lines.texts)
        if "dtype" in text and _DTYPE.search(text):
            self.dtype = True
            head.append("dtype")
        self.sizes.update(mentioned)
        head += local.values()
        reads = Lines()
        reads.extend([f"{name} = bound[{literal(name)}]" for name in head])
        args = (*operands.values(), *function.args)
        return _function(
            function.name, args, function.docstring, function.prologue, [reads, body.lines]
        )

    def _module(self, module: str) -> str:
        return self.modules[module]


def _part(builder: Builder, function: Function) -> _Part:
    if function.fast:
        new = fused(builder, leaves(function.outputs))
        function = replace(function, outputs=replaced(function.outputs, iter(new)))
    order = walk_own(leaves(function.outputs))
    entered = _entered(order)
    return _Part(
        function,
        order,
        [v for v in order if not v.batched and v.op not in _EVERYWHERE],
        [str(v.attrs[1]) for v in order if v.op == "input" and v.batched],
        {v.op for v in entered},
        {str(v.attrs[0]) for v in entered if v.op in _FAMILIES},
    )


def _entered(values: Sequence[Value]) -> Sequence[Value]:
    """Values, and those of the programs inside them."""
    inner = [x for v in values if v.op in LOOPS for x in inner_values(v)]
    return [*values, *inner] if inner else values


def _uses(values: Sequence[Value]) -> Counter[int]:
    """How often each value stands in the texts of others."""
    ids = [x.id for v in values for x in v.inputs]
    for v in [v for v in values if v.op in _TWICE]:
        ids += [v.inputs[i].id for i in _TWICE[v.op]]
    return Counter(ids)


def _apart(texts: Iterable[str]) -> str:
    """Texts as one, to be searched at once; no word, and nothing that is called, crosses them."""
    return ";".join(texts)


# Positions of the operands that a text has more than once.
_TWICE: Mapping[str, tuple[int, ...]] = {
    op: row.spelling.twice for op, row in OPS.items() if row.spelling.twice
}


def _symbols(v: Value, hosts: Mapping[str, object]) -> set[str]:
    """Host integers that a value's text mentions."""
    if v.op == "input":
        return {w for w in _WORD.findall(str(v.attrs[1])) if w in hosts}
    if v.op == "scan":
        body = v.attrs[0]
        lags = (e.lag for e in body.previous)
        return {n for n in (body.start, body.stop, *lags) if n in hosts}
    return {n for n in (*v.attrs, *v.shape) if isinstance(n, str) and n in hosts}


def _function(
    name: str,
    args: Sequence[str],
    docstring: str,
    prologue: Sequence[str],
    statements: Sequence[Lines],
) -> Lines:
    lines = Lines()
    lines.add(f"def {name}({', '.join(args)}):")
    lines.extend(_docstring(docstring, "    "))
    lines.extend([f"    {text}" for text in prologue])
    for some in statements:
        lines.take_wrapped(some, "    ")
    return lines


def _expression(outputs: Outputs, body: Body) -> str:
    match outputs:
        case Value():
            return body.text(outputs)
        case Mapping():
            items = ", ".join(f"{literal(k)}: {_expression(v, body)}" for k, v in outputs.items())
            return f"{{{items}}}"
        case _:
            parts = ", ".join(_expression(v, body) for v in outputs)
            return f"({parts},)" if len(outputs) == 1 else f"({parts})"
