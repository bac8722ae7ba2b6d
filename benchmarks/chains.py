"""Hidden chains: the forward recursion as it is generated, beside products of matrices in a tree.

Both compute the log evidence of a chain with Gaussian emissions, and its gradient by the transition
matrix and the means. The tree multiplies neighbouring matrices in log space, in log2(T) rounds:
fewer steps, and more work by a factor of the number of states.

    python benchmarks/chains.py
"""

import time
from collections.abc import Callable

import numpy as np
import torch

from nacre.compiler import driver
from nacre.grammar.source import Source
from nacre.runtime.data import bind_data
from nacre.runtime.program import Program

MODEL = """\
data T, K: int
dim time = 1..T
dim state = 1..K
data y[time]: real
flat[s in state] = 1 / K
move[r in state, state] ~ Dirichlet(1)
mu[s in state] ~ Normal(s, 1)
z[1] ~ Categorical(flat)
z[t in 2..T] ~ Categorical(move[z[t - 1], :])
y[t in time] ~ Normal(mu[z[t]], 1)
"""
LENGTHS, STATES, BATCHES = (30, 100, 300, 1000, 3000), (2, 4, 8, 16), (1, 16)


def generated(y: np.ndarray, states: int) -> Program:
    """The program of the model, the chain summed out by the forward recursion."""
    graph = driver.graph_of(driver.front(Source("chain.ppl", MODEL)))
    bound = bind_data(graph, {"T": len(y), "K": states, "y": y})
    cut = driver.marginalised(driver.pruned(graph), bound.sizes)
    return Program(cut.graph, driver.emit(graph, header="", cut=cut), bound, torch.float64)


def tree(move: torch.Tensor, mu: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Log evidence by products of neighbours. Shapes: (*batch, K, K), (*batch, K), (T,)."""
    emission = -0.5 * (y[:, None] - mu[..., None, :]) ** 2 - 0.5 * np.log(2 * np.pi)
    steps = move.log()[..., None, :, :] + emission[..., 1:, None, :]
    while steps.shape[-3] > 1:
        rest = steps[..., steps.shape[-3] // 2 * 2 :, :, :]
        a, b = steps[..., :-1:2, :, :], steps[..., 1::2, :, :]
        both = (a[..., :, None] + b[..., None, :, :]).logsumexp(-2)
        steps = torch.cat((both, rest), -3)
    first = emission[..., 0, :] - np.log(mu.shape[-1])
    return (first[..., :, None] + steps[..., 0, :, :]).logsumexp((-1, -2))


def milliseconds(f: Callable[[], object]) -> float:
    """The best of several runs."""
    f()
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        f()
        best = min(best, time.perf_counter() - start)
    return 1000 * best


def main() -> None:
    """Print a table: length, states, draws at once, and milliseconds of both ways."""
    torch.set_num_threads(1)
    print(f"{'T':>6} {'K':>4} {'batch':>6} {'recursion ms':>14} {'tree ms':>10}")
    rng = np.random.default_rng(0)
    for length in LENGTHS:
        y = rng.normal(size=length)
        seen = torch.from_numpy(y)
        for states in STATES:
            program = generated(y, states)
            for batch in BATCHES:
                position = torch.randn(batch, program.n, dtype=torch.float64)
                values, _ = program.constrain(position)
                move, mu = values["move"].clone(), values["mu"].clone()

                def by_tree(move=move, mu=mu, y=seen) -> object:
                    move, mu = move.requires_grad_(), mu.requires_grad_()
                    return torch.autograd.grad(tree(move, mu, y).sum(), (move, mu))

                def by_recursion(program=program, position=position) -> object:
                    return program.log_density_and_gradient(position)

                one, other = milliseconds(by_recursion), milliseconds(by_tree)
                print(f"{length:>6} {states:>4} {batch:>6} {one:>14.2f} {other:>10.2f}", flush=True)


if __name__ == "__main__":
    main()
