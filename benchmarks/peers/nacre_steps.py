"""Microseconds per step of each block: ``nacre_steps.py MODEL DATA|- GUIDE STEPS``.

The whole loop counts: noise, gradient, optimiser, checks, and the rule that may stop it.
"""

import json
import sys
import time

import nacre
import torch

WARM_UP = 3  # blocks


def main(path, data, guide, steps):
    torch.set_num_threads(1)
    model = nacre.load(path)
    moments = []

    def progress(report):
        moments.append((report.step, time.perf_counter()))

    model.fit(
        None if data == "-" else data, guide=guide, steps=int(steps), draws=1, stop=False, seed=0,
        progress=progress,
    )  # fmt: skip
    blocks = zip(moments, moments[1:], strict=False)
    found = [(t2 - t1) / (s2 - s1) * 1e6 for (s1, t1), (s2, t2) in blocks]
    print(json.dumps(found[WARM_UP:-1]))  # the last block may be short


if __name__ == "__main__":
    main(*sys.argv[1:])
