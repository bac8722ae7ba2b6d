"""From trees back to words: the shortest spelling that parses to the same tree.

Parentheses stand where the operator table asks for them and nowhere else.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from . import tree
from .build import ESCAPES
from .lexer import MARKS, PREFIX_WORDS, Token
from .operators import ATOM, CONDITIONAL, INFIX, PREFIX, Side

INDENT = "    "
_ESCAPED = str.maketrans({value: f"\\{mark}" for mark, value in ESCAPES.items()})
_TIGHT_BEFORE = frozenset({"RPAR", "RSQB", "RBRACE", "COMMA", "PRIME"})
_TIGHT_AFTER = frozenset({"LPAR", "LSQB", "LBRACE", "DOTS"})
_AMBIGUOUS = frozenset((*PREFIX_WORDS, "in"))  # bare, an operand may be taken for an operator
_CALLED = frozenset({"NAME", "NUMBER", "STRING", "RPAR", "RSQB"})

T = TypeVar("T")


def unparse(node: tree.Node) -> str:
    """The text of a tree or of a part of it, each statement on a line of its own.

    ``parse(unparse(model)) == model`` for every model that ``parse`` can give.
    """
    lines: list[str] = []
    line: list[Token] = []
    level = 0
    for word in words(node):
        if word.type == "CLOSE":
            level -= 1
        if word.type != "END":
            line.append(word)
        if word.type in ("END", "BLOCK"):
            lines.append(INDENT * level + spaced(line))
            line = []
        if word.type == "BLOCK":
            level += 1
    if line:
        return spaced(line)
    return "".join(f"{line}\n" for line in lines)


def words(node: tree.Node) -> list[Token]:
    """The words of a tree, as the lexer would give them, without places.

    The braces around the statements of a guide or scenario come as BLOCK and CLOSE.
    """
    writer = _Writer()
    writer.node(node)
    return writer.words


def spaced(line: Sequence[Token]) -> str:
    """The words of one line with the spaces between them."""
    pieces = [line[0].text] if line else []
    for before, after in zip(line, line[1:], strict=False):
        pieces.append(after.text if _touch(before, after) else f" {after.text}")
    return "".join(pieces)


def _touch(before: Token, after: Token) -> bool:
    """Whether no space belongs between two words."""
    if after.type == "DOTS":
        return not before.text.endswith(".")  # `1. ..2`: three dots would read otherwise
    if after.type == "COLON":
        return before.type in ("NAME", "RSQB", "LSQB")
    if after.type in ("LPAR", "LSQB") and before.type in _CALLED:
        return True
    minus = before.type == "PREFIX" and before.text == "-"
    power = "^" in (before.text, after.text)
    return power or minus or after.type in _TIGHT_BEFORE or before.type in _TIGHT_AFTER


def _level(e: tree.Expr) -> int:
    """How tightly an expression holds together."""
    match e:
        case tree.Conditional() | tree.Distribution():
            return CONDITIONAL
        case tree.Binary(op=op):
            return INFIX[op].level
        case tree.Unary(op=op):
            return PREFIX[op].level
    return ATOM


class _Writer:
    """Collects words."""

    def __init__(self) -> None:
        self.words: list[Token] = []

    def word(self, kind: str, text: str) -> None:
        """One word of a kind."""
        self.words.append(Token(kind, text, 0, 0))

    def put(self, text: str) -> None:
        """A mark, or a fixed word of the language."""
        self.word(MARKS.get(text) or text.upper(), text)

    def name(self, name: tree.Name) -> None:
        """A word of the model's own."""
        self.word("NAME", name.id)

    def listed(self, items: Iterable[T], each: Callable[[T], None]) -> None:
        """Items with commas between them."""
        for i, item in enumerate(items):
            if i:
                self.put(",")
            each(item)

    def bracketed(self, marks: str, items: Iterable[T], each: Callable[[T], None]) -> None:
        """Items in brackets."""
        self.put(marks[0])
        self.listed(items, each)
        self.put(marks[1])

    def indexed(self, name: tree.Name, slots: Sequence[T], each: Callable[[T], None]) -> None:
        """``name[slots]``, or the name alone."""
        self.name(name)
        if slots:
            self.bracketed("[]", slots, each)

    def after(self, mark: str, part: tree.Node | None) -> None:
        """``= part``, where there is such a part."""
        if part is not None:
            self.put(mark)
            self.node(part)

    # --- statements

    def node(self, n: tree.Node) -> None:
        """Any node of a tree."""
        match n:
            case tree.Model(statements):
                for statement in statements:
                    self.node(statement)
                    self.word("END", "")
            case tree.Guide() | tree.Scenario():
                self.block(n)
            case tree.Dims() | tree.Data() | tree.Param() | tree.Def() | tree.Network():
                self.declaration(n)
            case tree.Sample(target, dist):
                self.node(target)
                self.put("~")
                self.node(dist)
            case tree.Define(target, value):
                self.node(target)
                self.after("=", value)
            case tree.Ode():
                self.ode(n)
            case tree.Derivative(target, slope, start):
                self.node(target)
                self.put("'")
                self.after("=", slope)
                self.after("from", start)
            case tree.Observe(target, value) | tree.Do(target, value) | tree.Factor(target, value):
                self.put(type(n).__name__.lower())
                self.node(target)
                self.after("=", value)
            case tree.Missing(name, rule):
                self.put("observe")
                self.name(name)
                self.put("missing")
                self.name(rule)
            case tree.Distribution(of, support) | tree.TypeName(of, support):
                self.name(of) if isinstance(of, tree.Name) else self.node(of)
                self.after("on", support)
            case tree.Interval(low, high):
                self.bracketed("()", (low, high), self.node)
            case tree.NamedSupport(name):
                self.name(name)
            case tree.Target(name, slots):
                self.indexed(name, slots, self.node)
            case tree.DataItem(name, dims):
                self.indexed(name, dims, self.name)
            case tree.Dim(name, labels):
                self.name(name)
                self.after("=", labels)
            case tree.LabelSet(labels):
                self.bracketed("{}", labels, self.label)
            case tree.Binder(var, domain):
                self.name(var)
                self.put("in")
                self.name(domain) if isinstance(domain, tree.Name) else self.node(domain)
            case tree.Range(first, last):
                self.node(first)
                self.put("..")
                self.node(last)
            case tree.Whole():
                self.put(":")
            case _:
                self.expression(n)

    def block(self, n: tree.Guide | tree.Scenario) -> None:
        """``guide name { … }``."""
        self.put("guide" if isinstance(n, tree.Guide) else "scenario")
        if n.name is not None:
            self.name(n.name)
        self.statements(n.statements)

    def ode(self, n: tree.Ode) -> None:
        """``ode time = times from start, options { … }``."""
        self.put("ode")
        self.node(n.time)
        self.after("=", n.times)
        self.after("from", n.start)
        for name, value in n.options:
            self.put(",")
            self.name(name)
            self.after("=", value)
        self.statements(n.statements)

    def statements(self, statements: Sequence[tree.Statement]) -> None:
        """The statements of a block, in braces."""
        self.word("BLOCK", "{")
        for statement in statements:
            self.node(statement)
            self.word("END", "")
        self.word("CLOSE", "}")

    def declaration(self, n: tree.Dims | tree.Data | tree.Param | tree.Def | tree.Network) -> None:
        """A statement that begins with its word."""
        match n:
            case tree.Dims(dims):
                self.put("dim")
                self.listed(dims, self.node)
            case tree.Data(items, type_name, default):
                self.put("data")
                self.listed(items, self.node)
                self.after(":", type_name)
                self.after("=", default)
            case tree.Param(target, type_name, initial):
                self.put("param")
                self.node(target)
                self.after(":", type_name)
                self.after("=", initial)
            case tree.Def(name, parameters, body):
                self.put("def")
                self.name(name)
                self.bracketed("()", parameters, self.name)
                self.after("=", body)
            case tree.Network(name, inputs, outputs, body):
                self.put("network")
                self.name(name)
                self.bracketed("()", inputs, self.name)
                self.put("->")
                self.listed(outputs, self.name)
                self.after("=", body)

    def label(self, label: tree.Name | tree.Text) -> None:
        """One of a set of labels."""
        self.name(label) if isinstance(label, tree.Name) else self.node(label)

    # --- expressions

    def expression(self, e: tree.Node) -> None:
        """An expression, with the parentheses inside that it needs."""
        match e:
            case tree.Name(word) if word in _AMBIGUOUS:
                self.bracketed("()", (e,), self.name)
            case tree.Name():
                self.name(e)
            case tree.Number(text=text):
                self.word("NUMBER", text)
            case tree.Text(value):
                self.word("STRING", f'"{value.translate(_ESCAPED)}"')
            case tree.Index(base, slots):
                self.held(base, _level(base) < ATOM)
                self.bracketed("[]", slots, self.node)
            case tree.Array(items):
                self.bracketed("[]", items, self.node)
            case tree.Call(callee, args, named):
                self.name(callee)
                self.bracketed("()", (*args, *named), self.argument)
            case tree.Reduce(op, binders, body):
                self.name(op)
                self.bracketed("()", binders, self.node)
                self.bracketed("()", (body,), self.node)
            case tree.Mixture(op, binders, weight, dist):
                self.name(op)
                self.bracketed("()", binders, self.node)
                self.bracketed("()", (weight, dist), self.node)
            case tree.Conditional(condition, yes, no):
                self.after("if", condition)
                self.after("then", yes)
                self.after("else", no)
            case tree.Unary(op, operand):
                self.word("PREFIX", op)
                self.held(operand, _level(operand) < PREFIX[op].level)
            case tree.Binary(op, left, right):
                level, side = INFIX[op]
                self.held(left, _level(left) < level + (side is not Side.LEFT))
                self.word("INFIX", op)
                signed = isinstance(right, tree.Unary) and right.op == "-"  # `a^-b` reads as it is
                self.held(right, _level(right) < level + (side is not Side.RIGHT) and not signed)
            case _:
                raise TypeError(f"{type(e).__name__} cannot be written down by itself")

    def argument(self, argument: tree.Expr | tuple[tree.Name, tree.Expr]) -> None:
        """``value`` or ``name = value``."""
        if isinstance(argument, tuple):
            self.name(argument[0])
            self.after("=", argument[1])
        else:
            self.node(argument)

    def held(self, e: tree.Expr, parentheses: bool) -> None:
        """An operand, in parentheses where it needs them."""
        if parentheses:
            self.put("(")
        self.node(e)
        if parentheses:
            self.put(")")
