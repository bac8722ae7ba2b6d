r"""Pareto-smoothed importance sampling: is a guide good enough to be trusted, or corrected?

The largest importance ratios are fitted by a generalised Pareto distribution with shape
:math:`\hat k`; below :math:`\min(1 - 1/\log_{10} S,\ 0.7)` the smoothed weights give reliable
answers with :math:`S` draws (Vehtari, Simpson, Gelman, Yao & Gabry 2024, "Pareto smoothed
importance sampling", JMLR 25). The shape is Zhang & Stephens' (2009) quasi-Bayesian estimate,
with the weak prior at 0.5 of the PSIS paper, appendix C. A high value means most often that the
guide is a poor approximation; it says nothing against the model.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

_EQUAL = 1e-8  # nats; a smaller spread of the ratios is rounding, and has no tail to speak of


@dataclass(frozen=True)
class Importance:
    """Smoothed importance weights of draws from a guide.

    Attributes:
        log_weights: ``(draws,)``, normalised: their exponentials sum to one.
        k_hat: shape of the tail of the raw ratios; 0 when all ratios are equal (an exact guide)
            or the largest is shared by many (discrete draws), inf when there are too few to tell,
            nan when a ratio is not a number.
        threshold: the value of ``k_hat`` up to which ``draws`` draws are enough.
    """

    log_weights: Tensor
    k_hat: float
    threshold: float

    @property
    def reliable(self) -> bool:
        """Is ``k_hat`` at most ``threshold``?"""
        return self.k_hat <= self.threshold

    @property
    def effective(self) -> float:
        """Effective number of draws, 1 / sum of squared weights (Kong 1992)."""
        return float((-torch.logsumexp(2 * self.log_weights, 0)).exp())

    @property
    def weights(self) -> Tensor:
        """``(draws,)``, summing to one."""
        return self.log_weights.exp()


def importance(log_p: Tensor, log_q: Tensor) -> Importance:
    """Importance weights of draws from q for p, their tail smoothed.

    Shapes: both ``(draws,)``, nats; neither need be normalised. Draws outside the support of p may
    have ``log_p`` -inf: they get weight zero.

    Raises:
        ValueError: there are no draws, or no draw has a positive weight.
    """
    ratios = (log_p - log_q).to(torch.float64)
    count = ratios.shape[0]
    if count == 0 or bool((ratios == -torch.inf).all()):
        raise ValueError("importance weights need at least one draw inside the support")
    threshold = min(1.0 - 1.0 / math.log10(count), 0.7) if count > 1 else -math.inf
    if bool(ratios.isnan().any() | (ratios == torch.inf).any()):
        return Importance(torch.full_like(ratios, torch.nan), math.nan, threshold)
    ratios = ratios - ratios.max()
    if float(ratios.min()) > -_EQUAL:
        return Importance(ratios - ratios.logsumexp(0), 0.0, threshold)
    smoothed, k_hat = _smooth(ratios)
    # Truncated at the largest raw ratio, which is 1 here.
    smoothed = smoothed.clamp(max=0.0)
    return Importance(smoothed - smoothed.logsumexp(0), k_hat, threshold)


def _smooth(log_ratios: Tensor) -> tuple[Tensor, float]:
    """Replace the tail by quantiles of the Pareto fitted to it; ratios have maximum 0."""
    count = log_ratios.shape[0]
    size = int(min(count / 5, 3.0 * math.sqrt(count)))
    if size <= 4:
        return log_ratios, math.inf
    values, order = log_ratios.sort(stable=True)
    cutoff = max(float(values[-size - 1]), math.log(torch.finfo(torch.float64).tiny))
    tail = order[values > cutoff]
    if cutoff > -_EQUAL:  # the largest ratio is shared by more draws than a tail has: no tail
        return log_ratios, 0.0
    if tail.shape[0] <= 4:
        return log_ratios, math.inf
    base = math.exp(cutoff)
    excess = log_ratios[tail].exp() - base
    shape, scale = fit_pareto(excess)
    if not math.isfinite(shape):
        return log_ratios, math.inf
    ranks = (torch.arange(excess.shape[0], dtype=torch.float64) + 0.5) / excess.shape[0]
    smoothed = (_quantile(ranks, shape, scale) + base).log()
    return log_ratios.index_put((tail,), smoothed), shape


def fit_pareto(excess: Tensor) -> tuple[float, float]:
    r"""Shape and scale of a generalised Pareto distribution with location zero.

    Zhang & Stephens (2009): a posterior mean over a data-dependent grid of
    :math:`\theta = -k/\sigma`, then the shape shrunk towards 0.5 with the weight of ten draws.

    Args:
        excess: positive, ascending, ``(draws,)``.
    """
    count = excess.shape[0]
    grid_size = 30 + int(math.sqrt(count))
    grid = 1.0 - (grid_size / (torch.arange(grid_size, dtype=torch.float64) + 0.5)).sqrt()
    quartile = excess[int(count / 4 + 0.5) - 1]
    theta = grid / (3.0 * quartile) + 1.0 / excess[-1]
    shapes = torch.log1p(-theta[:, None] * excess).mean(1)
    profile = count * ((-theta / shapes).log() - shapes - 1.0)
    weights = torch.softmax(profile, 0)
    keep = weights >= 10 * torch.finfo(torch.float64).eps
    weights = weights[keep] / weights[keep].sum()
    best = (theta[keep] * weights).sum()
    shape = float(torch.log1p(-best * excess).mean())
    scale = -shape / float(best)
    return (shape * count + 0.5 * 10) / (count + 10), scale


def _quantile(p: Tensor, shape: float, scale: float) -> Tensor:
    if abs(shape) < 1e-12:
        return -scale * torch.log1p(-p)
    return scale * torch.expm1(-shape * torch.log1p(-p)) / shape
