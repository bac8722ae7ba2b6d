"""The unreliable scale in Pyro: ``pyro_scale.py fit STEPS`` or
``pyro_scale.py steps trace|jit checked|unchecked``.
"""

import json
import sys
import time

import pyro
import torch
from pyro import distributions as dist
from pyro.infer import SVI, JitTrace_ELBO, Trace_ELBO

GUESS, MEASURED = 8.5, 9.5
BLOCK, BLOCKS, WARM_UP = 100, 12, 3


def scale():
    weight = pyro.sample("weight", dist.Normal(GUESS, 1.0))
    return pyro.sample("measurement", dist.Normal(weight, 0.75))


def guide():
    a = pyro.param("a", torch.tensor(GUESS))
    b = pyro.param("b", torch.tensor(1.0), constraint=dist.constraints.positive)
    return pyro.sample("weight", dist.Normal(a, b))


def inference(elbo):
    pyro.clear_param_store()
    pyro.set_rng_seed(0)
    model = pyro.condition(scale, data={"measurement": torch.tensor(MEASURED)})
    return SVI(model, guide, pyro.optim.Adam({"lr": 0.003}), loss=elbo)


def fit(steps):
    svi = inference(Trace_ELBO())
    losses = [svi.step() for _ in range(steps)]
    a, b = pyro.param("a").item(), pyro.param("b").item()
    print(f"a = {a:.3f}, b = {b:.3f}, mean of the last 100 losses {sum(losses[-100:]) / 100:.3f}")


def steps(elbo):
    """Microseconds per step of each block."""
    svi = inference(elbo)
    found = []
    for _ in range(WARM_UP + BLOCKS):
        began = time.perf_counter()
        for _ in range(BLOCK):
            svi.step()
        found.append((time.perf_counter() - began) / BLOCK * 1e6)
    print(json.dumps(found[WARM_UP:]))


if __name__ == "__main__":
    if sys.argv[1] == "fit":
        fit(int(sys.argv[2]))
    else:
        if sys.argv[3] == "unchecked":
            pyro.settings.set(validate_distributions_torch=False, validate_distributions_pyro=False)
        steps({"trace": Trace_ELBO, "jit": JitTrace_ELBO}[sys.argv[2]]())
