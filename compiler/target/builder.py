"""The builder: makes values, shapes and simplifies them, and never makes one computation twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from ...grammar.source import Span
from . import contraction, drawing, elementwise, indexing, linear, scan, sizes, solution, views
from .coerce import to_tensor
from .ops import OPS
from .reduction import reduced
from .value import DType, Shape, ShapeMismatch, Size, Value

Operand = Value | float

_DRAWS = frozenset(name for name, row in OPS.items() if row.draws)
_NAN = float("nan")
_FLOAT = DType.FLOAT


class Builder:
    """Builds one module's values.

    Equal computations are one value, whichever function of the module they serve. Every value is
    simplified as it is made (see `simplify` and `summation`), which changes rounding but neither
    its shape nor what it is in real numbers; what depends on data alone keeps the order of its
    arithmetic. A value that simplification freed of its batch is simply unbatched.

    Args:
        simplify: off for tests that compare both.

    Attributes:
        span: where in the model new values come from, unless said otherwise; see `at`.
        solves: whether a solution of differential equations was made.
        hosts: declared host integers with their Python text, in order.
    """

    def __init__(self, *, simplify: bool = True) -> None:
        """An empty builder."""
        self.simplify = simplify
        self.span: Span | None = None
        self.solves = False
        self.hosts: dict[str, str | Value] = {}
        # of each operation, by its operands: a long model has many
        self._known: defaultdict[str, dict[Hashable, Value]] = defaultdict(dict)
        self._applied: defaultdict[str, dict[Hashable, Value]] = defaultdict(dict)
        self._floats: dict[float, Value] = {}
        self._count = 0
        self._labels: dict[str, list[tuple[Value, ...]]] = {}

    # --- making values --------------------------------------------------------------------------

    def make(
        self,
        op: str,
        inputs: tuple[Value, ...],
        attrs: tuple[Hashable, ...] = (),
        *,
        shape: Shape,
        batched: bool | None = None,
        dtype: DType = DType.FLOAT,
        host: bool = False,
    ) -> Value:
        """The value of one operation as it stands, without any simplification."""
        key: Hashable = (attrs, inputs) if attrs else inputs
        if op in _DRAWS:
            key = self._count
        same = self._known[op]
        found = same.get(key)
        if found is not None:
            return found
        if batched is None:
            batched = False
            for v in inputs:
                if v.batched:
                    batched = True
                    break
        value = Value(op, inputs, attrs, shape, batched, dtype, host, self._count, self.span)
        self._count += 1
        same[key] = value
        return value

    @property
    def count(self) -> int:
        """Number of values made so far: those made from now on have this id or a larger one."""
        return self._count

    def at(self, span: Span | None) -> _At:
        """While it lasts, new values come from ``span``."""
        return _At(self, span)

    def named(self, v: Value, name: str, span: Span | None = None) -> Value:
        """The same value, to be printed under a readable name; the first name given stays."""
        if v.name is None and v.op != "const":
            v.name = name
            v.span = span or v.span
        return v

    def label_of(self, word: str, of: tuple[Value, ...]) -> str:
        """A name that equal tuples of values share, and no others."""
        known = self._labels.setdefault(word, [])
        if of not in known:
            known.append(of)
        at = known.index(of)
        return word if at == 0 else f"{word}_{at + 1}"

    def depends_on(self, source: Value) -> Callable[[Value], bool]:
        """A predicate: whether a value is computed from ``source``."""
        known: dict[int, bool] = {}

        def depends(value: Value) -> bool:
            stack = [value]
            while stack:
                v = stack[-1]
                if v.id in known:
                    stack.pop()
                elif v.id <= source.id:
                    known[stack.pop().id] = v is source
                elif open_ := [x for x in v.inputs if x.id not in known]:
                    stack.extend(open_)
                else:
                    known[stack.pop().id] = any(known[x.id] for x in v.inputs)
            return known[value.id]

        return depends

    # --- leaves ---------------------------------------------------------------------------------

    def value(self, x: Operand) -> Value:
        """The value itself, or a literal for a Python number."""
        return x if isinstance(x, Value) else self.const(x)

    def const(self, x: float, dtype: DType = _FLOAT) -> Value:
        """A literal; it has no shape of its own and broadcasts to any."""
        if dtype is _FLOAT:
            found = self._floats.get(x)
            if found is None:
                x = _NAN if x != x else float(x) + 0.0  # one nan, and no -0.0
                found = self.make("const", (), (x, "float"), shape=(), host=True)
                self._floats[x] = found
            return found
        whole = bool(x) if dtype is DType.BOOL else int(x)
        return self.make("const", (), (whole, dtype.value), shape=(), dtype=dtype, host=True)

    def constant_of(self, v: Value) -> float | None:
        """The number of a literal, whatever its shape; None for everything else."""
        return v.inputs[0].literal if v.op == "expand" else v.literal

    def input(
        self,
        name: str,
        shape: Sequence[Size],
        *,
        batched: bool,
        dtype: DType = DType.FLOAT,
        source: str | None = None,
        of: str | None = None,
    ) -> Value:
        """A named array in scope.

        Args:
            source: Python text of it; by default ``data[name]`` in bind for what is unbatched, and
                the argument ``name`` for what is batched.
            of: to whom an argument belongs, where arguments of one name are different arrays.
        """
        text = source or (name if batched else f"data[{name!r}]")
        v = self.make(
            "input", (), (name, text, of), shape=tuple(shape), batched=batched, dtype=dtype
        )
        if v.shape != tuple(shape):
            raise ShapeMismatch(f"`{name}` has the shape {v.shape} already, not {tuple(shape)}")
        return self.named(v, name)

    def host(self, name: str, text: str) -> Size:
        """Declare an integer of bind by its Python text, which may use ``sizes``, ``labels``,
        ``data`` and integers declared before. Returns its name, made unique."""
        return self._declare(name, text)

    def host_int(self, value: Value, name: str) -> Size:
        """``int(value)`` as a size; the value must depend on data alone."""
        if value.batched or value.shape:
            raise ShapeMismatch(f"a size must be one number of data: {value!r}")
        number = self.constant_of(value)
        return int(number) if number is not None else self._declare(name, value)

    def _declare(self, name: str, what: str | Value) -> Size:
        if not name.isidentifier():
            name = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
        unique, count = name, 1
        while unique in self.hosts:
            if self.hosts[unique] == what:
                return unique
            count += 1
            unique = f"{name}_{count}"
        self.hosts[unique] = what
        return unique

    def size_value(self, size: Size) -> Value:
        """A size as a FLOAT scalar."""
        return self._size(size, DType.FLOAT)

    def size_index(self, size: Size) -> Value:
        """A size or a position as an INT scalar."""
        return self._size(size, DType.INT)

    def _size(self, size: Size, dtype: DType) -> Value:
        if isinstance(size, int):
            return self.const(size, dtype)
        return self.make("size", (), (size, dtype.value), shape=(), dtype=dtype, host=True)

    def arange(self, n: Size, first: Size = 0) -> Value:
        """INT vector ``first, first + 1, …`` of length ``n``."""
        return self.make("arange", (), (n, first), shape=(n,), dtype=DType.INT)

    # --- number by number -----------------------------------------------------------------------

    def apply(self, op: str, *args: Operand, span: Span | None = None) -> Value:
        """A pointwise operation; a batched operand of lower rank gets unit axes on its left."""
        for x in args:
            if not isinstance(x, Value):
                args = tuple([x if isinstance(x, Value) else self.const(x) for x in args])
                break
        same = self._applied[op]
        result = same.get(args)
        if result is None:
            given: tuple[Any, ...] = args  # values, all of them
            if span is None or span is self.span:
                result = elementwise.simplest(self, op, given)
            else:
                before, self.span = self.span, span
                result = elementwise.simplest(self, op, given)
                self.span = before
            same[args] = result
        return result

    def pointwise(self, op: str, args: Sequence[Value]) -> Value:
        """The operation as it stands, its operands aligned."""
        return elementwise.pointwise(self, op, args)

    def align(self, v: Value, rank: int) -> Value:
        """``v`` with unit axes on its left where a batch would be taken for a trailing axis."""
        missing = rank - v.rank
        if not v.batched or missing <= 0:
            return v
        return self.unsqueeze(v, tuple(range(-rank, missing - rank)))

    def where(self, c: Operand, a: Operand, b: Operand) -> Value:
        """``a`` where ``c`` holds, else ``b``. Derivatives are masked: no 0 * inf, no nan."""
        return self.apply("where", c, a, b)

    def to_float(self, v: Value) -> Value:
        """Whole numbers or truth values as FLOAT."""
        if v.dtype is DType.FLOAT:
            return v
        if v.literal is not None:
            return self.const(v.literal)
        if v.op == "size":
            return self._size(v.attrs[0], DType.FLOAT)
        return self._outside_expand("to_float", v, DType.FLOAT)

    def to_index(self, v: Value) -> Value:
        """FLOAT that holds whole numbers as INT."""
        if v.dtype is DType.INT:
            return v
        if v.op == "to_float" and v.inputs[0].dtype is DType.INT:
            return v.inputs[0]
        if v.literal is not None:
            return self.const(round(v.literal), DType.INT)
        if v.op == "size":
            return self._size(v.attrs[0], DType.INT)
        return self._outside_expand("to_index", v, DType.INT)

    def _outside_expand(self, op: str, v: Value, dtype: DType) -> Value:
        bare = v.inputs[0] if v.op == "expand" else v
        if bare.host:
            bare = to_tensor(self, bare)
        return self.expand(self.make(op, (bare,), shape=bare.shape, dtype=dtype), v.shape)

    def stop(self, v: Value) -> Value:
        """The same numbers; no gradient flows through."""
        return self.make("stop", (v,), shape=v.shape, dtype=v.dtype)

    # --- reductions -----------------------------------------------------------------------------

    def reduce(
        self, op: str, v: Value, axes: Sequence[int], keepdim: bool = False, *, split: bool = True
    ) -> Value:
        """``sum``, ``prod``, ``max``, ``min``, ``logsumexp``, ``any`` or ``all`` over some axes.

        Args:
            axes: negative.
            split: for a sum of terms, whether terms without an axis may be summed apart.
        """
        axes = tuple(sorted({a if a < 0 else a - v.rank for a in axes}))
        if axes and axes[0] < -v.rank:
            raise ShapeMismatch(f"no axes {axes} in {v!r}")
        result = reduced(self, op, v, axes, split=split)
        return self.unsqueeze(result, axes) if keepdim else result

    # --- defined beside this class --------------------------------------------------------------

    difference = sizes.difference
    sum_of_sizes = sizes.sum_of_sizes
    total_of_sizes = sizes.total_of_sizes
    product_of_sizes = sizes.product_of_sizes
    unsqueeze = views.unsqueeze
    to_rank = views.to_rank
    squeeze = views.squeeze
    permute = views.permute
    transpose = views.transpose
    expand = views.expand
    reshape = views.reshape
    pick = views.pick
    pick_at = views.pick_at
    slice = views.slice_
    pad = views.pad
    cat = views.cat
    stack = views.stack
    broadcast_batch = views.broadcast_batch
    over_batch = views.over_batch
    flip = views.flip
    diag_embed = views.diag_embed
    diagonal = views.diagonal
    take = indexing.take
    index_add = indexing.index_add
    gather = indexing.gather
    gather_add = indexing.gather_add
    scatter = indexing.scatter
    einsum = contraction.einsum
    matmul = linear.matmul
    cholesky = linear.cholesky
    log_paths = linear.log_paths
    solve = linear.solve
    solve_lower = linear.solve_lower
    solve_square = linear.solve_square
    inverse = linear.inverse
    logabsdet = linear.logabsdet
    det = linear.det
    eigh = linear.eigh
    eigenvalues = linear.eigenvalues
    eigenvectors = linear.eigenvectors
    tril = linear.tril
    factor = linear.factor
    cumsum = linear.cumsum
    sort = linear.sort
    sort_back = linear.sort_back
    log_softmax = linear.log_softmax
    softmax = linear.softmax
    placeholder = scan.placeholder
    scan_members = scan.scan_members
    scan = scan.scan
    solution = solution.solution
    density = drawing.density
    sample = drawing.sample
    std_gamma = drawing.std_gamma
    std_inverse_gaussian = drawing.std_inverse_gaussian
    gamma_grad = drawing.gamma_grad


class _At:
    """Where a builder's new values come from, for the length of a `with`."""

    __slots__ = ("before", "builder", "span")

    def __init__(self, builder: Builder, span: Span | None) -> None:
        self.builder = builder
        self.span = span

    def __enter__(self) -> None:
        self.before = self.builder.span
        self.builder.span = self.span

    def __exit__(self, *_: object) -> None:
        self.builder.span = self.before
