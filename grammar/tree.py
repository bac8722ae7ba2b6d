"""The syntax tree: what was written, before anything is known about it.

Every node carries the span it was written at, and equality ignores spans: two trees are equal when
they mean the same program, wherever it stands. Parser tests then compare trees, and
``parse(show(tree)) == tree`` can hold.
"""

from dataclasses import field

from .frozen import frozen
from .source import Span


@frozen
class Node:
    """A place in the text."""

    span: Span = field(compare=False, repr=False, kw_only=True)


# --- expressions --------------------------------------------------------------------------------


@frozen
class Name(Node):
    """A word: a variable, an index, a label, a function."""

    id: str


@frozen
class Number(Node):
    """A literal; ``text`` keeps its spelling for the formatter (``1e-3`` stays ``1e-3``)."""

    value: float
    text: str = field(compare=False)

    @property
    def is_int(self) -> bool:
        """Whether it was written without a point or an exponent."""
        return self.text.isdigit()


@frozen
class Text(Node):
    """A quoted label, for names that are not words: ``alpha["BIG STONE"]``."""

    value: str


@frozen
class Whole(Node):
    """A whole axis, written ``:`` in an index position."""


@frozen
class Index(Node):
    """``base[slots]``."""

    base: "Expr"
    slots: tuple["Expr | Whole", ...]


@frozen
class Call(Node):
    """``callee(args, name = arg)``: a function, or a distribution after ``~``."""

    callee: Name
    args: tuple["Expr", ...]
    named: tuple[tuple[Name, "Expr"], ...] = ()


@frozen
class Unary(Node):
    """``-x`` or ``not x``."""

    op: str
    operand: "Expr"


@frozen
class Binary(Node):
    """``+ - * / ^``, ``== != < <= > >=``, ``and or``."""

    op: str
    left: "Expr"
    right: "Expr"


@frozen
class Conditional(Node):
    """``if condition then yes else no``."""

    condition: "Expr"
    yes: "Expr"
    no: "Expr"


@frozen
class Array(Node):
    """``[a, b, c]``."""

    items: tuple["Expr", ...]


@frozen
class Range(Node):
    """``first..last``, both ends included.

    ``of`` is the dimension that it is a part of, where a guard said so: ``t in time, t > first``.
    """

    first: "Expr"
    last: "Expr"
    of: "Name | None" = None


@frozen
class Binder(Node):
    """``i in dim`` or ``t in 2..T``: brings an index variable into scope."""

    var: Name
    domain: Name | Range


@frozen
class Reduce(Node):
    """``sum(k in feature)(body)``: a reduction over bound indices."""

    op: Name
    binders: tuple[Binder, ...]
    body: "Expr"


# --- distributions and types --------------------------------------------------------------------


@frozen
class Interval(Node):
    """``(low, high)`` after ``on``; an end may be infinite (``inf``, ``-inf``)."""

    low: "Expr"
    high: "Expr"


@frozen
class NamedSupport(Node):
    """A support by its name, after ``on``."""

    name: Name


Support = Interval | NamedSupport


@frozen
class Distribution(Node):
    """``Family(args) on support``."""

    call: Call
    support: Support | None = None


@frozen
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


@frozen
class TypeName(Node):
    """A type word (``real``, ``positive``, ``count``, …) or a dimension, for index-valued data."""

    name: Name
    support: Support | None = None


@frozen
class Target(Node):
    """Left side of a statement: ``name[slots]``.

    A slot is a binder (a plate), a bare name (the event axis of a vector-valued variable, by its
    dimension), or an expression (one element).
    """

    name: Name
    slots: tuple["Binder | Expr", ...] = ()


# --- statements ---------------------------------------------------------------------------------


@frozen
class LabelSet(Node):
    """``{placebo, drug}``."""

    labels: tuple[Name | Text, ...]


@frozen
class Dim(Node):
    """``dim name``, ``dim name = {a, b}``, ``dim name = 1..T``; a list makes several of these."""

    name: Name
    labels: LabelSet | Range | None = None


@frozen
class Dims(Node):
    """One ``dim`` statement."""

    dims: tuple[Dim, ...]


@frozen
class DataItem(Node):
    """One name of a ``data`` statement with the dimensions it is declared over."""

    name: Name
    dims: tuple[Name, ...] = ()


@frozen
class Data(Node):
    """``data floor[house], log_radon[house]: real = default``."""

    items: tuple[DataItem, ...]
    type: TypeName
    default: Expr | None = None


@frozen
class Sample(Node):
    """``target ~ distribution``."""

    target: Target
    dist: Distribution | Conditional | Mixture


@frozen
class Define(Node):
    """``target = expr``."""

    target: Target
    expr: Expr


@frozen
class Factor(Node):
    """``factor target = expr``: a term of the log density."""

    target: Target
    expr: Expr


@frozen
class Observe(Node):
    """``observe target = value``."""

    target: Target
    value: Expr


@frozen
class Missing(Node):
    """``observe name missing rule``: what becomes of the values that the data do not have."""

    name: Name
    rule: Name


@frozen
class Do(Node):
    """``do target = value``, inside a scenario."""

    target: Target
    value: Expr


@frozen
class Param(Node):
    """``param target: type = initial``: a free quantity that fitting optimises."""

    target: Target
    type: TypeName
    initial: Expr | None = None


@frozen
class Def(Node):
    """``def name(parameters) = body``: a pure function, inlined where it is called."""

    name: Name
    parameters: tuple[Name, ...]
    body: Expr


@frozen
class Network(Node):
    """``network name(inputs) -> outputs = body``: a function whose weights are fitted.

    ``inputs`` has a dimension, or ``real``, for each argument; ``outputs`` the axes of the result,
    or ``real`` alone. Without a body it is a module that the caller supplies.
    """

    name: Name
    inputs: tuple[Name, ...]
    outputs: tuple[Name, ...]
    body: Call | None = None


@frozen
class Guide(Node):
    """``guide name { … }``; without a name it is called ``guide``."""

    name: Name | None
    statements: tuple["Statement", ...]


@frozen
class Scenario(Node):
    """``scenario name { … }``: observations and interventions to apply together."""

    name: Name
    statements: tuple["Statement", ...]


@frozen
class Ode(Node):
    """``ode time = times from start, options { … }``: a system of differential equations.

    ``time`` names the time and binds its index; ``times`` is where the solution is wanted.
    """

    time: Target
    times: Expr
    start: Expr
    options: tuple[tuple[Name, Expr], ...]
    statements: tuple["Statement", ...]


@frozen
class Derivative(Node):
    """``target' = slope from start``, inside an ``ode`` block."""

    target: Target
    slope: Expr
    start: Expr


Declaration = Dims | Data | Param | Def | Network
Block = Guide | Scenario | Ode
Statement = Declaration | Sample | Define | Derivative | Factor | Observe | Missing | Do | Block


@frozen
class Model(Node):
    """A whole file."""

    statements: tuple[Statement, ...]
