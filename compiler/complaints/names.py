"""Complaints about names: E2xx. One constructor per sentence."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, did_you_mean
from ...grammar.source import Span
from ..families.elsewhere import known_as

_MOST_LISTED = 12
_OF_A_DISTRIBUTION: Mapping[str, str] = {
    **dict.fromkeys(("_lpdf", "_lpmf", "_lupdf", "_lupmf", "_logpdf"), "logpdf"),
    **{"_lcdf": "logcdf", "_lccdf": "logsf", "_cdf": "cdf"},
}


def listed(names: Iterable[str]) -> str:
    """``a, b, c``, cut where it would not be read any more."""
    all_ = list(names)
    return ", ".join(all_[:_MOST_LISTED]) + (", …" if len(all_) > _MOST_LISTED else "")


def called_here(call: Span) -> tuple[Span, str]:
    """The note that leads from inside a function to the statement that called it."""
    return call, "in this call"


_WELL_KNOWN = ("Normal", "StudentT", "Gamma", "Beta", "Bernoulli", "Poisson", "Categorical")


def unknown_name(at: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A word that stands for nothing."""
    hint = did_you_mean(name, known) or (
        f"declare it with `data {name}: real`, draw it with `{name} ~ …`, "
        f"or define it with `{name} = …`"
    )
    return Diagnostic("E201", at, f"nothing is called `{name}`", hint=hint)


def unknown_distribution(at: Span, name: str, families: Collection[str]) -> Diagnostic:
    """A word after ``~`` that is no family."""
    plain = name.lower().replace("_", "")
    close = {f.lower(): f for f in families}.get(plain) or known_as(name)
    hint = f"did you mean `{close}`?" if close else did_you_mean(name, families)
    hint = hint or (
        f"there are {', '.join(_WELL_KNOWN)} and {len(families) - len(_WELL_KNOWN)} more: see "
        "the table of distributions in the language reference"
    )
    return Diagnostic("E202", at, f"no distribution is called `{name}`", hint=hint)


def sampled_twice(at: Span, name: str, first: Span) -> Diagnostic:
    """Two ``~`` for one name."""
    return Diagnostic(
        "E203",
        at,
        f"`{name}` is given a distribution twice",
        notes=((first, "the first time here"),),
        hint="remove one, or give the second variable a name of its own",
    )


def defined_twice(at: Span, name: str, first: Span) -> Diagnostic:
    """One name for two things."""
    return Diagnostic(
        "E204",
        at,
        f"`{name}` is defined twice",
        notes=((first, "the first time here"),),
        hint=f"give one of them another name, for example `{name}2`",
    )


def label_twice(at: Span, name: str, first: Span, once: str) -> Diagnostic:
    """A label that a dimension lists twice; ``once`` are all labels, each of them once."""
    return Diagnostic(
        "E204",
        at,
        f"the label `{name}` is listed twice",
        notes=((first, "the first time here"),),
        hint=f"list it once: `{{{once}}}`",
    )


def parameter_twice(at: Span, name: str, first: Span) -> Diagnostic:
    """Two parameters of a function with one name."""
    return Diagnostic(
        "E204",
        at,
        f"the function has two parameters called `{name}`",
        notes=((first, "the first here"),),
        hint=f"call the second one otherwise, for example `{name}2`",
    )


def unknown_function(at: Span, name: str, ours: str | None, known: Iterable[str]) -> Diagnostic:
    """A call of nothing; ``ours`` is what we call a function with another name elsewhere."""
    hint = f"here it is called `{ours}`" if ours else did_you_mean(name, known)
    for theirs, fn in _OF_A_DISTRIBUTION.items():
        if hint is None and name.endswith(theirs):
            hint = f"write `{fn}(Normal(0, 1), x)`, with the distribution as after `~`"
    hint = hint or f"define it: `def {name}(x) = …`"
    return Diagnostic("E205", at, f"no function is called `{name}`", hint=hint)


def unknown_reduction(at: Span, name: str, ours: str | None, known: Iterable[str]) -> Diagnostic:
    """A reduction that does not exist."""
    hint = f"did you mean `{ours}`?" if ours else f"there are {', '.join(known)}"
    return Diagnostic("E205", at, f"no reduction is called `{name}`", hint=hint)


def variable_called(at: Span, name: str, index: str, declared: Span | None) -> Diagnostic:
    """Parentheses where an index was meant, or a forgotten ``*``."""
    notes = ((declared, f"`{name}` is introduced here"),) if declared else ()
    return Diagnostic(
        "E205",
        at,
        f"`{name}` is a variable, not a function",
        notes=notes,
        hint=f"an element is written `{name}[{index}]`, a product `{name} * ({index})`",
    )


def unknown_dimension(at: Span, name: str, dims: Iterable[str]) -> Diagnostic:
    """An axis that nobody declared."""
    hint = did_you_mean(name, dims) or f"declare it: `dim {name}`"
    return Diagnostic("E206", at, f"no dimension is called `{name}`", hint=hint)


def not_a_dimension(at: Span, name: str, declared: Span, dims: Iterable[str]) -> Diagnostic:
    """A variable where a dimension must stand."""
    names = listed(dims)
    return Diagnostic(
        "E207",
        at,
        f"`{name}` is not a dimension",
        notes=((declared, f"`{name}` is introduced here"),),
        hint=f"the dimensions are {names}; a range is written `1..{name}`"
        if names
        else f"declare one, for example `dim row = 1..{name}`, and write `row` here",
    )


def distribution_as_value(at: Span, written: str) -> Diagnostic:
    """``=`` where ``~`` was meant, or a draw inside a formula."""
    return Diagnostic(
        "E208",
        at,
        "a distribution is not a value: only `~` draws from one",
        hint=f"give the draw a name in a statement of its own: `x ~ {written}`",
    )


def equals_for_tilde(at: Span, statement: str) -> Diagnostic:
    """``x = Normal(0, 1)``."""
    return Diagnostic(
        "E208",
        at,
        "a distribution is not a value: `=` defines by a formula, `~` draws",
        hint=f"write `{statement}`",
    )


def function_as_distribution(at: Span, name: str, formula: str) -> Diagnostic:
    """``~`` where ``=`` was meant."""
    return Diagnostic(
        "E209",
        at,
        f"`{name}` is a function, not a distribution",
        hint=f"what is computed is defined with `=`: `{formula}`",
    )


def not_a_value(at: Span, name: str, what: str, declared: Span | None) -> Diagnostic:
    """A dimension, a function or a distribution where a value must stand."""
    hints = {
        "a dimension": f"bind an index that runs over it: `sum(i in {name})(…)`, or "
        f"`[i in {name}]` on the left",
        "a function": f"call it: `{name}(…)`",
        "a network": f"call it: `{name}(…)`",
        "a distribution": f"draw from it in a statement of its own: `x ~ {name}(…)`",
    }
    notes = ((declared, "declared here"),) if declared else ()
    return Diagnostic("E210", at, f"`{name}` is {what}, not a value", notes, hint=hints[what])


def dimension_as_index(at: Span, name: str, declared: Span) -> Diagnostic:
    """``alpha[county]`` in a formula."""
    return Diagnostic(
        "E210",
        at,
        f"`{name}` is a dimension, not an index",
        notes=((declared, "declared here"),),
        hint=f"bind an index that runs over it: `[i in {name}]` on the left, or "
        f"`sum(i in {name})(…)`; the whole axis is written `:`",
    )


def label_alone(at: Span, label: str) -> Diagnostic:
    """A quoted label where no dimension says what it is a label of."""
    return Diagnostic(
        "E210",
        at,
        f'the label "{label}" is not a value',
        hint='labels stand in an index (`alpha["BIG STONE"]`), or beside `==` and `!=` with '
        "index-valued data",
    )


def index_unbound(at: Span, name: str, dim: str, declared: Span) -> Diagnostic:
    """An index that neither the left side nor a reduction brings into scope."""
    return Diagnostic(
        "E211",
        at,
        f"the index `{name}` is not bound",
        notes=((declared, f"it stands for a label of `{dim}`"),),
        hint=f"write `[{name} in {dim}]` on the left of the statement, or reduce over it with "
        f'`sum({name} in {dim})(…)`; if it is a label from the data, quote it: `"{name}"`',
    )


def index_unbound_left(at: Span, name: str, dim: str | None, dims: Iterable[str]) -> Diagnostic:
    """``alpha[c] ~ …``: a left side that does not say where its index runs."""
    known = [dim] if dim else sorted(dims, key=lambda d: d[0] != name[0])
    hint = f"write `{name} in {known[0]}`" if known else f"declare `dim row`, and `{name} in row`"
    return Diagnostic(
        "E211", at, f"the left side does not say over which dimension `{name}` runs", hint=hint
    )


def bound_twice(at: Span, name: str, first: Span) -> Diagnostic:
    """One name for two indices of a statement."""
    return Diagnostic(
        "E212",
        at,
        f"the index `{name}` is bound twice",
        notes=((first, "the first time here"),),
        hint=f"call the inner one differently, for example `{name}2`",
    )


def unknown_type(at: Span, name: str, words: Collection[str], dims: Collection[str]) -> Diagnostic:
    """A word after ``:`` that is neither a type nor a dimension."""
    hint = did_you_mean(name, (*words, *dims)) or f"types are {', '.join(words)}, or a dimension"
    return Diagnostic("E213", at, f"no type is called `{name}`", hint=hint)


def unknown_support(at: Span, name: str, words: Collection[str]) -> Diagnostic:
    """A word after ``on`` that is no set of numbers."""
    hint = did_you_mean(name, words) or f"write {', '.join(words)}, or an interval `(a, b)`"
    return Diagnostic("E213", at, f"no support is called `{name}`", hint=hint)


def data_defined(at: Span, name: str, declared: Span) -> Diagnostic:
    """``=`` on data."""
    return Diagnostic(
        "E215",
        at,
        f"`{name}` is data, so it has a value already",
        notes=((declared, "declared as data here"),),
        hint=f"give the formula another name, or a default to the data: `data {name}: real = …`",
    )


def drawn_and_defined(at: Span, name: str, defined: Span) -> Diagnostic:
    """``~`` beside an ``=`` that is not computed from data alone."""
    return Diagnostic(
        "E216",
        at,
        f"`{name}` has a formula already, and the formula reads something random",
        notes=((defined, "defined here"),),
        hint="`~` beside `=` observes what is computed from data alone; draw a variable of its "
        f"own around the formula: `{name}_seen ~ Normal({name}, 1)`",
    )


def unknown_label(
    at: Span, name: str, dim: str, labels: Sequence[str], declared: Span
) -> Diagnostic:
    """A label that a dimension does not have."""
    hint = did_you_mean(name, labels)
    if hint is None:
        hint = f"its labels are {listed(labels)}" if labels else "its labels are whole numbers"
    return Diagnostic(
        "E217",
        at,
        f"`{dim}` has no label `{name}`",
        notes=((declared, f"`{dim}` is declared here"),),
        hint=hint,
    )


def unquoted_label(at: Span, name: str, dim: str, declared: Span) -> Diagnostic:
    """A word beside a position; the labels of its dimension come from the data."""
    return Diagnostic(
        "E217",
        at,
        f"nothing is called `{name}`",
        notes=((declared, f"the labels of `{dim}` come from the data"),),
        hint=f'quote a label that comes from the data: `"{name}"`',
    )


def recursive(at: Span, steps: Sequence[tuple[str, Span]]) -> Diagnostic:
    """A function that calls itself, directly or through others."""
    names = [name for name, _ in steps]
    ring = " → ".join(f"`{n}`" for n in (*names, names[0]))
    notes = tuple(
        (at_, f"`{name}` calls `{names[(i + 1) % len(names)]}`")
        for i, (name, at_) in enumerate(steps)
    )
    return Diagnostic(
        "E218",
        at,
        f"functions are written out where they are called, so they cannot call themselves: {ring}",
        notes,
        hint="say it with a reduction, for example `sum(k in 1..K)(…)`",
    )


def expansion_too_large(call: Span) -> Diagnostic:
    """Functions that become too much text when they are written out."""
    return Diagnostic(
        "E219",
        call,
        "written out, this call becomes too large a formula",
        hint="give intermediate results a name of their own: `step = …`",
    )


def definition_too_large(at: Span) -> Diagnostic:
    """Definitions in an ode that become too much text when they are written out."""
    return Diagnostic(
        "E219",
        at,
        "with the definitions that it reads written out, this becomes too large a formula",
        hint="compute what depends on no state before the ode, and the rest in fewer steps",
    )


def misplaced_statement(at: Span, word: str, where: str, allowed: str) -> Diagnostic:
    """A statement in a block that cannot hold it."""
    return Diagnostic("E220", at, f"{word} cannot stand in {where}", hint=allowed)


def block_twice(at: Span, kind: str, name: str, first: Span) -> Diagnostic:
    """Two guides, or two scenarios, of one name."""
    return Diagnostic(
        "E221",
        at,
        f"two {kind} are called `{name}`",
        notes=((first, "the first here"),),
        hint=f"give the second another name: `{kind[:-1]} {name}2 {{ … }}`",
    )


def not_a_parameter(at: Span, name: str, declared: Span, fn: str) -> Diagnostic:
    """The body of a function reads the model."""
    return Diagnostic(
        "E222",
        at,
        f"a function sees its parameters only, not `{name}`",
        notes=((declared, f"`{name}` belongs to the model"),),
        hint=f"make it a parameter: `def {fn}, {name}) = …`, and pass it in the call",
    )


def unknown_variable(at: Span, name: str, hint: str | None) -> Diagnostic:
    """``observe`` or ``do`` of nothing."""
    hint = hint or f"draw it in the model first: `{name} ~ Normal(0, 1)`"
    return Diagnostic("E223", at, f"the model has no variable `{name}`", hint=hint)
