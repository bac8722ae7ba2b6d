"""The whole module: imports, helpers, ``bind`` for what depends on data alone, and the functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...grammar.source import Span
from ..artefact import Module
from ..target import OPS, Builder, Size, Value, walk
from .body import Body, Line, wrap
from .function import Function, Outputs, leaves
from .names import Names, identifier, literal
from .prelude import PRELUDE

BIND = ("data", "sizes", "labels", "dtype=torch.float64")
_BIND_TEXT = """What depends on data alone, computed once; every other function takes it as `bound`.

data: name -> tensor; sizes: dimension -> length; labels: dimension -> its labels."""
_CALL = re.compile(r"(?!torch\.)([a-z]\w*)\.\w+\(")  # a source that calls a module of ours
_WORD = re.compile(r"[^\W\d]\w*")


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
        imports: further import lines that the sources of inputs need.
        bind_args: parameters of ``bind``; the text of hosts and inputs may use them.
    """
    for function in functions:
        if not function.name.isidentifier() or identifier(function.name) != function.name:
            raise AssertionError(f"`{function.name}` is no name for a function")
    plan = _Plan(builder, functions, bind_args)
    printed = [plan.print_bind(), *(plan.print_function(f) for f in functions)]
    lines = [Line(text, None) for text in _preamble(header, imports, plan)]
    for block in printed:
        lines += [Line("", None), Line("", None), *block]
    return Module(
        "".join(line.text + "\n" for line in lines),
        tuple(line.span for line in lines),
        ("bind", *(f.name for f in functions)),
    )


def _preamble(header: str, imports: Sequence[str], plan: _Plan) -> Iterator[str]:
    yield from _docstring(header, "")
    yield ""
    yield "import torch"
    modules = [m if m == alias else f"{m} as {alias}" for m, alias in plan.modules.items()]
    if modules:
        yield from wrap(f"from nacre.runtime.dist import ({', '.join(modules)})", "") if len(
            modules
        ) > 6 else [f"from nacre.runtime.dist import {', '.join(modules)}"]
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


@dataclass
class _Part:
    """What one function computes, and what it reads from ``bound``.

    Attributes:
        own: values of its own, operands first.
        read: values of ``bind`` that it reads, in order of first use.
        sizes: host integers that its text mentions.
    """

    own: list[Value] = field(default_factory=list)
    read: dict[int, Value] = field(default_factory=dict)
    sizes: dict[str, None] = field(default_factory=dict)
    dtype: bool = False


class _Plan:
    """Divides all values between ``bind`` and the functions, and names what they share."""

    def __init__(
        self, builder: Builder, functions: Sequence[Function], bind_args: Sequence[str]
    ) -> None:
        self.builder = builder
        self.bind_args = tuple(bind_args)
        self.parts = {f.name: self._part(f) for f in functions}
        shared = {v.id: v for part in self.parts.values() for v in part.read.values()}
        self.shared = [shared[i] for i in sorted(shared)]
        self.bind_values, self.hosts = self._needed()
        own = [v for part in self.parts.values() for v in part.own]
        everything = [*own, *self.bind_values]
        used = {OPS[v.op].helper for v in everything}
        self.helpers = [name for name in PRELUDE if name in used]
        self.modules = self._modules(functions)
        arguments = {a for f in functions for a in f.args}
        bind_names = {a.split("=")[0].split(":")[0].strip() for a in bind_args}
        self.reserved = (
            {f.name for f in functions}
            | {"bind", "bound", "dtype"}
            | arguments
            | bind_names
            | set(builder.hosts)
            | set(self.helpers)
            | set(self.modules.values())
            | set(_WORD.findall(" ".join(t for t in builder.hosts.values() if isinstance(t, str))))
            | {w for v in everything if v.op == "input" for w in _WORD.findall(str(v.attrs[1]))
               if str(v.attrs[1]).find(f"{w}.") >= 0}
        )  # fmt: skip
        self.bound: dict[int, str] = {}

    # --- dividing -------------------------------------------------------------------------------

    def _part(self, function: Function) -> _Part:
        part = _Part()
        stack = list(leaves(function.outputs))
        for v in _walk_batched(stack):
            if _in_function(v):
                part.own.append(v)
                self._mention(v, part)
            else:
                part.read[v.id] = v
        return part

    def _mention(self, v: Value, part: _Part) -> None:
        def size(n: Size) -> str:
            if isinstance(n, str):
                part.sizes[n] = None
            return str(n)

        text = OPS[v.op].spelling.template(v, size)
        if "dtype" in text:
            part.dtype = part.dtype or re.search(r"\bdtype\b", text) is not None
        if v.op == "input":
            part.sizes.update((w, None) for w in _WORD.findall(text) if w in self.builder.hosts)

    def _needed(self) -> tuple[list[Value], list[str]]:
        """Values of ``bind`` in order, and the host integers that anything mentions."""
        wanted = {n for part in self.parts.values() for n in part.sizes}
        values: dict[int, Value] = {}

        def visit(v: Value) -> None:
            for x in walk([v]) if v.id not in values else ():
                if x.id not in values:
                    values[x.id] = x
                    wanted.update(_symbols(x, self.builder))

        for v in self.shared:
            visit(v)
        for name in reversed(self.builder.hosts):
            if name in wanted:
                what = self.builder.hosts[name]
                if isinstance(what, str):
                    wanted.update(w for w in _WORD.findall(what) if w in self.builder.hosts)
                else:
                    visit(what)
        ordered = [values[i] for i in sorted(values)]
        return ordered, [name for name in self.builder.hosts if name in wanted]

    def _modules(self, functions: Sequence[Function]) -> dict[str, str]:
        """Imported modules of families, by the name under which they are imported."""
        args = {f.name: set(f.args) for f in functions}
        used: dict[str, bool] = {}
        for name, part in self.parts.items():
            for v in part.own:
                if v.op in ("density", "sample"):
                    module = str(v.attrs[0])
                    used[module] = used.get(module, False) or module in args[name]
        for v in self.bind_values:
            if v.op == "density":
                used.setdefault(str(v.attrs[0]), False)
            elif v.op == "input" and (call := _CALL.match(str(v.attrs[1]))):
                used.setdefault(call[1], False)
        return {m: f"{m}_family" if hidden else m for m, hidden in sorted(used.items())}

    # --- printing -------------------------------------------------------------------------------

    def print_bind(self) -> list[Line]:
        """``bind``, in which every host integer stands before the values that need it."""
        names = Names(self.reserved)
        keep = {v.id for v in self.shared}
        counts = Counter(x.id for v in self.bind_values for x in _operands(v))
        uses = {i: n + 2 * (i in keep) for i, n in counts.items()} | {
            i: 2 for i in keep if i not in counts
        }
        body = Body(names, {}, str, self._module, uses, stem="k")
        for host in self.hosts:
            what = self.builder.hosts[host]
            if isinstance(what, Value):
                body.add(walk([what]))
                body.lines.append(Line(f"{host} = int({body.text(what)})", what.span))
            else:
                body.lines.append(Line(f"{host} = {what}", None))
        body.add(self.bind_values)
        entries: dict[str, str] = {}
        sizes = {n for part in self.parts.values() for n in part.sizes}
        entries.update((n, n) for n in self.hosts if n in sizes)
        if any(part.dtype for part in self.parts.values()):
            entries["dtype"] = "dtype"
        for v in self.shared:
            text = body.text(v)
            key = text if text.isidentifier() and text not in entries else names.fresh(v.name or "k")
            self.bound[v.id] = key
            entries[key] = text
        returned = _dict([(literal(k), t) for k, t in entries.items()])
        return _function("bind", self.bind_args, _BIND_TEXT, (), [*body.lines, *returned])

    def print_function(self, function: Function) -> list[Line]:
        """One function: what it reads from ``bound``, its statements, its result."""
        part = self.parts[function.name]
        local = {v.id: self.bound[v.id] for v in part.read.values()}
        names = Names((*self.reserved, *local.values()))
        head = [*part.sizes, *(["dtype"] if part.dtype else []), *local.values()]
        reads = [Line(f"{name} = bound[{literal(name)}]", None) for name in head]
        outputs = list(leaves(function.outputs))
        uses = Counter(x.id for v in part.own for x in _operands(v))
        uses.update(v.id for v in outputs)
        body = Body(names, local, str, self._module, uses)
        body.add(_walk_batched(outputs))
        returned = _return(function.outputs, body)
        return _function(
            function.name,
            function.args,
            function.docstring,
            function.prologue,
            [*reads, *body.lines, *returned],
        )

    def _module(self, module: str) -> str:
        return self.modules[module]


def _in_function(v: Value) -> bool:
    """Whether a value is computed where it is used, and not in ``bind``."""
    return v.batched or v.op in ("const", "size")


def _walk_batched(outputs: Iterable[Value]) -> Iterator[Value]:
    """Like `walk`, without what lies behind values of ``bind``."""
    seen: set[int] = set()
    for output in outputs:
        stack = [(output, False)]
        while stack:
            v, ready = stack.pop()
            if ready:
                yield v
            elif v.id not in seen:
                seen.add(v.id)
                stack.append((v, True))
                if _in_function(v):
                    stack.extend((x, False) for x in reversed(v.inputs) if x.id not in seen)


def _operands(v: Value) -> Iterator[Value]:
    yield from v.inputs
    for i in OPS[v.op].spelling.twice:
        yield v.inputs[i]


def _symbols(v: Value, builder: Builder) -> set[str]:
    """Host integers that a value's text mentions."""
    found: set[str] = set()

    def size(n: Size) -> str:
        if isinstance(n, str):
            found.add(n)
        return str(n)

    text = OPS[v.op].spelling.template(v, size)
    if v.op == "input":
        found.update(w for w in _WORD.findall(text) if w in builder.hosts)
    return found


def _function(
    name: str, args: Sequence[str], docstring: str, prologue: Sequence[str], body: Sequence[Line]
) -> list[Line]:
    lines = [Line(f"def {name}({', '.join(args)}):", None)]
    lines += [Line(text, None) for text in _docstring(docstring, "    ")]
    lines += [Line(f"    {text}", None) for text in prologue]
    for line in body:
        lines += [Line(text, line.span) for text in wrap(line.text, "    ")]
    return lines


def _return(outputs: Outputs, body: Body) -> list[Line]:
    span: Span | None = outputs.span if isinstance(outputs, Value) else None
    match outputs:
        case Value():
            return [Line(f"return {body.text(outputs)}", span)]
        case Mapping():
            return _dict([(literal(k), _expression(v, body)) for k, v in outputs.items()])
        case _:
            parts = ", ".join(_expression(v, body) for v in outputs)
            return [Line(f"return ({parts},)" if len(outputs) == 1 else f"return ({parts})", None)]


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


def _dict(entries: Sequence[tuple[str, str]]) -> list[Line]:
    return [Line(f"return {{{', '.join(f'{k}: {v}' for k, v in entries)}}}", None)]
