r"""Maps between unconstrained space and each support, with their log-Jacobians (nats).

==========  ==========================================  =====================================
support     x                                            log |dx/du|
==========  ==========================================  =====================================
real        u                                            0
a..inf      a + exp(u)                                   u
-inf..b     b - exp(u)                                   u
a..b        a + (b - a) sigmoid(u)                       log(b - a) + log s(u) + log s(-u)
simplex     softmax(u V)                                 (log K) / 2 + sum log x
ordered     u_1, then steps exp(u_k), added up          u_2 + … + u_K
a.., ord.   a + steps exp(u_k), added up                 u_1 + … + u_K
==========  ==========================================  =====================================

``V`` is the orthonormal (K-1, K) Helmert basis: the isometric log-ratio transform of Egozcue et al.
(2003), which treats all components alike, unlike stick breaking. The ordered vectors are those of
the Stan reference manual; below an upper end the steps go down from it, and between two ends an
ordered vector is carried over by the map of that interval. Matrices: see `matrix`.
"""

from ..target import Builder, Size, Value
from ..types import SupportName
from . import matrix, ordered


def constrain(
    b: Builder, support: SupportName, u: Value, low: Value | None, high: Value | None, n: Size
) -> tuple[Value, Value | None]:
    """The value at unconstrained ``u`` and the log-Jacobian: one number per element, or per event.

    ``n`` is the length of the event, for the simplex and for matrices. A log-Jacobian of ``None``
    is 0.
    """
    match support:
        case SupportName.SIMPLEX:
            return _simplex(b, u, n)
        case SupportName.REAL | SupportName.VECTOR:
            return u, None
        case SupportName.POSITIVE | SupportName.UNIT | SupportName.INTERVAL:
            return _interval(b, u, low, high)
        case SupportName.ORDERED | SupportName.POSITIVE_ORDERED:
            return ordered.constrain(b, u, low, high)
        case name if name.is_matrix:
            return matrix.constrain(b, name, u, n)
        case _:
            raise AssertionError(f"{support.value} values have no unconstrained coordinates")


def _interval(
    b: Builder, u: Value, low: Value | None, high: Value | None
) -> tuple[Value, Value | None]:
    if low is None and high is None:
        return u, None
    if high is None:
        assert low is not None
        return b.apply("add", low, b.apply("exp", u)), u
    if low is None:
        return b.apply("sub", high, b.apply("exp", u)), u
    width = b.apply("sub", high, low)
    x = b.apply("add", low, b.apply("mul", width, b.apply("sigmoid", u)))
    inside = b.apply("add", b.apply("log_sigmoid", u), b.apply("log_sigmoid", b.apply("neg", u)))
    return x, b.apply("add", b.apply("log", width), inside)


def unconstrain(
    b: Builder, support: SupportName, x: Value, low: Value | None, high: Value | None
) -> Value:
    """The unconstrained coordinates of a value inside its support."""
    match support:
        case SupportName.SIMPLEX:
            return b.matmul(b.apply("log", x), b.transpose(basis(b, x.shape[-1])))
        case SupportName.REAL | SupportName.VECTOR:
            return x
        case SupportName.ORDERED | SupportName.POSITIVE_ORDERED:
            return ordered.unconstrain(b, x, low, high)
        case name if name.is_matrix:
            return matrix.unconstrain(b, name, x)
        case _:
            pass
    if low is None and high is None:
        return x
    if high is None:
        assert low is not None
        return b.apply("log", b.apply("sub", x, low))
    if low is None:
        return b.apply("log", b.apply("sub", high, x))
    above, below = b.apply("sub", x, low), b.apply("sub", high, x)
    return b.apply("sub", b.apply("log", above), b.apply("log", below))


def basis(b: Builder, n: Size) -> Value:
    """Orthonormal basis (n-1, n) of the vectors that sum to zero."""
    return b.input(
        f"basis_{n}", (one_less(b, n), n), batched=False, source=f"simplex.basis({n}, dtype)"
    )


def one_less(b: Builder, n: Size) -> Size:
    """Number of free coordinates of a simplex."""
    return n - 1 if isinstance(n, int) else b.host(f"{n}_less_1", f"max(0, {n} - 1)")


def _simplex(b: Builder, u: Value, n: Size) -> tuple[Value, Value]:
    z = b.matmul(u, basis(b, n))
    log_x = b.apply("sub", z, b.reduce("logsumexp", z, (-1,), keepdim=True))
    half_log = b.apply("mul", b.const(0.5), b.apply("log", b.size_value(n)))
    return b.apply("exp", log_x), b.apply("add", half_log, b.reduce("sum", log_x, (-1,)))
