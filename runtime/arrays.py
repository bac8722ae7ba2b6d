"""Numbers of any library as numpy arrays, without importing that library."""

from typing import Any

import numpy as np


def as_numpy(value: Any) -> np.ndarray:
    """A torch tensor (detached, from any device), array, list or number as a numpy array.

    bfloat16, which numpy lacks, becomes float64 as every tensor of floating point but float32 does.
    """
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        if value.is_floating_point() and value.element_size() != 4:
            value = value.double()
        value = value.numpy()
    return np.asarray(value)
