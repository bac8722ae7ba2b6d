"""Everything that a fit leaves behind, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class FitRecord:
    """A fit, without any class of ours: text, numbers, arrays.

    Where arrays are expected, tensors may be given for writing; reading gives numpy arrays.

    Attributes:
        model: text of the model.
        source: name of the file it came from.
        code: the generated module.
        config: what was asked and by which version: method, settings, seed, what is observed and
            set, the exact command, versions of packages. JSON: no NaN, keys are text.
        fingerprint: of the data, see `Bound.fingerprint`.
        labels: of every dimension, in order.
        data: the bound data by name, so that the fit can be made again without the data files.
        params: parameters of the guide, or the mode.
        state: what a continuation needs: optimiser moments, random generators.
        groups: draws by group in ArviZ's sense (``posterior``, ``sample_stats``, …), name -> array:
            (chains, draws, *dims), without the first two axes in ``observed_data`` and
            ``constant_data``.
        dims: name of a variable -> a dimension or a length per axis.
        trace: the loss and others over the run.
        summary: name of an element -> statistic -> number.
        diagnostics: JSON; NaN and infinity are stored as null.
    """

    model: str
    source: str
    code: str
    config: Mapping[str, object]
    fingerprint: str = ""
    labels: Mapping[str, Sequence[str | int]] = field(default_factory=dict)
    data: Arrays = field(default_factory=dict)
    params: Arrays = field(default_factory=dict)
    state: Arrays = field(default_factory=dict)
    groups: Mapping[str, Arrays] = field(default_factory=dict)
    dims: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)
    trace: Arrays = field(default_factory=dict)
    summary: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    diagnostics: Mapping[str, object] = field(default_factory=dict)
