"""Fit a Bayesian neural network, and see how sure it is where there are no data."""

from pathlib import Path

import nacre
import numpy as np

HERE = Path(__file__).parent

model = nacre.load(HERE / "bnn.ppl")
fit = model.fit(HERE / "curve.json", guide="mean-field", restarts=4, seed=1, draws=1000)
draws = {name: fit.posterior[name].flat for name in ("w", "b", "v")}
for x in (-1.5, 0.1, 1.5):
    hidden = np.tanh(draws["w"] * x + draws["b"])
    mean = (hidden * draws["v"]).sum(-1)
    print(f"x = {x:4.1f}: {mean.mean():5.2f} +- {mean.std():.2f}, sin(2 x) = {np.sin(2 * x):5.2f}")
print(f"sigma = {fit.posterior['sigma'].mean():.3f}")
