"""Networks: declared with their weights, and put in where they are called.

A multilayer perceptron is a formula like any other: its weights are params, and a call stands for
``sum(h in layer)(weight[o, h] * tanh(…)) + bias[o]`` over every output ``o``. So nothing after the
checker knows of it, and matrix products are found where all of them are. Only a module from Python
stays a call.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...grammar import tree
from ...grammar.diagnostic import did_you_mean
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints import show
from ..functions import ELEMENTWISE
from ..networks import ACTIVATIONS, ARCHITECTURES, Formula, Layers, Network, Spread
from ..types import Bounds, Extent, Kind, SupportName
from .binders import dimension
from .context import Context, Nature, Scope, Symbol
from .labels import Recurse
from .operators import position_as_number
from .shapes import axes_of, events_fit

_REAL = typed.Support(SupportName.REAL)


def declare_networks(
    ctx: Context,
    statements: Iterable[tree.Network],
    places: dict[str, Span],
    values: dict[str, Symbol | None],
    owner: str = "",
) -> tuple[dict[str, Network | None], dict[str, typed.Param]]:
    """Networks by name, and their weights; None for one whose declaration is wrong.

    Args:
        places: where names were introduced before; learns the new ones.
        values: learns the symbols of the weights.
        owner: the guide they belong to.
    """
    found: dict[str, Network | None] = {}
    weights: dict[str, typed.Param] = {}
    for s in statements:
        name = s.name.id
        if name in places:
            ctx.complain(complaints.defined_twice(s.name.span, name, places[name]))
            continue
        places[name] = s.name.span
        found[name] = network = _network(ctx, s, owner)
        if network is None:
            continue
        ctx.networks.append(network)
        params = _weights(ctx, network) if s.body is not None else _from_outside(ctx, network)
        for p in params:
            weights[p.name] = p
            values[p.name] = _symbol(p)
    return found, weights


def _network(ctx: Context, s: tree.Network, owner: str) -> Network | None:
    inputs = [_axis(ctx, n) for n in s.inputs]
    outputs = [_axis(ctx, n) for n in s.outputs]
    if None in (*inputs, *outputs):
        return None
    known = [d for d in outputs if d is not None]
    if len(known) > 1 and 1 in known:
        at = next(n.span for n, d in zip(s.outputs, outputs, strict=True) if d == 1)
        ctx.complain(complaints.number_among_outputs(at))
        return None
    layers = None if s.body is None else _layers(ctx, s.body)
    if s.body is not None and layers is None:
        return None
    return Network(
        s.name.id,
        owner,
        tuple(d for d in inputs if d is not None),
        () if known == [1] else tuple(known),
        layers,
        s.name.span,
    )


def _axis(ctx: Context, name: tree.Name) -> Extent | None:
    """A dimension, or 1 for the word ``real``."""
    if name.id == "real" and name.id not in ctx.dims:
        return 1
    return name.id if dimension(ctx, name) else None


def _layers(ctx: Context, body: tree.Call) -> Layers | None:
    """``mlp(64, 32, tanh)``: widths of the hidden layers, then perhaps an activation."""
    if body.callee.id not in ARCHITECTURES:
        hint = did_you_mean(body.callee.id, ARCHITECTURES)
        ctx.complain(complaints.unknown_architecture(body.callee.span, body.callee.id, hint))
        return None
    if body.named:
        at = body.named[0][0]
        ctx.complain(complaints.named_argument(at.span, body.callee.id, at.id))
        return None
    widths: list[int] = []
    activation = "tanh"
    for i, e in enumerate(body.args):
        match e:
            case tree.Number(value=value) if e.is_int and 1 <= value <= _WIDEST:
                widths.append(int(value))
            case tree.Name(id=word) if i == len(body.args) - 1:
                if word not in ACTIVATIONS:
                    ctx.complain(complaints.unknown_activation(e.span, word, ACTIVATIONS))
                    return None
                activation = word
            case _:
                written = ctx.source.quote(e.span)
                ctx.complain(complaints.wrong_width(e.span, written, _WIDEST))
                return None
    if len(widths) > _DEEPEST:
        ctx.complain(complaints.too_many_layers(body.span, len(widths), _DEEPEST))
        return None
    return Layers(tuple(widths), activation)


_WIDEST = 100_000
_DEEPEST = 12  # hidden layers: later passes recurse over the formula


# --- weights ------------------------------------------------------------------------------------


def _weights(ctx: Context, network: Network) -> list[typed.Param]:
    """Of every layer, from the first: its weights, one array for each argument, and its biases."""
    assert network.layers is not None
    found: list[typed.Param] = []
    before = network.inputs
    for i, after in enumerate(_widths(ctx, network)):
        for j, extent in enumerate(before):
            axes = after if extent == 1 else (*after, extent)
            name = network.weight(i, j)
            found.append(_param(ctx, network, name, axes, _start(network, i, before, after)))
        found.append(_param(ctx, network, network.bias(i), after, None))
        before = after
    return found


def _widths(ctx: Context, network: Network) -> list[tuple[Extent, ...]]:
    """Axes of what each layer gives: dimensions of its own, and those of the result at last."""
    assert network.layers is not None
    one = typed.Const(1, type=typed.Type(Kind.INT, bounds=_exactly(1)), span=network.span)
    found: list[tuple[Extent, ...]] = []
    for i, width in enumerate(network.layers.widths):
        last = replace(one, value=width, type=replace(one.type, bounds=_exactly(width)))
        name = network.layer(i)
        ctx.dims[name] = typed.Dim(name, typed.Count(one, last), network.span)
        ctx.used_dims.add(name)
        found.append((name,))
    return [*found, network.outputs]


def _exactly(n: float) -> Bounds:
    return Bounds(n, n)


def _start(
    network: Network, layer: int, inputs: Sequence[Extent], outputs: Sequence[Extent]
) -> Spread:
    """How wide the first weights of a layer are spread.

    Before a rectifier He et al. (2015, equation 10), elsewhere Glorot & Bengio (2010, equation 12).
    """
    assert network.layers is not None
    hidden = layer < len(network.layers.widths)
    rectifies = hidden and ACTIVATIONS[network.layers.activation].rectifies
    return Spread(tuple(inputs), None if rectifies else tuple(outputs))


def _from_outside(ctx: Context, network: Network) -> list[typed.Param]:
    """One vector holds all weights of a module; it starts where the module is."""
    dim, start = network.flat, network.start
    ctx.dims[dim] = typed.Dim(dim, typed.FromData(), network.span)
    ctx.used_dims.add(dim)
    type_ = typed.Type(Kind.REAL, (), (dim,))
    ctx.values[start] = Symbol(start, Nature.DATA, type_, _REAL, network.span, given=True)
    ctx.supplied[start] = typed.Data(start, type_, _REAL, None, network.span)
    var = ctx.index(dim, typed.OverDim(dim), network.span)
    whole = typed.Var(start, type=type_, span=network.span)
    initial = _element(whole, (var,), network.span)
    param = typed.Param(network.weights, (var,), _REAL, initial, network.span, network.span)
    return [param]


def _param(
    ctx: Context,
    network: Network,
    name: str,
    axes: Sequence[Extent],
    spread: Spread | None,
) -> typed.Param:
    plates = tuple(ctx.index(str(d), typed.OverDim(str(d)), network.span) for d in axes)
    return typed.Param(name, plates, _REAL, None, network.span, network.span, spread)


def _symbol(p: typed.Param) -> Symbol:
    over = tuple(v.dim for v in p.plates if v.dim is not None)
    type_ = typed.Type(Kind.REAL, (), over)
    return Symbol(p.name, Nature.PARAM, type_, _REAL, p.span, given=False, plates=len(over))


# --- calls --------------------------------------------------------------------------------------


def call_network(
    ctx: Context, e: tree.Call, networks: Mapping[str, Network | None], scope: Scope,
    recurse: Recurse,
) -> typed.Expr | None:  # fmt: skip
    """``f(x[i, :])``: what the network gives, an array over its outputs."""
    network = networks[e.callee.id]
    args = [recurse(ctx, a, scope) for a in e.args]
    if network is None or any(a is None for a in args):
        return None
    ctx.used.add(network.span)
    if e.named:
        at = e.named[0][0]
        ctx.complain(complaints.named_argument(at.span, e.callee.id, at.id), scope)
        return None
    given = [a for a in args if a is not None]
    if len(given) != len(network.inputs):
        own = (network.signature.partition(" ->")[0], network.span)
        wanted, written = len(network.inputs), [ctx.source.quote(a.span) for a in given]
        ctx.complain(complaints.wrong_arity(e.span, network.name, wanted, written, own), scope)
        return None
    fitted = [
        _argument(ctx, a, extent, network, scope)
        for a, extent in zip(given, network.inputs, strict=True)
    ]
    ready = [a for a in fitted if a is not None]
    if len(ready) < len(fitted):
        return None
    if network.layers is None:
        return _supplied(ctx, network, ready, e.span)
    return _Perceptron(ctx, network, ready, e.span).formula()


def _argument(
    ctx: Context, arg: typed.Expr, extent: Extent, network: Network, scope: Scope
) -> typed.Expr | None:
    if arg.type.kind is Kind.INDEX:
        ctx.complain(position_as_number(ctx, arg), scope)
        return None
    wanted: tuple[Extent, ...] = () if extent == 1 else (extent,)
    if not events_fit(ctx, arg.type.event, wanted):
        written = ctx.source.quote(arg.span)
        shapes = tuple(show(s) if s else "a single number" for s in (arg.type.event, wanted))
        ctx.complain(
            complaints.network_argument(
                arg.span, network.name, written, (shapes[0], shapes[1]), network.span
            ),
            scope,
        )
        return None
    return replace(arg, type=replace(arg.type, event=wanted))


def _supplied(ctx: Context, network: Network, args: Sequence[typed.Expr], span: Span) -> typed.Expr:
    flat = typed.Type(Kind.REAL, (), (network.flat,))
    weights = typed.Var(network.weights, type=flat, span=span)
    type_ = typed.Type(Kind.REAL, axes_of(a.type for a in args), network.outputs)
    return typed.Neural(network.key, weights, tuple(args), type=type_, span=span)


class _Perceptron:
    """One call of a multilayer perceptron, written out."""

    def __init__(
        self, ctx: Context, network: Network, args: Sequence[typed.Expr], span: Span
    ) -> None:
        assert network.layers is not None
        self.ctx, self.network, self.args, self.span = ctx, network, args, span
        self.activation: Formula = ACTIVATIONS[network.layers.activation].formula

    def formula(self) -> typed.Expr:
        """An array over the outputs; indices are made from the outside to the inside."""
        outputs = [self._index(d) for d in self.network.outputs]
        assert self.network.layers is not None
        hidden = [
            self._index(self.network.layer(i))
            for i in reversed(range(len(self.network.layers.widths)))
        ]
        body = self._layer(outputs, hidden)
        if not outputs:
            return body
        axes = tuple(v for v in body.type.axes if v not in outputs)
        type_ = typed.Type(Kind.REAL, axes, self.network.outputs)
        return typed.Tabulate(tuple(outputs), body, type=type_, span=self.span)

    def _layer(
        self, units: Sequence[typed.IndexVar], before: Sequence[typed.IndexVar]
    ) -> typed.Expr:
        """What a unit gives before its activation; ``before`` are the units under it."""
        i = len(before)
        if before:
            inner = self.activation(self._apply, self._layer(before[:1], before[1:]))
            total = self._sum(self._weight(self.network.weight(i, 0), (*units, *before[:1])),
                              inner, before[0])  # fmt: skip
        else:
            first, *rest = [self._of_argument(j, units) for j in range(len(self.args))]
            total = first
            for part in rest:
                total = self._apply("add", total, part)
        return self._apply("add", total, self._weight(self.network.bias(i), units))

    def _of_argument(self, j: int, units: Sequence[typed.IndexVar]) -> typed.Expr:
        arg, extent = self.args[j], self.network.inputs[j]
        name = self.network.weight(0, j)
        if extent == 1:
            return self._apply("mul", self._weight(name, units), arg)
        var = self._index(extent)
        return self._sum(self._weight(name, (*units, var)), _element(arg, (var,), self.span), var)

    def _sum(self, weight: typed.Expr, of: typed.Expr, var: typed.IndexVar) -> typed.Expr:
        body = self._apply("mul", weight, of)
        axes = tuple(v for v in body.type.axes if v != var)
        return typed.Reduce("sum", (var,), body, type=typed.Type(Kind.REAL, axes), span=self.span)

    def _weight(self, name: str, at: Sequence[typed.IndexVar]) -> typed.Expr:
        type_ = typed.Type(Kind.REAL, (), tuple(v.dim for v in at if v.dim is not None))
        whole = typed.Var(name, type=type_, span=self.span)
        return _element(whole, at, self.span) if at else whole

    def _apply(self, fn: str, *args: typed.Expr | float) -> typed.Expr:
        given = [a if isinstance(a, typed.Typed) else self._number(a) for a in args]
        bounds = ELEMENTWISE[fn].bounds(*(a.type.bounds for a in given))
        type_ = typed.Type(Kind.REAL, axes_of(a.type for a in given), (), bounds)
        return typed.Apply(fn, tuple(given), type=type_, span=self.span)

    def _number(self, x: float) -> typed.Expr:
        return typed.Const(x, type=typed.Type(Kind.REAL, bounds=_exactly(x)), span=self.span)

    def _index(self, extent: Extent) -> typed.IndexVar:
        return self.ctx.index(str(extent), typed.OverDim(str(extent)), self.span)


def _element(base: typed.Expr, at: Sequence[typed.IndexVar], span: Span) -> typed.Expr:
    """``base[at]``, the indices running over exactly the axes of ``base``."""
    slots = tuple(
        typed.IndexValue(v, type=typed.Type(Kind.INDEX, (v,), dim=v.dim), span=span) for v in at
    )
    axes = axes_of((base.type, *(s.type for s in slots)))
    type_ = typed.Type(base.type.kind, axes, (), base.type.bounds)
    return typed.Element(base, slots, type=type_, span=span)
