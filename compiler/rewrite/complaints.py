"""Everything that can be wrong with a request to condition or to intervene: Q6xx. What cannot be
summed out is in `summing`.

One constructor per complaint. ``at`` is None when the request comes from outside the model.
"""

from collections.abc import Collection, Mapping

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from ...grammar.source import Span
from ..complaints.names import listed
from . import summing
from .of_factors import CODES as OF_FACTORS
from .of_factors import factor_given as factor_given
from .of_factors import factor_reads as factor_reads
from .of_factors import not_a_factor as not_a_factor


def unknown_variable(at: Span | None, name: str, known: Collection[str]) -> Diagnostic:
    """Nothing is called so."""
    hint = did_you_mean(name, known) or f"its variables are {listed(known)}"
    return Diagnostic("Q601", at, f"the model has no variable `{name}`", hint=hint)


def formula_conditioned(at: Span | None, name: str, formula: Span) -> Diagnostic:
    """A derived variable has no density of its own."""
    return Diagnostic(
        "Q602",
        at,
        f"`{name}` is computed by a formula and has no distribution of its own, so it cannot be "
        "conditioned exactly",
        notes=((formula, f"`{name}` is defined here"),),
        hint="condition a variable that has a distribution, or give this one a distribution "
        f"around its formula; `do {name} = …` replaces the formula",
    )


def parameter_conditioned(at: Span | None, name: str, declared: Span) -> Diagnostic:
    """A ``param`` is not random."""
    return Diagnostic(
        "Q603",
        at,
        f"`{name}` is a `param`: it is not random, so there is nothing to condition",
        notes=((declared, "declared here"),),
        hint=f"`do {name} = …` holds it at a value",
    )


def input_conditioned(at: Span | None, name: str, declared: Span) -> Diagnostic:
    """Data without a distribution."""
    return Diagnostic(
        "Q604",
        at,
        f"`{name}` is data without a distribution, so there is nothing to condition",
        notes=((declared, "declared here"),),
        hint=f"give another value with the data, or use `do {name} = …`",
    )


def wrong_labels(
    at: Span | None, name: str, element: str, axes: tuple[str, ...], declared: Span
) -> Diagnostic:
    """An element is addressed with too few or too many labels."""
    shape = f"`{name}[{', '.join(axes)}]`" if axes else "a single number"
    count = f"takes {len(axes)} label{'s' * (len(axes) != 1)}" if axes else "has no elements"
    return Diagnostic(
        "Q605",
        at,
        f"`{element}` does not name an element: `{name}` is {shape} and {count}",
        notes=((declared, "declared here"),),
        hint=f"write `{name}[{', '.join(f'<{a}>' for a in axes)}]`, or `{name}` for all of it"
        if axes
        else f"write `{name}`",
    )


def unknown_label(
    at: Span | None, label: str, dim: str, known: tuple[str, ...], declared: Span
) -> Diagnostic:
    """A dimension does not have this label. ``known`` may be an excerpt."""
    return Diagnostic(
        "Q606",
        at,
        f"`{label}` is not a label of `{dim}`",
        notes=((declared, f"its labels are {', '.join(known)}"),),
        hint=did_you_mean(label, known) or f"write one of them: {', '.join(known)}",
    )


def part_of_a_joint_draw(at: Span | None, element: str, name: str, statement: Span) -> Diagnostic:
    """An element of a vector that is drawn as one."""
    return Diagnostic(
        "Q607",
        at,
        f"`{element}` cannot be given alone: `{name}` is drawn in whole vectors",
        notes=((statement, "one draw gives several numbers at once"),),
        hint=f"give a value for all of `{name}`",
    )


def not_a_target(text: str) -> Diagnostic:
    """A target from outside that cannot be read."""
    return Diagnostic(
        "Q608",
        None,
        f"`{text}` does not name a variable or an element of one",
        hint='write `weight`, `dose[3]`, `alpha[AITKIN]` or `alpha["BIG STONE"]`',
    )


def size_intervened(at: Span | None, name: str, read: Span) -> Diagnostic:
    """A size or a range of the model comes from this datum."""
    return Diagnostic(
        "Q609",
        at,
        f"`{name}` sets a size or a range of the model, so it cannot be intervened on",
        notes=((read, "read here"),),
        hint=f"give `{name}` another value with the data",
    )


def unknown_scenario(name: str, known: Collection[str]) -> Diagnostic:
    """No ``scenario`` block is called so."""
    names = listed(known)
    hint = did_you_mean(name, known) or (
        f"its scenarios are {names}" if names else f"write one: `scenario {name} {{ do x = 3 }}`"
    )
    return Diagnostic("Q610", None, f"the model has no scenario `{name}`", hint=hint)


def evidence_needed(name: str, statement: Span) -> Diagnostic:
    """Observed values that the model's own statement reads cannot be taken away."""
    return Diagnostic(
        "Q611",
        None,
        f"the observed values of `{name}` cannot be taken away: its own statement needs them",
        notes=((statement, "it covers only part of its data, or reads earlier values of itself"),),
        hint=f"keep `{name}` observed",
    )


def start_needed(name: str, param: str, statement: Span) -> Diagnostic:
    """Observed values from which a param starts cannot be taken away."""
    return Diagnostic(
        "Q611",
        None,
        f"the observed values of `{name}` cannot be taken away: `{param}` starts from them",
        notes=((statement, "its starting value is computed here"),),
        hint=f"keep `{name}` observed, or give `{param}` a number to start from",
    )


def nothing_observed(name: str, declared: Span) -> Diagnostic:
    """There is no evidence that could be removed."""
    return Diagnostic(
        "Q612",
        None,
        f"`{name}` has no distribution, so it carries no evidence that could be removed",
        notes=((declared, "declared here"),),
        hint=f"leave `{name}` out of the request: evidence belongs to what is drawn with `~`",
    )


def front_intervened(at: Span | None, written: str, name: str, declared: Span) -> Diagnostic:
    """One element of a family that recurs along two dimensions at once."""
    return Diagnostic(
        "Q656",
        at,
        f"`{written}` belongs to a recurrence along two dimensions, whose elements are computed "
        "many at a time",
        notes=((declared, "written here"),),
        hint=f"intervene on all of `{name}`, or on what it begins with",
    )


_MODEL = "data guess: real = 8.5\nweight ~ Normal(guess, 1.0)\nmeasurement ~ Normal(weight, 0.75)\n"

CODES: Mapping[str, Explanation] = {
    **OF_FACTORS,
    "Q601": Explanation(
        "unknown variable",
        "A value was given for a variable that the model does not have. Only variables that the "
        "model declares can be conditioned, intervened on or asked for.",
        wrong=f"{_MODEL}# nacre fit scale.ppl --observe mesurement=9.5",
        right=f"{_MODEL}# nacre fit scale.ppl --observe measurement=9.5",
    ),
    "Q602": Explanation(
        "conditioning a formula",
        "A variable defined with `=` has no density of its own: conditioning on its value would "
        "need the density of everything that it could have been computed from. Treating the value "
        "as an intervention instead would silently answer another question, so it is refused.",
        wrong="x ~ Normal(0, 1)\nd = 2 * x\n# nacre fit m.ppl --observe d=7",
        right="x ~ Normal(0, 1)\nd = 2 * x\nreading ~ Normal(d, 0.1)\nobserve reading = 7",
    ),
    "Q603": Explanation(
        "conditioning a parameter",
        "A `param` is optimised, not drawn: it has no distribution, so it cannot be evidence. "
        "An intervention holds it at a value.",
        wrong="param b: positive = 1\nx ~ Normal(0, b)\n# nacre fit m.ppl --observe b=2",
        right="param b: positive = 1\nx ~ Normal(0, b)\n# nacre fit m.ppl --do b=2",
    ),
    "Q604": Explanation(
        "conditioning plain data",
        "Data that no statement draws have no density, so there is nothing to condition. Give "
        "another value in the data file, or intervene, which overrides what was measured.",
        wrong=f"{_MODEL}# nacre fit scale.ppl --observe guess=9",
        right=f"{_MODEL}# nacre fit scale.ppl --do guess=9",
    ),
    "Q605": Explanation(
        "wrong number of labels",
        "An element is named by one label for each dimension of its variable, and a variable "
        "without dimensions has no elements.",
        wrong="dim arm = {placebo, drug}\neffect[a in arm] ~ Normal(0, 1)\n"
        "# nacre fit m.ppl --observe 'effect[drug, 1]=0'",
        right="dim arm = {placebo, drug}\neffect[a in arm] ~ Normal(0, 1)\n"
        "# nacre fit m.ppl --observe 'effect[drug]=0'",
    ),
    "Q606": Explanation(
        "unknown label",
        "The dimension does not have the label. Labels written in the model are known at once; "
        "those that come with the data are looked up when the data are read.",
        wrong="dim arm = {placebo, drug}\neffect[a in arm] ~ Normal(0, 1)\n"
        "# nacre fit m.ppl --do effect[placbo]=0",
        right="dim arm = {placebo, drug}\neffect[a in arm] ~ Normal(0, 1)\n"
        "# nacre fit m.ppl --do effect[placebo]=0",
    ),
    "Q607": Explanation(
        "part of a joint draw",
        "One draw of a vector-valued distribution gives all its numbers at once. Giving one of "
        "them alone needs the conditional distribution of the others (for evidence) or their "
        "marginal distribution (for an intervention), which are other densities than the one "
        "written.",
        wrong="dim part = {a, b, c}\ntheta[part] ~ Dirichlet([1, 1, 1])\n"
        "# nacre fit m.ppl --observe 'theta[a]=0.2'",
        right="dim part = {a, b, c}\ntheta[part] ~ Dirichlet([1, 1, 1])\n"
        "# nacre fit m.ppl --observe 'theta=[0.2, 0.3, 0.5]'",
    ),
    "Q608": Explanation(
        "unreadable target",
        "What is given from outside is named as in the model: a variable, or an element by its "
        "labels. A label with a comma, a bracket or a quote in it is quoted.",
        wrong="# nacre fit radon.ppl --do 'alpha[BIG STONE=1'",
        right="# nacre fit radon.ppl --do 'alpha[BIG STONE]=1'",
    ),
    "Q609": Explanation(
        "intervening on a size",
        "The lengths of dimensions and the ends of ranges are part of the model's shape. Another "
        "length is another data set, not an intervention.",
        wrong="data T: int\ndim time = 1..T\nx[t in time] ~ Normal(0, 1)\n"
        "# nacre fit m.ppl --do T=5",
        right="data T: int\ndim time = 1..T\nx[t in time] ~ Normal(0, 1)\n# with T = 5 in the data",
    ),
    "Q610": Explanation(
        "unknown scenario",
        "The model has no `scenario` block of this name.",
        wrong="x ~ Normal(0, 1)\nscenario high { do x = 3 }\n# nacre fit m.ppl --scenario hihg",
        right="x ~ Normal(0, 1)\nscenario high { do x = 3 }\n# nacre fit m.ppl --scenario high",
    ),
    "Q611": Explanation(
        "evidence that the statement needs",
        "A family that is observed may refer to its own earlier values, or leave some of its data "
        "out. Without those values its statement would mean something else.",
        wrong="data T: int\ndim time = 1..T\ndata y[time]: real\n"
        "y[t in 2..T] ~ Normal(y[t-1], 1)\n# a prior prediction of y",
        right="data T: int\ndim time = 1..T\ndata y[time]: real\nmu ~ Normal(0, 1)\n"
        "y[t in time] ~ Normal(mu, 1)\n# a prior prediction of y",
    ),
    "Q612": Explanation(
        "no evidence to remove",
        "Only a variable with a distribution can carry evidence.",
        wrong="x ~ Normal(0, 1)\nd = 2 * x\n# model.uncondition('d')",
        right="x ~ Normal(0, 1)\nobserve x = 1\n# model.uncondition('x')",
    ),
    "Q656": Explanation(
        "intervening on one element of a recurrence along two dimensions",
        "A family that refers to earlier elements of itself along two dimensions at once is "
        "computed, or drawn, many elements at a time. A single one of them cannot be set; all of "
        "them can, and so can single steps of what recurs along one dimension.",
        wrong="dim row = 1..3, col = 1..3\na ~ Normal(0, 1)\nx[i in row, t in col] = "
        "if i == 1 or t == 1 then a else x[i - 1, t] + x[i, t - 1]\n"
        "# nacre simulate m.ppl --do 'x[2, 2]=0'",
        right="dim row = 1..3, col = 1..3\na ~ Normal(0, 1)\nx[i in row, t in col] = "
        "if i == 1 or t == 1 then a else x[i - 1, t] + x[i, t - 1]\n"
        "# nacre simulate m.ppl --do a=0",
    ),
    **summing.CODES,
}
