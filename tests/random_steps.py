"""The axes of random models with hidden chains, and where on them a statement stands."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

WORDS = ("low", "mid", "high")


@dataclass(frozen=True)
class Time:
    """The dimension of the steps.

    Attributes:
        labels: as the model writes them; none if only the data know them.
        words: whether clauses say ``first`` and ``last``.
    """

    length: int
    labels: tuple[str, ...]
    words: bool
    end: str

    def label(self, j: int) -> str:
        """One of the first labels, from 0."""
        if not self.words:
            return self.labels[j]
        return "first" if j == 0 else f"first + {j}"

    def is_at(self, j: int) -> str:
        """A condition that holds at that label alone."""
        return f"t == {self.label(j)}"


@dataclass(frozen=True)
class Step:
    """Where a statement stands in time: at one of the first labels, or at any, ``t``."""

    time: Time
    at: int | None = None

    def __str__(self) -> str:
        return "t" if self.at is None else self.time.label(self.at)

    def back(self, lag: int) -> "Step | str":
        """An earlier step."""
        if lag == 0:
            return self
        return f"t - {lag}" if self.at is None else self.time.label(self.at - lag)


@dataclass(frozen=True)
class Family:
    """A discrete variable.

    Attributes:
        kind: ``bool``, ``count`` (up to 2), or ``label``.
        over: its dimensions, of ``site`` and ``time``.
        dim: of its labels.
    """

    name: str
    kind: str
    states: int
    over: tuple[str, ...]
    dim: str = ""

    def at(self, step: object, site: str = "i") -> str:
        """The element of a site at a step."""
        slots = [str(step) if d == "time" else site for d in self.over]
        return f"{self.name}[{', '.join(slots)}]" if slots else self.name


Read = tuple[Family, str]  # and its text


@dataclass
class Writer:
    """The file so far, and what is drawn for it.

    Attributes:
        dims: dimensions of states, with their labels as the model writes them.
        numbered: those that count.
        sites: how many units there are beside each other; 0 for no such dimension.
        site_labels: theirs, as far as the model knows them.
        lines: statements, by the names of what they declare.
        assignments: of all discrete variables so far.
        again: what is seen and read by the states of the step after it.
        hidden: numbers that nobody sees, and that depend on states.
    """

    draw: Callable
    rng: np.random.Generator
    dims: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numbered: set[str] = field(default_factory=set)
    sites: int = 0
    site_labels: tuple[str, ...] = ()
    lines: dict[str, str] = field(default_factory=dict)
    data: dict[str, object] = field(default_factory=dict)
    families: list[Family] = field(default_factory=list)
    assignments: int = 1
    again: Family | None = None
    hidden: Family | None = None
    time: Time = field(init=False)

    # --- choices --------------------------------------------------------------------------------

    def pick(self, *options):
        """One of these; the first is the plainest."""
        return self.draw(st.sampled_from(options))

    def maybe(self, *, often: bool = False) -> bool:
        """True less often than not, or more often."""
        return self.draw(st.integers(0, 2)) > (0 if often else 1)

    def one_in(self, n: int) -> bool:
        """True seldom."""
        return self.draw(st.integers(1, n)) == n

    def some(self, things, most: int) -> list:
        """Up to so many of these, in any order."""
        if not things:
            return []
        count = self.draw(st.integers(0, min(most, len(things))))
        return self.draw(st.permutations(list(things)))[:count]

    def need(self, name: str, line: str) -> str:
        """The name, declared once."""
        self.lines.setdefault(name, line)
        return name

    def name(self, stem: str) -> str:
        """A name that no line has."""
        return next(n for k in range(99) if (n := f"{stem}{k}") not in self.lines)

    def reals(self, *shape: int) -> list:
        """Data."""
        return np.round(self.rng.normal(size=shape), 2).tolist()

    # --- dimensions -----------------------------------------------------------------------------

    def declare_time(self) -> None:
        """Steps that count, that are listed, or whose labels the data bring."""
        kind = self.pick("count", "fixed", "from 0", "listed", "data", "as long as data")
        n = self.draw(st.integers(1 if "data" in kind else 2, 4))
        words, end = self.maybe(), str(n)
        labels = tuple(str(j + 1) for j in range(n))
        if kind == "count":
            line, end, self.data["T"] = "data T: int\ndim time = 1..T", "T", n
        elif kind == "fixed":
            labels = tuple(str(2001 + j) for j in range(n))
            line, end = f"dim time = 2001..{2000 + n}", str(2000 + n)
        elif kind == "from 0":
            labels, end = tuple(map(str, range(n))), "T - 1"
            line, self.data["T"] = "data T: int\ndim time = 0..T - 1", n
        elif kind == "listed":
            labels = ("mon", "tue", "wed", "thu")[:n]
            line, words = f"dim time = {{{', '.join(labels)}}}", True
        else:
            line, words, labels = "dim time", True, ()
            if kind == "data":
                self.data["time"] = [f"2024-05-{9 + 2 * j:02}" for j in range(n)]
        self.lines["time"] = line + "\ndata x[time]: real"
        self.data["x"] = self.reals(n)
        self.time = Time(n, labels, words, "last" if words else end)

    def declare_sites(self) -> None:
        """Perhaps a plate of chains."""
        self.sites = self.pick(0, 0, 2)
        if self.sites:
            labels = self.pick("", "u, v", "1..2")
            self.site_labels = {"": (), "u, v": ("u", "v"), "1..2": ("1", "2")}[labels]
            line = "dim site"
            if labels:
                line += f" = {{{labels}}}" if labels == "u, v" else f" = {labels}"
            self.lines["site"] = line + "\ndata c[site]: real"
            self.data["c"] = self.reals(2)

    def labels(self) -> tuple[str, int]:
        """A dimension of states, old or new."""
        if self.dims and self.maybe(often=True):
            return self.pick(*((d, len(w)) for d, w in self.dims.items()))
        name, n = f"k{len(self.dims)}", self.pick(2, 3)
        if self.maybe():
            first = self.pick(0, 1)
            self.numbered.add(name)
            self.dims[name] = tuple(str(first + j) for j in range(n))
            self.lines[name] = f"dim {name} = {first}..{first + n - 1}"
        else:
            self.dims[name] = tuple(f"{w}{name[1:]}" for w in WORDS[:n])
            self.lines[name] = f"dim {name} = {{{', '.join(self.dims[name])}}}"
        return name, n

    def slots(self, over: tuple[str, ...], step: object) -> str:
        """The left-hand side over some dimensions, at a step or range of them."""
        found = [str(step) if d == "time" else "i in site" for d in over]
        return f"[{', '.join(found)}]" if found else ""

    def later(self, after: int, *, said: bool = False) -> str:
        """All steps but so many first ones, or all of them.

        Args:
            said: whether the dimension has to be named, where words do not tell which it is.
        """
        time = self.time
        if not after:
            return "t in time"
        if not time.words:
            guarded = f"t in time, t > {time.labels[after - 1]}"
            return self.pick(f"t in {time.labels[after]}..{time.end}", guarded)
        guarded = f"t in time, t > {time.label(after - 1)}"
        return guarded if said else self.pick(guarded, f"t in {time.label(after)}..last")
