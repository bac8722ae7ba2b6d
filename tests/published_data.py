"""Small made-up data that several files of ``tests/published`` share, of the published shapes."""

import numpy as np


def earnings(rng):
    """Of seven people."""
    return {
        "N": 7,
        "earn": rng.uniform(1e3, 5e4, 7).round(),
        "height": rng.integers(58, 77, 7),
        "male": np.array([0, 1, 1, 0, 1, 0, 0]),
    }


def houses(rng):
    """Radon in eight houses of four counties; the fifth has no house."""
    county = np.array([1, 1, 2, 4, 4, 4, 3, 1])
    return {
        "N": 8,
        "J": 5,
        "county_idx": county,
        "floor_measure": rng.integers(0, 2, 8),
        "log_uppm": rng.normal(0, 0.4, 5)[county - 1],
        "log_radon": rng.normal(1, 1, 8),
    }


def kids(rng):
    """Scores of six children, with school and IQ of their mothers."""
    return {
        "N": 6,
        "kid_score": rng.integers(20, 145, 6),
        "mom_iq": rng.normal(100, 15, 6),
        "mom_hs": np.array([1, 1, 0, 1, 0, 1]),
    }


def mesquite(rng):
    """Weights and sizes of ten bushes."""
    names = ("diam1", "diam2", "canopy_height", "total_height")
    sizes = {name: rng.uniform(0.5, 4, 10).round(2) for name in names}
    weight = rng.uniform(60, 4000, 10).round(1)
    return sizes | {
        "N": 10,
        "weight": weight,
        "density": rng.integers(1, 4, 10),
        "group": rng.integers(0, 2, 10),
    }


def wells(rng):
    """Nine households, and whether they changed to another well."""
    return {
        "N": 9,
        "switched": rng.integers(0, 2, 9),
        "dist": rng.uniform(5, 90, 9),
        "arsenic": rng.uniform(0.5, 4, 9).round(2),
        "assoc": rng.integers(0, 2, 9),
        "educ": rng.integers(0, 13, 9),
    }
