"""A fit read back from its directory, in a process that knows nothing else of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from .model import Model
from .posterior import Posterior
from .store.complete import check_complete
from .store.read import read_fit
from .store.record import FitRecord
from .summary import Summary, summarise

if TYPE_CHECKING:
    import xarray
    from torch import Tensor, nn


@dataclass(frozen=True, eq=False, repr=False)
class SavedFit:
    """A fit as its directory holds it; nothing in the directory is executed.

    Attributes:
        record: everything, as plain data.
    """

    record: FitRecord

    def __repr__(self) -> str:
        """One line."""
        guide = self.diagnostics.get("guide")
        return f"<SavedFit of {self.record.source} by {self.method}, {guide}>"

    @cached_property
    def posterior(self) -> Posterior:
        """Draws of every variable, with dims and labels."""
        return Posterior(
            self.record.groups["posterior"],
            self.record.dims,
            self.record.labels,
            self.record.groups.get("sample_stats", {}),
        )

    @cached_property
    def params(self) -> "Mapping[str, Tensor]":
        """The guide's parameters, as `Fit.params` has them."""
        import torch  # not at the top: the command line reads fits without it

        return {name: torch.tensor(values) for name, values in self.record.params.items()}

    @property
    def diagnostics(self) -> Mapping[str, object]:
        """How the fit went."""
        return self.record.diagnostics

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences that a user must read."""
        found = self.record.diagnostics.get("warnings", ())
        return tuple(str(w) for w in found) if isinstance(found, list | tuple) else ()

    @property
    def losses(self) -> np.ndarray:
        """Negative ELBO per step, ``(steps, restarts)``, nats."""
        return self.record.trace["loss"]

    @property
    def method(self) -> str:
        """``svi`` or ``map``."""
        return str(self.record.config.get("method"))

    def network(self, name: str, module: "nn.Module") -> "nn.Module":
        """A copy of a module that was supplied as a network, with the weights that were found.

        Raises:
            KeyError: the fit has no weights of such a network.
            RuntimeError: the module has another number of them.
        """
        from .supplied import with_weights

        return with_weights(module, self.params[f"{name}.weights"])

    def summary(self, names: Collection[str] | None = None) -> Summary:
        """Mean, sd and quantiles of every variable's elements; of a point, the mode as mean.

        Args:
            names: only these variables; by default all that are not defined from data alone.

        Raises:
            Rejected: Q661, a name that the posterior does not have.
        """
        constants = self.record.config.get("constants")
        if names is None and isinstance(constants, list):
            names = [n for n in self.posterior if n not in constants]
        imputed = self.record.config.get("imputed")
        found = imputed if isinstance(imputed, dict) else {}
        return summarise(self.posterior, names, point=self.method == "map", imputed=found)

    @cached_property
    def model(self) -> Model:
        """The model, compiled again from its text, before any evidence from outside."""
        return Model.compile(self.record.model, self.record.source)

    def to_arviz(self) -> "xarray.DataTree":
        """The draws as an ArviZ ``DataTree``."""
        from .arviz import to_datatree

        return to_datatree(self.record)


def load_fit(directory: str | PathLike[str]) -> SavedFit:
    """Read a fit directory.

    Raises:
        Rejected: R5xx, when it is not a complete fit.
    """
    record = read_fit(directory)
    check_complete(str(directory), record)
    return SavedFit(record)
