"""Sums of products become products of matrices, and stay what they were."""

import pytest
import torch
from emitted import compiled, text_of
from nacre.compiler.differentiate import differentiate
from nacre.compiler.target import Builder

SIZES = {"i": 3, "j": 4, "k": 5, "l": 2, "m": 6}

# Axes of the two factors, those that are summed, and whether the first factor is data.
CASES = {
    "matrix by matrix": ("ik", "kj", "k"),
    "the other way round": ("kj", "ik", "k"),
    "columns first": ("ki", "jk", "k"),
    "two axes summed": ("ikl", "klj", "kl"),
    "a batch of matrices": ("lik", "lkj", "k"),
    "the batch in the middle": ("ikl", "jkl", "k"),
    "two axes of one factor": ("ijk", "kl", "k"),
    "axes that interleave": ("ilk", "jmk", "k"),
    "the summed axis first": ("kil", "kjm", "k"),
}
LETTERS = "ijklm"


def laid(b, value, axes, over):
    """The factor with a unit axis wherever it lacks one."""
    order = [axes.index(a) for a in over if a in axes]
    missing = tuple(i - len(over) for i, a in enumerate(over) if a not in axes)
    return b.unsqueeze(b.permute(value, order), missing)


@pytest.mark.parametrize("data", [False, True], ids=["both batched", "the first is data"])
@pytest.mark.parametrize("batch", [(), (3,), (2, 3)], ids=str)
@pytest.mark.parametrize(("p", "q", "summed"), CASES.values(), ids=CASES.keys())
def test_it_is_the_contraction(p, q, summed, batch, data):
    b = Builder()
    over = [a for a in LETTERS if a in p + q]
    inputs = [
        b.input(name, tuple(SIZES[a] for a in axes), batched=not (data and name == "p"))
        for name, axes in (("p", p), ("q", q))
    ]
    product = b.apply("mul", *(laid(b, v, x, over) for v, x in zip(inputs, (p, q), strict=True)))
    total = b.reduce("sum", product, tuple(over.index(a) - len(over) for a in summed))
    kept = "".join(a for a in over if a not in summed)
    assert total.shape == tuple(SIZES[a] for a in kept)
    wrt = [v for v in inputs if v.batched]
    weights = b.input("w", total.shape, batched=False)
    gradient = differentiate([(total, weights)], wrt, b)
    outputs = (total, *(b.broadcast_batch(v, wrt[0]) for v in gradient))
    assert "@" in text_of(b, outputs, tuple(v.name for v in wrt))

    rng = torch.Generator().manual_seed(1)
    arrays = {
        v.name: torch.randn(
            (*(batch if v.batched else ()), *v.shape), generator=rng, dtype=torch.float64
        )
        for v in (*inputs, weights)
    }
    given = {v.name: arrays[v.name] for v in (*inputs, weights) if not v.batched}
    passed = [arrays[v.name].requires_grad_() for v in wrt]
    function = compiled(b, outputs, tuple(v.name for v in wrt), data=given)
    with torch.no_grad():
        found = function(*passed)
    wanted = torch.einsum(f"...{p},...{q}->...{kept}", arrays["p"], arrays["q"])
    slopes = torch.autograd.grad((wanted * arrays["w"]).sum(), passed)
    for mine, its in zip(found, (wanted, *slopes), strict=True):
        torch.testing.assert_close(mine, its, rtol=1e-12, atol=1e-12)


def test_a_sum_over_one_factors_own_axis_is_no_product_of_matrices():
    b = Builder()
    p, q = b.input("p", (3, 4), batched=True), b.input("q", (4,), batched=True)
    assert b.reduce("sum", b.apply("mul", p, q), (-1,)).op == "sum"
