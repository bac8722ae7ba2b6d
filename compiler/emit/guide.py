"""A guide as code: its draws, its log density, and the ELBO with its gradient.

Pathwise gradients where a family writes its draws as a function of standard noise; elsewhere the
score function, Rao-Blackwellised by the graph: a draw is credited only with the terms that depend
on it (Ranganath et al. 2014, section 4; Schulman et al. 2015), element by element where the term
runs over the same plates.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ...grammar.frozen import frozen
from ..differentiate import differentiate
from ..families import FAMILIES
from ..formula import expand_draw, has_draw
from ..graph import (
    Free,
    Latent,
    ModelGraph,
    Node,
    Partly,
    children,
    formulas,
    scored,
)
from ..layout import Layout
from ..printer import Function
from ..target import Builder, Size, Value
from ..typed import Dist, Element, Expr, Guide, IndexValue, IndexVar, Var
from .blocks import free_nodes, lay_out
from .density import Term, arguments, ends, form_of, term
from .draws import draw as forward_draw
from .environment import environment, given_too
from .guide_graph import Pair, guide_graphs
from .joint import add_up, from_vector, joint
from .ordered import beside
from .scope import Scope
from .starts import initial_function, spread_function
from .vector import flat_vector, position_input


@dataclass
class Noise:
    """Hands out slices of two flat vectors of standard noise, ``normals`` and ``uniforms``."""

    scope: Scope
    prefix: str
    used: dict[str, Size] = field(default_factory=lambda: {"normal": 0, "uniform": 0})
    parts: list[tuple[str, Size, Size, tuple[Size, ...]]] = field(default_factory=list)

    def normal(self, shape: tuple[Size, ...]) -> Value:
        """Independent standard normal numbers."""
        return self._next("normal", shape)

    def uniform(self, shape: tuple[Size, ...]) -> Value:
        """Independent numbers, uniform on the open unit interval."""
        return self._next("uniform", shape)

    def _next(self, kind: str, shape: tuple[Size, ...]) -> Value:
        b, start = self.scope.builder, self.used[kind]
        count = self.scope.product(shape, f"{self.prefix}_{kind}_{len(self.parts)}") if shape else 1
        stop: Size = (
            start + count
            if isinstance(start, int) and isinstance(count, int)
            else b.host(f"{self.prefix}_{kind}_end_{len(self.parts)}", f"{start} + {count}")
        )
        self.used[kind] = stop
        self.parts.append((kind, start, stop, shape))
        name = f"{kind}s"
        vector = b.input(name, (f"n_{self.prefix}_{name}",), batched=True, of=self.prefix)
        if not shape:
            return b.pick(vector, start)
        part = b.slice(vector, start, stop)
        return b.reshape(part, shape) if len(shape) > 1 else part


@frozen
class Emitted:
    """A guide's functions, whose names begin with ``prefix``, and what their caller must supply."""

    name: str
    prefix: str
    functions: tuple[Function, ...]
    layout: Layout
    n_normal: Size
    n_uniform: Size
    score_sites: tuple[str, ...]


def emit_guide(scope: Scope, whole: ModelGraph, inferred: ModelGraph, guide: Guide) -> Emitted:
    """All functions of one guide against one model (see `guide_graphs`)."""
    b = scope.builder
    graph, family = guide_graphs(whole, inferred, guide)
    prefix = prefix_of(guide.name)
    layout = lay_out(scope, _params(family), prefix)
    params = position_input(b, layout, "params", of=prefix)
    noise = Noise(scope, prefix)
    unpack, unpacked = from_vector(layout, params)
    sites: dict[str, Value] = {}

    def free(inner: Scope, node: Node) -> Value:
        match node.role:
            case Latent(dist) | Partly(dist):
                value, by_score = _draw(inner, node, dist, noise)
                if by_score:
                    sites[node.name] = value
                return given_too(inner, graph.nodes[node.name], value)
            case _:
                return unpack(inner, node)

    inner = environment(scope, family, free)
    q = _terms(inner, family, inline=True)
    p = joint(scope, graph, _values_from(inner), inline=True)
    score = _Score(b, prefix, (graph, family), p.terms, q, sites)
    blocks = {u.block.name: u.u for u in unpacked}
    wrt = [blocks[block.name] for block in layout.blocks]
    log_p, log_q = p.total, add_up(b, [t.total for t in q])
    elbo = b.broadcast_batch(b.apply("sub", log_p, log_q), params)
    seeds = [(b.apply("sub", log_p, log_q), b.const(1.0)), *score.seeds]
    gradient = flat_vector(scope, differentiate(seeds, wrt, b), like=params)
    own = [family.nodes[block.name] for block in layout.blocks]
    functions = (
        initial_function(inner, prefix, own),
        *spread_function(inner, prefix, own),
        Function(
            f"{prefix}_params",
            ("params", "bound"),
            "The guide's parameters in model space.",
            {u.block.name: u.value for u in unpacked},
        ),
        _draw_function(prefix, inner, Pair(graph, family), params),
        Function(
            f"{prefix}_elbo_and_gradient",
            ("params", "normals", "uniforms", "baseline", "bound", "batch", "rng"),
            "One-draw ELBO (nats) and its gradient by the unconstrained parameters.\n\n"
            "params (*batch, n_params); normals, uniforms: standard noise. baseline and the\n"
            "returned reward (*batch, n_sites) belong to the draws without a pathwise gradient.",
            (elbo, gradient, score.rewards(params)),
            fast=True,
        ),
    )
    n_normal, n_uniform = noise.used["normal"], noise.used["uniform"]
    return Emitted(guide.name, prefix, functions, layout, n_normal, n_uniform, tuple(sites))


def _terms(scope: Scope, family: ModelGraph, *, inline: bool) -> list[Term]:
    """Log density of every draw of the guide."""
    return [
        term(scope, node, dist, inline=inline, label="lq")
        for node in (family.nodes[name] for name in family.order)
        if (dist := scored(node)) is not None
    ]


def _draw_function(prefix: str, drawn: Scope, pair: Pair, params: Value) -> Function:
    """Draws with both densities, as people read them."""
    b = drawn.builder
    q = _terms(drawn, pair.family, inline=False)
    p = joint(drawn.with_env({}), pair.model, _values_from(drawn), inline=False)
    log_q = b.named(add_up(b, [t.total for t in q]), "log_q")
    log_p = b.named(p.total, "log_p")
    return Function(
        f"{prefix}_draw",
        ("params", "normals", "uniforms", "bound", "batch", "rng"),
        "Draws from the guide: values, log q and log p (nats) of each.\n\n"
        "params (*batch, n_params); normals, uniforms: standard noise, as long as `lengths` says.",
        (
            {t.node.name: drawn.env[t.node.name] for t in q},
            b.broadcast_batch(log_q, params),
            b.broadcast_batch(log_p, params),
        ),
    )


def prefix_of(name: str) -> str:
    """What the names of a guide's functions begin with: ``guide_draw``, or ``guide_exact_draw``."""
    return "guide" if name == "guide" else f"guide_{name}"


def _params(family: ModelGraph) -> list[Node]:
    return [n for n in free_nodes(family) if isinstance(n.role, Free)]


def _values_from(guide: Scope) -> Callable[[Scope, Node], Value]:
    def free(scope: Scope, node: Node) -> Value:
        del scope
        return guide.env[node.name]

    return free


def _draw(scope: Scope, node: Node, dist: Dist, noise: Noise) -> tuple[Value, bool]:
    """A draw, and whether its gradient needs the score function."""
    b = scope.builder
    if dist.parts:
        return forward_draw(scope, node, dist), True
    family, form = FAMILIES[dist.family], form_of(dist)
    low, high = ends(scope, node, dist.support) if dist.restricted else (None, None)
    if not has_draw(family, form, restricted=low is not None or high is not None):
        return forward_draw(scope, node, dist), True
    args = arguments(scope, node, dist)
    plates = tuple(scope.var_size(p) for p in node.plates)
    shape = (*plates, *scope.shape(node.type.event[len(plates) :]))
    if dist.lifted:
        low, high = beside(b, low), beside(b, high)
    value = expand_draw(b, family, form, args, shape, noise, low=low, high=high)
    if value.shape != shape:
        value = b.expand(value, shape)
    if dist.lifted:
        value = b.sort(value)
    return b.named(value, node.name, node.span), False


@frozen
class _Score:
    """Score-function terms of the draws without a pathwise gradient."""

    b: Builder
    prefix: str
    graphs: tuple[ModelGraph, ModelGraph]
    p: Sequence[Term]
    q: Sequence[Term]
    sites: dict[str, Value]

    @property
    def seeds(self) -> list[tuple[Value, Value]]:
        """Adjoints of log q at each site: what its draw is credited with, less a baseline."""
        b = self.b
        return [
            (self._own(name).each, b.stop(b.apply("sub", self._credit(name), self._baseline(name))))
            for name in self.sites
        ]

    def rewards(self, like: Value) -> Value:
        """Mean credit per element of each site: (*batch, n_sites)."""
        b = self.b
        credits = [self._mean(self._credit(name)) for name in self.sites]
        return (
            b.stack([b.broadcast_batch(c, like) for c in credits])
            if credits
            else b.slice(like, 0, 0)
        )

    def _own(self, name: str) -> Term:
        return next(t for t in self.q if t.node.name == name)

    def _baseline(self, name: str) -> Value:
        b, n = self.b, len(self.sites)
        at = list(self.sites).index(name)
        whole = b.input("baseline", (n,), batched=True, of=self.prefix)
        baseline = b.pick(whole, at)
        rank = len(self._own(name).each.shape)
        return b.unsqueeze(baseline, tuple(range(-rank, 0))) if rank else baseline

    def _credit(self, name: str) -> Value:
        """Terms of the ELBO that depend on a draw, later draws too, over its plates."""
        b = self.b
        model, family = self.graphs
        rank = len(self._own(name).each.shape)
        downstream = b.depends_on(self.sites[name])
        signed = [(t, model, "add") for t in self.p] + [(t, family, "sub") for t in self.q]
        credit = b.const(0.0)
        for t, graph, sign in signed:
            if not downstream(t.total):
                continue
            own = t.node.name == name or (
                len(t.each.shape) == rank and _elementwise(graph, t.node, name)
            )
            part = t.each if own else t.total
            if not own and rank:
                part = b.unsqueeze(part, tuple(range(-rank, 0)))
            credit = b.apply(sign, credit, part)
        return credit

    def _mean(self, v: Value) -> Value:
        if not v.shape:
            return v
        ones = self.b.expand(self.b.const(1.0), v.shape)
        axes = tuple(range(-len(v.shape), 0))
        return self.b.apply("div", self.b.reduce("sum", v, axes), self.b.reduce("sum", ones, axes))


def _elementwise(graph: ModelGraph, child: Node, site: str) -> bool:
    """Whether element i of a statement depends on the site through element i alone."""
    plates = child.plates
    if site not in graph.nodes or tuple(p.dim for p in plates) != graph.nodes[site].type.event:
        return False
    after = graph.descendants(site)
    if any(parent in after for parent in child.parents):
        return False  # it also arrives by another way
    return all(_along(e, site, plates) for e in formulas(child))


def _along(e: Expr, site: str, plates: tuple[IndexVar, ...]) -> bool:
    """Whether every mention of the site in an expression is ``site[plates]``."""
    match e:
        case Var(name=name):
            return name != site
        case Element(base=Var(name=name), slots=slots) if name == site:
            return all(
                isinstance(s, IndexValue) and s.var == p for s, p in zip(slots, plates, strict=True)
            )
        case _:
            return all(_along(c, site, plates) for c in children(e))
