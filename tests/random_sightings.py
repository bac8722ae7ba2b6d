"""What is seen of the states of a random chain, what is known of them, and what lies between."""

import numpy as np
from random_families import Families
from random_steps import Family, Read, Step

MOST_GAPS = 4000  # assignments, with those of symbols that the data lack

# --- series -------------------------------------------------------------------------------------


def series(c: Families, k: int) -> None:
    """One number, or one symbol, a step."""
    y = c.again if k == 0 and c.again is not None else _seen(c, f"y{k}")
    own = c.maybe() and y.kind != "positive"
    laws = _laws(c, y, own, through=c.maybe() and y.kind != "label")
    declared = f"data {y.name}[{', '.join(y.over)}]: {y.dim or y.kind}\n"
    c.lines[y.name] = declared + "\n".join(_statements(c, y, laws))
    values = data_of(c, y)
    if y is not c.again and c.maybe():
        _gaps(c, y, values, own)
    c.data[y.name] = values.tolist()


def hidden(c: Families) -> None:
    """A number that depends on states, that nobody sees, and that is read by what is seen."""
    e = Family("e", "real", 0, _plates(c))
    laws = _laws(c, e, own=c.maybe(), through=False)
    c.lines[e.name] = "\n".join(_statements(c, e, laws))
    c.hidden = e


def data_of(c: Families, y: Family) -> np.ndarray:
    """Values of a family, as data have them."""
    shape = [c.sites if d == "site" else c.time.length for d in y.over]
    if y.kind in ("real", "positive"):
        drawn = np.array(c.reals(*shape))
        return (np.abs(drawn) + 0.01 if y.kind == "positive" else drawn).astype(object)
    if y.kind != "label":
        return c.rng.integers(0, y.states, shape).astype(object)
    words = np.array(c.dims[y.dim], dtype=object)
    found = words[c.rng.integers(0, len(words), shape)]
    return found.astype(int).astype(object) if y.dim in c.numbered else found


def _plates(c: Families) -> tuple[str, ...]:
    if any("site" in v.over for v in c.families):
        return c.pick(("site", "time"), ("time", "site"))
    return ("time",)


def _seen(c: Families, name: str) -> Family:
    kind = c.pick("real", "bool", "count", "positive", "label")
    dim, n = c.labels() if kind == "label" else ("", 2 if kind == "bool" else 3)
    return Family(name, kind, n, _plates(c), dim)


def _laws(c: Families, y: Family, own: bool, *, through: bool) -> list[str]:
    """Of the first step and of all others, or of all.

    Args:
        own: whether it reads its own earlier element.
        through: whether what it reads of the states is defined apart.
    """
    readable = [v for v in c.families if set(v.over) <= set(y.over)]
    chosen = c.some(readable, 2)
    if not chosen or c.families[-1] not in chosen and y.name == "y0":
        chosen.append(readable[-1])  # which is a chain
    back = [v for v in chosen if "time" in v.over and c.maybe()]
    if c.again is None and c.one_in(6):  # a step ahead, where there is one
        ahead = [(v, v.at("t + 1" if "time" in v.over else "t")) for v in chosen]
        law = _law(c, y, ahead, [], Step(c.time), through=False)
        rest = _law(c, y, [], [], Step(c.time), through=False)
        return [f"if t < {c.time.end} then {law} else {rest}"]
    if not own and back and c.again is None and c.maybe():  # a step back, where there is one
        before = f"max({c.time.label(0)}, t - 1)"
        reads = [*((v, v.at("t")) for v in chosen), *((v, v.at(before)) for v in back)]
        return [_law(c, y, reads, [], Step(c.time), through)]
    if not (own or back or c.maybe()):
        return [_law(c, y, [(v, v.at("t")) for v in chosen], [], Step(c.time), through)]
    first, later = Step(c.time, 0), Step(c.time)
    reads = [*((v, v.at(later)) for v in chosen), *((v, v.at(later.back(1))) for v in back)]
    earlier = [(y, y.at(later.back(1)))] if own else []
    return [
        _law(c, y, [(v, v.at(first)) for v in chosen], [], first, through=False),
        _law(c, y, reads, earlier, later, through),
    ]


def _statements(c: Families, y: Family, laws: list[str]) -> list[str]:
    every = f"{y.name}{c.slots(y.over, 't in time')} ~ "
    if len(laws) == 1:
        return [every + laws[0]]
    if c.maybe():
        return [f"{every}if {c.time.is_at(0)} then {laws[0]} else {laws[1]}"]
    slots = (c.time.label(0), c.later(1))
    return [f"{y.name}{c.slots(y.over, s)} ~ {x}" for s, x in zip(slots, laws, strict=True)]


def _law(
    c: Families, y: Family, reads: list[Read], own: list[Read], step: Step, through: bool
) -> str:
    """The distribution of what is seen."""
    site = "site" in y.over
    if y.kind == "label":
        return str(c.of_labels(y, [*reads, *own], step))
    if y.kind == "bool" and c.maybe(often=True):
        return f"Bernoulli({c.probability([*reads, *own], site)})"
    if y.kind == "count" and c.maybe():
        return f"Binomial(3, {c.probability(reads, site)})"
    loc = c.logit(reads, y.over, step)
    if through:
        loc = _definition(c, y, loc)
    for _, text in own:
        rho = c.need("rho", "rho ~ Normal(0, 1)")
        loc += f" + {rho} * {text}"
    if y.kind == "bool":
        return f"Bernoulli(logit = {loc})"
    if y.kind == "count":
        return c.pick(f"Poisson(log = 0.3 * ({loc}))", f"NegativeBinomial(exp(0.2 * ({loc})), 2)")
    if y.kind == "positive":
        return c.pick(f"Gamma(2, exp(0.5 * ({loc})))", f"LogNormal({loc}, 1)")
    scales = ["1", "exp(0.3 * a)", *(f"(0.5 + {c.size(r)})" for r in reads[:1])]
    one = f"Normal({loc}, {c.pick(*scales)})"
    if not reads or not c.maybe():
        return one
    return f"if {c.holds(reads[0])} then {one} else StudentT(4, 0, 2)"


def _definition(c: Families, y: Family, loc: str) -> str:
    """A definition between the states and what is seen: in clauses, where it may look back."""
    name = f"m_{y.name}"
    if "t - 1" in loc and "max" not in loc or c.maybe():
        first = f"{name}{c.slots(y.over, c.time.label(0))} = 0.5\n"
        c.lines[name] = f"{first}{name}{c.slots(y.over, c.later(1))} = {loc}"
    else:
        c.lines[name] = f"{name}{c.slots(y.over, 't in time')} = {loc}"
    return Family(name, "real", 0, y.over).at("t")


def _gaps(c: Families, y: Family, values: np.ndarray, own: bool) -> None:
    """Some values that the data lack."""
    rules = [] if own else ["drop", "marginalise"]
    if y.kind != "count":
        rules.append("impute")
    gone = c.some(list(range(values.size)), 2)
    if not rules:
        return
    rule = c.pick(*rules)
    if rule == "impute" and y.kind in ("bool", "label"):
        n = c.assignments * y.states ** len(gone)
        if n > MOST_GAPS:
            return
        c.assignments = n
    values.reshape(-1)[gone] = None
    c.lines[f"gaps in {y.name}"] = f"observe {y.name} missing {rule}"


# --- what else is seen --------------------------------------------------------------------------


def rows(c: Families) -> None:
    """States at odd times, as the data say."""
    labels = c.time.labels or c.data.get("time")
    if labels is None:
        return
    v = c.families[-1]
    text = "dim row\ndata at[row]: time\ndata r[row]: real"
    if "site" in v.over:
        text += "\ndata who[row]: site"
        c.data["who"] = [int(j) + 1 for j in c.rng.integers(0, c.sites, 3)]
    at = [labels[j] for j in c.rng.integers(0, c.time.length, 3)]
    c.data["at"] = [int(x) if x.isdecimal() else x for x in at]
    c.data["r"] = c.reals(3)
    loc = c.real((v, v.at("at[n]", "who[n]")))
    c.lines["rows"] = f"{text}\nr[n in row] ~ Normal({loc}, 1)"


def end(c: Families) -> None:
    """The state of the last step."""
    v = c.families[-1]
    _once(c, v, "end", c.real((v, v.at("last"))))


def whole(c: Families) -> None:
    """All states of a family together."""
    v = c.families[-1]
    if v.kind != "label" and "time" in v.over:
        _once(c, v, "all", f"sum(t in time)({v.at('t')})")


def _once(c: Families, v: Family, name: str, loc: str) -> None:
    """What is seen once of every site."""
    slots, plate = ("[site]", "[i in site]") if "site" in v.over else ("", "")
    c.lines[name] = f"data {name}{slots}: real\n{name}{plate} ~ Normal({loc}, 0.5)"
    c.data[name] = c.reals(c.sites) if slots else 0.7


def factor(c: Families) -> None:
    """A term about neighbours that is no variable's own."""
    v = c.families[-1]
    if "time" not in v.over:
        return
    b = c.need("b", "b ~ Normal(0, 1)")
    one, two = (c.size((v, v.at(s))) for s in ("t", "t - 1"))
    slots = c.slots(v.over, f"t in time, t > {c.time.label(0)}")
    c.lines["near"] = f"factor near{slots} = {b} * {one} * {two}"


def known(c: Families, v: Family) -> None:
    """A state that is observed, or several that the data have."""
    if v.over and c.maybe():
        found = data_of(c, v)
        found[c.rng.random(found.shape) < 0.7] = None
        c.data[v.name] = found.tolist()
        declared = f"data {v.name}[{', '.join(v.over)}]: {v.dim or v.kind}"
        c.lines[f"known {v.name}"] = f"{declared}\nobserve {v.name} missing impute"
        return
    labels = {"time": c.time.labels, "site": c.site_labels}
    if all(labels[d] for d in v.over):
        slots = ", ".join(c.pick(*labels[d]) for d in v.over)
        words = c.dims[v.dim] if v.dim else tuple(map(str, range(v.states)))
        at = f"[{slots}]" if slots else ""
        c.lines[f"known {v.name}"] = f"observe {v.name}{at} = {c.pick(*words)}"
