"""Fresh draws of a variable, by the samplers of its distribution's families.

Of a distribution made of others every part is drawn, and what is wanted picked: no branch of the
generated code depends on a value.
"""

from math import inf

from ...grammar.frozen import frozen
from ..composite import NUMBERED, is_discrete
from ..graph import Node
from ..target import Builder, DType, Size, Value
from ..typed import Const, Dist, IndexVar
from ..types import SupportName
from .align import align
from .density import aligned, ends
from .distribution import form_of, guarded_args
from .ordered import beside
from .scope import Laid, Scope


def draw(scope: Scope, node: Node, dist: Dist) -> Value:
    """A fresh draw of a variable at the current values of its parents, in full layout."""
    value = _Draws(scope, node, node.plates).of(dist)
    return scope.builder.named(value, node.name, node.span)


@frozen
class _Draws:
    """Draws of one variable over some axes, (*axes, *event)."""

    scope: Scope
    node: Node
    axes: tuple[IndexVar, ...]

    @property
    def shape(self) -> tuple[Size, ...]:
        """Lengths of the axes."""
        return tuple(self.scope.var_size(v) for v in self.axes)

    def of(self, dist: Dist) -> Value:
        """A draw for every element."""
        b, args = self.scope.builder, dist.args
        if dist.form == NUMBERED:
            return self._number(dist)
        match dist.family:
            case "if":
                return self._either(dist)
            case "Mixture" if dist.over:
                return self._one_of_many(dist)
            case "Mixture":
                weights = align(self.scope, self.scope.lower(args[0]), self.axes, 1)
                which = self._index(weights)
                drawn = [self.of(part) for part in dist.parts]
                value = drawn[0]
                for i, other in enumerate(drawn[1:], 1):
                    chosen = b.apply("eq", which, b.const(i, DType.INT))
                    value = b.where(self._beside(chosen, dist), other, value)
                return value
            case "ZeroInflated" | "Hurdle":
                p = align(self.scope, self.scope.lower(args[0]), self.axes, 0)
                zero = b.sample("Bernoulli", "", [p], self.shape, span=self.node.span)
                if dist.family == "Hurdle" and is_discrete(dist.parts[0]):
                    rest = self._of_family(dist.parts[0], b.const(1.0))
                else:
                    rest = self.of(dist.parts[0])
                return b.where(b.apply("eq", zero, 1.0), b.const(0.0), rest)
            case "Censored":
                value = self.of(dist.parts[0])
                for op, end in zip(("maximum", "minimum"), args, strict=True):
                    if not (isinstance(end, Const) and abs(end.value) == inf):
                        edge = align(self.scope, self.scope.lower(end), self.axes, 0)
                        value = b.apply(op, value, edge)
                return value
            case _:
                return self._of_family(dist)

    def _number(self, dist: Dist) -> Value:
        """A label as the number that it is."""
        b = self.scope.builder
        assert dist.support.low is not None
        first = align(self.scope, self.scope.lower(dist.support.low), self.axes, 0)
        return b.apply("add", b.to_float(self.of(dist.parts[0])), first)

    def _either(self, dist: Dist) -> Value:
        b, scope = self.scope.builder, self.scope
        c = scope.lower(dist.args[0])
        otherwise = Laid(b.apply("not", c.value), c.axes, c.event)
        yes = _Draws(scope.guarded(c), self.node, self.axes).of(dist.parts[0])
        no = _Draws(scope.guarded(otherwise), self.node, self.axes).of(dist.parts[1])
        test = self._beside(align(scope, c, self.axes, 0), dist)
        return b.where(test, yes, no)

    def _one_of_many(self, dist: Dist) -> Value:
        """A component for every label of the mixture's index, and one of them picked."""
        b, scope = self.scope.builder, self.scope
        inner = _Draws(scope, self.node, (*self.axes, *dist.over))
        event = len(dist.event)
        each = b.expand(inner.of(dist.parts[0]), (*inner.shape, *scope.shape(dist.event)))
        weights = b.expand(align(scope, scope.lower(dist.args[0]), inner.axes, 0), inner.shape)
        which = self._index(weights)
        labels = b.arange(inner.shape[-1])
        chosen = b.to_float(b.apply("eq", b.unsqueeze(which, (-1,)), labels))
        if event:
            chosen = b.unsqueeze(chosen, tuple(range(-event, 0)))
        return b.reduce("sum", b.apply("mul", chosen, each), (-1 - event,))

    def _index(self, weights: Value) -> Value:
        return self.scope.builder.sample(
            "Categorical", "", [weights], self.shape, dtype=DType.INT, span=self.node.span
        )

    def _beside(self, test: Value, dist: Dist) -> Value:
        event = len(dist.event)
        return self.scope.builder.unsqueeze(test, tuple(range(-event, 0))) if event else test

    def _of_family(self, dist: Dist, least: Value | None = None) -> Value:
        b, scope = self.scope.builder, self.scope
        laids = [scope.lower(arg) for arg in dist.args]
        args = aligned(scope, self.axes, dist, guarded_args(scope, form_of(dist), laids, dist.args))
        event = scope.shape(dist.event)
        if len(event) == 1:
            ranks = [p.event + dist.lifted for p in form_of(dist).params]
            args = [
                _repeated(b, v, event[0]) if rank == 1 else v
                for v, rank in zip(args, ranks, strict=True)
            ]
        dtype = DType.INT if dist.support.name is SupportName.INDEX else DType.FLOAT
        low = high = None
        if dist.restricted:
            low, high = ends(scope, self.node, dist.support, self.axes)
        low = least if low is None else low
        if dist.lifted:
            low, high = beside(b, low), beside(b, high)
        value = b.sample(
            dist.family, dist.form, args, (*self.shape, *event), event=len(event) - dist.lifted,
            dtype=dtype, low=low, high=high, span=self.node.span,
        )  # fmt: skip
        return b.sort(value) if dist.lifted else value


def _repeated(b: Builder, arg: Value, length: Size) -> Value:
    """An argument that a whole vector shares (``Dirichlet(1)``), once for each of its elements.

    A density learns the length from the value; a draw has only its arguments to learn it from.
    """
    if arg.shape and arg.shape[-1] != 1:
        return arg
    return b.expand(arg, (*arg.shape[:-1], length))
