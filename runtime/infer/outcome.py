"""How a run ended: enumerations whose values are the sentences a user reads."""

from enum import Enum


class Stop(Enum):
    """Why the loop ended; the value completes the sentence "Stopped because …"."""

    STEPS = "all steps were run"
    PLATEAU = "the loss stopped improving"
    CONVERGED = "the gradient vanished"
    INTERRUPTED = "the run was interrupted"
    NONFINITE = "too many steps were not finite"


class Outcome(Enum):
    """Each member's value is the whole message, advice included."""

    OK = ""
    INTERRUPTED = (
        "The run was interrupted. The result is the state at the last completed block of steps; "
        "resume it, or treat its numbers as unfinished."
    )
    STILL_IMPROVING = (
        "The loss was still falling when the steps ran out. Run more steps, or raise the "
        "learning rate."
    )
    NONFINITE_START = (
        "The log density was not finite at any starting point tried. Check the data against the "
        "supports of the distributions, or give initial values."
    )
    NONFINITE = (
        "Too many steps met a density or gradient that was not finite, even with smaller steps. "
        "The result is the last good state. Check the named statement, or lower the learning rate."
    )
    NO_BOUND = (
        "The ELBO is not finite, so the result describes no posterior: some draws of the guide lie "
        "where the density is zero or not a number. Keep variables out of there, by a support such "
        "as `x ~ Normal(0, 1) on (0, inf)`, or write a guide that does."
    )
    UNBOUNDED = (
        "The density seems to have no mode: it keeps growing as a scale goes to zero or a "
        "parameter to infinity, as hierarchical models in centred form do. Use a mean-field or "
        "full-rank guide, or write the model non-centred."
    )
    NOT_CONVERGED = (
        "The search for the mode ended before the gradient vanished. Run more iterations, start "
        "elsewhere, or rescale the parameters."
    )


class InferenceError(RuntimeError):
    """A run could not begin, or a caller insisted on a result that it could not vouch for.

    Attributes:
        outcome: what happened; its value is the message.
    """

    def __init__(self, outcome: Outcome) -> None:
        """The message is the outcome's advice."""
        super().__init__(outcome.value)
        self.outcome = outcome
