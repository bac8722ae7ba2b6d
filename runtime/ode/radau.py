"""The method Radau IIA of order 5: implicit and L-stable, for stiff systems.

The three stages of a step solve one system of equations together, ``Z = h (A ⊗ I) F(y + Z)``, by
Newton's method with the derivative at the beginning of the step. The last stage is the state at the
end. Backwards, what the stages solve is differentiated as an implicit function: no iteration is
gone through again.

References:
    Hairer & Wanner (1996), Solving Ordinary Differential Equations II, IV.8.
    Gustafsson (1994), Control-theoretic techniques for stepsize selection in implicit
        Runge-Kutta methods.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import sqrt

import torch
from torch import Tensor

from .block import Block, Way, down, jacobian
from .method import Attempt, Pull, Slope, Tolerance, fitting, like, size_of

_R = sqrt(6)
STAGES = 3
C = ((4 - _R) / 10, (4 + _R) / 10, 1.0)
A = (
    ((88 - 7 * _R) / 360, (296 - 169 * _R) / 1800, (-2 + 3 * _R) / 225),
    ((296 + 169 * _R) / 1800, (88 + 7 * _R) / 360, (-2 - 3 * _R) / 225),
    ((16 - _R) / 36, (16 + _R) / 36, 1 / 9),
)
E = ((-13 - 7 * _R) / 3, (-13 + 7 * _R) / 3, -1 / 3)  # of the error estimate
MU = 3 + 3 ** (2 / 3) - 3 ** (1 / 3)  # the real eigenvalue of the inverse of A
ORDER = 4

_MOST = 7  # iterations of Newton's method
_CLOSE = 1e-3  # what they may leave, in units of the error that a step may have
_FAR = 10.0  # times the last step, beyond which it says nothing of the next one
_HALVED = 0.5  # a step whose equations are not solved


class Implicit:
    """Steps that solve equations, and so can be long where the solution is smooth."""

    order = ORDER

    def __init__(self, slope: Slope, pull: Pull, tolerance: Tolerance) -> None:
        """Nothing is computed before `begin`."""
        self._slope = slope
        self._pull = pull
        # the estimate is of order 3, the step of order 5: steps that just pass are better than
        # they seem, and as good as was asked with these tolerances (as in the code RADAU5)
        rtol = 0.1 * tolerance.rtol ** (2 / 3)
        atol = rtol * tolerance.atol / tolerance.rtol
        self._tolerance = replace(tolerance, rtol=rtol, atol=atol)
        self._close = max(_CLOSE, 100 * torch.finfo(torch.float64).eps / rtol)

    def begin(self, t: Tensor, y: Tensor) -> Tensor:
        """The slope at the beginning."""
        self._first = like(self._slope(t, y), y)
        self._h = torch.zeros_like(t)  # of the last good step
        self._size = torch.ones_like(t)  # of its error
        self._course = y.new_zeros((STAGES, *y.shape))  # coefficients of its polynomial
        return self._first

    def attempt(self, t: Tensor, end: Tensor, y: Tensor, h: Tensor) -> Attempt:
        """Solve the stages of a step, and estimate its error."""
        slopes = h.reshape(-1, 1, 1) * jacobian(self._pull, t, y).reshape(
            -1, y.shape[-1], y.shape[-1]
        )
        self._z, solved = self._stages(t, y, h, slopes)
        after = y + self._z[-1]
        self._last = like(self._slope(end, after), y)
        size = self._size_of_error(t, y, after, h, slopes)
        return Attempt(y + self._z, after, torch.where(solved, size, torch.nan))

    def factor(self, attempt: Attempt, h: Tensor, good: Tensor) -> Tensor:
        """By how much the next step should be longer, by the last two errors (Gustafsson)."""
        factor = fitting(attempt.size, ORDER)
        trend = h / self._h * (self._size / attempt.size) ** (1 / ORDER)
        trend = torch.where(self._h > 0, trend.nan_to_num(nan=1.0).clamp(max=1.0), 1.0)
        self._first = torch.where(good[..., None], self._last, self._first)
        self._size = torch.where(good, attempt.size.clamp(min=1e-2), self._size)
        self._h = torch.where(good, h, self._h)
        course = (_constants(h.device)[3] @ self._z.view(STAGES, -1)).view(self._z.shape)
        self._course = torch.where(good[..., None], course, self._course)
        return torch.where(attempt.size.isnan(), _HALVED, factor * trend)

    def _stages(self, t: Tensor, y: Tensor, h: Tensor, slopes: Tensor) -> tuple[Tensor, Tensor]:
        """States of the stages, from the state before the step; and whether they were found."""
        a, c, _, _ = _constants(y.device)
        lu, pivots = _factored(_coupled(a, slopes))
        times = t + h * c.view(-1, *(1 for _ in t.shape))
        allowed = self._tolerance.atol + self._tolerance.rtol * y.abs()
        z = self._guess(h)
        pending, solved = h != 0, h == 0
        before = torch.full_like(h, torch.nan)  # nothing is known of the first rate
        for left in reversed(range(_MOST)):
            f = like(self._slope(times, y + z), z)
            residual = h[..., None] * (a @ f.reshape(STAGES, -1)).view(z.shape) - z
            step = _solved(lu, pivots, residual)
            z = torch.where(pending[..., None], z + step, z)
            size = (step / allowed).square().mean((0, -1)).sqrt()
            rate = size / before
            before = size
            remains = rate / (1 - rate) * size
            close = (size <= self._close) | ((rate < 1) & (remains <= self._close))
            hopeless = ~((rate < 1) & (rate**left / (1 - rate) * size <= self._close))
            hopeless = hopeless & (size != 0) if left < _MOST - 1 else ~size.isfinite()
            solved = solved | (pending & close)
            pending = pending & ~close & ~hopeless
            if not bool(pending.any()):
                break
        return z, solved

    def _guess(self, h: Tensor) -> Tensor:
        """Where the polynomial through the stages of the last step goes on to."""
        c = _constants(h.device)[1]
        far = h / self._h
        near = (self._h > 0) & (far <= _FAR)
        at = 1 + torch.where(near, far, 0.0) * c.view(-1, *(1 for _ in h.shape))
        powers = torch.stack((at, at**2, at**3), 1) - 1  # (stages, powers, m, *plates)
        guess: Tensor = (powers[..., None] * self._course).sum(1)
        return guess

    def _size_of_error(
        self, t: Tensor, y: Tensor, after: Tensor, h: Tensor, slopes: Tensor
    ) -> Tensor:
        """Of the difference to a formula of order 3, damped where the system is stiff."""
        n = y.shape[-1]
        one = torch.eye(n, dtype=y.dtype, device=y.device)
        lu, pivots = _factored(MU * one - slopes)
        e = _constants(y.device)[2]
        by = h[..., None]
        leaves = (e @ self._z.view(STAGES, -1)).view(y.shape)
        error = _solved(lu, pivots, (by * self._first + leaves)[None])[0]
        size = size_of(error, y, after, self._tolerance)
        if bool((size > 1).any()):  # damped once more
            slope = like(self._slope(t, y + error), y)
            again = _solved(lu, pivots, (by * slope + leaves)[None])[0]
            smaller = size_of(again, y, after, self._tolerance)
            size = torch.where(size > 1, smaller, size)
        return size


def _coupled(a: Tensor, slopes: Tensor) -> Tensor:
    """``I - h A ⊗ J``, for every system."""
    m, n, _ = slopes.shape
    whole = (a[:, None, :, None] * slopes[:, None, :, None, :]).reshape(m, STAGES * n, STAGES * n)
    return torch.eye(STAGES * n, dtype=slopes.dtype, device=slopes.device) - whole


def _factored(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """The factors of matrices; where one has none, what is solved with them is not finite."""
    lu, pivots, _ = torch.linalg.lu_factor_ex(matrix)
    return lu, pivots


def _solved(lu: Tensor, pivots: Tensor, right: Tensor) -> Tensor:
    """Solve for every system; ``right`` and the result are ``(stages, m, *plates, n)``."""
    stages, n = right.shape[0], right.shape[-1]
    columns = right.reshape(stages, -1, n).movedim(0, 1).reshape(-1, stages * n, 1)
    found: Tensor = torch.linalg.lu_solve(lu, pivots, columns)
    return found.view(-1, stages, n).movedim(1, 0).reshape(right.shape)


@cache
def _constants(device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """``A``, ``C``, ``E``, and what makes a polynomial of its values at ``C``."""
    a, c, e = (torch.tensor(x, dtype=torch.float64, device=device) for x in (A, C, E))
    powers = torch.stack((c, c**2, c**3), 1)
    return a, c, e, torch.linalg.inv(powers)


# --- backwards -----------------------------------------------------------------------------------


def _walk(pull: Pull, block: Block, flow: Tensor, landings: Tensor) -> tuple[Tensor, Tensor]:
    """The stages as an implicit function of the state before them, and of the operands."""
    steps, n = len(block.steps), flow.shape[-1]
    a = _constants(flow.device)[0]
    h = block.h.reshape(steps, -1)
    slopes = h[:, None, :, None, None] * block.jacobian(pull)  # (steps, stages, systems, n, n)
    # row (i, p), column (j, q): h a_ij J_j
    coupled = a[:, None, :, None] * slopes.permute(0, 2, 3, 1, 4)[:, :, None]
    size = STAGES * n
    whole = torch.eye(size, dtype=h.dtype, device=h.device) - coupled.reshape(steps, -1, size, size)
    last = torch.eye(size, dtype=h.dtype, device=h.device)[:, -n:]
    # what flows from the state behind a step to the stages, (steps, systems, size, n)
    to_stages = torch.linalg.solve_ex(whole.mT, last.expand(*whole.shape[:2], size, n))[0]
    to_stages = to_stages.view(steps, -1, STAGES, n, n)
    flow, after = down(block, to_stages.sum(2).mT, flow, landings)
    inner = (to_stages @ after[:, :, None, :, None])[..., 0]  # (steps, systems, stages, n)
    seeds = h[..., None, None] * (a.T @ inner)
    return flow, seeds.transpose(1, 2).reshape(block.states.shape)


WAY = Way(C, lambda n: (STAGES * n) ** 2, _walk)
