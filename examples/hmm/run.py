"""Fit the regimes from Python: which days were wild, and when did it change?"""

from pathlib import Path

import nacre
import numpy as np

HERE = Path(__file__).parent

fit = nacre.load(HERE / "regimes.ppl").fit(HERE / "changes.json", seed=1)
for name in ("stay", "scale"):
    print(name, fit.posterior[name].mean().round(3), fit.posterior[name].sd().round(3))
print(*fit.warnings, sep="\n")

# The probability of each day by itself, given everything that was seen before and after it
wild = fit.state_probabilities()["z"][:, 1]
print("days that were wild with more than 50 %:", np.flatnonzero(wild > 0.5) + 1)

# Whole paths answer what single days cannot: how many changes of regime were there?
paths = fit.posterior["z"].flat
changes = (np.diff(paths, axis=1) != 0).sum(1)
print(f"changes of regime: {changes.mean():.1f} ({np.quantile(changes, [0.05, 0.95])})")
