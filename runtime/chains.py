"""Sums over all paths of a hidden chain, and their derivatives.

The log weight of a path is ``start[z0]``, and of each later step ``pairs[t, z(t - 1), z(t)]`` and
``seen[t, z(t)]`` added to that.
Two ways lead to the logarithm of the sum over all paths: the forward recursion, which takes a step
of Python for each step of the chain, and products of neighbouring matrices in log space, pair by
pair, which take log2(steps) rounds and the cube of the number of states. The sizes of the arrays
decide, those of the batch among them.

Going back, what a step hands on to the one before is a matrix that follows from the recursion. So
these are computed for many steps at once, and the loop is left with one product for each step.

References:
    Rabiner (1989), A tutorial on hidden Markov models.
    Hassan, Sarkka, Garcia-Fernandez (2021), Temporal parallelization of inference in hidden Markov
    models.
"""

import torch
from torch import Tensor

PRODUCTS = 500  # additions in the product of two matrices, over all chains and draws together
AT_ONCE = 2**18  # numbers in the matrices of as many steps as are computed at once
_LOWEST = -3.0e38  # in the place of -inf, where a difference of two of them would be nan

Kept = tuple[Tensor, ...]


def sum_paths(start: Tensor, pairs: Tensor, seen: Tensor) -> Kept:
    """Log of the sum of the weights of all paths, and what its derivative needs.

    Shapes: start (*lead, k); pairs (*lead, n or 1, k, k), from the row to the column; seen
    (*lead, n, k). Their leads broadcast.

    Returns:
        ``(*lead,)`` first.
    """
    lead = torch.broadcast_shapes(  # type: ignore[no-untyped-call]
        start.shape[:-1], pairs.shape[:-3], seen.shape[:-2]
    )
    start = start.expand(*lead, start.shape[-1])
    if seen.shape[-2] and start.shape[-1] ** 2 * start.numel() <= PRODUCTS:
        return _by_products(start, pairs + seen[..., None, :])
    moves = pairs.expand(*pairs.shape[:-3], seen.shape[-2], *pairs.shape[-2:]).unbind(-3)
    alpha = start
    alphas = [start]
    for move, here in zip(moves, seen.unbind(-2), strict=True):
        alpha = (alpha.unsqueeze(-1) + move).logsumexp(-2) + here
        alphas.append(alpha)
    return alpha.logsumexp(-1), torch.stack(alphas, -2)


def sum_paths_back(
    g: Tensor, kept: Kept, start: Tensor, pairs: Tensor, seen: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Adjoints of `start`, `pairs` and `seen`, over the whole lead, from that of the sum."""
    if len(kept) == 2:
        return _steps_back(g, kept, pairs, seen)
    d_start, flow = _products_back(g, kept)
    return d_start, flow.sum(-3, keepdim=True) if pairs.shape[-3] == 1 else flow, flow.sum(-2)


def _steps_back(
    g: Tensor, kept: Kept, pairs: Tensor, seen: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """From the last step to the first, in blocks whose matrices are computed at once."""
    alphas = kept[1]
    n, k = seen.shape[-2:]
    last = alphas[..., n, :]
    d = (last - kept[0].clamp(min=_LOWEST)[..., None]).exp() * g[..., None]
    size = max(1, AT_ONCE // max(1, alphas[..., 0, :].numel() * k))
    d_seen: list[Tensor] = []
    d_pairs: list[Tensor] = []
    for stop in range(n, 0, -size):
        begin = max(0, stop - size)
        below = seen[..., begin:stop, :] - alphas[..., begin + 1 : stop + 1, :].clamp(min=_LOWEST)
        moves = pairs if pairs.shape[-3] == 1 else pairs[..., begin:stop, :, :]
        share = (alphas[..., begin:stop, :, None] + moves + below[..., None, :]).exp()
        column = d.unsqueeze(-1)
        columns: list[Tensor] = []
        for matrix in share.unbind(-3)[::-1]:
            columns.append(column)
            column = matrix @ column
        d = column.squeeze(-1)
        here = torch.stack(columns[::-1], -3).squeeze(-1)
        d_seen.append(here)
        flow = share * here[..., None, :]
        d_pairs.append(flow.sum(-3, keepdim=True) if pairs.shape[-3] == 1 else flow)
    if not d_seen:
        none = seen.new_zeros((*d.shape[:-1], *seen.shape[-2:]))
        return d, pairs.new_zeros((*d.shape[:-1], *pairs.shape[-3:])), none
    whole = sum(d_pairs[1:], d_pairs[0]) if pairs.shape[-3] == 1 else torch.cat(d_pairs[::-1], -3)
    return d, whole, torch.cat(d_seen[::-1], -2)


def _by_products(start: Tensor, m: Tensor) -> Kept:
    """The sum, the joint weights of first and last state, and the products of each round."""
    m = m.expand(*start.shape[:-1], *m.shape[-3:])
    levels = [m]
    while m.shape[-3] > 1:
        n = m.shape[-3] // 2
        a, b = m[..., : 2 * n : 2, :, :], m[..., 1 : 2 * n : 2, :, :]
        both = (a[..., :, None, :] + b.mT[..., None, :, :]).logsumexp(-1)
        m = torch.cat((both, m[..., 2 * n :, :, :]), -3)
        levels.append(m)
    joint = start[..., None] + m[..., 0, :, :]
    return joint.logsumexp((-2, -1)), joint, *levels


def _products_back(g: Tensor, kept: Kept) -> tuple[Tensor, Tensor]:
    """Adjoints of the start and of the matrices."""
    total, joint, *levels = kept
    first = (joint - total.clamp(min=_LOWEST)[..., None, None]).exp() * g[..., None, None]
    d = first[..., None, :, :]
    for m, product in zip(levels[-2::-1], levels[:0:-1], strict=True):
        n = m.shape[-3] // 2
        a, b = m[..., : 2 * n : 2, :, :], m[..., 1 : 2 * n : 2, :, :]
        finite = product[..., :n, :, :, None].clamp(min=_LOWEST)
        share = (a[..., :, None, :] + b.mT[..., None, :, :] - finite).exp()  # from, to, between
        share = share * d[..., :n, :, :, None]
        two = torch.stack((share.sum(-2), share.sum(-3).mT), -3).flatten(-4, -3)
        d = torch.cat((two, d[..., n:, :, :]), -3)
    return first.sum(-1), d
