"""Complaints about the text itself (E1xx): one constructor per sentence."""

from collections.abc import Mapping

from .diagnostic import Diagnostic, Explanation, did_you_mean
from .explanations import SYNTAX
from .source import Span

CODES: Mapping[str, Explanation] = SYNTAX


def not_expected(at: Span, found: str, expected: str, hint: str) -> Diagnostic:
    """E100: the word fits nowhere, and no row of the mistakes knows why."""
    return Diagnostic("E100", at, f"expected {expected}, not {found}", hint=hint)


def distribution_is_missing(at: Span, hint: str) -> Diagnostic:
    """E103: ``~`` without a distribution after it."""
    return Diagnostic("E103", at, "expected a distribution after `~`", hint=hint)


def support_for_distribution(at: Span, support: str, drawn: str) -> Diagnostic:
    """E103: a set of values after ``~``."""
    return Diagnostic(
        "E103",
        at,
        f"`{support}` is a set of values, and no distribution on it",
        hint=f"choose one, as in `{drawn}`",
    )


def distribution_in_formula(at: Span, mark: str) -> Diagnostic:
    """E103: arithmetic with a distribution."""
    hint = "draw a variable first, then compute with it: `e ~ Normal(0, 1)`, `x = mu + e`"
    return Diagnostic(
        "E103", at, f"a distribution cannot be part of a formula (`{mark}`)", hint=hint
    )


def relation_is_misspelled(at: Span, written: str, fixed: str) -> Diagnostic:
    """E104: ``<-``, ``:=``, ``==`` and the like after the left side."""
    return Diagnostic(
        "E104",
        at,
        f"`{written}` does not relate a name to anything: `~` gives a distribution, `=` a formula",
        hint=f"write `{fixed}`",
    )


def comparison_is_chained(at: Span, op: str, first: Span, first_op: str) -> Diagnostic:
    """E105: ``a < b < c``."""
    return Diagnostic(
        "E105",
        at,
        "comparisons cannot be chained",
        notes=((first, "the first comparison"),),
        hint=f"join two comparisons with `and`: `a {first_op} b and b {op} c`",
    )


def loop_does_not_exist(at: Span, word: str) -> Diagnostic:
    """E106: ``for``, ``while``."""
    return Diagnostic(
        "E106",
        at,
        f"there are no loops, so `{word}` means nothing here",
        hint="bind the index on the left: `y[i in row] ~ Normal(mu[i], sigma)`",
    )


def operator_is_foreign(at: Span, written: str, ours: str) -> Diagnostic:
    """E107: an operator of another language."""
    return Diagnostic("E107", at, f"`{written}` is not an operator", hint=ours)


def conditional_is_foreign(at: Span, written: str, hint: str) -> Diagnostic:
    """E108: a conditional spelled as in another language."""
    return Diagnostic("E108", at, f"`{written}` is not how a choice is written", hint=hint)


def conditional_is_incomplete(at: Span, word: str, begin: Span) -> Diagnostic:
    """E108: ``if`` without its ``then`` or ``else``."""
    return Diagnostic(
        "E108",
        at,
        f"expected `{word}`",
        notes=((begin, "this `if` needs both `then` and `else`"),),
        hint="write `if condition then a else b`",
    )


def conditional_needs_parentheses(at: Span) -> Diagnostic:
    """E108: ``1 + if …``."""
    return Diagnostic(
        "E108",
        at,
        "an `if` inside an operation needs parentheses",
        hint="write `(if condition then a else b)`",
    )


def block_does_not_exist(at: Span, word: str) -> Diagnostic:
    """E109: ``model { … }``."""
    called = f"`{word} {{` opens" if word else "`{` opens"
    return Diagnostic(
        "E109",
        at,
        f"{called} a block that does not exist: a file is one model",
        hint="leave the braces away; only `guide { … }` and `scenario name { … }` have them",
    )


def left_side_is_not_a_name(at: Span, hint: str) -> Diagnostic:
    """E110: something else than a name where a statement begins."""
    return Diagnostic("E110", at, "a statement begins with the name it is about", hint=hint)


def name_alone_says_nothing(at: Span, name: str) -> Diagnostic:
    """E110: a line with a name and nothing else."""
    return Diagnostic(
        "E110",
        at,
        f"`{name}` alone says nothing",
        hint=f"give it a distribution, `{name} ~ …`, a formula, `{name} = …`, or remove the line",
    )


def comma_is_missing(at: Span, before: Span, hint: str) -> Diagnostic:
    """E111: two values side by side."""
    return Diagnostic(
        "E111",
        at,
        "a comma or an operator is missing before this",
        notes=((before, "the value before it ends here"),),
        hint=hint,
    )


def operand_is_missing(at: Span, message: str, hint: str) -> Diagnostic:
    """E112: an operator, a comma or ``=`` with nothing on one side."""
    return Diagnostic("E112", at, message, hint=hint)


def dimension_is_malformed(at: Span, message: str, hint: str) -> Diagnostic:
    """E113: a ``dim`` that is neither bare, nor a set of labels, nor a range."""
    return Diagnostic("E113", at, message, hint=hint)


def declaration_is_malformed(at: Span, message: str, hint: str) -> Diagnostic:
    """E114: ``data`` or ``param`` without its names, its colon or its type."""
    return Diagnostic("E114", at, message, hint=hint)


def statement_word_is_unknown(at: Span, word: str, known: tuple[str, ...]) -> Diagnostic:
    """E115: a statement that begins with two words, the first of them no statement word."""
    hint = did_you_mean(word, known) or f"statements begin with a name, or with {_any_of(known)}"
    return Diagnostic("E115", at, f"no statement begins with `{word}`", hint=hint)


def declaration_is_foreign(at: Span, hint: str) -> Diagnostic:
    """E115: ``real x``, ``x: real``: a declaration as in another language."""
    return Diagnostic("E115", at, "this is not how data are declared", hint=hint)


def text_is_not_closed(at: Span) -> Diagnostic:
    """E116: a quote without its partner."""
    return Diagnostic("E116", at, 'this label has no closing `"`', hint='add `"` where it ends')


def quotes_are_single(at: Span, inner: str) -> Diagnostic:
    """E116: ``'label'``."""
    return Diagnostic("E116", at, 'labels are quoted with `"`', hint=f'write `"{inner}"`')


def escape_is_unknown(at: Span, written: str) -> Diagnostic:
    r"""E116: ``\q`` in a label."""
    hint = r"these can be written: `\"`, `\\`, `\n`, `\t`, `\r`"
    return Diagnostic("E116", at, f"`{written}` stands for nothing in a label", hint=hint)


def character_is_unknown(at: Span, shown: str, hint: str | None) -> Diagnostic:
    """E117: a character with no meaning outside labels and comments."""
    hint = hint or 'remove it; labels with such characters are quoted: `"BIG STONE"`'
    return Diagnostic("E117", at, f"unexpected character {shown}", hint=hint)


def letter_is_not_allowed(at: Span, name: str) -> Diagnostic:
    """E117: a name with a sign in it that looks like a letter or digit and is none."""
    hint = "names are made of letters, digits and `_`; powers are written `x^2`"
    return Diagnostic("E117", at, f"`{name}` is not a name", hint=hint)


def comment_is_foreign(at: Span, written: str) -> Diagnostic:
    """E118: ``//``, ``/*``."""
    extra = "; whole division is `floor(a / b)`" if written == "//" else ""
    return Diagnostic(
        "E118", at, f"`{written}` means nothing", hint=f"comments begin with `#`{extra}"
    )


def colon_is_no_range(at: Span, message: str, hint: str) -> Diagnostic:
    """E119: ``:`` or ``=`` where an index is bound, or a slice."""
    return Diagnostic("E119", at, message, hint=hint)


def label_is_malformed(at: Span, message: str, hint: str) -> Diagnostic:
    """E120: something else than names and quoted labels in a set of labels."""
    return Diagnostic("E120", at, message, hint=hint)


def number_is_malformed(at: Span, written: str, hint: str) -> Diagnostic:
    """E121: ``2x``, ``1_000``, ``1.2.3``."""
    return Diagnostic("E121", at, f"`{written}` is not a number", hint=hint)


def number_is_out_of_range(at: Span) -> Diagnostic:
    """E122: a literal that no double-precision number is near."""
    hint = "numbers reach from about 5e-324 to 1.8e308; infinity is called `inf`"
    return Diagnostic("E122", at, "this number is too large or too small to be held", hint=hint)


def expression_is_too_deep(at: Span, most: int) -> Diagnostic:
    """E123: an expression with more levels than the bound."""
    return Diagnostic(
        "E123",
        at,
        f"this formula has operations nested more than {most} deep",
        hint="give parts of it names of their own, or sum over an index: `sum(k in feature)(…)`",
    )


def text_is_too_long(at: Span, most: int) -> Diagnostic:
    """E123: more characters than the bound."""
    return Diagnostic(
        "E123",
        at,
        f"a model has at most {most:,} characters",
        hint="numbers in bulk belong into a data file",
    )


def relation_is_repeated(at: Span, mark: str, first: Span) -> Diagnostic:
    """E125: a second ``=`` or ``~`` in one statement."""
    return Diagnostic(
        "E125",
        at,
        f"a statement has one `~` or `=`; this `{mark}` is one too many",
        notes=((first, "the first one"),),
        hint="compare with `==`; to say two things about a name, write two statements",
    )


def relation_in_brackets(at: Span, mark: str, ours: str) -> Diagnostic:
    """E125: ``=`` or ``~`` where only a formula can stand."""
    return Diagnostic(
        "E125", at, f"`{mark}` cannot stand inside a formula", hint=f"compare with `{ours}`"
    )


def statement_is_not_ended(at: Span) -> Diagnostic:
    """E126: a second statement on the same line."""
    return Diagnostic(
        "E126",
        at,
        "a new statement begins here, but the one before has not ended",
        hint="begin a new line, or put `;` between the two",
    )


def position_after_name(at: Span, named: Span, name: str) -> Diagnostic:
    """E127: a positional argument after a named one; ``name`` is what that one is called."""
    return Diagnostic(
        "E127",
        at,
        "arguments by position come before those by name",
        notes=((named, "this one is given by name"),),
        hint=f"leave out `{name} =` if the arguments are in their order, or name this one, too",
    )


def reduction_is_malformed(at: Span, op: str, message: str) -> Diagnostic:
    """E128: a reduction over an index without its body in parentheses."""
    return Diagnostic("E128", at, message, hint=f"write `{op}(k in feature)(x[k])`")


def definition_is_malformed(at: Span, name: str) -> Diagnostic:
    """E129: a ``def`` that is not one formula."""
    return Diagnostic(
        "E129",
        at,
        "a function is its parameters, `=` and one formula",
        hint=f"write `def {name}(x) = …`",
    )


def network_is_malformed(at: Span, name: str) -> Diagnostic:
    """E140: a ``network`` that does not say what it takes and gives."""
    return Diagnostic(
        "E140",
        at,
        "a network says what it takes and what it gives, by their dimensions",
        hint=f"write `network {name}(pixel) -> latent = mlp(64)`",
    )


def network_without_layers(at: Span) -> Diagnostic:
    """E141: something else than ``mlp(…)`` after the ``=`` of a network."""
    return Diagnostic(
        "E141",
        at,
        "a network is built by a call",
        hint="write `= mlp(64, tanh)`, or leave it out and supply a module from Python",
    )


def support_is_malformed(at: Span, hint: str) -> Diagnostic:
    """E130: ``on`` without an interval or the name of a support."""
    return Diagnostic(
        "E130", at, "expected an interval `(low, high)` or a support after `on`", hint=hint
    )


def value_is_missing(at: Span, word: str, name: str) -> Diagnostic:
    """E131: ``observe`` or ``do`` in another form than ``name = value``."""
    means = "observed" if word == "observe" else "set"
    return Diagnostic(
        "E131",
        at,
        f"`{word}` says which value is {means}: a name, `=`, and the value",
        hint=f"write `{word} {name} = 3`",
    )


def rule_for_missing(at: Span, name: str, rule: str) -> Diagnostic:
    """E143: ``observe x missing`` in another form."""
    return Diagnostic(
        "E143",
        at,
        "what becomes of missing values is said for all of a variable, in one word: `impute`, "
        "`marginalise` or `drop`",
        hint=f"write `observe {name} missing {rule}`",
    )


def block_is_malformed(at: Span, word: str) -> Diagnostic:
    """E132: a ``guide`` or ``scenario`` without its braces or name."""
    has, wanted = "its", "guide { … }"
    if word == "scenario":
        has, wanted = "a name, and its", "scenario name { … }"
    message = f"a {word} has {has} statements in braces"
    return Diagnostic("E132", at, message, hint=f"write `{wanted}`")


def factor_is_malformed(at: Span, text: str) -> Diagnostic:
    """E134: ``factor`` in another form than ``name = formula``."""
    return Diagnostic(
        "E134",
        at,
        "a factor has a name, `=`, and the formula that is added to the log density",
        hint=f"write `factor {text}`",
    )


def not_needs_parentheses(at: Span, before: Span, op: str) -> Diagnostic:
    """E133: ``a + not b``."""
    return Diagnostic(
        "E133",
        at,
        f"`not` binds more loosely than `{op}`, so it needs parentheses here",
        notes=((before, f"this `{op}` wants a value after it"),),
        hint="write `(not …)`",
    )


def _any_of(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{w}`" for w in words[:-1]) + f" or `{words[-1]}`"
