"""Real models with a few mistakes made in them, and everything that the front end does with a text.

A mutation works on words, statements and what the words mean to somebody who writes models: names
for other names, distributions for others, extreme numbers, slots left out. What comes out is often
a model still, which is what makes it worth trying.
"""

import ast
import re
from collections.abc import Callable
from functools import cache
from random import Random

from nacre.compiler import driver
from nacre.compiler.arrays import ARRAYS
from nacre.compiler.draw.dot import dot
from nacre.compiler.draw.mermaid import mermaid
from nacre.compiler.draw.picture import before_after, picture
from nacre.compiler.draw.svg import svg
from nacre.compiler.facts import facts
from nacre.compiler.families import FAMILIES
from nacre.compiler.functions import CALLABLE, DENSITIES, REDUCTIONS
from nacre.compiler.graph import ModelGraph
from nacre.compiler.query import Target, Verb, outside
from nacre.grammar.diagnostic import Rejected, render
from nacre.grammar.lexer import lex
from nacre.grammar.parse import parse
from nacre.grammar.show import show
from nacre.grammar.source import Source
from pages import ROOT, blocks, pages

CALLS = tuple(sorted({*CALLABLE, *REDUCTIONS, *DENSITIES, *ARRAYS, *FAMILIES}))
CALLS += ("Mixture", "Hurdle", "ZeroInflated", "Censored", "mlp", "if", "not")
EXTREMES = ("0", "1", "-1", "2", "0.5", "1e400", "-1e400", "1e-400", "1e308", "9" * 40, "1.5")
EXTREMES += ("1000000000", "100000", "3.0", "inf", "007")
OPERATORS = ("+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or")
OPERATORS += (",", "~", "=", "..", ":", "->", "'")
SHORT = 4_000  # characters: longer models take longer, and show no more


@cache
def corpus() -> tuple[str, ...]:
    """The models of the examples, of the documentation and of the golden files."""
    files = [*sorted((ROOT / "examples").rglob("*.ppl"))]
    files += sorted((ROOT / "tests" / "golden").glob("[cg]*/*.ppl"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    texts += [b.body for page in pages() for b in blocks(page) if b.kind == "ppl"]
    return tuple(dict.fromkeys(text for text in texts if len(text) < SHORT))


class Mutant:
    """A text that is being spoilt."""

    def __init__(self, random: Random, text: str) -> None:
        """Start from a real model."""
        self.random, self.text = random, text

    def words(self, *types: str) -> list[tuple[int, int]]:
        """Places of the words, or of those of some types."""
        tokens = (t for t in lex(self.text).tokens if t.text.strip())
        return [(t.start, t.stop) for t in tokens if not types or t.type in types]

    def put(self, place: tuple[int, int], text: str) -> None:
        """Write something where something else stood."""
        self.text = self.text[: place[0]] + text + self.text[place[1] :]

    def at(self, place: tuple[int, int]) -> str:
        """The text at a place."""
        return self.text[place[0] : place[1]]

    def replace(self, places: list[tuple[int, int]], others: Callable[[], list[str]]) -> None:
        """Write something else at one of some places."""
        if places:
            self.put(self.random.choice(places), self.random.choice(others()))

    def names(self, *, calls: bool) -> list[tuple[int, int]]:
        """Names that are called, or that are not."""
        return [p for p in self.words("NAME") if (self.text[p[1] : p[1] + 1] == "(") == calls]


def _delete_word(m: Mutant) -> None:
    m.replace(m.words(), lambda: [""])


def _double_word(m: Mutant) -> None:
    if places := m.words():
        place = m.random.choice(places)
        m.put(place, f"{m.at(place)} {m.at(place)}")


def _swap_words(m: Mutant) -> None:
    if len(places := m.words()) > 1:
        first, second = sorted(m.random.sample(places, 2))
        one, two = m.at(first), m.at(second)
        m.put(second, one)
        m.put(first, two)


def _other_name(m: Mutant) -> None:
    names = m.names(calls=False)
    m.replace(names, lambda: [m.at(p) for p in names])


def _same_name_everywhere(m: Mutant) -> None:
    if names := list(dict.fromkeys(m.at(p) for p in m.names(calls=False))):
        old, new = m.random.choice(names), m.random.choice(names)
        for place in reversed(m.words("NAME")):
            if m.at(place) == old:
                m.put(place, new)


def _other_call(m: Mutant) -> None:
    m.replace(m.names(calls=True), lambda: list(CALLS))


def _other_distribution(m: Mutant) -> None:
    m.replace([p for p in m.names(calls=True) if m.at(p) in FAMILIES], lambda: sorted(FAMILIES))


def _extreme_number(m: Mutant) -> None:
    m.replace(m.words("NUMBER"), lambda: list(EXTREMES))


def _number_for_a_name(m: Mutant) -> None:
    m.replace(m.names(calls=False), lambda: list(EXTREMES))


def _name_for_a_number(m: Mutant) -> None:
    names = m.names(calls=False)
    m.replace(m.words("NUMBER"), lambda: [m.at(p) for p in names] or ["x"])


def _other_operator(m: Mutant) -> None:
    m.replace(m.words("INFIX", "PREFIX", "COMMA", "EQ", "TILDE"), lambda: list(OPERATORS))


def _brackets(m: Mutant) -> None:
    """Index brackets taken away, emptied, doubled or filled with a colon."""
    if places := [match.span() for match in re.finditer(r"\[[^\[\]]*\]", m.text)]:
        place = m.random.choice(places)
        old = m.at(place)
        first, _, rest = old[1:-1].partition(",")
        new = ["", "[:]", old * 2, f"[{rest.strip()}]", f"[{first}]", f"[{rest}, {first}]", "[1]"]
        m.put(place, m.random.choice(new))


def _part(m: Mutant) -> None:
    """A part in round brackets put in place of another one."""
    places = [match.span() for match in re.finditer(r"\w*\([^()]*\)", m.text)]
    m.replace(places, lambda: [m.at(p) for p in places])


def _statements(m: Mutant) -> None:
    """A line taken away, doubled, moved, or taken from another model."""
    lines = m.text.splitlines()
    at = m.random.randrange(len(lines)) if lines else 0
    match m.random.randrange(4):
        case 0:
            del lines[at : at + 1]
        case 1:
            lines.insert(m.random.randint(0, len(lines)), lines[at] if lines else "")
        case 2:
            others = m.random.choice(corpus()).splitlines()
            lines.insert(at, m.random.choice(others) if others else "")
        case 3:
            lines.extend(m.random.choice(corpus()).splitlines())
    m.text = "\n".join(lines)


def _wrapped(m: Mutant) -> None:
    """A name put into a function, a support, or a condition."""
    wraps = ("sum({})", "cumsum({})", "cholesky({})", "softmax({})", "-{}", "not {}", "[{}, {}]")
    wraps += ("({} on (0, 1))", "(if {} then {} else 1)", "sum(zz in {})({})", "{}[1]", "{} ^ {}")
    wraps += ("logpdf(Normal({}, 1), {})", "len({})", "transpose({})", "{} == {}", "sort({})")
    if places := m.names(calls=False):
        place = m.random.choice(places)
        m.put(place, m.random.choice(wraps).replace("{}", m.at(place)))


def _statement_about(m: Mutant) -> None:
    """A statement about a variable that is there already."""
    names = [m.at(p) for p in m.names(calls=False)] or ["x"]
    one, two = m.random.choice(names), m.random.choice(names)
    statement = m.random.choice((
        "observe {0} = 1", "factor extra = {0}", "observe {0} missing impute",
        "observe {0} missing marginalise", "observe {0} missing drop", "{0} ~ Bernoulli(0.5)",
        "extra[q in {1}] ~ Normal({0}, 1)", "extra[q in {1}] = {0}[q]", "data {0}: {1}",
        "param {0}: positive", "scenario extra {{ observe {0} = 1 }}", "dim {0} = 1..{1}",
        "guide {{ {0} ~ Normal(0, 1) }}", "extra ~ Categorical({0})", "do {0} = {1}",
        "extra[q in {1}, r in {1}] ~ Normal({0}[q, r], 1)", "network {0}({1}) -> {1} = mlp(2)",
        "ode extra[q in {1}] = q from 0 {{ extra' = -{0} from {1} }}",
        "extra[q in {1}] ~ Mixture([0.5, 0.5], Normal({0}, 1), Normal({1}, 2))",
        "extra ~ if {0} then Normal(0, 1) else {1}(0, 1)", "extra[{1}] ~ Dirichlet({0})",
        "extra[{1}, {1}] ~ LKJ({0})", "extra[{1}, {1}] ~ LKJCholesky(2)",
    )).format(one, two)  # fmt: skip
    m.text += f"\n{statement}\n"


MUTATIONS = (
    _delete_word, _double_word, _swap_words, _other_name, _other_name, _same_name_everywhere,
    _other_call, _other_call, _other_distribution, _other_distribution, _extreme_number,
    _number_for_a_name, _name_for_a_number, _other_operator, _brackets, _brackets, _part,
    _statements, _statements, _wrapped, _wrapped, _statement_about, _statement_about,
)  # fmt: skip


def mutant(random: Random) -> str:
    """A real model with one to four mutations."""
    m = Mutant(random, random.choice(corpus()))
    for _ in range(random.choice((1, 1, 2, 2, 3))):
        _spoil(m)
    return m.text


def _spoil(m: Mutant) -> None:
    """One mutation, tried again a few times where the text does not even parse any more."""
    before = m.text
    for _ in range(4):
        m.text = before
        m.random.choice(MUTATIONS)(m)
        try:
            parse(Source("mutant.ppl", m.text))
        except Rejected:
            continue
        return


def front_end(text: str, random: Random) -> Rejected | ModelGraph:
    """All that the front end does with a text: a graph, or why there is none.

    What is refused later (by a rewrite, or for what it would need to be summed out) is a complaint
    as well; anything else raised is a fault of ours.
    """
    source = Source("mutant.ppl", text)
    try:
        tree = parse(source)
        formatted = show(source)
        assert parse(Source("", formatted)) == tree
        assert show(Source("", formatted)) == formatted
        checked = driver.front(source)
    except Rejected as refused:
        assert_points(refused, text)
        return refused
    for warning in checked.warnings:
        assert render(warning, source)
    graph = driver.graph_of(checked)
    look_at(graph)
    for cut in cuts(graph):
        module = driver.emit(graph, header="", cut=cut, guides=tuple(graph.guides)).module
        ast.parse(module.text)
    for rewritten in rewrites(graph, random):
        look_at(rewritten, graph)
        module = driver.emit(rewritten, header="", cut=driver.pruned(rewritten)).module
        ast.parse(module.text)
    return graph


def assert_points(refused: Rejected, text: str) -> None:
    """A refusal of a text has a code and a place in it, and can be shown."""
    assert refused.diagnostics
    for complaint in refused.diagnostics:
        spans = [complaint.span, *(span for span, _ in complaint.notes)]
        assert all(s is not None and 0 <= s.start <= s.stop <= len(text) for s in spans), complaint
    assert refused.render()


def look_at(graph: ModelGraph, before: ModelGraph | None = None) -> None:
    """Everything that ``info`` and ``graph`` show."""
    assert facts(graph).as_json() is not None
    drawn = (picture(graph),) if before is None else before_after(before, graph)
    assert dot(drawn)
    assert mermaid(drawn)
    assert svg(drawn)


def cuts(graph: ModelGraph):
    """What is compiled: everything, what matters for the posterior, and that with sums."""
    yield driver.summed_out(graph)
    cut = driver.pruned(graph)
    yield cut
    try:
        driver.elimination(graph)
        yield driver.marginalised(cut)
    except Rejected as refused:
        assert refused.render()


def rewrites(graph: ModelGraph, random: Random):
    """The graph under its scenarios, and with a variable observed or set."""
    for name in graph.scenarios:
        try:
            yield driver.in_scenario(graph, name)
        except Rejected as refused:
            assert refused.render()
    if names := sorted(graph.nodes):
        verb = random.choice(list(Verb))
        asked = outside(verb, [Target(random.choice(names))])
        rewrite = driver.conditioned if verb is Verb.CONDITION else driver.intervened
        try:
            yield rewrite(graph, asked)
        except Rejected as refused:
            assert refused.render()
