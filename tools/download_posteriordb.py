#!/usr/bin/env python3
"""Download the real posteriors that tests/test_posteriordb.py checks models against.

They come from posteriordb (https://github.com/stan-dev/posteriordb, BSD-3): data sets, each with
10,000 near-independent draws from the exact posterior. Per posterior this writes a folder with

* ``data.json``: the data, as published;
* ``reference.json``: mean, sd, mean square and quantiles of every parameter over all draws;
* ``draws.npz``: every tenth draw (``names``, ``draws``), as numpy reads it.

Usage, from the repository's root::

    python tools/download_posteriordb.py ../shared/posteriordb
    NACRE_POSTERIORDB=elsewhere make test

Nothing but Python's standard library is needed. ``--source`` may name another copy of posteriordb,
for example ``file:///home/me/posteriordb``.
"""

import argparse
import array
import io
import json
import statistics
import sys
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

SOURCE = "https://github.com/stan-dev/posteriordb/raw/master"

POSTERIORS = (
    "arK-arK",
    "diamonds-diamonds",
    "earnings-logearn_interaction",
    "eight_schools-eight_schools_noncentered",
    "garch-garch11",
    "gp_pois_regr-gp_regr",
    "hmm_example-hmm_example",
    "hudson_lynx_hare-lotka_volterra",
    "kidiq-kidscore_momiq",
    "low_dim_gauss_mix-low_dim_gauss_mix",
    "mesquite-logmesquite_logvash",
    "nes1972-nes",
    "sblrc-blr",
)

Chains = list[dict[str, list[float]]]


def read(source: str, path: str) -> bytes:
    """One file of the database; a zip archive is opened and its only member given back."""
    with urllib.request.urlopen(f"{source}/posterior_database/{path}", timeout=60) as reply:
        content: bytes = reply.read()
    if not path.endswith(".zip"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(archive.namelist()[0])


def download(source: str, posterior: str, folder: Path) -> None:
    """Write the three files of one posterior."""
    about = json.loads(read(source, f"posteriors/{posterior}.json"))
    data = read(source, f"data/data/{about['data_name']}.json.zip")
    draws = read(
        source,
        "reference_posteriors/draws/draws/" + about["reference_posterior_name"] + ".json.zip",
    )
    chains: Chains = json.loads(draws)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.json").write_bytes(data)
    (folder / "reference.json").write_text(json.dumps(summary(posterior, chains), indent=1))
    (folder / "draws.npz").write_bytes(thinned(chains, every=10))


def summary(posterior: str, chains: Chains) -> dict[str, Any]:
    """What `reference.json` says about every scalar parameter."""
    parameters = {}
    for name in chains[0]:
        draws = [x for chain in chains for x in chain[name]]
        cuts = statistics.quantiles(draws, n=20, method="inclusive")
        parameters[name] = {
            "mean": statistics.fmean(draws),
            "sd": statistics.stdev(draws),
            "mean_square": statistics.fmean(x * x for x in draws),
            "q05": cuts[0],
            "q50": cuts[9],
            "q95": cuts[18],
        }
    n = sum(len(next(iter(chain.values()))) for chain in chains)
    return {"name": posterior, "draws": n, "chains": len(chains), "parameters": parameters}


def thinned(chains: Chains, *, every: int) -> bytes:
    """A numpy archive of some of the draws, one row a draw, one column a parameter."""
    names = list(chains[0])
    rows = [row for chain in chains for row in zip(*(chain[n] for n in names), strict=True)]
    rows = rows[::every]
    width = max(map(len, names))
    text = "".join(n.ljust(width, "\0") for n in names).encode("utf-32-le")
    numbers = array.array("d", (x for row in rows for x in row))
    if sys.byteorder == "big":
        numbers.byteswap()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("names.npy", npy(f"<U{width}", f"({len(names)},)", text))
        shape = f"({len(rows)}, {len(names)})"
        archive.writestr("draws.npy", npy("<f8", shape, numbers.tobytes()))
    return out.getvalue()


def npy(dtype: str, shape: str, content: bytes) -> bytes:
    """An array in numpy's file format 1.0: a header padded to 64 bytes, then the numbers."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(-(-(len(header) + 11) // 64) * 64 - 11) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + content


def main() -> None:
    """Download what is not there yet."""
    parser = argparse.ArgumentParser(description="Download reference posteriors from posteriordb.")
    parser.add_argument("folder", type=Path, help="where to put them, one folder each")
    parser.add_argument("--source", default=SOURCE, help="root of a copy of posteriordb (a URL)")
    parser.add_argument("--only", nargs="*", default=POSTERIORS, metavar="NAME")
    options = parser.parse_args()
    for posterior in options.only:
        folder = options.folder / posterior
        if (folder / "draws.npz").exists():
            print(f"{posterior}: there already")
            continue
        print(f"{posterior}: downloading", flush=True)
        download(options.source, posterior, folder)


if __name__ == "__main__":
    main()
