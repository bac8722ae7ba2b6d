"""Fit the logistic regression from Python, and predict with it."""

from pathlib import Path

import nacre
import numpy as np

HERE = Path(__file__).parent

fit = nacre.load(HERE / "logistic.ppl").fit(HERE / "wdbc.csv", seed=1)
print(fit.summary())
print(*fit.warnings, sep="\n")

# How likely is a mass malignant whose nuclei are large by one standard deviation, and else average?
draws = fit.posterior
score = draws["a"].flat + draws["b_radius"].flat
p = 1 / (1 + np.exp(-score))
print(f"P(malignant) = {p.mean():.3f} ({np.quantile(p, [0.05, 0.95]).round(3)})")
