"""What the checker knows while it walks one file, and the names in force at one place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from enum import Enum

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.frozen import frozen
from ...grammar.source import Source, Span
from .. import complaints, typed
from ..graph import children
from ..measure import Measure
from ..networks import Network
from ..types import Kind
from .indices import indexed_by

MOST_ERRORS = 20
ENDS = ("first", "last")  # of a dimension, where nothing of the model is called so


class Enough(Exception):
    """So many errors are found that the rest can wait for the next run."""


class Nature(Enum):
    """What a name of the model stands for; the value is how messages call it."""

    DATA = "data"
    RANDOM = "a random variable"
    DERIVED = "a definition"
    PARAM = "a param"
    IMPUTED = "data with missing values"


@frozen
class Symbol:
    """A name with what is known about the array that it stands for.

    Attributes:
        type: as a whole: ``event`` is all its dimensions, ``axes`` is empty.
        span: where the name was introduced.
        given: whether it is computed from data alone.
        plates: how many of its dimensions are plates; the rest are its own event.
    """

    name: str
    nature: Nature
    type: typed.Type
    support: typed.Support
    span: Span
    given: bool
    plates: int = 0


# A name that stands for None was declared, but something is wrong with its declaration. That was
# said already, so whatever uses it is passed over in silence.
Symbols = Mapping[str, Symbol | None]

_Kept = dict[tuple[str, Span | None], Diagnostic]
Complaints = tuple[_Kept, _Kept]  # errors and warnings


@frozen
class Scope:
    """Names in force at one place.

    Attributes:
        values: variables of the model, or of the guide, typed so far.
        places: where each of them was introduced.
        hidden: where the variables of the model were introduced that a guide cannot see.
        indices: index variables, by name.
        arguments: inside the body of a ``def``: what its parameters stand for.
        calls: the calls that are being inlined, outermost first.
        guarded: inside a branch of a conditional, which may never be taken.
        ends_of: the dimension of which `first` and `last` are labels here.
        alike: the dimension of labels that `uniform` makes equally probable here.
        networks: networks that may be called.
        foreign: where the networks of the model were declared that a guide cannot call.
    """

    values: Symbols
    places: Mapping[str, Span] = field(default_factory=dict)
    hidden: Mapping[str, Span] = field(default_factory=dict)
    indices: Mapping[str, typed.IndexVar] = field(default_factory=dict)
    arguments: Mapping[str, typed.Expr | None] = field(default_factory=dict)
    calls: tuple[Span, ...] = ()
    guarded: bool = False
    ends_of: str | None = None
    alike: str | None = None
    networks: Mapping[str, Network | None] = field(default_factory=dict)
    foreign: Mapping[str, Span] = field(default_factory=dict)

    @property
    def visible(self) -> Symbols:
        """Variables that an expression may name: inside the body of a ``def``, none."""
        return {} if self.calls else self.values

    def binding(self, *variables: typed.IndexVar) -> "Scope":
        """The scope with more index variables."""
        indices = {**self.indices, **{v.name: v for v in variables}}
        # as `replace` would, which takes several times as long; every statement with plates has one
        return Scope(
            self.values, self.places, self.hidden, indices, self.arguments, self.calls,
            self.guarded, self.ends_of, self.alike, self.networks, self.foreign,
        )  # fmt: skip

    def in_branch(self) -> "Scope":
        """The scope of a branch of a conditional."""
        return self if self.guarded else replace(self, guarded=True)


Density = Callable[["Context", tree.Call, Scope], typed.Expr | None]


class Context:
    """State of one run of the checker: declarations, complaints, counters.

    Attributes:
        density: types ``logpdf`` and the like; handed in, because distributions are made of
            expressions.
        dims: every declared dimension; its ends are typed before anything that needs them.
        functions: every ``def`` by name.
        values: every variable of the model.
        factors: where every factor was named.
        data_names: names declared as data, well or badly.
        imputed: data whose missing elements are latent variables.
        networks: networks of the model and of its guides, as far as they are declared well.
        network_names: what they are called, and those that are not.
        supplied: the data from which the weights of modules from Python start.
        places: where every name of the model's own namespace was introduced.
        recursive: functions that call themselves, directly or through others.
        ranges: by id of an index variable with a range: the dimension that the range is said to
            be of.
        statements: of the model, as they are written.
        names_ends: whether the text has a word of `ENDS` anywhere: hardly any formula has one.
        used: where the names that something refers to were introduced.
        depth: how many expressions the present one stands in.
        work_left: how many expressions may still be typed inside inlined bodies, per statement.
    """

    def __init__(self, source: Source, density: "Density") -> None:
        """Nothing is known yet."""
        self.source = source
        self.density = density
        self.dims: dict[str, typed.Dim] = {}
        self.functions: dict[str, tree.Def] = {}
        self.values: dict[str, Symbol | None] = {}
        self.data_names: set[str] = set()
        self.factors: Mapping[str, Span] = {}
        self.imputed: set[str] = set()
        self.networks: list[Network] = []
        self.network_names: frozenset[str] = frozenset()
        self.supplied: dict[str, typed.Data] = {}
        self.places: dict[str, Span] = {}
        self.used: set[Span] = set()
        self.used_dims: set[str] = set()
        self.ranges: dict[int, str] = {}
        self.statements: tuple[tree.Statement, ...] = ()
        self.names_ends = any(word in source.text for word in ENDS)
        self._indexed_by: Mapping[tuple[str, int], frozenset[str]] | None = None
        self.recursive: frozenset[str] = frozenset()
        self.depth = 0
        self.work_left = 0
        self.measures: dict[int, Measure] = {}
        self._errors: dict[tuple[str, Span | None], Diagnostic] = {}
        self._warnings: dict[tuple[str, Span | None], Diagnostic] = {}
        self._next_id = 0

    def complain(self, d: Diagnostic, scope: Scope | None = None) -> None:
        """Keep a complaint, once per place; inside an inlined body, say which call led there.

        Raises:
            Enough: when there are `MOST_ERRORS` errors.
        """
        if scope and scope.calls:
            d = replace(d, notes=(*d.notes, complaints.called_here(scope.calls[0])))
        if d.is_warning:
            self._warnings.setdefault((d.code, d.span), d)
            return
        self._errors.setdefault((d.code, d.span), d)
        if len(self._errors) >= MOST_ERRORS:
            raise Enough

    def remember(self) -> "Complaints":
        """What was complained about so far; see `recall`."""
        return dict(self._errors), dict(self._warnings)

    def recall(self, complaints: "Complaints") -> None:
        """Forget what was complained about since `remember`: it was under an assumption."""
        self._errors, self._warnings = map(dict, complaints)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Errors in the order of their places."""
        return tuple(sorted(self._errors.values(), key=_place))

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """Warnings in the order of their places."""
        return tuple(sorted(self._warnings.values(), key=_place))

    def index(
        self, name: str, domain: typed.OverDim | typed.OverRange, span: Span
    ) -> typed.IndexVar:
        """A new index variable, later in the order of axes than all before it."""
        self._next_id += 1
        return typed.IndexVar(name, self._next_id, domain, span)

    def listed(self, dim: str) -> tuple[str, ...]:
        """Labels of a dimension that the model itself writes."""
        labels = self.dims[dim].labels
        return labels.labels if isinstance(labels, typed.Names) else ()

    def counts(self, dim: str) -> bool:
        """Whether the labels of a dimension are whole numbers known to be consecutive."""
        return self.dims[dim].numbered

    @property
    def indexed_by(self) -> Mapping[tuple[str, int], frozenset[str]]:
        """By name and slot: the dimensions of the indices that stand there anywhere."""
        if self._indexed_by is None:  # few models need it
            self._indexed_by = indexed_by(self.statements, self.dims)
        return self._indexed_by

    def words_of_ends(self, dim: str) -> tuple[str, str]:
        """The first and the last label of a dimension that counts, as they are written."""
        match self.dims[dim].labels:
            case typed.Count(first, last):
                return self.source.quote(first.span), self.source.quote(last.span)
            case typed.CountUp(first):
                return self.source.quote(first.span), "last"
            case _:
                return "first", "last"

    def size_of(self, extent: str | int) -> int | None:
        """Length of an axis, where the model says it."""
        if isinstance(extent, int):
            return extent
        match self.dims[extent].labels:
            case typed.Names(labels):
                return len(labels)
            case typed.Count(first, last) if is_constant(first) and is_constant(last):
                return int(last.type.bounds.low - first.type.bounds.low) + 1
            case _:
                return None

    def random_part(self, expr: typed.Expr, values: Symbols) -> typed.Var | None:
        """Something in an expression that is not computed from data alone, if there is any."""
        for e in walk(expr):
            if isinstance(e, typed.Var):
                symbol = values.get(e.name)
                if symbol is not None and not symbol.given:
                    return e
        return None


def _place(d: Diagnostic) -> tuple[int, int, str]:
    return (d.span.start, d.span.stop, d.code) if d.span else (0, 0, d.code)


def is_constant(expr: typed.Expr) -> bool:
    """Whether an expression has one value that the checker knows."""
    bounds = expr.type.bounds
    return bounds.low == bounds.high and expr.type.kind is not Kind.INDEX


def walk(expr: typed.Expr) -> Iterator[typed.Expr]:
    """An expression and everything in it, each node once even where it is shared."""
    seen: set[int] = set()
    stack = [expr]
    while stack:
        e = stack.pop()
        if id(e) not in seen:
            seen.add(id(e))
            yield e
            stack += children(e)[::-1]
