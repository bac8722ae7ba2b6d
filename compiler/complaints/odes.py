"""Complaints about systems of differential equations: E410 to E416, E470."""

from collections.abc import Collection, Mapping

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from ...grammar.source import Span

# parts of the names that methods have elsewhere
_STIFF = ("bdf", "radau", "lsoda", "rosenbrock", "rodas", "kvaerno", "kencarp", "ode15s", "ode23s",
          "implicit", "sdirk")  # fmt: skip
_NONSTIFF = ("rk", "dopri", "dormand", "ode45", "adams", "tsit", "runge", "explicit")


def no_time_index(at: Span, name: str) -> Diagnostic:
    """``ode t = …``: the solution would be one number at one time."""
    return Diagnostic(
        "E410",
        at,
        f"the time `{name}` has no index: at which times is the solution wanted?",
        hint=f"declare a dimension of them: `dim row`, then `ode {name}[n in row] = …`",
    )


def times_do_not_vary(at: Span, index: str) -> Diagnostic:
    """The same time for every element of its index."""
    return Diagnostic(
        "E410",
        at,
        f"this is the same time for every `{index}`",
        hint=f"read the times at `{index}`, the last index of the time",
    )


def not_one_number(at: Span, what: str, shape: str) -> Diagnostic:
    """An array where one number is needed."""
    return Diagnostic(
        "E411",
        at,
        f"{what} is one number, and this is an array over {shape}",
        hint="index it, or give the state the dimension as a plate: `u[k in …]' = …`",
    )


def no_states(at: Span) -> Diagnostic:
    """Braces without a derivative."""
    return Diagnostic(
        "E412", at, "this ode has no derivative", hint="write `u' = … from …` between its braces"
    )


def unknown_option(at: Span, name: str, known: Collection[str]) -> Diagnostic:
    """An option that the solver does not have."""
    listed = ", ".join(f"`{k}`" for k in known)
    return Diagnostic(
        "E413",
        at,
        f"an ode has no option `{name}`",
        hint=did_you_mean(name, known) or f"the options are {listed}",
    )


def option_twice(at: Span, name: str, first: Span) -> Diagnostic:
    """The same option again."""
    return Diagnostic(
        "E413",
        at,
        f"`{name}` is said twice",
        notes=((first, "the first here"),),
        hint="leave one of them out",
    )


def option_outside(at: Span, name: str, needs: str, usual: str) -> Diagnostic:
    """A value that the option cannot have; ``usual`` is what it is if nothing is said."""
    hint = f"write `{name} = {usual}`, or leave it out: that is what it is then"
    return Diagnostic("E414", at, f"`{name}` must be {needs}", hint=hint)


def unknown_method(at: Span, name: str | None, known: Collection[str]) -> Diagnostic:
    """A method that the solver does not have; perhaps one that others have.

    Args:
        name: None where something else than a name is written.
    """
    listed = " and ".join(f"`{k}`" for k in known)
    word = (name or "").lower()
    if any(part in word for part in _STIFF):
        hint = "write `method = stiff`: Radau IIA of order 5, implicit"
    elif any(part in word for part in _NONSTIFF):
        hint = "leave it out: the method of Dormand and Prince, explicit, is the usual one"
    else:
        hint = did_you_mean(word, known) or f"the methods are {listed}"
    message = (
        "`method` is the name of a method" if name is None else f"no method is called `{name}`"
    )
    return Diagnostic("E470", at, message, hint=hint)


def index_taken(at: Span, index: str, dim: str, first: Span) -> Diagnostic:
    """A state over the dimension of the times, or of the system's plates."""
    return Diagnostic(
        "E415",
        at,
        f"the ode has an index over `{dim}` already, and `{index}` would be a second one",
        notes=((first, "the first here"),),
        hint="a state is written without the indices of the time: they are bound for all states",
    )


def not_a_local_family(at: Span, name: str) -> Diagnostic:
    """``flow[dim] = …`` in an ode."""
    return Diagnostic(
        "E416",
        at,
        f"in an ode, `{name}` is defined over indices that have names",
        hint=f"write `{name}[i in dim] = …`",
    )


CODES: Mapping[str, Explanation] = {
    "E410": Explanation(
        "an ode without times",
        "The left side of an ode names the time and its indices. The last index runs over the times"
        " at which the solution is wanted; indices before it repeat the system, once for each"
        " element, with parameters of its own.",
        "ode t = 1 from 0 {\n    u' = -u from 1\n}",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u' = -u from 1\n}",
    ),
    "E411": Explanation(
        "an array in an ode where a number is needed",
        "A time, a derivative and an initial value are numbers, one for each index of the system"
        " and of the state.",
        "dim k = 1..2\ndim day = 1..30\ndata rate[k]: positive\n"
        "ode t[d in day] = d from 0 {\n    u' = -rate from 1\n}",
        "dim k = 1..2\ndim day = 1..30\ndata rate[k]: positive\n"
        "ode t[d in day] = d from 0 {\n    u[i in k]' = -rate[i] * u[i] from 1\n}",
    ),
    "E412": Explanation(
        "an ode without a derivative",
        "Each state of an ode has a statement of its own, with its derivative by time and its"
        " initial value.",
        "dim day = 1..30\node t[d in day] = d from 0 {\n}",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u' = -u from 1\n}",
    ),
    "E413": Explanation(
        "an option that an ode does not have",
        "Behind the time where it begins an ode may say how exactly it is solved: `rtol` and"
        " `atol`, the relative and the absolute error of a step (1e-6 and 1e-9), `max_steps`"
        " (10,000), and `method`, `nonstiff` or `stiff`.",
        "dim day = 1..30\node t[d in day] = d from 0, tol = 1e-8 {\n    u' = -u from 1\n}",
        "dim day = 1..30\node t[d in day] = d from 0, rtol = 1e-8 {\n    u' = -u from 1\n}",
    ),
    "E414": Explanation(
        "a value that an option of an ode cannot have",
        "Tolerances are positive numbers below 1, `max_steps` is a whole number from 1. They are"
        " written as they are, not computed.",
        "dim day = 1..30\node t[d in day] = d from 0, rtol = 0 {\n    u' = -u from 1\n}",
        "dim day = 1..30\node t[d in day] = d from 0, rtol = 1e-8 {\n    u' = -u from 1\n}",
    ),
    "E415": Explanation(
        "a state over a dimension that its ode runs over",
        "The indices of the time are indices of every state of the system: they stand on its left"
        " side once, and the states are written without them. Outside of the ode the state has them"
        " all: those of the time first, then its own.",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u[e in day]' = -u[e] from 1\n}",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u' = -u from 1\n}\n"
        "x[d in day] ~ Normal(u[d], 1)",
    ),
    "E416": Explanation(
        "a definition in an ode over a dimension without an index",
        "A definition in the braces of an ode depends on the state, and is put in where its name is"
        " read. It has an index for each of its dimensions.",
        "dim k = 1..2\ndim day = 1..30\node t[d in day] = d from 0 {\n"
        "    flow[k] = 0.1\n    u[i in k]' = -flow[i] * u[i] from 1\n}",
        "dim k = 1..2\ndim day = 1..30\node t[d in day] = d from 0 {\n"
        "    flow[i in k] = 0.1 * i\n    u[i in k]' = -flow[i] * u[i] from 1\n}",
    ),
    "E470": Explanation(
        "a method that no ode is solved by",
        "`method = nonstiff` is the usual one: explicit steps of order 5 (Dormand and Prince)."
        " `method = stiff` is for systems whose rates differ by many powers of ten: implicit steps"
        " of order 5 (Radau IIA), each of which costs more, and which can be as long as the"
        " solution is smooth.",
        "dim day = 1..30\node t[d in day] = d from 0, method = bdf {\n    u' = -u from 1\n}",
        "dim day = 1..30\node t[d in day] = d from 0, method = stiff {\n    u' = -u from 1\n}",
    ),
}
