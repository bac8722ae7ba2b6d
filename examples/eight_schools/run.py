"""Fit both forms of the eight schools from Python, and see what the form does to the fit."""

from pathlib import Path

import nacre

HERE = Path(__file__).parent

for name in ("centred", "noncentred"):
    model = nacre.load(HERE / f"{name}.ppl")
    fit = model.fit(HERE / "eight_schools.json", seed=1)
    theta = fit.posterior["theta"]
    print(f"{name}: k-hat {fit.judgement.facts['k_hat']:.2f}")
    for school, mean, sd in zip(theta.labels[0], theta.mean(), theta.sd(), strict=True):
        print(f"  school {school}: {mean:5.2f} ± {sd:.2f}")
    print(*fit.warnings, sep="\n")

# What would we think of the other schools if A had measured no effect at all?
model = nacre.load(HERE / "noncentred.ppl").condition({"y[A]": 0.0})
fit = model.fit(HERE / "eight_schools.json", seed=1)
print(fit.summary())
