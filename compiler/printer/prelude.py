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
    "log_chain": '''
def log_chain(m):
    """Product in log space of the matrices along the third axis from the right, pair by pair."""
    if m.shape[-3] == 0:
        unit = torch.eye(m.shape[-1], dtype=m.dtype, device=m.device).log()
        return unit.expand(m.shape[:-3] + m.shape[-2:])
    while m.shape[-3] > 1:
        n = m.shape[-3] // 2
        a, b = m[..., : 2 * n : 2, :, :], m[..., 1 : 2 * n : 2, :, :]
        both = (a[..., :, :, None] + b[..., :, None, :, :]).logsumexp(-2)
        m = torch.cat((both, m[..., 2 * n :, :, :]), -3)
    return m[..., 0, :, :]
''',
    "log_chain_back": '''
def log_chain_back(g, m):
    """Adjoint of the matrices of `log_chain`, from that of their product."""
    levels = [m]
    while levels[-1].shape[-3] > 1:
        m, n = levels[-1], levels[-1].shape[-3] // 2
        a, b = m[..., : 2 * n : 2, :, :], m[..., 1 : 2 * n : 2, :, :]
        both = (a[..., :, :, None] + b[..., :, None, :, :]).logsumexp(-2)
        levels.append(torch.cat((both, m[..., 2 * n :, :, :]), -3))
    d = g[..., None, :, :].expand(levels[-1].shape)
    for m, product in zip(levels[-2::-1], levels[:0:-1]):
        n = m.shape[-3] // 2
        a, b = m[..., : 2 * n : 2, :, :], m[..., 1 : 2 * n : 2, :, :]
        finite = product[..., :n, :, None, :].clamp(min=-3.0e38)  # all -inf: 0 instead of nan
        share = (a[..., :, :, None] + b[..., :, None, :, :] - finite).exp()
        share = share * d[..., :n, :, None, :]
        pairs = torch.stack((share.sum(-1), share.sum(-3)), -3).flatten(-4, -3)
        d = torch.cat((pairs, d[..., n:, :, :]), -3)
    return d
''',
    **{
        name: f"from nacre.runtime.dist.incomplete_beta import {name}"
        for name in ("betainc", "betainc_by_a", "betainc_by_b")
    },
}
