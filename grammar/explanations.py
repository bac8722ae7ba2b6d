"""The long form of the syntax complaints: what they mean, a wrong and a right model."""

from collections.abc import Mapping

from .diagnostic import Explanation

SYNTAX: Mapping[str, Explanation] = {
    "E100": Explanation(
        "a word that fits nowhere",
        "The words before the marked one are the beginning of a statement, and none of the\n"
        "ways in which it could go on has this word next. The message lists what could stand\n"
        "here.",
        "x ~ Normal(0, 1) on positive on unit",
        "x ~ Normal(0, 1) on positive",
    ),
    "E101": Explanation(
        "a bracket that is never closed",
        "Every `(`, `[` and `{` needs its closer. Inside brackets line ends mean nothing, so\n"
        "the statement goes on until a line that can only be a new statement.",
        "x ~ Normal(0, 1\ny ~ Normal(x, 1)",
        "x ~ Normal(0, 1)\ny ~ Normal(x, 1)",
    ),
    "E102": Explanation(
        "a closing bracket that does not fit",
        "Brackets close in the reverse order in which they are opened, each by its own kind.",
        "a = [1, 2]\nx = exp(a[1)]",
        "dim k = 1..2\na[i in k] ~ Normal(0, i)\nx = exp(a[1])",
    ),
    "E103": Explanation(
        "no distribution after `~`",
        "`x ~ D(…)` says how `x` is distributed, so a distribution with its arguments follows\n"
        "`~`. A value or a formula is given with `=`. Distributions are not numbers: to\n"
        "compute with a random quantity, give it a name first.",
        "mu ~ 3",
        "mu = 3",
    ),
    "E104": Explanation(
        "neither `~` nor `=`",
        "A name is related to its meaning in one of two ways: `~` gives it a distribution,\n"
        "`=` a formula. `<-`, `:=` and `==` belong to other languages.",
        "mu <- 3",
        "mu = 3",
    ),
    "E105": Explanation(
        "a chained comparison",
        "`a < b < c` would compare the outcome of `a < b`, which is 0 or 1, with `c`. It is\n"
        "refused because nobody means that.",
        "inside = 0 < x < 1",
        "x = 0.5\ninside = 0 < x and x < 1",
    ),
    "E106": Explanation(
        "a loop",
        "A statement is about a whole family: the index is bound on its left side and stands\n"
        "for every label of its dimension.",
        "for (i in 1:3) y[i] ~ Normal(0, 1)",
        "dim row = 1..3\ny[i in row] ~ Normal(0, 1)",
    ),
    "E107": Explanation(
        "an operator of another language",
        "The operators are `+ - * / ^`, the comparisons `== != < <= > >=`, and `and`, `or`,\n"
        "`not`.",
        "x = 2 ** 3",
        "x = 2^3",
    ),
    "E108": Explanation(
        "a choice that is written in another way",
        "A choice is a formula with both outcomes: `if c then a else b`. It binds more\n"
        "loosely than any operator, so inside an operation it takes parentheses.",
        "x = 1 if 2 > 1 else 0",
        "x = if 2 > 1 then 1 else 0",
    ),
    "E109": Explanation(
        "a block that does not exist",
        "A file is one model and its statements stand in any order; there are no sections.\n"
        "Braces hold the labels of a dimension and the statements of a `guide` or a\n"
        "`scenario`.",
        "model {\n    x ~ Normal(0, 1)\n}",
        "x ~ Normal(0, 1)",
    ),
    "E110": Explanation(
        "a statement that does not begin with a name",
        "A statement is about one name, which stands on its left: `x ~ …` or `x = …`. A\n"
        "formula gets a name first; a function is defined with `def`.",
        "log(y) ~ Normal(0, 1)",
        "data y: positive\nlog_y = log(y)\nlog_y ~ Normal(0, 1)",
    ),
    "E111": Explanation(
        "two values side by side",
        "Between two values stands an operator, or a comma between two arguments. Products\n"
        "are written with `*`.",
        "x = 2 pi",
        "x = 2 * pi",
    ),
    "E112": Explanation(
        "an operand is missing",
        "An operator, a comma or `=` has nothing on one of its sides.",
        "x = 1 +",
        "x = 1 + 2",
    ),
    "E113": Explanation(
        "a dimension that is not declared properly",
        "`dim name` takes its labels from the data, `dim name = {a, b}` lists them, and `dim\n"
        "name = 1..n` counts. A size alone does not say what the labels are.",
        "dim row = 3\ny[i in row] ~ Normal(0, 1)",
        "dim row = 1..3\ny[i in row] ~ Normal(0, 1)",
    ),
    "E114": Explanation(
        "a declaration without its type",
        "`data` and `param` are declared as `name[dimensions]: type`. Types are `real`,\n"
        "`positive`, `unit`, `int`, `count` and `bool`, or a dimension, for data that point\n"
        "into it. A support restricts a type: `real on (0, 10)`.",
        "dim row\ndata y[row]\ny[i in row] ~ Normal(0, 1)",
        "dim row\ndata y[row]: real\ny[i in row] ~ Normal(0, 1)",
    ),
    "E115": Explanation(
        "a word that begins no statement",
        "Statements begin with the name they are about, or with one of `dim`, `data`,\n"
        "`observe`, `do`, `param`, `guide`, `scenario`, `def`.",
        "dta x: real\nx ~ Normal(0, 1)",
        "data x: real\nx ~ Normal(0, 1)",
    ),
    "E116": Explanation(
        "a quoted label that is not written properly",
        'Labels that are not words stand in double quotes, on one line. Inside, `\\"`, `\\\\`,\n'
        "`\\n`, `\\t` and `\\r` stand for characters that cannot be typed there.",
        "dim county = {'BIG STONE'}\nx[c in county] ~ Normal(0, 1)",
        'dim county = {"BIG STONE"}\nx[c in county] ~ Normal(0, 1)',
    ),
    "E117": Explanation(
        "a character without a meaning",
        "Outside labels and comments a model holds names, numbers, operators and brackets.\n"
        "Names are letters, digits and `_`; dots, spaces and other signs are not part of\n"
        "them.",
        "log.y = 3",
        "log_y = 3",
    ),
    "E118": Explanation(
        "a comment of another language",
        "A comment begins with `#` and ends with the line.",
        "x = 3  // the answer",
        "x = 3  # the answer",
    ),
    "E119": Explanation(
        "a range or index that is not written properly",
        "An index is bound with `in`, over a dimension or a range with both ends: `i in row`,\n"
        "`t in 2..T`. Ranges stand there and in `dim` only; `:` alone in an index is a whole\n"
        "axis.",
        "data T: int\ndim time = 1:T\nx[t in time] ~ Normal(0, 1)",
        "data T: int\ndim time = 1..T\nx[t in time] ~ Normal(0, 1)",
    ),
    "E120": Explanation(
        "a label that is not written properly",
        "The labels of a dimension are words, or quoted. Dimensions that count are ranges.",
        "dim county = {AITKIN, BIG STONE}\nx[c in county] ~ Normal(0, 1)",
        'dim county = {AITKIN, "BIG STONE"}\nx[c in county] ~ Normal(0, 1)',
    ),
    "E121": Explanation(
        "a number that is not written properly",
        "Numbers are written `3`, `0.5`, `.5` or `1e-3`, without separators and without\n"
        "units; a product needs its `*`.",
        "x = 1_000",
        "x = 1000",
    ),
    "E122": Explanation(
        "a number that cannot be held",
        "Numbers are double precision: up to about 1.8e308, and down to about 5e-324.",
        "x = 1e400",
        "x = inf",
    ),
    "E123": Explanation(
        "beyond the bounds",
        "Brackets and operations can be nested a hundred deep, and a model has at most five\n"
        "million characters. What is larger is written by programs: they can give the parts\n"
        "names of their own, sum over an index, or put the numbers into a data file.",
        "x = " + " + ".join(["1"] * 102),
        "x = 102",
    ),
    "E125": Explanation(
        "a second `=` or `~`",
        "A statement says one thing about one name. Comparisons are written with `==`.",
        "x = y = 3",
        "y = 3\nx = y",
    ),
    "E126": Explanation(
        "two statements on one line",
        "A statement ends with its line, or with `;`.",
        "x = 3 y = 4",
        "x = 3; y = 4",
    ),
    "E127": Explanation(
        "an argument by position after one by name",
        "Arguments by position come first, so that it is plain which one each of them is.",
        "x ~ Normal(loc = 0, 1)",
        "x ~ Normal(0, scale = 1)",
    ),
    "E128": Explanation(
        "a reduction that is not written properly",
        "A reduction over an index binds it in a first pair of parentheses and has what is\n"
        "reduced in a second one. Without an index it takes a whole array: `sum(x)`.",
        "dim k\ndata x[k]: real\ntotal = sum(x[i] for i in k)",
        "dim k\ndata x[k]: real\ntotal = sum(i in k)(x[i])",
    ),
    "E129": Explanation(
        "a function that is not written properly",
        "A function is one formula of its parameters; it is put in place of each call.",
        "def double(x): return 2 * x",
        "def double(x) = 2 * x",
    ),
    "E130": Explanation(
        "a support that is not written properly",
        "`on (low, high)` restricts a distribution or a type to an interval; an open end is\n"
        "`inf` or `-inf`. Other supports go by their names.",
        "x ~ Normal(0, 1) on [0, 1]",
        "x ~ Normal(0, 1) on (0, 1)",
    ),
    "E131": Explanation(
        "an observation without a value",
        "`observe x = v` says that the random variable `x` was seen to be `v`; `do x = v`\n"
        "sets it. How `x` is distributed is a statement of its own.",
        "observe x ~ Normal(0, 1)",
        "x ~ Normal(0, 1)\nobserve x = 0.3",
    ),
    "E143": Explanation(
        "missing values, said in another form",
        "`observe y missing impute` makes the elements of `y` that the data do not have latent\n"
        "variables; `drop` leaves their terms out of the density; `marginalise` integrates over\n"
        "them. It is about all of `y`: single elements have no rule of their own.",
        "observe y missing",
        "dim row\ndata y[row]: real\ny[i in row] ~ Normal(0, 1)\nobserve y missing drop",
    ),
    "E132": Explanation(
        "a guide or scenario without its braces or name",
        "A guide is written `guide { … }`, or `guide name { … }` where there are several; a\n"
        "scenario always has a name.",
        "scenario {\n    do x = 1\n}",
        "x ~ Normal(0, 1)\nscenario high {\n    do x = 1\n}",
    ),
    "E134": Explanation(
        "a factor without its name or formula",
        "A factor adds a term to the log density, under a name by which it can be found, shown\n"
        "and left out. With indices it is one term for each of their values.",
        "x ~ Normal(0, 1)\nfactor exp(-x)",
        "x ~ Normal(0, 1)\nfactor small = exp(-x)",
    ),
    "E133": Explanation(
        "`not` where it binds too loosely",
        "`not` applies to a whole comparison: `not a == b` is `not (a == b)`. After an\n"
        "arithmetic operator or a comparison it needs parentheses.",
        "data a: bool\nx ~ Normal(1 + not a, 1)",
        "data a: bool\nx ~ Normal(1 + (not a), 1)",
    ),
    "E136": Explanation(
        "an ode that is not written properly",
        "`ode t[n in row] = times[n] from 0 { … }` names the time, the times at which the\n"
        "solution is wanted, and the time at which it begins; the derivatives stand in braces.",
        "dim day = 1..30\node t from 0 {\n    u' = -u from 1\n}",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u' = -u from 1\n}",
    ),
    "E137": Explanation(
        "a derivative that is not written properly",
        "Each state of an ode has one statement: its derivative by time, and behind `from` its\n"
        "value at the time where the ode begins.",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u' = -u\n}",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u' = -u from 1\n}",
    ),
    "E138": Explanation(
        "a `'` in a formula",
        "`u' = … from …` says what the derivative of a state is, in an `ode` block. In formulas\n"
        "`'` has no meaning: there is no transpose, since every axis has a name.",
        "dim i, j\ndata A[i, j]: real\nB = A'",
        "dim i, j\ndata A[i, j]: real\nB[l in j, k in i] = A[k, l]",
    ),
    "E139": Explanation(
        "a comma behind a statement",
        "A statement ends with its line. Several on one line have `;` between them.",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u' = -u from 1,\n    v' = u from 0\n}",
        "dim day = 1..30\node t[d in day] = d from 0 {\n    u' = -u from 1\n    v' = u from 0\n}",
    ),
    "E140": Explanation(
        "a network that is not written properly",
        "A network is declared like a function: in parentheses the dimension of each argument, or\n"
        "`real` for a single number; after `->` the dimensions of what it gives.",
        "dim pixel, latent\nnetwork f = mlp(64)",
        "dim pixel, latent\ndata x[pixel]: real\nnetwork f(pixel) -> latent = mlp(64)\n"
        "y[k in latent] ~ Normal(f(x)[k], 1)",
    ),
    "E141": Explanation(
        "a network that is not built",
        "After `=` stands how the network is built: `mlp` with the width of each hidden layer and\n"
        "perhaps an activation. A network without `=` is a module that Python supplies by name.",
        "dim pixel, latent\nnetwork f(pixel) -> latent = 64",
        "dim pixel, latent\ndata x[pixel]: real\nnetwork f(pixel) -> latent = mlp(64, relu)\n"
        "y[k in latent] ~ Normal(f(x)[k], 1)",
    ),
}
