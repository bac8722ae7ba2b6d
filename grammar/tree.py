"""The syntax tree: what was written, before anything is known about it.

Every node carries the span it was written at, and equality ignores spans: two trees are equal when
they mean the same program, wherever it stands. Parser tests then compare trees, and
``parse(show(tree)) == tree`` can hold.
"""

from dataclasses import dataclass, field

from .source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in the text."""

    span: Span = field(compare=False, repr=False)


# --- expressions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A word: a variable, an index, a label, a function."""

    id: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A literal; ``text`` keeps its spelling for the formatter (``1e-3`` stays ``1e-3``)."""

    value: float
    text: str = field(compare=False)

    @property
    def is_int(self) -> bool:
        """Whether it was written without a point or an exponent."""
        return self.text.isdigit()


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted label, for names that are not words: ``alpha["BIG STONE"]``."""

    value: str


@dataclass(frozen=True, slots=True)
class Whole(Node):
    """A whole axis, written ``:`` in an index position."""


@dataclass(frozen=True, slots=True)
class Index(Node):
    """``base[slots]``."""

    base: "Expr"
    slots: tuple["Expr | Whole", ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``callee(args, name = arg)``: a function, or a distribution after ``~``."""

    callee: Name
    args: tuple["Expr", ...]
    named: tuple[tuple[Name, "Expr"], ...] = ()


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``-x`` or ``not x``."""

    op: str
    operand: "Expr"


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``+ - * / ^``, ``== != < <= > >=``, ``and or``."""

    op: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """``if condition then yes else no``."""

    condition: "Expr"
    yes: "Expr"
    no: "Expr"


@dataclass(frozen=True, slots=True)
class Array(Node):
    """``[a, b, c]``."""

    items: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Range(Node):
    """``first..last``, both ends included.

    ``of`` is the dimension that it is a part of, where a guard said so: ``t in time, t > first``.
    """

    first: "Expr"
    last: "Expr"
    of: "Name | None" = None


@dataclass(frozen=True, slots=True)
class Binder(Node):
    """``i in dim`` or ``t in 2..T``: brings an index variable into scope."""

    var: Name
    domain: Name | Range


@dataclass(frozen=True, slots=True)
class Reduce(Node):
    """``sum(k in feature)(body)``: a reduction over bound indices."""

    op: Name
    binders: tuple[Binder, ...]
    body: "Expr"


# --- distributions and types --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """``(low, high)`` after ``on``; an end may be infinite (``inf``, ``-inf``)."""

    low: "Expr"
    high: "Expr"


@dataclass(frozen=True, slots=True)
class NamedSupport(Node):
    """A support by its name, after ``on``."""

    name: Name


Support = Interval | NamedSupport


@dataclass(frozen=True, slots=True)
class Distribution(Node):
    """``Family(args) on support``."""

    call: Call
    support: Support | None = None


@dataclass(frozen=True, slots=True)
class Mixture(Node):
    """``Mixture(k in part)(weight[k], D(mu[k]))``: one distribution for each label."""

    op: Name
    binders: tuple[Binder, ...]
    weight: "Expr"
    dist: "Expr"


# A distribution is an expression where one is asked for: a call is one, and so is a conditional of
# two. `Distribution` stands after `~`, and wherever a call is restricted.
Expr = (
    Name
    | Number
    | Text
    | Index
    | Call
    | Unary
    | Binary
    | Conditional
    | Array
    | Reduce
    | Distribution
    | Mixture
)


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """A type word (``real``, ``positive``, ``count``, …) or a dimension, for index-valued data."""

    name: Name
    support: Support | None = None


@dataclass(frozen=True, slots=True)
class Target(Node):
    """Left side of a statement: ``name[slots]``.

    A slot is a binder (a plate), a bare name (the event axis of a vector-valued variable, by its
    dimension), or an expression (one element).
    """

    name: Name
    slots: tuple["Binder | Expr", ...] = ()


# --- statements ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LabelSet(Node):
    """``{placebo, drug}``."""

    labels: tuple[Name | Text, ...]


@dataclass(frozen=True, slots=True)
class Dim(Node):
    """``dim name``, ``dim name = {a, b}``, ``dim name = 1..T``; a list makes several of these."""

    name: Name
    labels: LabelSet | Range | None = None


@dataclass(frozen=True, slots=True)
class Dims(Node):
    """One ``dim`` statement."""

    dims: tuple[Dim, ...]


@dataclass(frozen=True, slots=True)
class DataItem(Node):
    """One name of a ``data`` statement with the dimensions it is declared over."""

    name: Name
    dims: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Data(Node):
    """``data floor[house], log_radon[house]: real = default``."""

    items: tuple[DataItem, ...]
    type: TypeName
    default: Expr | None = None


@dataclass(frozen=True, slots=True)
class Sample(Node):
    """``target ~ distribution``."""

    target: Target
    dist: Distribution | Conditional | Mixture


@dataclass(frozen=True, slots=True)
class Define(Node):
    """``target = expr``."""

    target: Target
    expr: Expr


@dataclass(frozen=True, slots=True)
class Factor(Node):
    """``factor target = expr``: a term of the log density."""

    target: Target
    expr: Expr


@dataclass(frozen=True, slots=True)
class Observe(Node):
    """``observe target = value``."""

    target: Target
    value: Expr


@dataclass(frozen=True, slots=True)
class Missing(Node):
    """``observe name missing rule``: what becomes of the values that the data do not have."""

    name: Name
    rule: Name


@dataclass(frozen=True, slots=True)
class Do(Node):
    """``do target = value``, inside a scenario."""

    target: Target
    value: Expr


@dataclass(frozen=True, slots=True)
class Param(Node):
    """``param target: type = initial``: a free quantity that fitting optimises."""

    target: Target
    type: TypeName
    initial: Expr | None = None


@dataclass(frozen=True, slots=True)
class Def(Node):
    """``def name(parameters) = body``: a pure function, inlined where it is called."""

    name: Name
    parameters: tuple[Name, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Network(Node):
    """``network name(inputs) -> outputs = body``: a function whose weights are fitted.

    ``inputs`` has a dimension, or ``real``, for each argument; ``outputs`` the axes of the result,
    or ``real`` alone. Without a body it is a module that the caller supplies.
    """

    name: Name
    inputs: tuple[Name, ...]
    outputs: tuple[Name, ...]
    body: Call | None = None


@dataclass(frozen=True, slots=True)
class Guide(Node):
    """``guide name { … }``; without a name it is called ``guide``."""

    name: Name | None
    statements: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class Scenario(Node):
    """``scenario name { … }``: observations and interventions to apply together."""

    name: Name
    statements: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class Ode(Node):
    """``ode time = times from start, options { … }``: a system of differential equations.

    ``time`` names the time and binds its index; ``times`` is where the solution is wanted.
    """

    time: Target
    times: Expr
    start: Expr
    options: tuple[tuple[Name, Expr], ...]
    statements: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """``target' = slope from start``, inside an ``ode`` block."""

    target: Target
    slope: Expr
    start: Expr


Declaration = Dims | Data | Param | Def | Network
Block = Guide | Scenario | Ode
Statement = Declaration | Sample | Define | Derivative | Factor | Observe | Missing | Do | Block


@dataclass(frozen=True, slots=True)
class Model(Node):
    """A whole file."""

    statements: tuple[Statement, ...]
