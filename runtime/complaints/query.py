"""Complaints about what is asked of a model: names, scenarios, simulation, fitting."""

from collections.abc import Collection, Mapping

from ...compiler.graph import Node
from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from .wording import listed


def cannot_simulate(node: Node) -> Diagnostic:
    """A variable without a forward sampler."""
    if node.name in node.parents:
        why = "follows from its own earlier elements, and drawing those in turn is not supported"
        hint = "simulate a model in which it does not refer to itself"
    else:
        why = "has an improper distribution, so there is nothing to draw it from"
        hint = f"give it a value (`--do {node.name}=…`) or a proper prior"
    return Diagnostic("Q673", node.span, f"`{node.name}` {why}", hint=hint)


def unknown_guide(name: str, known: Collection[str]) -> Diagnostic:
    """A guide that is neither automatic nor declared."""
    hint = did_you_mean(name, (*known, "mean-field", "full-rank"))
    if hint is None:
        hint = f"the model has {listed(list(known))}; automatic ones are mean-field and full-rank"
    return Diagnostic("Q674", None, f"no guide is called `{name}`", hint=hint)


def discrete_latent(node: Node, method: str) -> Diagnostic:
    """A discrete latent variable where a gradient is needed."""
    return Diagnostic(
        "Q675",
        node.span,
        f"`{node.name}` is discrete, and {method} needs a gradient for every latent variable",
        hint="write a guide that draws it, or observe it",
    )


def nothing_to_infer() -> Diagnostic:
    """A model in which nothing latent meets evidence."""
    return Diagnostic(
        "Q676",
        None,
        "nothing is to be inferred: no latent variable is connected to an observed one",
        hint="observe something (`--observe x=…`), or draw from the model with `nacre simulate`",
    )


def unknown_method(name: str) -> Diagnostic:
    """A method that does not exist."""
    return Diagnostic(
        "Q677",
        None,
        f"no method is called `{name}`",
        hint=did_you_mean(name, ("svi", "map")) or "the methods are svi and map",
    )


def restricted_guide(node: Node) -> Diagnostic:
    """A restricted distribution in a guide."""
    return Diagnostic(
        "Q678",
        node.span,
        f"the guide's draw of `{node.name}` is restricted by `on`, and has no pathwise gradient",
        hint="use a family whose support is the one you want: LogNormal, Gamma, Beta, Uniform",
    )


def param_without_guide(node: Node) -> Diagnostic:
    """A ``param`` of the model under an automatic guide."""
    return Diagnostic(
        "Q680",
        node.span,
        f"`{node.name}` is a `param`: it has no prior, and an automatic guide needs one",
        hint=f"give it a prior (`{node.name} ~ Flat()`), write a guide, or use `--method map`",
    )


def inference_failed(why: str) -> Diagnostic:
    """Inference that could not begin or went nowhere."""
    return Diagnostic("R571", None, why)


def wrong_setting(name: str, value: object, wanted: str) -> Diagnostic:
    """A setting outside its range."""
    return Diagnostic("Q679", None, f"`{name}` must be {wanted}, not {value}")


_OBSERVED = "mu ~ Normal(0, 1)\ny ~ Normal(mu, 1)\nobserve y = 0.3\n"

CODES: Mapping[str, Explanation] = {
    "Q673": Explanation(
        "a variable that cannot be simulated",
        "Simulation draws every variable from its distribution, parents first. `Flat()` is no"
        " distribution to draw from, and a series that refers to its own past has to be drawn step"
        " by step.",
        "mu ~ Flat()\ny ~ Normal(mu, 1)\n",
        "mu ~ Normal(0, 10)\ny ~ Normal(mu, 1)\n",
    ),
    "Q674": Explanation(
        "an unknown guide",
        "A guide is a block of the model (without a name it is called `guide`), or one of the"
        " automatic ones, `mean-field` and `full-rank`.",
        "nacre fit m.ppl --guide fullrank_",
        "nacre fit m.ppl --guide full-rank",
    ),
    "Q675": Explanation(
        "a discrete latent variable",
        "Automatic guides and the search for the mode move along gradients, which discrete"
        " variables do not have. A guide of your own may draw them: its gradient is then estimated"
        " by the score function.",
        "z ~ Bernoulli(0.3)\ny ~ Normal(z, 1)\nobserve y = 0.9\n",
        "z ~ Bernoulli(0.3)\ny ~ Normal(z, 1)\nobserve y = 0.9\n"
        "guide {\n    param p: unit\n    z ~ Bernoulli(p)\n}\n",
    ),
    "Q676": Explanation(
        "nothing to infer",
        "Without evidence the posterior is the prior, and drawing from it needs no fit.",
        "mu ~ Normal(0, 1)\n",
        _OBSERVED,
    ),
    "Q677": Explanation(
        "an unknown method",
        "`svi` fits a guide by stochastic gradients; `map` finds the mode.",
        "nacre fit m.ppl --method sv",
        "nacre fit m.ppl --method svi",
    ),
    "Q678": Explanation(
        "a restricted draw in a guide",
        "A guide's draws are functions of standard noise, through which gradients flow; cutting a"
        " family off by `on` breaks that.",
        "w ~ HalfNormal(1)\ny ~ Normal(w, 1)\nobserve y = 1\n"
        "guide {\n    param a: real\n    w ~ Normal(a, 1) on (0, inf)\n}\n",
        "w ~ HalfNormal(1)\ny ~ Normal(w, 1)\nobserve y = 1\n"
        "guide {\n    param a: real\n    w ~ LogNormal(a, 1)\n}\n",
    ),
    "R571": Explanation(
        "inference failed",
        "No finite starting point was found: the density is zero or not a number wherever it was"
        " tried. Most often data lie outside the support of their distribution, or a scale is"
        " negative.",
        "s ~ Normal(0, 1)\ny ~ Normal(0, log(s) - 1000)\nobserve y = 1\n",
        "s ~ HalfNormal(1)\ny ~ Normal(0, s)\nobserve y = 1\n",
    ),
    "Q680": Explanation(
        "a parameter without a prior under an automatic guide",
        "A `param` of the model is a point to be optimised. Automatic guides give every unknown a"
        " distribution; only a guide of your own, or the search for the mode, leaves it a point.",
        "param s: positive = 1\nmu ~ Normal(0, s)\ny ~ Normal(mu, 1)\nobserve y = 2\n",
        "s ~ Flat() on (0, inf)\nmu ~ Normal(0, s)\ny ~ Normal(mu, 1)\nobserve y = 2\n",
    ),
    "Q679": Explanation(
        "a setting out of range",
        "Steps, particles, restarts and draws are whole numbers from 1; rates are positive.",
        "nacre fit m.ppl --steps 0",
        "nacre fit m.ppl --steps 2000",
    ),
}
