"""Write the tables of functions and distributions in ``docs/language/`` from the compiler's own,
and the list of examples from the comment that each begins with.

    python tools/tables.py

Each table stands between ``<!-- table: NAME -->`` and ``<!-- end of table -->``; what stands there
is replaced.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from math import inf, pi
from pathlib import Path

from nacre.compiler.arrays import ARRAYS, Signature
from nacre.compiler.families import FAMILIES
from nacre.compiler.families.row import Family, Form, Parameter
from nacre.compiler.functions import CALLABLE, CONSTANTS, DENSITIES, ELEMENTWISE, REDUCTIONS
from nacre.compiler.types import ANYTHING, POSITIVE, UNIT, Bounds, SupportName

ROOT = Path(__file__).resolve().parent.parent
PAGES = (*sorted((ROOT / "docs" / "language").glob("*.md")), ROOT / "examples" / "README.md")
_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)

_SUPPORTS: Mapping[SupportName, str] = {
    SupportName.REAL: "real numbers",
    SupportName.POSITIVE: "x > 0",
    SupportName.UNIT: "0 < x < 1",
    SupportName.BOOL: "0, 1",
    SupportName.COUNT: "0, 1, 2, …",
    SupportName.INDEX: "labels of a dimension",
    SupportName.SIMPLEX: "probability vectors",
    SupportName.VECTOR: "real vectors",
    SupportName.CORR: "correlation matrices",
    SupportName.CHOLESKY_CORR: "their Cholesky factors",
    SupportName.COV: "covariance matrices",
}
_DOMAINS: Mapping[Bounds, str] = {POSITIVE: "x > 0", UNIT: "0 < x < 1"}


def operators() -> list[str]:
    """Operators, from the table of the elementwise functions."""
    rows = (
        (f"`{'x' if r.arity == 2 else ''} {r.symbol} {'y' if r.arity == 2 else 'x'}`", r.text)
        for r in ELEMENTWISE.values()
        if r.symbol
    )
    return _table(("operator", "value"), ((shown.replace("` ", "`"), text) for shown, text in rows))


def functions() -> list[str]:
    """Elementwise functions."""
    rows = []
    for name, row in sorted(CALLABLE.items(), key=lambda item: item[0].lower()):
        domain = row.domain[0] if row.domain else ANYTHING
        call = f"`{name}({', '.join('xy'[: row.arity])})`"
        rows.append((call, row.text, _DOMAINS.get(domain, _interval(domain))))
    return _table(("function", "value", "for"), rows)


def densities() -> list[str]:
    """Functions of a distribution and a value."""
    rows = ((f"`{name}(D, x)`", text) for name, text in DENSITIES.items())
    return _table(("function", "value"), rows)


def reductions() -> list[str]:
    """Reductions, over indices or over a whole array."""
    return _table(("reduction", "value"), ((f"`{r.name}`", r.text) for r in REDUCTIONS.values()))


def arrays() -> list[str]:
    """Functions of vectors and matrices, with the axes of their results."""
    rows = (
        (f"`{r.name}({', '.join(r.parameters)})`", r.text, _shapes(r.signatures))
        for r in ARRAYS.values()
    )
    return _table(("function", "value", "axes"), rows)


def constants() -> list[str]:
    """Predefined numbers."""
    return _table(("constant", "value"), ((f"`{n}`", str(v)) for n, v in CONSTANTS.items()))


def distributions() -> list[str]:
    """Families with their parametrisations, supports and densities."""
    rows = [
        (
            f"`{_call(f, form)}`",
            _support(f),
            f"`{form.log_density}`",
            "" if f.cdf is None else "yes",
        )
        for f in sorted(FAMILIES.values(), key=lambda f: f.name)
        for form in f.forms
    ]
    return _table(("distribution", "support", "log density or log mass", "cdf"), rows)


def moments() -> list[str]:
    """Means and variances of the families, in the parameters of the first form."""
    rows = [
        (
            f"`{_call(f, f.forms[0])}`",
            "" if f.mean is None else f"`{f.mean}`",
            "" if f.variance is None else f"`{f.variance}`",
        )
        for f in sorted(FAMILIES.values(), key=lambda f: f.name)
    ]
    return _table(("distribution", "mean", "variance"), rows)


def examples() -> list[str]:
    """Every model among the examples, with the comment that it begins with."""
    models = sorted((ROOT / "examples").rglob("*.ppl"), key=lambda m: (m.parent.name, m.name))
    rows = ((m.relative_to(ROOT / "examples").as_posix(), _first_comment(m)) for m in models)
    return _table(("model", "what it is"), ((f"[{n}]({n})", says) for n, says in rows))


def _first_comment(model: Path) -> str:
    lines = takewhile(lambda line: line.startswith("#"), model.read_text("utf-8").splitlines())
    return " ".join(line.lstrip("# ") for line in lines).removeprefix(f"{model.name}: ")


TABLES: Mapping[str, Callable[[], list[str]]] = {
    "operators": operators,
    "functions": functions,
    "densities": densities,
    "reductions": reductions,
    "arrays": arrays,
    "constants": constants,
    "distributions": distributions,
    "moments": moments,
    "examples": examples,
}


def filled(text: str) -> str:
    """The page with every table as it should be now."""
    return _TABLE.sub(lambda m: m[1] + "\n".join(TABLES[m[2]]()) + "\n" + m[3], text)


def _shapes(signatures: Iterable[Signature]) -> str:
    """``[n, n], [n] → [n]``, and a number for no axes."""
    shown = (
        f"{', '.join(map(_axes, s.args))} → {_axes(s.result) if s.result else 'a number'}"
        for s in signatures
    )
    return "; or ".join(shown)


def _axes(letters: str) -> str:
    return f"[{', '.join(letters)}]"


def _call(family: Family, form: Form) -> str:
    """As it is written: the parameter that selects a form by name, and so those after it."""
    names = [p.name for p in form.params]
    first = names.index(form.name) if form.name in names else len(names)
    params = [_parameter(p, i >= first) for i, p in enumerate(form.params)]
    return f"{family.name}({', '.join(params)})"


def _parameter(p: Parameter, by_name: bool) -> str:
    if p.default is not None:
        return f"{p.name} = {p.default}"
    return f"{p.name} = …" if by_name else p.name


def _support(family: Family) -> str:
    if family.support is SupportName.INTERVAL:
        if family.low == family.high:
            return f"`{family.low}`"
        return f"{_end(family.low)} to {_end(family.high)}"
    if family.support is SupportName.INT:
        return f"whole numbers from {_end(family.low)} to {_end(family.high)}"
    if family.support is SupportName.COUNT and family.event:
        return "vectors of counts that add up to `n`"
    if family.support is SupportName.COUNT and family.high is not None:
        return f"0, 1, …, `{family.high}`"
    return _SUPPORTS[family.support]


def _end(end: str | float | None) -> str:
    if isinstance(end, str):
        return f"`{end}`"
    return {inf: "∞", pi: "π", -pi: "-π"}[end or 0.0]


def _interval(bounds: Bounds) -> str:
    return "" if bounds == ANYTHING else f"x > {bounds.low:g}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *(list(row) for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
