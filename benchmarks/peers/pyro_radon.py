"""The radon model in Pyro with an automatic guide: ``pyro_radon.py CSV full-rank|mean-field``."""

import json
import sys
import time

import pandas
import pyro
import torch
from pyro import distributions as dist
from pyro.infer import SVI, Trace_ELBO
from pyro.infer.autoguide import AutoDiagonalNormal, AutoMultivariateNormal

BLOCK, BLOCKS, WARM_UP, PARTICLES = 20, 10, 2, 8


def radon(county, floor, log_radon, counties):
    mu = pyro.sample("mu", dist.Normal(0.0, 10.0))
    tau = pyro.sample("tau", dist.HalfNormal(1.0))
    beta = pyro.sample("beta", dist.Normal(0.0, 10.0))
    sigma = pyro.sample("sigma", dist.HalfNormal(1.0))
    with pyro.plate("county", counties, dim=-1):
        alpha = pyro.sample("alpha", dist.Normal(mu, tau))
    with pyro.plate("house", len(floor), dim=-1):
        mean = alpha[..., county] + beta * floor
        pyro.sample("log_radon", dist.Normal(mean, sigma), obs=log_radon)


def main(path, kind):
    """Microseconds per step of each block."""
    table = pandas.read_csv(path)
    codes, names = pandas.factorize(table["county"], sort=True)
    data = (
        torch.tensor(codes),
        torch.tensor(table["floor"].to_numpy(), dtype=torch.float64),
        torch.tensor(table["log_radon"].to_numpy(), dtype=torch.float64),
        len(names),
    )
    torch.set_default_dtype(torch.float64)
    pyro.set_rng_seed(0)
    guide = {"full-rank": AutoMultivariateNormal, "mean-field": AutoDiagonalNormal}[kind](radon)
    elbo = Trace_ELBO(num_particles=PARTICLES, vectorize_particles=True, max_plate_nesting=1)
    svi = SVI(radon, guide, pyro.optim.Adam({"lr": 0.01}), loss=elbo)
    found = []
    for _ in range(WARM_UP + BLOCKS):
        began = time.perf_counter()
        for _ in range(BLOCK):
            svi.step(*data)
        found.append((time.perf_counter() - began) / BLOCK * 1e6)
    print(json.dumps(found[WARM_UP:]))


if __name__ == "__main__":
    pyro.settings.set(validate_distributions_torch=False, validate_distributions_pyro=False)
    main(*sys.argv[1:])
