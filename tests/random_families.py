"""Random discrete variables: chains, and what stands still beside them."""

from dataclasses import replace

import numpy as np
from random_laws import Law, Laws, bracketed
from random_steps import Family, Step

MOST = 1300  # assignments of all discrete variables


class Families(Laws):
    """The file, with its discrete variables."""

    def family(self, stem: str, over: tuple[str, ...], spare: int = 1) -> Family | None:
        """A new discrete variable, unless that makes too many assignments.

        Args:
            spare: how many times as many there will be at least.
        """
        kind = self.pick("label", "bool", "count")
        dim, n = self.labels() if kind == "label" else ("", 2 if kind == "bool" else 3)
        lengths = {"site": self.sites, "time": self.time.length}
        elements = int(np.prod([lengths[d] for d in over]))
        if self.assignments * spare * n**elements > MOST:
            kind, dim, n = "bool", "", 2
        if self.assignments * spare * n**elements > MOST:
            return None
        self.assignments *= n**elements
        return Family(self.name(stem), kind, n, over, dim)

    def declare_still(self) -> None:
        """A state that does not follow from others of its family."""
        options = [()]
        options += [("site",)] if self.sites else []
        options += [("time",)]
        v = self.family("g", self.pick(*options), 2**self.time.length)
        if v is None:
            return
        step = Step(self.time)
        reads = [(r, r.at("t")) for r in self.families if set(r.over) <= set(v.over)]
        law = self.law(v, self.some(reads, 1), step)
        self.lines[v.name] = f"{v.name}{self.slots(v.over, 't in time')} ~ {law}"
        self.families.append(v)

    def declare_chains(self) -> None:
        """One chain, or two that may drive each other."""
        found = [self.family("z", self.plates())]
        if self.maybe():
            found.append(
                self.family("w", found[0].over if self.maybe(often=True) else self.plates())
            )
        chains = [v for v in found if v is not None]
        if self.maybe():
            self.again = Family("y0", "real", 0, chains[0].over)
        for v in chains:
            self.chain(v, chains)
        self.families += chains

    def plates(self) -> tuple[str, ...]:
        """Dimensions of a chain, as far as there is room for it."""
        room = self.assignments * 2 ** (self.sites * self.time.length) <= MOST
        if not self.sites or not room:
            return ("time",)
        return self.pick(("site", "time"), ("time", "site"), ("time",))

    def chain(self, v: Family, chains: list[Family]) -> None:
        """Its clauses, or its conditions."""
        lags = 2 if self.time.length > 2 and self.maybe() else 1
        steps = [*(Step(self.time, j) for j in range(lags)), Step(self.time)]
        inside = [r for r in [*self.families, *chains] if set(r.over) <= set(v.over) and r is not v]
        still = self.some([r for r in inside if r not in chains[chains.index(v) :]], 1)
        drivers = self.some([r for r in inside if r in chains], 1)
        laws: list[Law] = []
        for step in steps:
            known = lags if step.at is None else step.at
            reads = [(v, v.at(step.back(lag))) for lag in range(known, 0, -1)]
            if known:
                reads += [(d, d.at(step.back(1))) for d in drivers]
            if step.at is None or self.maybe():
                reads += [(r, r.at(step)) for r in still]
            laws.append(self.law(v, reads, step))
        self.lines[v.name] = "\n".join(self.clauses(v, laws, said=v is not chains[-1]))

    def clauses(self, v: Family, laws: list[Law], *, said: bool) -> list[str]:
        """A statement for each of the first steps, or one with conditions."""
        first = len(laws) - 1
        form = self.pick("clauses", "clauses", "if", "one of several laws")
        if form == "clauses":
            slots = [*(self.time.label(j) for j in range(first)), self.later(first, said=said)]
            return [
                f"{v.name}{self.slots(v.over, s)} ~ {law}"
                for s, law in zip(slots, laws, strict=True)
            ]
        left = f"{v.name}{self.slots(v.over, 't in time')} ~ "
        guards = [self.time.is_at(j) for j in range(first)]
        if form == "if" and len({x.form for x in laws}) == 1:
            arg = choice(guards, [x.arg for x in laws])
            return [f"{left}{replace(laws[0], arg=arg)}"]
        return [left + choice(guards, [str(x) for x in laws])]


def choice(guards: list[str], values: list[str]) -> str:
    """``if … then … else if … then … else …``."""
    text = bracketed(values[-1])
    for guard, value in zip(guards[::-1], values[-2::-1], strict=True):
        text = f"if {guard} then {bracketed(value)} else {text}"
    return text
