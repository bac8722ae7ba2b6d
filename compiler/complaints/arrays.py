"""Complaints about vectors and matrices, E390 to E399, with their long forms."""

from collections.abc import Iterable, Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span
from ..types import Extent
from .expressions import Shaped, show

_RANKS = ("a single number", "a vector", "a matrix")


def _rank(n: int) -> str:
    return _RANKS[n] if n < len(_RANKS) else f"an array of {n} dimensions"


def not_square(
    at: Span, what: str, written: str, event: tuple[Extent, ...], left: str | None = None
) -> Diagnostic:
    """A matrix over two dimensions where both must be one; ``left`` would be a right left side."""
    return Diagnostic(
        "E390",
        at,
        f"{what} needs a square matrix, over one dimension twice, and `{written}` is over "
        f"{show(event)}",
        hint=f"name one dimension twice: `{left} ~ …`"
        if left
        else "a matrix is square when both of its indices run over one dimension: "
        "`C[i in row, j in row] = …`",
    )


def wrong_rank(
    at: Span, function: str, taken: Sequence[int], written: str, event: tuple[Extent, ...]
) -> Diagnostic:
    """A vector where a matrix must stand, and the like."""
    over = f" over {show(event)}" if event else ""
    hint = f"give one row of it, `{written}[i, :]`, or reduce it: `sum(i in row)(…)`"
    if len(event) == max(taken) + 1:
        slots = ", ".join(["i", *[":"] * (len(event) - 1)])
        hint = f"give one row, with its index bound on the left: `{written}[{slots}]`"
    elif not event:
        hint = "leave out the indices, and the name is the whole array; `:` is a whole axis"
    elif 2 in taken:
        hint = "a matrix is defined with two indices: `C[i in row, j in row] = …`"
    return Diagnostic(
        "E391",
        at,
        f"`{function}` needs {' or '.join(map(_rank, taken))} here, and `{written}` is "
        f"{_rank(len(event))}{over}",
        hint=hint,
    )


def axes_do_not_meet(
    function: str, a: Shaped, b: Shaped, extents: tuple[Extent, Extent], written: str
) -> Diagnostic:
    """Arguments of one function over different dimensions; ``written`` is the second."""
    one, other = extents
    hint = "write lists of one length"
    if isinstance(one, str) and isinstance(other, str):
        hint = (
            f"data that say which `{other}` belongs to each `{one}` lead from one to the other: "
            f"`data {other}_of[{one}]: {other}`"
        )
        if len(b[1]) == 1:
            hint += f", then `u[i in {one}] = {written}[{other}_of[i]]`, and give `u`"
    elif isinstance(one, str) or isinstance(other, str):
        hint = f"write one number for each label of `{one if isinstance(one, str) else other}`"
    return Diagnostic(
        "E392",
        b[0],
        f"`{function}` needs both over the same dimension, and these have the shapes {show(a[1])} "
        f"and {show(b[1])}",
        tuple((at, f"this has the shape {show(shape)}") for at, shape in (a, b)),
        hint=hint,
    )


def matrix_drawn(at: Span, family: str, shape: str, left: str) -> Diagnostic:
    """A left side that leaves no matrix for one draw; ``left`` would."""
    left_over = "a single number" if shape == "[]" else shape
    return Diagnostic(
        "E393",
        at,
        f"one draw of `{family}` is a square matrix, and {left_over} is left for it",
        hint=f"its dimension stands bare, twice, behind the binders: `{left} ~ …`",
    )


def unknown_size(at: Span, family: str, left: str, dims: Iterable[str]) -> Diagnostic:
    """A matrix family whose arguments are all single numbers."""
    dim = next(iter(dims), "part")
    return Diagnostic(
        "E393",
        at,
        f"nothing says how large a draw of `{family}` is",
        hint=f"name its dimension on the left, bare, twice: `{left}[{dim}, {dim}] ~ …`",
    )


def type_without_axes(
    at: Span, word: str, rank: int, name: str, shape: str, dims: Iterable[str]
) -> Diagnostic:
    """A declaration that leaves no vector, or no square matrix, for a type of such."""
    dim = next(iter(dims), "part")
    what = "square matrices" if rank == 2 else "vectors"
    bare = "its last two dimensions are bare and the same" if rank == 2 else "its last one is bare"
    return Diagnostic(
        "E394",
        at,
        f"`{word}` is a type of {what}, and `{name}` has {shape} for one",
        hint=f"{bare}: `{name}[{', '.join([dim] * rank)}]: {word}`",
    )


ARRAYS: Mapping[str, Explanation] = {
    "E390": Explanation(
        "a matrix that is not square",
        "Factors, inverses, determinants and covariances are of square matrices: both axes are the "
        "same dimension. Two dimensions never mix, even when they have the same length.",
        wrong="dim row, feature\ndata X[row, feature]: real\nd = logdet(X)",
        right="dim row, feature\ndata X[row, feature]: real\n"
        "C[j in feature, k in feature] = sum(i in row)(X[i, j] * X[i, k])\nd = logdet(C)",
    ),
    "E391": Explanation(
        "not a vector, or not a matrix",
        "A function of whole arrays takes vectors or matrices, without their indices. A `:` keeps "
        "one axis whole, so that `X[i, :]` is a row of a matrix.",
        wrong="dim row, class\ndata X[row, class]: real\n"
        "w[i in row, k in class] = softmax(X[i, k])",
        right="dim row, class\ndata X[row, class]: real\n"
        "w[i in row, k in class] = softmax(X[i, :])[k]",
    ),
    "E393": Explanation(
        "a draw that is a matrix",
        "`LKJ`, `LKJCholesky`, `Wishart` and `InverseWishart` draw one square matrix at a time. "
        "Its dimension stands bare on the left, twice; binders before it make one matrix for each "
        "index.",
        wrong="dim part = {a, b}\nR[i in part, part] ~ LKJ(2)",
        right="dim part = {a, b}\nR[part, part] ~ LKJ(2)",
    ),
    "E394": Explanation(
        "a type of vectors or matrices",
        "`simplex`, `ordered` and `positive_ordered` are types of whole vectors, `corr`, "
        "`cholesky_corr`, `cov` and `cholesky_cov` of square matrices, whose two axes are one "
        "dimension. Their dimensions stand bare, behind the binders.",
        wrong="dim part = {a, b}\nS[part, part] ~ Wishart(5, [[1, 0], [0, 1]])\n"
        "guide {\n    param V[part]: cov\n    S[part, part] ~ Wishart(5, diag(V))\n}",
        right="dim part = {a, b}\nS[part, part] ~ Wishart(5, [[1, 0], [0, 1]])\n"
        "guide {\n    param V[part, part]: cov\n    S[part, part] ~ Wishart(5, V)\n}",
    ),
    "E392": Explanation(
        "arguments over different dimensions",
        "The columns of a matrix and the rows of what it is applied to are one dimension.",
        wrong="dim a, b\ndata v[b]: real\nC[i in a, j in a] = if i == j then 2 else 0\n"
        "x[a] = solve(C, v)",
        right="dim a, b\ndata v[b]: real\ndata b_of[a]: b\n"
        "C[i in a, j in a] = if i == j then 2 else 0\n"
        "u[i in a] = v[b_of[i]]\nx[a] = solve(C, u)",
    ),
}
