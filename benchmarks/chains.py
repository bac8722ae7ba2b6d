"""Hidden chains: the forward recursion beside products of matrices in a tree, both as generated.

Both compute the log density of a chain with Gaussian emissions, and its gradient by the transition
matrix and the means. The tree multiplies neighbouring matrices in log space, in log2(T) rounds:
fewer steps, and more work by a factor of the number of states.

    python benchmarks/chains.py
"""

import numpy as np
import torch
from emitted import generated, milliseconds

from nacre.runtime import chains

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


def main() -> None:
    """Print a table: length, states, draws at once, and milliseconds of both ways."""
    torch.set_num_threads(1)
    print(f"{'T':>6} {'K':>4} {'batch':>6} {'recursion ms':>14} {'tree ms':>10}")
    rng = np.random.default_rng(0)
    for length in LENGTHS:
        y = rng.normal(size=length)
        for states in STATES:
            program = generated("chain.ppl", MODEL, {"T": length, "K": states, "y": y})
            for batch in BATCHES:
                position = torch.randn(batch, program.n, dtype=torch.float64)
                one, other = (
                    milliseconds(lambda p=program, at=position: p.log_density_and_gradient(at), 3)
                    for chains.PRODUCTS in (0, 10**9)
                )
                print(f"{length:>6} {states:>4} {batch:>6} {one:>14.2f} {other:>10.2f}", flush=True)


if __name__ == "__main__":
    main()
