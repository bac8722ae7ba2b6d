"""Numbers that depend on states, and laws of states and of what is seen that depend on others."""

from dataclasses import dataclass

from random_steps import Family, Read, Step, Writer


@dataclass(frozen=True)
class Law:
    """A distribution, around the argument that differs from step to step."""

    family: str
    before: str
    arg: str
    after: str = ""

    def __str__(self) -> str:
        return f"{self.family}({self.before}{self.arg}{self.after})"

    @property
    def form(self) -> tuple[str, str, str]:
        """What laws have in common that are one with a condition inside."""
        return self.family, self.before, self.after


class Laws(Writer):
    """The file, with what its statements say. Parameters are declared where they are asked for."""

    # --- numbers --------------------------------------------------------------------------------

    def share(self, site: bool) -> str:
        """A probability that depends on nothing discrete."""
        p = self.need("p", "p ~ Beta(2, 2)")
        options = [p, "0.3", f"0.5 * {p}"]
        if site:
            options.append(self.need("q", "q[i in site] ~ Beta(1, 2)") + "[i]")
        return self.pick(*options)

    def size(self, read: Read) -> str:
        """A number between 0 and 1 that depends on a state."""
        v, text = read
        if v.kind == "bool":
            return self.pick(text, f"(if {text} == 1 then 0.9 else 0.2)")
        if v.kind == "count":
            return f"{text} / 2"
        if v.dim in self.numbered and self.maybe():
            return f"0.3 * {text}"
        fixed = [0.1, 0.5, 0.9][: v.states]
        level = self.need(f"level_{v.dim}", f"level_{v.dim}[{v.dim}] = {fixed}")
        label = self.pick(*self.dims[v.dim])
        return self.pick(f"{level}[{text}]", f"(if {text} == {label} then 0.8 else 0.1)")

    def real(self, read: Read) -> str:
        """Any number that depends on a state."""
        v, text = read
        if v.kind == "label" and self.maybe(often=True):
            mu = self.need(f"mu_{v.dim}", f"mu_{v.dim}[s in {v.dim}] ~ Normal(0, 2)")
            return f"{mu}[{text}]"
        b = self.need("b", "b ~ Normal(0, 1)")
        return self.pick(f"2 * {self.size(read)}", f"{b} * {self.size(read)}")

    def holds(self, read: Read) -> str:
        """A condition on a state."""
        v, text = read
        options = self.dims[v.dim] if v.kind == "label" else tuple(map(str, range(v.states)))
        return f"{text} == {self.pick(*options)}"

    def probability(self, reads: list[Read], site: bool) -> str:
        """A number between 0 and 1 that depends on states."""
        if not reads:
            return self.share(site)
        p = self.share(site)
        total = " + ".join(self.size(r) for r in reads)
        form = self.pick("line", "if", "product")
        if form == "line":
            return f"0.1 + 0.8 * {p} * ({total}) / {len(reads)}"
        if form == "if":
            return f"if {self.holds(reads[0])} then {p} else 0.1 + 0.3 * ({total}) / {len(reads)}"
        return f"0.1 + 0.8 * {p} * " + " * ".join(self.size(r) for r in reads)

    def logit(self, reads: list[Read], over: tuple[str, ...], step: Step) -> str:
        """Any number that depends on states, and perhaps on data."""
        terms = [self.need("a", "a ~ Normal(0, 1)")]
        for read in reads:
            tabled = "time" in over and read[0].kind == "label" and self.maybe()
            terms.append(self.tabled(read, step) if tabled else self.real(read))
        if "time" in over and self.maybe():
            terms.append(f"x[{step}]")
        if "site" in over and self.maybe():
            terms.append("c[i]")
        if self.hidden is not None and set(self.hidden.over) <= set(over):
            terms.append(self.hidden.at(step))
        return " + ".join(terms)

    def tabled(self, read: Read, step: Step) -> str:
        """A number by step and state."""
        v, text = read
        mu = self.need(f"mu_{v.dim}", f"mu_{v.dim}[s in {v.dim}] ~ Normal(0, 2)")
        line = f"by_{v.dim}[t in time, s in {v.dim}] = (1 + x[t]) * {mu}[s]"
        return f"{self.need(f'by_{v.dim}', line)}[{step}, {text}]"

    # --- laws -----------------------------------------------------------------------------------

    def law(self, v: Family, reads: list[Read], step: Step) -> Law:
        """A distribution over the states of a family, given what it reads."""
        site = "site" in v.over
        if v.kind == "label":
            return self.of_labels(v, reads, step)
        if v.kind == "count":
            share = self.probability(reads, site)
            if self.maybe():
                return Law("BetaBinomial", "2, 1, ", share)
            return Law("Binomial", "2, ", share)
        if self.maybe():
            return Law("Bernoulli", "logit = ", self.fed_back(v, reads, step))
        return Law("Bernoulli", "", self.probability(reads, site))

    def fed_back(self, v: Family, reads: list[Read], step: Step) -> str:
        """Any number that depends on states, and perhaps on what was seen of the step before."""
        number = self.logit(reads, v.over, step)
        if self.again is None or step.at == 0 or set(v.over) != set(self.again.over):
            return number
        return f"{number} + 0.5 * {self.again.at(step.back(1))}"

    def of_labels(self, v: Family, reads: list[Read], step: Step) -> Law:
        """Rows of a matrix or of an array, one of two rows, or an order."""
        k, by = v.dim, [r for r in reads if r[0].kind == "label"]
        rest = [r for r in reads if r not in by]
        if v.name.startswith("y") and v.states == 3 and self.maybe():
            cut = f"dim cut_{k} = 1..2\nends_{k}[cut_{k}] = [-1, 0.5]"
            self.need(f"ends_{k}", cut)
            return Law("OrderedLogistic", "", self.logit(reads, v.over, step), f", ends_{k}")
        if self.maybe():
            row, before = self.scores(k, by), "logit = "
        else:
            row, before = self.simplex(v, by, step), ""
        for r in rest:
            other = self.scores(k, []) if before else self.simplex(v, [], step)
            row = f"if {self.holds(r)} then {bracketed(row)} else {other}"
        return Law("Categorical", before, row)

    def simplex(self, v: Family, by: list[Read], step: Step) -> str:
        """A probability vector over labels, for each of other labels."""
        k, dims, texts = v.dim, [r[0].dim for r in by], [text for _, text in by]
        if not by:
            fixed = {2: "[0.3, 0.7]", 3: "[0.5, 0.2, 0.3]"}[v.states]
            start = self.need(f"start_{k}", f"start_{k}[{k}] = {fixed}")
            return self.pick(start, self.need(f"pi_{k}", f"pi_{k}[{k}] ~ Dirichlet(2)"))
        forms = ["random"]
        if k in dims:
            forms += ["stay", *(["step"] if "time" in v.over else [])]
        if dims == [k]:
            forms.append("left to right")
        if "site" in v.over:
            forms.append("site")
        form = self.pick(*forms)
        if form == "left to right":
            return f"{self.left_to_right(k)}[{texts[0]}, :]"
        before = {"step": "t in time", "site": "i in site"}.get(form, "")
        name = "_".join([form, k, *dims])
        left = ", ".join([*filter(None, [before]), *(f"r{j} in {d}" for j, d in enumerate(dims))])
        if form in ("random", "site"):
            self.need(name, f"{name}[{left}, {k}] ~ Dirichlet(2)")
        else:
            self.need(name, f"{name}[{left}, s in {k}] = {self.staying(k, dims, form)}")
        at = {"step": [str(step)], "site": ["i"]}.get(form, [])
        return f"{name}[{', '.join([*at, *texts])}, :]"

    def staying(self, k: str, dims: list[str], form: str) -> str:
        """States that last, by a formula."""
        p = self.need("p", "p ~ Beta(2, 2)")
        if form == "step":
            p = f"(0.2 + 0.6 * {p} * inv_logit(x[t]))"
        others = len(self.dims[k]) - 1
        return f"if r{dims.index(k)} == s then {p} else (1 - {p}) / {others}"

    def left_to_right(self, k: str) -> str:
        """Moves that are never taken."""
        name, p, words = f"on_{k}", self.need("p", "p ~ Beta(2, 2)"), self.dims[k]
        rows = [f"if r == {words[-1]} then (if s == {words[-1]} then 1 else 0)"]
        for one, other in zip(words[:-1], words[1:], strict=True):
            inner = f"if s == {one} then {p} else if s == {other} then 1 - {p} else 0"
            rows.append(f"if r == {one} then ({inner})")
        return self.need(name, f"{name}[r in {k}, s in {k}] = {' else '.join(rows)} else 0")

    def scores(self, k: str, by: list[Read]) -> str:
        """Any numbers over labels, for each of other labels."""
        dims = [r[0].dim for r in by]
        name = "_".join(["score", k, *dims])
        binders = ", ".join([*(f"r{j} in {d}" for j, d in enumerate(dims)), f"s in {k}"])
        self.need(name, f"{name}[{binders}] ~ Normal(0, 1)")
        return f"{name}[{', '.join([*(text for _, text in by), ':'])}]" if by else name


def bracketed(text: str) -> str:
    """Conditions within conditions."""
    return f"({text})" if text.startswith("if") else text
