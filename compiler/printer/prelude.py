"""Small functions that the emitted module defines for itself when an operation calls them."""

from collections.abc import Mapping

PRELUDE: Mapping[str, str] = {
    "cholesky": '''
def cholesky(a):
    """Lower Cholesky factor; nan, rather than an exception, where `a` is not positive definite."""
    factor, info = torch.linalg.cholesky_ex(a)
    return torch.where((info == 0)[..., None, None], factor, torch.nan)
''',
    "log1m_exp": '''
def log1m_exp(x):
    """log(1 - exp(x)) for x <= 0, exact at both ends (Maechler 2012)."""
    near = x > -0.6931471805599453
    small, large = torch.where(near, x, -1.0), torch.where(near, -1.0, x)
    return torch.where(near, torch.log(-torch.expm1(small)), torch.log1p(-torch.exp(large)))
''',
}
