"""Fit the autoencoder and draw what it makes of the digits: `python run.py [picture.png]`."""

import json
import sys
from math import comb
from pathlib import Path

import nacre
import numpy as np
import torch

HERE = Path(__file__).parent


def perceptron(params, name, x):
    """What a fitted `mlp(64)` gives for rows of x: (rows, inputs) -> (rows, *outputs)."""
    w1, b1, w2, b2 = (
        params[f"{name}.{part}"].double().numpy()
        for part in ("weight1", "bias1", "weight2", "bias2")
    )
    return np.tensordot(np.tanh(x @ w1.T + b1), w2, (1, -1)) + b2


def bound(params, ink, rng):
    """ELBO of each image (nats), with one draw of its code: (rows,)."""
    code = perceptron(params, "encoder", ink / 16)
    mean, scale = code[:, 0], np.logaddexp(0, code[:, 1])
    noise = rng.standard_normal(mean.shape)
    z = mean + scale * noise
    logit = perceptron(params, "decoder", z)
    ways = np.array([comb(16, k) for k in range(17)])[ink]
    log_p = (ink * logit - 16 * np.logaddexp(0, logit) + np.log(ways)).sum(-1)
    return log_p - 0.5 * (z**2).sum(-1) + (0.5 * noise**2 + np.log(scale)).sum(-1)


def draw(params, ink, digit, path):
    """A picture: images above what is left of them, and the codes of all in two directions."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    code = perceptron(params, "encoder", ink / 16)[:, 0]
    shown = [int(np.flatnonzero(digit == d)[0]) for d in range(10)]
    again = 16 / (1 + np.exp(-perceptron(params, "decoder", code[shown])))
    figure, axes = plt.subplot_mosaic([["images"], ["codes"]], figsize=(7, 8), height_ratios=[1, 3])
    rows = [np.hstack([image.reshape(8, 8) for image in part]) for part in (ink[shown], again)]
    axes["images"].imshow(np.vstack(rows), cmap="gray_r")
    axes["images"].set_axis_off()
    axes["images"].set_title("one image of every digit, and its reconstruction")
    centred = code - code.mean(0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    where = centred @ directions[:2].T
    points = axes["codes"].scatter(*where.T, c=digit, cmap="tab10", s=6)
    axes["codes"].legend(*points.legend_elements(), title="digit")
    axes["codes"].set_title("all codes, along their two widest directions")
    figure.savefig(path, dpi=110, bbox_inches="tight")


if __name__ == "__main__":
    found = json.loads((HERE / "digits.json").read_text())
    ink, digit = np.array(found["ink"]), np.array(found["digit"])
    fit = nacre.load(HERE / "vae.ppl").fit(
        {"ink": ink[:1500]}, steps=1500, rate=0.01, draws=20, seed=1, dtype=torch.float32
    )
    rng = np.random.default_rng(1)
    for name, rows in (("fitted", ink[:1500]), ("held out", ink[1500:])):
        print(f"{name}: ELBO {bound(fit.params, rows, rng).mean():.1f} nats an image")
    draw(fit.params, ink, digit, sys.argv[1] if len(sys.argv) > 1 else "vae.png")
