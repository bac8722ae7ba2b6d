"""Fit the radon model from Python, and ask the posterior something."""

from pathlib import Path

import nacre
import numpy as np

HERE = Path(__file__).parent

model = nacre.load(HERE / "radon.ppl")
fit = model.fit(HERE / "radon.csv", seed=1)
print(fit.summary())
print(*fit.warnings, sep="\n")

# How much less radon is there on a first floor?
ratio = np.exp(fit.posterior["beta"].flat)
print(f"first floor / basement: {ratio.mean():.2f} ({np.quantile(ratio, [0.05, 0.95]).round(2)})")

# Which of two counties has more?
alpha = fit.posterior["alpha"]
stearns, hennepin = (alpha.sel(county=name).flat for name in ("STEARNS", "HENNEPIN"))
print(f"P(Stearns above Hennepin) = {(stearns > hennepin).mean():.2f}")
