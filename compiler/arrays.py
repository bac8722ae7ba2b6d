"""The functions of whole arrays, one row each: what shapes they take and give.

A function takes vectors and matrices, and gives a vector, a matrix or a number. Which axes must be
the same dimension is said by letters: ``solve`` is ``nn, nk -> nk``, a square matrix and another
with as many rows. Axes beyond those, of plates and of batches, are carried along.
"""

from collections.abc import Callable, Mapping
from math import inf

from ..grammar.frozen import frozen
from . import intervals as iv
from .types import ANYTHING, UNIT, Bounds, Kind


@frozen
class Signature:
    """Axes of the arguments and of the result, a letter for each dimension."""

    args: tuple[str, ...]
    result: str

    @property
    def ranks(self) -> tuple[int, ...]:
        """Number of axes of each argument."""
        return tuple(map(len, self.args))


@frozen
class ArrayFunction:
    """A function of whole arrays.

    Attributes:
        name: the word by which it is called, and the key in the emitter's table.
        parameters: names of the arguments, for the documentation.
        signatures: shapes that it takes; several where a vector may stand for a matrix.
        bounds: interval of the numbers of the result, from those of the arguments.
        text: what it is, for the documentation.
        whole: whether whole numbers stay whole.
    """

    name: str
    parameters: tuple[str, ...]
    signatures: tuple[Signature, ...]
    bounds: Callable[..., Bounds]
    text: str
    whole: bool = False

    @property
    def arity(self) -> int:
        """Number of arguments."""
        return len(self.parameters)

    def signature(self, ranks: tuple[int, ...]) -> Signature | None:
        """The signature for arguments with these numbers of axes, if there is one."""
        return next((s for s in self.signatures if s.ranks == ranks), None)

    def kind(self, kinds: tuple[Kind, ...]) -> Kind:
        """What one number of the result is."""
        stays = self.whole and all(k in (Kind.INT, Kind.BOOL) for k in kinds)
        return Kind.INT if stays else Kind.REAL


def _row(
    call: str, shapes: str, bounds: Callable[..., Bounds], text: str, *, whole: bool = False
) -> ArrayFunction:
    """A row from its call, ``solve(A, b)``, and its shapes, ``nn, n -> n; nn, nk -> nk``."""
    name, _, rest = call.rstrip(")").partition("(")
    signatures = []
    for shape in shapes.split(";"):
        args, _, result = shape.partition("->")
        signatures.append(Signature(tuple(a.strip() for a in args.split(",")), result.strip()))
    return ArrayFunction(name, tuple(rest.split(", ")), tuple(signatures), bounds, text, whole)


def _any(*_: Bounds) -> Bounds:
    return ANYTHING


def _with_zero(x: Bounds) -> Bounds:
    return iv.union(x, Bounds(0.0, 0.0))


ARRAYS: Mapping[str, ArrayFunction] = {
    row.name: row
    for row in (
        _row("cholesky(A)", "nn -> nn", _any, "lower triangular L with L Lᵀ = A"),
        _row("solve(A, b)", "nn, n -> n; nn, nk -> nk", _any, "x with A x = b"),
        _row(
            "solve_lower(L, b)",
            "nn, n -> n; nn, nk -> nk",
            _any,
            "x with L x = b, for lower triangular L",
        ),
        _row("inverse(A)", "nn -> nn", _any, "inverse matrix"),
        _row("logdet(A)", "nn ->", _any, "logarithm of the absolute determinant"),
        _row("det(A)", "nn ->", _any, "determinant"),
        _row("eigenvalues(A)", "nn -> n", _any, "eigenvalues of a symmetric matrix, increasing"),
        _row(
            "eigenvectors(A)",
            "nn -> nn",
            iv.within(-1.0, 1.0),
            "its eigenvectors of length 1, as columns in the same order",
        ),
        _row("transpose(A)", "mn -> nm", iv.same, "rows become columns", whole=True),
        _row("diagonal(A)", "nn -> n", iv.same, "numbers on the diagonal", whole=True),
        _row("diag(v)", "n -> nn", _with_zero, "diagonal matrix", whole=True),
        _row("softmax(v)", "n -> n", lambda _: UNIT, "e^v divided by its sum"),
        _row("log_softmax(v)", "n -> n", iv.within(-inf, 0.0), "log(softmax(v)), exact"),
        _row("cumsum(v)", "n -> n", iv.sum_of, "running sums", whole=True),
        _row("sort(v)", "n -> n", iv.same, "the numbers in increasing order", whole=True),
    )
}
