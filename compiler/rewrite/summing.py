"""Everything that can be wrong with summing discrete variables out: Q620 to Q629."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span
from ..elimination import LARGEST_JOINT, LARGEST_TABLE, Step
from ..measure import DEEPEST, MOST_NODES


def endless_states(name: str, family: str, at: Span) -> Diagnostic:
    """A discrete variable that cannot be summed out, because its states are not finitely many."""
    return Diagnostic(
        "Q620",
        at,
        f"`{name}` is discrete, and the states of this {family} cannot be listed, so that it "
        "cannot be summed out",
        hint="observe it, write a guide that draws it, or give it a family with finitely many "
        "states that are the same for every element: Bernoulli, Categorical, Binomial",
    )


class Reader(NamedTuple):
    """A statement that reads more of discrete variables than one element: several elements of one
    of them, or several of them."""

    name: str
    at: Span
    read: tuple[str, ...]


def too_entangled(
    places: Mapping[str, Span],
    joint: Mapping[str, int | None],
    largest: int,
    readers: Sequence[Reader],
) -> Diagnostic:
    """Discrete variables that can only be summed out together, and are too many for that."""
    names = _listed([f"`{n}`" for n in places])
    why = "terms meet in them that no single element settles"
    if readers:
        first = readers[0]
        what = "several elements of " if len(first.read) == 1 else ""
        both = " together" if len(first.read) > 1 else ""
        why = f"`{first.name}` reads {what}{_listed([f'`{n}`' for n in first.read])}{both}"
    counts = [
        f"`{n}` has {'2^64 or more' if c >= 2**64 else f'{c:,}'} joint states"
        for n, c in joint.items()
        if c is not None
    ]
    unknown = [f"`{n}`" for n, c in joint.items() if c is None]
    if unknown:
        counts.append(f"how many joint states {_listed(unknown)} has shows with the data")
    limit = f"{'; '.join(counts)}; {largest:,} are allowed"
    shown = {at: "it reads them here" for _, at, _ in readers if at not in places.values()}
    others = {at: "together with this" for at in list(places.values())[1:]}
    return Diagnostic(
        "Q621",
        next(iter(places.values())),
        f"{names} cannot be summed out{' yet' if unknown else ''}: {why} ({limit})",
        notes=tuple((others | shown).items()),
        hint="let every statement read one element of a discrete variable, indexed by its own "
        "plates or by data; or observe one of them, or write a guide that draws them",
    )


def over_budget(places: Mapping[str, Span], step: Step, largest: int) -> Diagnostic:
    """Discrete variables that meet in a table that is too large."""
    first, *others = places
    names = _listed([f"`{n}`" for n in step.clique])
    for_each = "".join(
        f" for every {p}" for p in (*step.plates, *([step.along] if step.along else []))
    )
    return Diagnostic(
        "Q625",
        places[first],
        f"summing out {_listed([f'`{n}`' for n in places])} needs a table over {names}: "
        f"{step.table:,} numbers{for_each}, {step.size:,} in all, and {largest:,} are allowed",
        notes=tuple((places[n], "together with this") for n in others),
        hint="let fewer states meet in one statement; or observe one of them, or write a guide "
        "that draws them",
    )


def accumulates(name: str, discrete: str, at: Span) -> Diagnostic:
    """A definition by its own earlier elements that depends on states."""
    return Diagnostic(
        "Q626",
        at,
        f"`{name}` follows from its own earlier elements and from `{discrete}`, which is summed "
        "out, so that it depends on every state so far",
        hint=f"let `{name}` depend on a fixed number of the latest states, or write a guide that "
        f"draws the discrete variables",
    )


def solved_for_states(name: str, discrete: str, at: Span) -> Diagnostic:
    """Differential equations that depend on states."""
    return Diagnostic(
        "R521",
        at,
        f"the equations of `{name}` read `{discrete}`, which is summed out: they would be solved"
        " once for each of its states",
        hint="solve them once for each state, over a dimension of states, and choose the solution:"
        " `u[z, n]`; or write a guide that draws the discrete variables",
    )


def too_long(name: str, discrete: str, at: Span) -> Diagnostic:
    """Definitions between states and what reads them, too many to be written out."""
    return Diagnostic(
        "Q640",
        at,
        f"`{name}` reads `{discrete}`, which depends on what is summed out: written out, that "
        "becomes too large a formula",
        hint=f"compute what `{name}` reads in fewer steps, or write a guide that draws the discrete"
        " variables",
    )


def summed_and_set(name: str, at: Span) -> Diagnostic:
    """Elements that were observed and set, of a variable that is to be summed out."""
    return Diagnostic(
        "Q623",
        at,
        f"elements of `{name}` were observed and set as well: what was observed is evidence about "
        "the others, which cannot be summed out beside what was set",
        hint=f"leave out what was observed of them, or write a guide that draws `{name}`",
    )


def support_of_states(name: str, discrete: str, at: Span) -> Diagnostic:
    """A latent variable whose support depends on a variable that is summed out."""
    return Diagnostic(
        "Q624",
        at,
        f"the support of `{name}` depends on `{discrete}`, which is summed out, so that it is no "
        "single set",
        hint=f"give `{name}` a fixed support and scale it: `{name} * …` where it is read",
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


CODES: Mapping[str, Explanation] = {
    "Q620": Explanation(
        "states that cannot be listed",
        "Latent variables that are discrete are summed out, exactly, before anything is fitted. "
        "That takes a list of states: Bernoulli, Categorical, or a Binomial whose number of trials "
        "is known and the same for every element.",
        wrong="k ~ Poisson(3)\ny ~ Normal(k, 1)\nobserve y = 2",
        right="k ~ Binomial(20, 0.15)\ny ~ Normal(k, 1)\nobserve y = 2",
    ),
    "Q621": Explanation(
        "discrete variables that cannot be summed out",
        "Summing out is exact and cheap while every statement reads one element of a discrete "
        "variable. Where plates cross, or a statement reads a whole family, its elements can only "
        f"be summed out together, as one variable with K^n states, up to a budget of "
        f"{LARGEST_JOINT}.",
        wrong="dim person = 1..40\ndim item = 1..40\ndata y[person, item]: bool\n"
        "z[p in person] ~ Bernoulli(0.3)\nw[i in item] ~ Bernoulli(0.6)\n"
        "y[p in person, i in item] ~ Bernoulli(0.1 + 0.3 * z[p] + 0.4 * w[i])",
        right="dim person = 1..40\ndim item = 1..4\ndata y[person, item]: bool\n"
        "z[p in person] ~ Bernoulli(0.3)\nw[i in item] ~ Bernoulli(0.6)\n"
        "y[p in person, i in item] ~ Bernoulli(0.1 + 0.3 * z[p] + 0.4 * w[i])",
    ),
    "Q623": Explanation(
        "some elements observed and set, the others summed out",
        "An intervention on an element that was observed splits it in two: what was observed is "
        "evidence, and what was set is what others read. A discrete family is not summed out "
        "around such an element.",
        wrong="dim row = 1..3\nz[i in row] ~ Bernoulli(0.3)\ny[i in row] ~ Normal(z[i], 1)\n"
        "observe y = [1, 0, 1]\nobserve z[2] = 1\n# nacre fit m.ppl --do 'z[2]=0'",
        right="dim row = 1..3\nz[i in row] ~ Bernoulli(0.3)\ny[i in row] ~ Normal(z[i], 1)\n"
        "observe y = [1, 0, 1]\n# nacre fit m.ppl --do 'z[2]=0'",
    ),
    "Q624": Explanation(
        "a support that depends on what is summed out",
        "A latent variable has coordinates in one set. Where the ends of its support depend on a "
        "discrete variable that is summed out, there is a set for each state.",
        wrong="z ~ Bernoulli(0.3)\nu ~ Uniform(0, 1 + z)\ny ~ Normal(u, 1)\nobserve y = 1",
        right="z ~ Bernoulli(0.3)\nv ~ Uniform(0, 1)\nu = v * (1 + z)\ny ~ Normal(u, 1)\n"
        "observe y = 1",
    ),
    "Q625": Explanation(
        "tables over discrete variables that are too large",
        "Where a statement reads several discrete variables, there is a number for every "
        "combination of their states, and for every element of their plates; along a chain, for "
        f"every pair of states one after the other. Up to {LARGEST_TABLE:,} are allowed. `nacre "
        "info` shows the tables.",
        wrong="dim place = 1..2000\ndim time = 1..50\ndata y[time]: real\nstay ~ Beta(9, 1)\n"
        "level[p in place] = 0.01 * p\neven[p in place] = 1 / 2000\n"
        "move[a in place, b in place] = if a == b then stay else (1 - stay) / 1999\n"
        "z[1] ~ Categorical(even)\nz[t in 2..50] ~ Categorical(move[z[t - 1], :])\n"
        "y[t in time] ~ Normal(level[z[t]], 1)",
        right="dim place = 1..200\ndim time = 1..50\ndata y[time]: real\nstay ~ Beta(9, 1)\n"
        "level[p in place] = 0.1 * p\neven[p in place] = 1 / 200\n"
        "move[a in place, b in place] = if a == b then stay else (1 - stay) / 199\n"
        "z[1] ~ Categorical(even)\nz[t in 2..50] ~ Categorical(move[z[t - 1], :])\n"
        "y[t in time] ~ Normal(level[z[t]], 1)",
    ),
    "R521": Explanation(
        "differential equations that read a discrete variable",
        "A discrete latent variable is summed out, and a system of differential equations has one"
        " solution for each of its states. Write these down: repeat the system over the states, and"
        " let what reads the solution choose one.",
        "dim row\ndata ts[row], y[row]: real\ns ~ Bernoulli(0.3)\n"
        "ode t[n in row] = ts[n] from 0 {\n    u' = -(1 + s) * u from 1\n}\n"
        "y[n in row] ~ Normal(u[n], 1)",
        "dim row, kind = {slow, fast}\ndata ts[row], y[row]: real\n"
        "p[kind] = [0.7, 0.3]\ns ~ Categorical(p)\n"
        "ode t[k in kind, n in row] = ts[n] from 0 {\n"
        "    u' = -(if k == slow then 1 else 2) * u from 1\n}\n"
        "y[n in row] ~ Normal(u[s, n], 1)",
    ),
    "Q640": Explanation(
        "definitions of states that are too long",
        "What is derived from a discrete variable that is summed out has a value for each of its"
        " states, so its formula is put in where it is read. Each definition may read the one"
        f" before several times, so there is a limit: {MOST_NODES:,} expressions, and"
        f" {DEEPEST} conditions or sums within each other. What depends on states alone can be"
        " listed for each of them.",
        wrong="dim row\ndata y[row]: real\nz[i in row] ~ Bernoulli(0.3)\na0[i in row] = z[i]\n"
        + "".join(f"a{k}[i in row] = a{k - 1}[i] * (1 + a{k - 1}[i])\n" for k in range(1, 15))
        + "y[i in row] ~ Normal(a14[i], 1)",
        right="dim row, state = {off, on}\ndata y[row]: real\np[state] = [0.7, 0.3]\n"
        "a0[s in state] = if s == on then 1 else 0\n"
        + "".join(f"a{k}[s in state] = a{k - 1}[s] * (1 + a{k - 1}[s]) / 9\n" for k in range(1, 15))
        + "z[i in row] ~ Categorical(p)\ny[i in row] ~ Normal(a14[z[i]], 1)",
    ),
    "Q626": Explanation(
        "a definition that gathers up what is summed out",
        "A definition that follows from its own earlier elements, and from discrete variables, "
        "depends on all of their states so far: there is no short table to sum over. What depends "
        "on a few of the latest states can be summed out along the chain.",
        wrong="data T: int\ndim time = 1..T\ndata y[time]: real\n"
        "z[t in time] ~ Bernoulli(0.3)\nlevel[1] = 0.0\n"
        "level[t in 2..T] = 0.5 * level[t - 1] + z[t]\ny[t in time] ~ Normal(level[t], 1)",
        right="data T: int\ndim time = 1..T\ndata y[time]: real\n"
        "z[t in time] ~ Bernoulli(0.3)\ny[1] ~ Normal(z[1], 1)\n"
        "y[t in 2..T] ~ Normal(0.5 * z[t - 1] + z[t], 1)",
    ),
}
