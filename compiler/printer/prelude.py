"""What operations call: small functions that the emitted module defines for itself, and imports."""

from collections.abc import Mapping

PRELUDE: Mapping[str, str] = {
    "cholesky": '''
def cholesky(a):
    """Lower Cholesky factor; nan, rather than an exception, where `a` is not positive definite."""
    factor, info = torch.linalg.cholesky_ex(a)
    return torch.where((info == 0)[..., None, None], factor, torch.nan)
''',
    "solve_square": '''
def solve_square(a, v):
    """The solution x of a x = v for matrices; nan where `a` is singular."""
    x, info = torch.linalg.solve_ex(a, v.expand(*(1,) * (a.ndim - v.ndim), *v.shape))
    return torch.where((info == 0)[..., None, None], x, torch.nan)
''',
    "inverse": '''
def inverse(a):
    """Inverse of a square matrix; nan, rather than an exception, where `a` is singular."""
    result, info = torch.linalg.inv_ex(a)
    return torch.where((info == 0)[..., None, None], result, torch.nan)
''',
    "eigh": '''
def eigh(a):
    """Eigenvectors of symmetric `a` as columns, then its eigenvalues, increasing, as one more.

    The lower triangle is read. An `a` that is not finite gives nan, rather than an exception.
    """
    finite = a.isfinite().all(-1).all(-1)[..., None, None]
    unit = torch.eye(a.shape[-1], dtype=a.dtype, device=a.device)
    values, vectors = torch.linalg.eigh(torch.where(finite, a, unit))
    return torch.where(finite, torch.cat((vectors, values[..., None]), -1), torch.nan)
''',
    "log1m_exp": '''
def log1m_exp(x):
    """log(1 - exp(x)) for x <= 0, exact at both ends (Maechler 2012)."""
    near = x > -0.6931471805599453
    small, large = torch.where(near, x, -1.0), torch.where(near, -1.0, x)
    return torch.where(near, torch.log(-torch.expm1(small)), torch.log1p(-torch.exp(large)))
''',
    **{
        name: f"from nacre.runtime.dist.{module} import {name}"
        for module, names in (
            ("incomplete_beta", ("betainc", "betainc_by_a", "betainc_by_b")),
            ("skew_phi", ("skew_phi",)),
            ("von_mises_phi", ("von_mises_phi", "von_mises_phi_by_concentration")),
            ("inversegaussian", ("std_inverse_gaussian",)),
        )
        for name in names
    },
}
