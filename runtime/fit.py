"""A finished fit: parameters, draws, and whether they can be trusted."""

import json
import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from .arrays import as_numpy
from .infer.outcome import InferenceError, Outcome
from .label_values import to_labels, to_positions
from .posterior import Posterior
from .store.record import FitRecord
from .summary import Summary, summarise
from .supplied import with_weights
from .version import VERSION

if TYPE_CHECKING:
    import xarray

    from .asked import Asked
    from .model import Model
    from .program import Program


_LEAST_THRESHOLD = 0.5  # of k-hat; 100 draws have it
_FAR = 0.25  # standard deviations by which a mean may be wrong


@dataclass(frozen=True)
class Judgement:
    """How a fit went.

    Attributes:
        guide: name of the guide, ``point``, or ``exact`` where nothing had to be approximated.
        outcome: how the run ended, as advice.
        stop: why it stopped; empty where it converged.
        steps: steps run.
        facts: numbers: ELBO and its standard error (nats), k-hat, skipped steps, …
    """

    guide: str
    outcome: Outcome
    stop: str
    steps: int
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences that a user must read; none when all is well."""
        found = [self._on_outcome] if self.outcome is not Outcome.OK else []
        if skipped := self.facts.get("skipped_steps"):
            bad = self.facts.get("first_bad_step")
            why = (
                f" First at step {bad['step']}: {bad['message']}." if isinstance(bad, dict) else ""
            )
            what = (
                "1 step was skipped: its"
                if skipped == 1
                else f"{skipped} steps were skipped: their"
            )
            found.append(f"{what} gradient was not finite.{why}")
        lost = self.facts.get("bad_draws")
        if isinstance(lost, dict) and not self.failed:
            found.append(
                f"At {lost['count']:,} of {lost['of']:,} draws the density is zero or not a number."
                f" At the first of them {lost['message']}."
            )
        if not self.k_hat_ok:
            found.append(self._on_k_hat)
        found += self._on_shift
        return tuple(found)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that may save time another day."""
        stiff = self.facts.get("stiff")
        if not isinstance(stiff, dict):
            return ()
        names, most = ", ".join(f"`{n}`" for n in stiff), max(stiff.values())
        return (
            f"solutions for {names} took up to {most:,} steps, which had to be short because the"
            " system is stiff; `method = stiff` behind where the ode begins may be faster",
        )

    @property
    def _on_outcome(self) -> str:
        fault = self.facts.get("elbo_fault")
        named = self.outcome is Outcome.NO_BOUND and fault
        return f"{self.outcome.value} At one of them {fault}." if named else self.outcome.value

    @property
    def _on_k_hat(self) -> str:
        k, threshold = (float(str(self.facts[n])) for n in ("k_hat", "k_hat_threshold"))
        if math.isnan(k):
            return "There is no k-hat: the density of some draws is not a number."
        if threshold < _LEAST_THRESHOLD:
            return "There are too few draws to tell how good the guide is: try --draws 1000."
        digits = next(n for n in range(2, 18) if f"{k:.{n}f}" != f"{threshold:.{n}f}")
        found = f"k-hat is {k:.{digits}f}, above {threshold:.{digits}f}"
        return f"{found}: {self._what_k_hat_means} {self._advice}"

    @property
    def _on_shift(self) -> tuple[str, ...]:
        """Weights that have no heavy tail, and yet put the posterior elsewhere."""
        shift = self.facts.get("shift")
        if not isinstance(shift, dict) or shift["sds"] - 2.0 * shift["error"] <= _FAR:
            return ()
        found = f"move the mean of `{shift['of']}` by {shift['sds']:.1f} standard deviations"
        return (
            f"Importance weights, which k-hat finds reliable, {found}: the guide is not where the"
            " posterior is. Where a density jumps as a latent variable crosses a bound (`if x >"
            " 0`), gradients do not see it: write a smooth step (`sigmoid(20 * x)`), or a guide of"
            " your own.",
        )

    @property
    def _what_k_hat_means(self) -> str:
        """Importance weights of which most still count miss the tails, not the bulk."""
        share = self.facts.get("effective_share")
        if isinstance(share, float) and share >= 0.5:
            return (
                "somewhere the posterior's tails are heavier than the guide's. Importance weights"
                f" leave {share:.0%} of the draws, so its centre is met; extreme quantiles are not"
                " to be trusted."
            )
        return (
            "the guide misses a part of the posterior. Means may be usable, intervals are not to be"
            " trusted."
        )

    @property
    def _advice(self) -> str:
        if self.guide == "mean-field":
            return "Mean field ignores correlations: try --guide full-rank."
        return "Try another parametrisation (non-centred), more steps, or another guide."

    @property
    def k_hat_ok(self) -> bool:
        """Whether k-hat, where there is one, is below its threshold."""
        k, threshold = self.facts.get("k_hat"), self.facts.get("k_hat_threshold")
        return not isinstance(k, float) or not isinstance(threshold, float) or k <= threshold

    @property
    def failed(self) -> bool:
        """Whether there is no result to speak of."""
        return self.outcome in (Outcome.NONFINITE, Outcome.NONFINITE_START, Outcome.NO_BOUND)

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended the run before its time."""
        return self.outcome is Outcome.INTERRUPTED

    @property
    def trusted(self) -> bool:
        """Whether nothing speaks against the result."""
        return not self.warnings

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "guide": self.guide,
            "outcome": self.outcome.name.lower(),
            "stop": self.stop,
            "steps": self.steps,
            **self.facts,
            "trusted": self.trusted,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, eq=False)
class Fit:
    """What `Model.fit` returns.

    Attributes:
        params: the guide's parameters in model space (mean and sd of the unconstrained coordinates
            for automatic guides; the mode for ``map``).
        posterior: draws of every latent, derived and forward-drawn variable.
        judgement: how it went.
        losses: negative ELBO per step, ``(steps, restarts)``, nats; nan where a step was skipped.
        trace: parameters along the run, when asked for.
        state: what a continuation needs.
        seconds: wall time.
    """

    model: "Model"
    program: "Program"
    asked: "Asked"
    command: str
    params: Mapping[str, Tensor]
    posterior: Posterior
    judgement: Judgement
    losses: Tensor
    trace: Mapping[str, Tensor]
    state: Mapping[str, Tensor]
    seconds: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences that a user must read; none when all is well."""
        return self.judgement.warnings

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done with the data that was not asked for word by word, and advice."""
        return (*self.program.bound.notes, *self.judgement.notes)

    @cached_property
    def _summary(self) -> Summary:
        point, imputed = self.asked.method == "map", self.program.imputed
        constants = self.program.constants
        told = [n for n in self.posterior if n not in constants]
        return summarise(self.posterior, told, point=point, imputed=imputed)

    def summary(self) -> Summary:
        """Mean, sd and quantiles of every variable's elements; of a point, the mode as mean."""
        return self._summary

    def or_raise(self) -> "Fit":
        """This fit, if nothing speaks against how its run ended.

        Raises:
            InferenceError: with the outcome's advice.
        """
        if self.judgement.outcome is not Outcome.OK:
            raise InferenceError(self.judgement.outcome)
        return self

    def as_dict(self) -> dict[str, object]:
        """What ``nacre fit --json`` prints."""
        return {
            "ok": not self.judgement.failed,
            "method": self.asked.method,
            "guide": self.judgement.guide,
            "parameters": self.summary().as_dict(),
            "params": {n: as_numpy(v).tolist() for n, v in self.params.items()},
            "coordinates": list(self.program.coordinates),
            "diagnostics": self.judgement.as_dict(),
            "notes": list(self.notes),
            "elapsed_s": self.seconds,
        }

    def state_probabilities(self) -> dict[str, np.ndarray]:
        """Posterior probability of every state of each variable that was summed out.

        Averaged over the draws of the other variables, each exact given its draw: less noisy than
        counting the draws of the variable itself. Name -> (*dims, n_states), states in the order of
        the labels (or of the counts, from 0).
        """
        values, batch = self._inferred()
        found = self.program.state_probabilities(values, batch)
        return {n: as_numpy(v.mean(0)) for n, v in found.items()}

    def most_probable(self) -> dict[str, np.ndarray]:
        """The most probable joint states of what was summed out, for each draw of the others.

        Name -> (draws, *dims); labels that are numbers as these numbers, labels that are words as
        positions from 0.
        """
        values, batch = self._inferred()
        program = self.program
        found = program.most_probable(values, batch)
        labelled = to_labels(found, program.graph.nodes, program.bound.labels)
        return {n: as_numpy(v) for n, v in labelled.items()}

    def _inferred(self) -> tuple[dict[str, Tensor], tuple[int]]:
        """Draws of the variables that were inferred, one after the other, and their number."""
        values = {
            n: torch.as_tensor(self.posterior[n].flat)
            for n in self.program.inferred
            if n in self.posterior
        }
        inside = to_positions(values, self.program.graph.nodes, self.program.bound.labels)
        return inside, (next(iter(self.posterior.values())).flat.shape[0],)

    @property
    def networks(self) -> dict[str, nn.Module]:
        """Copies of the modules that were supplied, with the weights that were found."""
        return {
            name: with_weights(module, self.params[f"{name}.weights"])
            for name, module in self.model.networks.items()
            if f"{name}.weights" in self.params
        }

    def record(self) -> FitRecord:
        """Everything about the fit as plain data."""
        bound = self.program.bound
        nodes = self.program.graph.nodes
        seen = {
            n: bound.tensors[n] for n in nodes if n in bound.tensors and n in _observed(self.model)
        }
        seen = to_labels(seen, self.model.graph.nodes, bound.labels)
        observed = {n: as_numpy(v) for n, v in seen.items()}
        stats = {n: v for n, v in self.posterior.stats.items()}
        data = self.model.graph.data
        dims = {
            **{n: tuple(d.type.event) for n, d in data.items()},
            **{n: tuple(v) for n, v in self.posterior.dims.items()},
        }
        return FitRecord(
            model=self.model.source.text,
            source=self.model.source.name,
            code=self.program.text,
            config=self._config(),
            fingerprint=bound.fingerprint,
            labels=bound.labels,
            data={n: as_numpy(v) for n, v in bound.tensors.items()},
            params={n: as_numpy(v) for n, v in self.params.items()},
            state={n: as_numpy(v) for n, v in self.state.items()},
            groups={
                "posterior": dict(self.posterior.draws),
                "sample_stats": stats,
                **({"observed_data": observed} if observed else {}),
            },
            dims=dims,
            trace={
                "loss": as_numpy(self.losses),
                **{f"param {n}": as_numpy(v) for n, v in self.trace.items()},
            },
            summary=self.summary().as_dict(),
            diagnostics=self.judgement.as_dict(),
        )

    def _config(self) -> dict[str, object]:
        imputed, constants = self.program.imputed, self.program.constants
        return {
            **({"constants": sorted(constants)} if constants else {}),
            **({"imputed": {n: list(e) for n, e in imputed.items()}} if imputed else {}),
            **request(self.model, self.asked, self.judgement.guide),
            "command": self.command,
            "nacre": VERSION,
            "versions": _versions(),
            "seconds": self.seconds,
        }

    def save(self, directory: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write a complete, pickle-free fit directory; `nacre.load_fit` reads it back."""
        from .store.write import write_fit

        write_fit(directory, self.record(), overwrite=overwrite)

    def to_arviz(self) -> "xarray.DataTree":
        """The draws as an ArviZ ``DataTree`` with dims and labels."""
        from .arviz import to_datatree

        return to_datatree(self.record())

    def __repr__(self) -> str:
        """One line."""
        return f"<Fit of {self.model.source.name} by {self.asked.method}, {self.judgement.guide}>"


def request(model: "Model", asked: "Asked", guide: str) -> dict[str, object]:
    """What was asked, as plain data: a fit can be resumed when this is the same."""
    return {
        **asked.record(),
        "guide_used": guide,
        "steps_of_model": list(model.steps),
        "given": {k: _plain(v) for k, v in model.given.items()},
    }


def _observed(model: "Model") -> frozenset[str]:
    from ..compiler.graph import Observed

    return frozenset(n.name for n in model.graph.nodes.values() if isinstance(n.role, Observed))


def _plain(value: Any) -> object:
    """A given value as JSON."""
    if isinstance(value, torch.Tensor | np.ndarray) or hasattr(value, "tolist"):
        return as_numpy(value).tolist()
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return repr(value)
    return value


def _versions() -> dict[str, str]:
    names = ("torch", "numpy", "lark", "networkx")
    return {"python": platform.python_version(), **{n: metadata.version(n) for n in names}}
