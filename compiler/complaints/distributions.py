"""Complaints about distributions and params: E331 to E348. One constructor per sentence."""

from collections.abc import Iterable, Sequence
from math import inf

from ...grammar.diagnostic import Diagnostic, did_you_mean
from ...grammar.source import Span
from ..families import Family, Form, Parameter
from ..types import Bounds
from .expressions import amount, example, need, reach


def signature(family: Family, form: Form) -> str:
    """``Normal(loc, scale)``."""
    inside = ", ".join(
        f"{p.name} = …" if p.name == form.name and form.name else p.name for p in form.params
    )
    return f"{family.name}({inside})"


def _signatures(family: Family) -> str:
    return " or ".join(f"`{signature(family, form)}`" for form in family.forms)


def too_many_arguments(at: Span, family: Family, form: Form, given: int) -> Diagnostic:
    """More arguments than parameters."""
    wanted = len(form.params)
    return Diagnostic(
        "E331",
        at,
        f"`{family.name}` takes {wanted or 'no'} argument{'s' * (wanted != 1)}, not {given}",
        hint=f"write {_signatures(family)}",
    )


def unknown_argument(at: Span, family: Family, name: str) -> Diagnostic:
    """A keyword that is no parameter."""
    known = [p.name for form in family.forms for p in form.params]
    hint = did_you_mean(name, known) or f"write {_signatures(family)}"
    return Diagnostic("E332", at, f"`{family.name}` has no parameter `{name}`", hint=hint)


def argument_twice(at: Span, family: Family, name: str, first: Span) -> Diagnostic:
    """A parameter given by position and by name, or twice by name."""
    return Diagnostic(
        "E333",
        at,
        f"`{name}` of `{family.name}` is given twice",
        notes=((first, "the first time here"),),
        hint=f"write {_signatures(family)}",
    )


def missing_argument(at: Span, family: Family, form: Form, name: str) -> Diagnostic:
    """A parameter without argument and without default."""
    return Diagnostic(
        "E334",
        at,
        f"`{family.name}` needs `{name}` too",
        hint=f"write {_signatures(family)}",
    )


def mixed_forms(at: Span, family: Family, names: Sequence[str]) -> Diagnostic:
    """Keywords of two parametrisations at once."""
    both = " and ".join(f"`{n}`" for n in names)
    return Diagnostic(
        "E335",
        at,
        f"{both} belong to different ways to write `{family.name}`",
        hint=f"write {_signatures(family)}",
    )


def array_as_number(
    at: Span, family: str, param: str, array: tuple[str, str], hint: str | None
) -> Diagnostic:
    """``y ~ Normal(x, 1)`` with a whole array ``x``."""
    written, shape = array
    return Diagnostic(
        "E336",
        at,
        f"`{param}` of `{family}` is one number for every draw, and `{written}` is a whole array "
        f"over {shape}",
        hint=f"write `{hint}`" if hint else f"index it, or reduce it: `mean({written})`",
    )


def array_drawn(at: Span, family: str, shape: str, hint: str | None) -> Diagnostic:
    """A family of single numbers for a whole array."""
    return Diagnostic(
        "E337",
        at,
        f"`{family}` draws single numbers, and this is an array over {shape}",
        hint=f"draw each of them: `{hint}`" if hint else "draw each with an index on the left",
    )


def vector_needed(at: Span, family: str, param: str, written: str, shape: str) -> Diagnostic:
    """An array of more than one axis where a vector must stand."""
    return Diagnostic(
        "E338",
        at,
        f"`{param}` of `{family}` is one vector, and `{written}` is an array over {shape}",
        hint=f"give one row: `{written}[i, :]`, with `i` bound on the left",
    )


def matrix_needed(at: Span, family: str, param: str, written: str, shape: str) -> Diagnostic:
    """Something else where a matrix must stand."""
    shape = "a single number" if shape == "[]" else f"an array over {shape}"
    return Diagnostic(
        "E338",
        at,
        f"`{param}` of `{family}` is a matrix, and `{written}` is {shape}",
        hint="define it with two indices, `C[i in obs, j in obs] = if i == j then 1 else 0`, "
        "and give `C`",
    )


def wrong_event(at: Span, family: str, shape: str, left: str | None) -> Diagnostic:
    """A left side with the wrong number of dimensions for one draw; ``left`` would be right."""
    return Diagnostic(
        "E338",
        at,
        f"one draw of `{family}` is a vector, and {shape} is left for it",
        hint=f"bind the other dimensions: `{left} ~ …`"
        if left
        else "its dimension stands on the left, bare, behind the binders: `x[i in row, part] ~ …`",
    )


def unknown_length(at: Span, family: str, left: str, dims: Iterable[str]) -> Diagnostic:
    """A vector family whose arguments are all single numbers."""
    dim = next(iter(dims), "category")
    return Diagnostic(
        "E339",
        at,
        f"nothing says how long a draw of `{family}` is",
        hint=f"name its dimension on the left: `{left}[{dim}] ~ …`",
    )


def unknown_labels(at: Span, family: str, dims: Iterable[str], written: str) -> Diagnostic:
    """A categorical draw over probabilities without a dimension."""
    dim = next(iter(dims), "category")
    return Diagnostic(
        "E340",
        at,
        f"nothing says which labels `{family}` draws: its probabilities are over no dimension",
        hint=f"name their dimension: `p[{dim}] = {written}`, then `{family}(p)`",
    )


def unknown_grades(at: Span, family: str, dims: Iterable[str]) -> Diagnostic:
    """Ordered labels that nothing declares."""
    dim = next(iter(dims), "grade")
    return Diagnostic(
        "E340",
        at,
        f"nothing says which labels `{family}` draws: its cutpoints only lie between them",
        hint=f"declare what it draws as data of that type: `data y[row]: {dim}`",
    )


def wrong_steps(at: Span, family: str, param: str, dim: str) -> Diagnostic:
    """Another number of cutpoints than there are steps between labels."""
    return Diagnostic(
        "E348",
        at,
        f"`{param}` of `{family}` lie between the labels of `{dim}`: one fewer than there are "
        "labels",
        hint=f"give them a dimension of their own, one shorter than `{dim}`",
    )


def parameter_outside(at: Span, family: str, p: Parameter, written: str, got: Bounds) -> Diagnostic:
    """A parameter that cannot be right."""
    if got.low == got.high:
        found = example(p.bounds, got.low, whole=p.whole)
        hint = f"write another number, such as `{found}`"
    else:
        inside = f"exp({written})" if p.bounds.high == inf else f"sigmoid({written})"
        hint = f"check the signs; `{inside}` {need(p.bounds).replace('must', 'will')}"
    message = f"`{p.name}` of `{family}` {need(p.bounds)}, but {reach(got)}"
    return Diagnostic("E341", at, message, hint=hint)


def not_a_simplex(at: Span, family: str, param: str, values: Sequence[float]) -> Diagnostic:
    """Written probabilities with another sum than one."""
    *others, _ = values
    total, rest = sum(values), 1 - sum(others)
    shown = [amount(x) for x in (*others, rest)]
    if rest <= 0:
        shown = [amount(x / total) for x in values]
    return Diagnostic(
        "E341",
        at,
        f"`{param}` of `{family}` must add up to 1, but it adds up to {amount(total)}",
        hint=f"write, for example, `[{', '.join(shown)}]`",
    )


def nothing_between(at: Span) -> Diagnostic:
    """Ends in the wrong order."""
    return Diagnostic(
        "E342", at, "there is nothing between these ends", hint="the lower end comes first"
    )


def nothing_left(at: Span, what: str, fixed: Bounds) -> Diagnostic:
    """Ends that keep nothing of what they restrict, which lies between ``fixed`` ends."""
    low, high = amount(fixed.low), amount(fixed.high)
    return Diagnostic(
        "E342",
        at,
        f"nothing is left of the {what} between these ends",
        hint=f"write ends between {low} and {high}, or take a distribution of other numbers",
    )


def not_restrictable(at: Span, what: str, kind: str) -> Diagnostic:
    """``on`` after something that cannot be cut."""
    return Diagnostic(
        "E343",
        at,
        f"{what} is {kind} that `on` cannot restrict",
        hint="`on` restricts sets of real numbers, and counts; leave it out",
    )


def not_observable(
    at: Span,
    drawn: tuple[str, str],
    declared: tuple[str, str],
    place: Span,
    word: str,
) -> Diagnostic:
    """A distribution that cannot have given data of the declared type."""
    family, values = drawn
    name, type_ = declared
    return Diagnostic(
        "E344",
        at,
        f"`{family}` draws {values}, but `{name}` is declared as {type_}",
        notes=((place, f"`{name}` is declared here"),),
        hint=f"declare it as `{word}`",
    )


def array_as_end(at: Span, written: str) -> Diagnostic:
    """A whole array as the end of a support."""
    return Diagnostic(
        "E345",
        at,
        f"the end of a support is one number, and `{written}` is a whole array",
        hint=f"index it: `{written}[i]`",
    )


def discrete_param(at: Span, name: str, words: str) -> Diagnostic:
    """A ``param`` that no gradient can move."""
    return Diagnostic(
        "E346",
        at,
        f"`{name}` would be optimised by gradients, so it cannot be {words}",
        hint=f"declare it `param {name}: real`, or `positive`, or `unit`",
    )


def order_of_numbers(at: Span, order: str, left: str, written: str | None) -> Diagnostic:
    """``mu[k in component] ~ … on ordered``: single numbers put in order."""
    return Diagnostic(
        "E347",
        at,
        f"`on {order}` puts the numbers of one vector in order, and each `{left}` is one number",
        hint=f"leave the dimension bare, so that one draw is a vector: `{written}`"
        if written
        else "name the vector's dimension on the left, bare: `x[part] ~ …`",
    )


def order_of_a_type(at: Span, order: str) -> Diagnostic:
    """``data x[part]: real on ordered``."""
    return Diagnostic(
        "E347",
        at,
        f"`on {order}` puts the numbers of one draw in order, and this is a type",
        hint=f"it is a type by itself: `: {order}`",
    )
