"""Complaints about what is asked of a model: names, scenarios, simulation, fitting."""

from collections.abc import Collection, Mapping, Sequence

from ...compiler.graph import Node, Potential, scored
from ...compiler.typed import Const, Support
from ...compiler.types import SupportName
from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from ...grammar.source import Span
from .wording import listed


def cannot_simulate(node: Node, array: str | None = None) -> Diagnostic:
    """A variable without a forward sampler.

    Args:
        array: of which it needs earlier elements, if steps are arrays.
    """
    if isinstance(node.role, Potential):
        return Diagnostic(
            "Q632",
            node.span,
            f"the factor `{node.name}` changes the joint distribution, and nothing can be drawn"
            " from that in order",
            hint=f'leave it out, `model.without("{node.name}")`, or draw after a fit',
        )
    dist = scored(node)
    if dist is not None and not dist.drawable and not dist.support.name.is_ordered:
        why = "is a hurdle before a distribution made of others, of which no part above 0 is drawn"
        hint = "take one family, `Hurdle(p, Poisson(rate))`"
    elif dist is not None and not dist.drawable:
        why = "puts numbers with different distributions in order, and sorting draws of them is no"
        why += " draw of that"
        hint = "give all numbers of the vector the same arguments, draw after a fit, or"
        hint += " build it up: its first number, and a positive gap from each to the next"
    elif dist is not None and dist.proper and array is not None:
        which = "itself" if array == node.name else f"`{array}`"
        why = f"follows from earlier elements of {which}, which are arrays: only numbers are"
        why += " drawn step by step"
        hint = "draw after a fit, or say what each number of the array is:"
        hint += f" `{array}[t in time, i in k]`"
    elif dist is not None and dist.proper:
        why = "follows from its own values, and nothing says that those come earlier"
        hint = "simulate a model in which it does not refer to itself, or at indices like `t - 1`"
    elif dist is not None and dist.bounded and not dist.parts and not dist.lifted:
        why = "has the density 1 on an interval of random length, which is no distribution"
        hint = "write `Uniform(low, high)`, whose density is divided by the length, or give what"
        hint += " the ends depend on a value, `--do …`"
    else:
        why = "has an improper distribution, so there is nothing to draw it from"
        hint = f"give it a value, `--do {node.name}={_inside(node.support)}`, or a proper prior"
    return Diagnostic("Q673", node.span, f"`{node.name}` {why}", hint=hint)


def _inside(support: Support) -> str:
    """A number between the ends of a support, or dots where none is known."""
    known = [e.value for e in (support.low, support.high) if isinstance(e, Const)]
    unknown = sum(e is not None for e in (support.low, support.high)) > len(known)
    if support.name.is_ordered or unknown:
        return "…"
    if support.name in (SupportName.POSITIVE, SupportName.UNIT):
        return "0.5"
    match support.low, support.high:
        case None, None:
            return "0"
        case _, None:
            return f"{known[0] + 1:g}"
        case None, _:
            return f"{known[0] - 1:g}"
    return f"{sum(known) / 2:g}"


def not_inferable(undrawn: Sequence[Node], mixed: Sequence[Node]) -> list[Diagnostic]:
    """Variables that cannot be drawn from their prior though nothing tells of them, and variables
    with point masses."""
    return [*map(improper_posterior, undrawn), *map(points_to_infer, mixed)]


def points_to_infer(node: Node) -> Diagnostic:
    """A latent variable that is a point with some probability, and else has a density."""
    return Diagnostic(
        "Q634",
        node.span,
        f"`{node.name}` has point masses beside a density, and can only be observed",
        hint="observe it, or draw apart whether it is the point: `z ~ Bernoulli(p)`, then"
        f" `if z then 0 else {node.name}` where it is read",
    )


def improper_posterior(node: Node) -> Diagnostic:
    """A variable that no evidence reaches and that cannot be drawn from its prior either."""
    return Diagnostic(
        "Q694",
        node.span,
        f"nothing observed depends on `{node.name}`, and it cannot be drawn from its own"
        " distribution",
        hint="leave it out, observe something that depends on it, or give it a proper prior",
    )


def unknown_guide(name: str, known: Collection[str]) -> Diagnostic:
    """A guide that is neither automatic nor declared."""
    hint = did_you_mean(name, (*known, "mean-field", "full-rank"))
    if hint is None:
        own = listed(list(known)) if known else "none of its own"
        hint = f"the model has {own}; automatic ones are mean-field and full-rank"
    return Diagnostic("Q674", None, f"no guide is called `{name}`", hint=hint)


def guide_does_not_draw(guide: str, node: Node) -> Diagnostic:
    """A variable that is latent again, under a guide that was written while it was observed."""
    return Diagnostic(
        "Q695",
        node.span,
        f"`{node.name}` is no longer observed, and guide `{guide}` does not draw it",
        hint="observe it, or fit with `--guide full-rank`, which draws all that is latent",
    )


def impossible_evidence() -> Diagnostic:
    """Evidence of probability zero."""
    return Diagnostic(
        "Q675",
        None,
        "the evidence has probability zero under every state of the discrete variables, so that "
        "there is no posterior",
        hint="look for an observation that contradicts the model, or a probability of exactly 0",
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


def value_lacking(node: Node, wanted: Sequence[str], unknown: Sequence[str]) -> Diagnostic:
    """A density at values of which one is not there.

    Args:
        node: the variable without a value.
        wanted: all variables that must have one.
        unknown: names that came, and that the model does not have.
    """
    alike = next((u for u in unknown if did_you_mean(u, [node.name])), None)
    return Diagnostic(
        "Q678",
        node.span,
        f"a density needs a value of `{node.name}`, and none is given",
        hint=f"`{alike}` is given: call it `{node.name}`"
        if alike
        else f"what needs one: {listed(list(wanted))}",
    )


def param_of_full_rank(node: Node) -> Diagnostic:
    """A ``param`` of the model, or a weight of its networks, under a full-rank guide."""
    return Diagnostic(
        "Q680",
        node.span,
        f"`{node.name}` is a `param`: it has no distribution, and a full-rank guide gives it one",
        hint="use `--guide mean-field`, which leaves it a point, or write a guide",
    )


def cannot_begin(at: Span | None, fault: str) -> Diagnostic:
    """Inference without a starting point; ``fault`` says what is wrong at one of those tried."""
    return Diagnostic(
        "R571",
        at,
        f"no finite starting point was found: {fault}",
        hint="check the data against the supports of the distributions, and that scales are"
        " positive",
    )


def solution_fails(at: Span, fault: str, *, stiff: bool = False) -> Diagnostic:
    """Differential equations that have no solution wherever inference could begin."""
    if stiff:
        hint = "solve it by implicit steps: write `, method = stiff` behind where the ode begins"
        return Diagnostic("R560", at, f"no starting point was found: {fault}", hint=hint)
    return Diagnostic(
        "R520",
        at,
        f"no starting point was found: {fault}",
        hint="check the signs of the derivatives, and that the initial values and the priors of the"
        " parameters are of the right size; `max_steps = …` allows more steps",
    )


def unknown_optimiser(name: str, known: Collection[str]) -> Diagnostic:
    """An optimiser that torch does not have, or whose steps the loop cannot take."""
    hint = did_you_mean(name.lower(), known) or f"there are {listed(list(known))}"
    return Diagnostic("Q693", None, f"no optimiser is called `{name}`", hint=hint)


def nothing_to_resume() -> Diagnostic:
    """A resumption that does not say of what."""
    return Diagnostic(
        "Q692",
        None,
        "`--resume` goes on with a fit directory, and none is given",
        hint="name it: `--resume -o DIRECTORY`",
    )


def cannot_resume(differences: Sequence[str]) -> Diagnostic:
    """An earlier fit that this one does not continue."""
    why = "; ".join(differences)
    return Diagnostic(
        "Q692",
        None,
        f"the earlier fit cannot be resumed: {why}",
        hint="ask for what was asked then, or fit anew without `--resume`",
    )


def not_for_a_mode(setting: str, value: object) -> Diagnostic:
    """A setting beside a method that has no use for it."""
    flag = f"--{setting}" if value is not False else f"--no-{setting}"
    return Diagnostic(
        "Q679",
        None,
        f"a search for the mode has no use for `{setting}`, and {value} is asked for",
        hint=f"leave out `{flag}`, or `--method map`",
    )


def wrong_setting(name: str, value: object, wanted: str) -> Diagnostic:
    """A setting outside its range."""
    usual = {"dtype": "float64", "rate": "0.01", "steps": "2000"}.get(name, "1")
    hint = f"write, for example, `--{name.replace('_', '-')} {usual}`, or leave it out"
    return Diagnostic("Q679", None, f"`{name}` must be {wanted}, not {value}", hint=hint)


_OBSERVED = "mu ~ Normal(0, 1)\ny ~ Normal(mu, 1)\nobserve y = 0.3\n"

CODES: Mapping[str, Explanation] = {
    "Q632": Explanation(
        "simulating a model with a factor",
        "Forward simulation draws each variable from its distribution, causes before effects. A"
        " factor is one more term of the joint density, beside those distributions: draws made in"
        " that order would not know of it.",
        wrong="x ~ Normal(0, 1)\nfactor near = -abs(x)\n# nacre simulate m.ppl",
        right="x ~ Normal(0, 1)\n# nacre simulate m.ppl",
    ),
    "Q634": Explanation(
        "point masses that would have to be inferred",
        "A value that is exactly 0 with some probability, and has a density elsewhere, can be"
        " observed. No gradient leads from one to the other, so it cannot be fitted. A discrete"
        " variable that says which it is can be: it is summed out.",
        wrong="x ~ ZeroInflated(0.3, LogNormal(0, 1))\ny ~ Normal(x, 1)\nobserve y = 2"
        "\n# nacre fit m.ppl",
        right="z ~ Bernoulli(0.3)\nx ~ LogNormal(0, 1)\ny ~ Normal(if z then 0 else x, 1)"
        "\nobserve y = 2\n# nacre fit m.ppl",
    ),
    "Q673": Explanation(
        "a variable that cannot be simulated",
        "Simulation draws every variable from its distribution, parents first. `Flat()` is no"
        " distribution to draw from, except between two ends that nothing random moves. What was"
        " set (`--do`) is not drawn. A family that refers to its own values is drawn step by step,"
        " for which its indices must be known to lead back, and its elements be numbers,"
        " not arrays. An `ordered` vector is drawn by sorting, which is right where its numbers"
        " are alike.",
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
        "evidence of probability zero",
        "Where every latent variable is discrete, the posterior is found by adding up the states"
        " that agree with the evidence. Here none does.",
        "a ~ Bernoulli(0.5)\nb ~ Bernoulli(a)\nobserve a = 0\nobserve b = 1\n",
        "a ~ Bernoulli(0.5)\nb ~ Bernoulli(0.1 + 0.8 * a)\nobserve a = 0\nobserve b = 1\n",
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
        "a density at values that are not complete",
        "The density of a model is that of all its variables together: it has a number only where"
        " each that is neither observed nor defined has a value, parameters (`param`) and what"
        " would be summed out included.",
        "model.log_density({'mu': 0.3})               # mu ~ Normal(0, 1), tau ~ HalfNormal(1)",
        "model.log_density({'mu': 0.3, 'tau': 1.0})",
    ),
    "R571": Explanation(
        "no starting point",
        "The density is zero or not a number wherever it was tried. Most often data lie outside the"
        " support of their distribution, or a scale is negative. The caret shows a statement whose"
        " density is not finite.",
        "s ~ Normal(0, 1)\ny ~ Normal(0, log(s) - 1000)\nobserve y = 1\n",
        "s ~ HalfNormal(1)\ny ~ Normal(0, s)\nobserve y = 1\n",
    ),
    "R520": Explanation(
        "differential equations without a solution",
        "The solver could not follow the solution to the last of its times: it grew beyond all"
        " numbers, its derivative was not a number, or it took more than `max_steps` steps. While a"
        " model is fitted such a point has a density that is not a number, and is passed over like"
        " every other such point. Here it was so wherever inference could begin.",
        "a ~ HalfNormal(1)\node t[n in row] = ts[n] from 0 {\n    u' = a * u^2 from 1000\n}",
        "a ~ HalfNormal(1)\node t[n in row] = ts[n] from 0 {\n    u' = -a * u^2 from 1000\n}",
    ),
    "R560": Explanation(
        "a stiff system that is solved by explicit steps",
        "Some of its rates are so fast that more than `max_steps` explicit steps were needed: to be"
        " stable they must be about as short as the time of the fastest rate, though their errors"
        " would have allowed longer ones. Implicit steps can be as long as the solution is smooth.",
        "ode t[n in row] = ts[n] from 0 {\n    u' = 1e6 * (sin(t) - u) from 1\n}",
        "ode t[n in row] = ts[n] from 0, method = stiff {\n    u' = 1e6 * (sin(t) - u) from 1\n}",
    ),
    "Q694": Explanation(
        "a posterior that is no distribution",
        "A variable that no evidence reaches keeps its prior as posterior and is drawn from it"
        " afterwards. An improper prior has no draws.",
        "mu ~ Flat()\nx ~ Normal(0, 1)\ny ~ Normal(x, 1)\nobserve y = 1\n",
        "mu ~ Normal(0, 10)\nx ~ Normal(0, 1)\ny ~ Normal(x, 1)\nobserve y = 1\n",
    ),
    "Q680": Explanation(
        "a parameter of the model under a full-rank guide",
        "A `param` of the model, like a weight of its networks, is a point to be optimised. The"
        " mean-field guide leaves it one and gives all that is latent a distribution; so does a"
        " guide of your own, and the search for the mode. A full-rank guide would give it a"
        " distribution that correlates with the others.",
        "nacre fit m.ppl --guide full-rank      # m.ppl: param s: positive = 1\n",
        "nacre fit m.ppl                        # mean field, s a point\n",
    ),
    "Q679": Explanation(
        "a setting out of range",
        "Steps, particles, restarts and draws are whole numbers from 1; rates are positive; a seed"
        " is a whole number from 0. A search for the mode (`--method map`) has no guide, no"
        " particles, no rate, optimiser or stopping rule, and no trace.",
        "nacre fit m.ppl --steps 0",
        "nacre fit m.ppl --steps 2000",
    ),
    "Q692": Explanation(
        "a fit that cannot be resumed",
        "A fit goes on from where it was interrupted, with the random numbers that it would have"
        " drawn. So the model, its evidence, the data and the settings must be those of the"
        " interrupted fit; only `--steps` may grow. A search for the mode (`--method map`) is made"
        " anew.",
        "nacre fit m.ppl --seed 1 -o fits/m\nnacre fit m.ppl --seed 2 -o fits/m --resume",
        "nacre fit m.ppl --seed 1 -o fits/m\nnacre fit m.ppl --seed 1 -o fits/m --resume",
    ),
    "Q695": Explanation(
        "a guide without a draw for a latent variable",
        "A guide draws what its file leaves latent. Without the evidence in the file"
        " (`Model.uncondition`) there can be more of it, of which the guide says nothing.",
        "model.condition(w=1).uncondition('y').fit()",
        "model.condition(w=1).uncondition('y').fit(guide='full-rank')",
    ),
    "Q693": Explanation(
        "an unknown optimiser",
        "Optimisers go by the names of torch's classes, in lower case. Those that need more than a"
        " gradient, such as LBFGS, are left out.",
        "nacre fit m.ppl --optimiser adan",
        "nacre fit m.ppl --optimiser adam",
    ),
}
