"""What emission knows while it walks a graph: builder, sizes, and the value of each variable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ...grammar.frozen import frozen
from ..printer.names import identifier
from ..target import Builder, Size, Value
from ..typed import Dim, Expr, IndexVar, OverDim, OverRange
from ..types import Extent

_LONGEST = 20  # characters of a label that go into a name


@frozen
class Laid:
    """A value together with the meaning of its trailing axes: ``(*batch, *axes, *event)``."""

    value: Value
    axes: tuple[IndexVar, ...]
    event: tuple[Extent, ...]

    @property
    def rank(self) -> int:
        """Number of trailing axes."""
        return len(self.axes) + len(self.event)


@dataclass(frozen=True)
class Scope:
    """Names in force while expressions are lowered.

    Attributes:
        env: each variable's value, laid out ``(*batch, *dimensions, *event)``.
        rules: `expression.lower`; handed in, because ranges have expressions in their ends.
        guards: conditions under which the current expression matters (see `expression.lower`).
        states: variables that are being summed out: the values they may take, along a state axis.
        readable: whether densities are calls of the families' functions, to be read; else formulas,
            to be differentiated.
        inside: variables that are never on the edge of their support.
        keep: whether what is computed will be differentiated.
        sizes: cache of the host integers already declared, by variable id or dimension.
    """

    builder: Builder
    dims: Mapping[str, Dim]
    env: Mapping[str, Value]
    rules: Callable[["Scope", Expr], Laid]
    guards: tuple[Laid, ...] = ()
    states: Mapping[str, Laid] = field(default_factory=lambda: MappingProxyType({}))
    inside: frozenset[str] = frozenset()
    readable: bool = False
    keep: bool = False
    sizes: dict[str, Size] = field(default_factory=dict)

    def but(self, **changes: object) -> "Scope":
        """The same but for some attributes: `dataclasses.replace`, ten times as fast, since every
        branch of every conditional has a scope of its own."""
        new = object.__new__(Scope)
        new.__dict__.update(self.__dict__, **changes)
        return new

    def with_env(self, env: Mapping[str, Value]) -> "Scope":
        """The same builder and sizes with other values of the variables."""
        return self.but(env=env)

    def summing(self, states: Mapping[str, Laid], inside: frozenset[str]) -> "Scope":
        """The scope in which some variables stand for all of their states."""
        return self.but(states=states, inside=inside)

    def reading(self, readable: bool) -> "Scope":
        """The scope in which densities are calls, or formulas."""
        return self if self.readable is readable else self.but(readable=readable)

    @property
    def state_axes(self) -> frozenset[IndexVar]:
        """Axes of the states of what is being summed out."""
        return frozenset(laid.axes[0] for laid in self.states.values())

    def guarded(self, condition: Laid) -> "Scope":
        """The scope of a branch that counts only where ``condition`` holds."""
        return self.but(guards=(*self.guards, condition))

    def lower(self, expr: Expr) -> Laid:
        """The target value of an expression."""
        return self.rules(self, expr)

    # --- sizes ----------------------------------------------------------------------------------

    def size(self, extent: Extent) -> Size:
        """Length of an axis: a literal, or the host integer of a dimension."""
        if isinstance(extent, int):
            return extent
        known = self.sizes.get(f"n_{extent}")
        return self._host(f"n_{extent}", f"sizes[{extent!r}]") if known is None else known

    def shape(self, extents: tuple[Extent, ...]) -> tuple[Size, ...]:
        """Lengths of several axes."""
        return tuple([self.size(e) for e in extents])

    def first_label(self, dim: str) -> Size:
        """Host integer: the number of a dimension's first label."""
        if dim in self.dims and not self.dims[dim].numbered:
            return 1
        return self._host(f"first_{dim}", f"int(labels[{dim!r}][0]) if labels[{dim!r}] else 1")

    def position(self, dim: str, label: str | int) -> Size:
        """Host integer: the zero-based position of a label."""
        word = identifier(str(label)[:_LONGEST]).strip("_")
        return self._host(
            f"at_{dim}_{word}" if word else f"at_{dim}",
            f"labels[{dim!r}].index({label!r})",
            key=f"position {dim} {label!r}",
        )

    def var_size(self, var: IndexVar) -> Size:
        """Number of values that an index variable takes."""
        match var.domain:
            case OverDim(dim=dim):
                return self.size(dim)
            case OverRange(first=first, last=last):
                start, stop = self._end(first), self._end(last)
                if isinstance(start, int) and isinstance(stop, int):
                    return max(0, stop - start + 1)
                return self._host(f"n_{var.name}_{var.id}", f"max(0, {stop} - {start} + 1)")

    def var_first(self, var: IndexVar) -> Size:
        """Host integer: the label of an index variable's first value."""
        match var.domain:
            case OverDim(dim=dim):
                return self.first_label(dim)
            case OverRange(first=first):
                return self._end(first)

    def product(self, sizes: tuple[Size, ...], name: str) -> Size:
        """Number of elements of a shape."""
        if all(isinstance(s, int) for s in sizes):
            total = 1
            for s in sizes:
                total *= int(s)
            return total
        if len(sizes) == 1:
            return sizes[0]
        text = " * ".join(str(s) for s in sizes)
        return self._host(name, text, key=f"product {text}")

    def _end(self, expr: Expr) -> Size:
        laid = self.rules(self.but(guards=()), expr)
        constant = self.builder.constant_of(laid.value)
        if constant is not None:
            return int(constant)
        key = f"end {laid.value.id}"
        if key not in self.sizes:
            self.sizes[key] = self.builder.host_int(laid.value, f"end_{len(self.sizes)}")
        return self.sizes[key]

    def _host(self, name: str, text: str, key: str | None = None) -> Size:
        key = key or name
        if key not in self.sizes:
            self.sizes[key] = self.builder.host(_identifier(name), text)
        return self.sizes[key]

    # --- values of index variables --------------------------------------------------------------

    def positions(self, var: IndexVar) -> Value:
        """INT vector: zero-based positions ``0..n-1`` of an index variable over a dimension."""
        n = self.var_size(var)
        return self.builder.arange(n)

    def labels_of(self, var: IndexVar) -> Value:
        """FLOAT vector: the labels that an index variable takes, as numbers."""
        n, first = self.var_size(var), self.var_first(var)
        return self.builder.to_float(self.builder.arange(n, first))

    def number(self, size: Size) -> Value:
        """A size as a FLOAT scalar of the emitted code."""
        if isinstance(size, int):
            return self.builder.const(size)
        return self.builder.size_value(size)


def _identifier(name: str) -> str:
    """A host integer's name; ``do(x)`` and the like are not identifiers."""
    if name.isidentifier():
        return name.strip("_")
    return "".join(c if c.isalnum() or c == "_" else "_" for c in name).strip("_")
