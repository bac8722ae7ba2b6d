"""Long forms of the complaints about names: E2xx."""

from collections.abc import Mapping

from ...grammar.diagnostic import Explanation

NAMES: Mapping[str, Explanation] = {
    "E201": Explanation(
        "unknown name",
        "Every name in a formula is declared somewhere in the file: as data, by `~`, by `=`, as a "
        "param, or as an index on the left or in a reduction. The order of statements does not "
        "matter, so a name may be used above the line that introduces it.",
        wrong="weight ~ Normal(mu, 1)",
        right="mu ~ Normal(0, 10)\nweight ~ Normal(mu, 1)",
    ),
    "E202": Explanation(
        "unknown distribution",
        "The word after `~` is the name of a distribution family. They begin with a capital "
        "letter, so that they never clash with the names of variables.",
        wrong="x ~ normal(0, 1)",
        right="x ~ Normal(0, 1)",
    ),
    "E203": Explanation(
        "two distributions for one name",
        "One statement says everything about one variable, so a name has one `~`. To combine two "
        "sources of information, give the second its own variable.",
        wrong="p ~ Beta(1, 1)\np ~ Beta(2, 2)",
        right="p ~ Beta(1, 1)\nq ~ Beta(2, 2)",
    ),
    "E204": Explanation(
        "defined twice",
        "Dimensions, data, variables, params and functions share one set of names, and a file is "
        "not a sequence of assignments: nothing can be defined again. The only name that may stand "
        "in two statements is one with a `~` beside its `data` declaration, or beside an `=` that "
        "is computed from data alone: then it is observed.",
        wrong="x = 1\nx = 2\ny ~ Normal(x, 1)",
        right="x = 1\nx2 = 2\ny ~ Normal(x + x2, 1)",
    ),
    "E205": Explanation(
        "unknown function",
        "A word before a parenthesis is a function of the language or one of the file's own "
        "`def`s. Products need their `*`, and elements of an array stand in square brackets.",
        wrong="x ~ HalfNormal(1)\ny = ln(x)",
        right="x ~ HalfNormal(1)\ny = log(x)",
    ),
    "E206": Explanation(
        "unknown dimension",
        "Every axis has a name, declared by `dim`. Its labels are listed (`dim arm = {placebo, "
        "drug}`), counted (`dim time = 1..T`), or come from the data (`dim house`).",
        wrong="data y[house]: real\ny[h in house] ~ Normal(0, 1)",
        right="dim house\ndata y[house]: real\ny[h in house] ~ Normal(0, 1)",
    ),
    "E207": Explanation(
        "not a dimension",
        "An index runs over a dimension, not over a number. Where a number says how many there "
        "are, the dimension counts: `dim row = 1..n`.",
        wrong="data n: int\nx[i in n] ~ Normal(0, 1)",
        right="data n: int\ndim row = 1..n\nx[i in row] ~ Normal(0, 1)",
    ),
    "E208": Explanation(
        "a distribution used as a value",
        "`=` defines a variable by a formula, `~` draws it from a distribution. A draw is never "
        "part of a formula: it has a statement, and a name, of its own.",
        wrong="x = Normal(0, 1)",
        right="x ~ Normal(0, 1)",
    ),
    "E209": Explanation(
        "a function used as a distribution",
        "`~` draws from a distribution. What is computed from other variables is defined with `=`.",
        wrong="y ~ Normal(0, 1)\nx ~ exp(y)",
        right="y ~ Normal(0, 1)\nx = exp(y)",
    ),
    "E210": Explanation(
        "not a value",
        "Dimensions, functions, distributions and labels have names, but no value of their own: "
        "they are run over, called, drawn from, and used as an index.",
        wrong="dim house\ndata y[house]: real\nm = sum(h in house)(y[h]) / house",
        right="dim house\ndata y[house]: real\nm = mean(h in house)(y[h])",
    ),
    "E211": Explanation(
        "an index that is not bound",
        "An index variable is bound on the left of its statement, `x[i in row]`, or by a "
        "reduction, `sum(k in feature)(…)`. It means nothing outside.",
        wrong="dim row\ndata x[row]: real\ny ~ Normal(x[i], 1)",
        right="dim row\ndata x[row]: real\ny[i in row] ~ Normal(x[i], 1)",
    ),
    "E212": Explanation(
        "an index bound twice",
        "Two indices of one statement need two names, also when they run over the same dimension; "
        "otherwise nobody could say which of them a formula means.",
        wrong="dim point\ndata x[point]: real\nd[i in point, i in point] = x[i] - x[i]",
        right="dim point\ndata x[point]: real\nd[i in point, j in point] = x[i] - x[j]",
    ),
    "E213": Explanation(
        "unknown type",
        "Data and params have a type: `real`, `positive`, `unit`, `int`, `count` or `bool`. Data "
        "that point into a dimension have that dimension as their type.",
        wrong="data n: integer\nx ~ Binomial(n, 0.5)",
        right="data n: count\nx ~ Binomial(n, 0.5)",
    ),
    "E214": Explanation(
        "definitions in a circle",
        "A model is a graph without cycles: every variable can be drawn or computed once those it "
        "reads are known. A family may read earlier elements of itself, where clauses say how it "
        "begins: `x[1] ~ Normal(0, 1)`, `x[t in 2..T] ~ Normal(x[t - 1], 1)`. A prior that reads a "
        "summary of the modelled data closes a circle too: pass the summary as data of its own.",
        wrong="a ~ Normal(b, 1)\nb ~ Normal(a, 1)",
        right="a ~ Normal(0, 1)\nb ~ Normal(a, 1)",
    ),
    "E215": Explanation(
        "a formula for data",
        "Data come with their value. A value for when the file has none is a default, and what is "
        "computed from data has a name of its own.",
        wrong="data x: real\nx = 3\ny ~ Normal(x, 1)",
        right="data x: real = 3\ny ~ Normal(x, 1)",
    ),
    "E216": Explanation(
        "both drawn and defined",
        "`~` beside `=` is an observation: it says how a known value came about, so the formula "
        "must be computed from data alone. What depends on random variables is either drawn or "
        "computed; and so is a family in clauses, every element of it.",
        wrong="a ~ Normal(0, 1)\nb = 2 * a\nb ~ Normal(0, 1)",
        right="a ~ Normal(0, 1)\nb = 2 * a\nc ~ Normal(b, 1)",
    ),
    "E217": Explanation(
        "unknown label",
        "A dimension with a list of labels has these labels and no others. Labels that come from "
        "the data are not known here: they are quoted, and looked up when the data are read.",
        wrong="dim arm = {placebo, drug}\neffect[a in arm] ~ Normal(0, 1)\n"
        "difference = effect[drug] - effect[placbo]",
        right="dim arm = {placebo, drug}\neffect[a in arm] ~ Normal(0, 1)\n"
        "difference = effect[drug] - effect[placebo]",
    ),
    "E218": Explanation(
        "recursion",
        "A `def` is a shorthand: its body is written out wherever it is called. A function that "
        "calls itself would never be finished.",
        wrong="def f(x) = 1 + f(x / 2)\ny = f(3)",
        right="def f(x) = sum(k in 0..10)(x / 2^k)\ny = f(3)",
    ),
    "E219": Explanation(
        "too large when written out",
        "Functions are written out where they are called. Functions that call each other several "
        "times can grow beyond all bounds this way, so there is a limit. A variable with a name is "
        "computed once, however often it is used. Definitions in an ode are written out as well.",
        wrong="".join(
            [
                "def f0(x) = x + x\n",
                *(f"def f{i}(x) = f{i - 1}(x) + f{i - 1}(x)\n" for i in range(1, 20)),
                "a ~ Normal(0, 1)\ny = f19(a)",
            ]
        ),
        right="def double(x) = x + x\na ~ Normal(0, 1)\nb = double(double(a))\n"
        "y = double(double(b))",
    ),
    "E220": Explanation(
        "a statement in the wrong place",
        "A guide holds `param`, `~` and `=`; a scenario holds `observe` and `do`; `do` stands "
        "nowhere else, because a model describes the world before anybody acts on it.",
        wrong="x ~ Normal(0, 1)\ny ~ Normal(x, 1)\ndo x = 2",
        right="x ~ Normal(0, 1)\ny ~ Normal(x, 1)\nscenario pushed { do x = 2 }",
    ),
    "E221": Explanation(
        "two blocks of one name",
        "Guides and scenarios are asked for by name. A guide without a name is called `guide`.",
        wrong="x ~ Normal(0, 1)\nguide { x ~ Normal(0, 1) }\nguide { x ~ Normal(0, 2) }",
        right="x ~ Normal(0, 1)\nguide { x ~ Normal(0, 1) }\nguide wide { x ~ Normal(0, 2) }",
    ),
    "E222": Explanation(
        "a function that reads the model",
        "A `def` is pure: its value depends on its parameters alone, so that it means the same "
        "wherever it is called. What else it needs is passed in.",
        wrong="mu ~ Normal(0, 1)\ndef shifted(x) = x + mu\ny = shifted(2)",
        right="mu ~ Normal(0, 1)\ndef shifted(x, mu) = x + mu\ny = shifted(2, mu)",
    ),
    "E223": Explanation(
        "a value for an unknown variable",
        "`observe` and `do` are about variables of the model.",
        wrong="weight ~ Normal(9, 1)\nreading ~ Normal(weight, 1)\nobserve readin = 9.5",
        right="weight ~ Normal(9, 1)\nreading ~ Normal(weight, 1)\nobserve reading = 9.5",
    ),
}
