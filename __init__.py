"""Nacre: a graph-compiling probabilistic programming language.

>>> import nacre
>>> scale = nacre.compile('''
... weight ~ Normal(8.5, 1.0)
... measurement ~ Normal(weight, 0.75)
... ''')
>>> seen = scale.condition(measurement=9.5)
>>> round(seen.log_density({"weight": 9.0}).item(), 3)
-1.897

Everything is imported on first use, because importing torch takes longer than checking a model.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .grammar.diagnostic import Diagnostic, Rejected
    from .runtime.fit import Fit
    from .runtime.infer.outcome import InferenceError
    from .runtime.model import Model, compile, load
    from .runtime.saved import SavedFit, load_fit
    from .runtime.version import VERSION as __version__

_WHERE: Mapping[str, str] = {
    "Diagnostic": "grammar.diagnostic",
    "Rejected": "grammar.diagnostic",
    "Fit": "runtime.fit",
    "InferenceError": "runtime.infer.outcome",
    "Model": "runtime.model",
    "SavedFit": "runtime.saved",
    "load_fit": "runtime.saved",
    "load": "runtime.model",
    "compile": "runtime.model",
}

__all__ = [
    "Diagnostic",
    "Fit",
    "InferenceError",
    "Model",
    "Rejected",
    "SavedFit",
    "__version__",
    "compile",
    "load",
    "load_fit",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name == "__version__":
        return import_module(".runtime.version", __name__).VERSION
    if name not in _WHERE:
        raise AttributeError(f"module 'nacre' has no attribute '{name}'")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
