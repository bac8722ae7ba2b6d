"""Fit both Gaussian processes from Python, and look at the curve of the second."""

from pathlib import Path

import nacre
import numpy as np

HERE = Path(__file__).parent

fit = nacre.load(HERE / "regression.ppl").fit(HERE / "curve.csv", seed=1)
summary = fit.summary()
for name in ("length", "height", "noise", "curve_at_3"):
    print(f"{name} {summary[name]['mean']:.2f} ± {summary[name]['sd']:.2f}")

fit = nacre.load(HERE / "counts.ppl").fit(HERE / "accidents.csv", seed=1)
level, f = (fit.posterior[name].flat for name in ("level", "f"))
rate = np.exp(level.reshape(-1, 1) + f.reshape(len(level), -1)).mean(0)
print("accidents a year, every tenth year:", rate[::10].round(1))
