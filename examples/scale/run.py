"""The unreliable scale from Python: condition, intervene, fit a guide, weigh its draws."""

from pathlib import Path

import nacre
import torch
from nacre.runtime.infer.psis import importance

HERE = Path(__file__).parent

# One model, many observations.
scale = nacre.load(HERE / "scale.ppl")
for reading in (7.0, 8.5, 9.5):
    fit = scale.condition(measurement=reading).fit(seed=1)
    print(
        f"the scale says {reading}: {fit.params['mean'].item():.2f} ± {fit.params['sd'].item():.2f}"
    )

# Seen or held: the same number on the first scale, and not the same conclusion.
two = nacre.load(HERE / "two.ppl")
for name in ("seen", "held"):
    fit = two.scenario(name).fit(seed=1)
    print(f"{name}: {fit.summary()['weight']['mean']:.2f}")

# A guide of one's own, from a = 8.5 and b = 1.
fit = nacre.load(HERE / "guides.ppl").fit(guide="positive", steps=2500, rate=0.003, seed=0)
print(f"a = {fit.params['a'].item():.2f}, b = {fit.params['b'].item():.2f}")

# A posterior without a formula: the guide proposes, the model weighs.
fit = nacre.load(HERE / "stuck.ppl").fit(guide="heavy", particles=8, draws=40_000, seed=1)
log_p, log_q = (torch.from_numpy(fit.posterior.stats[name][0]) for name in ("log_p", "log_q"))
sample = importance(log_p, log_q)
mean = (sample.weights * torch.from_numpy(fit.posterior["weight"].flat)).sum()
print(f"k-hat {sample.k_hat:.2f}; weighted mean {mean:.2f}")
