"""Long forms of the complaints about guides, E361 to E367, and of the warnings, W3xx."""

from collections.abc import Mapping

from ...grammar.diagnostic import Explanation

GUIDES: Mapping[str, Explanation] = {
    "E361": Explanation(
        "a guide that draws something unknown",
        "A guide is a distribution over the latent variables of its model, under the same names.",
        wrong="weight ~ Normal(9, 1)\nguide {\n  weight ~ Normal(9, 1)\n  wieght ~ Normal(9, 1)\n}",
        right="weight ~ Normal(9, 1)\nguide {\n  weight ~ Normal(9, 1)\n}",
    ),
    "E362": Explanation(
        "a guide that draws what is known",
        "Only latent variables are drawn by a guide: data and observed variables have their value, "
        "and definitions follow from the others.",
        wrong="data y: real\nmu ~ Normal(0, 1)\ny ~ Normal(mu, 1)\n"
        "guide {\n  mu ~ Normal(0, 1)\n  y ~ Normal(0, 1)\n}",
        right="data y: real\nmu ~ Normal(0, 1)\ny ~ Normal(mu, 1)\nguide {\n  mu ~ Normal(0, 1)\n}",
    ),
    "E363": Explanation(
        "a guide that misses a latent",
        "A guide draws every latent variable of the model. One that is left out would silently "
        "keep its prior. Variables that the file observes need no statement.",
        wrong="a ~ Normal(0, 1)\nb ~ Normal(a, 1)\nguide {\n  a ~ Normal(0, 1)\n}",
        right="a ~ Normal(0, 1)\nb ~ Normal(a, 1)\n"
        "guide {\n  a ~ Normal(0, 1)\n  b ~ Normal(0, 1)\n}",
    ),
    "E364": Explanation(
        "a guide draw of another shape",
        "A guide draws each latent with the dimensions that it has in the model.",
        wrong="dim row\nx[i in row] ~ Normal(0, 1)\nguide {\n  x ~ Normal(0, 1)\n}",
        right="dim row\nx[i in row] ~ Normal(0, 1)\nguide {\n  x[i in row] ~ Normal(0, 1)\n}",
    ),
    "E365": Explanation(
        "a guide with the wrong support",
        "What a guide draws must be possible in the model: a draw with prior density zero makes "
        "the objective infinite. A positive variable needs a guide on positive numbers.",
        wrong="tau ~ HalfNormal(1)\nguide {\n  tau ~ Normal(0, 1)\n}",
        right="tau ~ HalfNormal(1)\nguide {\n  tau ~ LogNormal(0, 1)\n}",
    ),
    "E366": Explanation(
        "a guide that reads the model",
        "A guide is a distribution of its own. It reads data, its own params, and what it draws or "
        "defines itself; a variable of the model has no value there before the guide draws it.",
        wrong="a ~ Normal(0, 1)\nm = 2 * a\nguide {\n  a ~ Normal(m, 1)\n}",
        right="a ~ Normal(0, 1)\nguide {\n  param m: real\n  a ~ Normal(m, 1)\n}",
    ),
    "E367": Explanation(
        "an ordered draw that cannot be drawn",
        "A vector of numbers that are alike is drawn in order by sorting it. Numbers with "
        "distributions of their own are not: sorted, they have another distribution than the "
        "density says.",
        wrong="dim part = {a, b}\nmu[part] ~ Normal(0, 2) on ordered\ny ~ Normal(mu[a], 1)\n"
        "observe y = 1\nguide {\n    mu[part] ~ Normal([-1, 1], 1) on ordered\n}",
        right="dim part = {a, b}\nmu[part] ~ Normal(0, 2) on ordered\ny ~ Normal(mu[a], 1)\n"
        "observe y = 1\nguide {\n    param s: positive\n    mu[part] ~ Normal(0, s) on ordered\n}",
    ),
}

WARNINGS: Mapping[str, Explanation] = {
    "W301": Explanation(
        "a parameter that can leave its domain",
        "Nothing keeps the argument where the distribution needs it: a real number can be "
        "negative, for example. If the model is right, say why: declare data and params with the "
        "type that they have, restrict a prior with `on`, or transform the argument.",
        wrong="param b: real\nx ~ Normal(0, b)",
        right="param b: positive\nx ~ Normal(0, b)",
    ),
    "W302": Explanation(
        "an index that hides a variable",
        "Inside its statement an index comes before a variable of the same name, so the variable "
        "cannot be read there.",
        wrong="dim row\ni ~ Normal(0, 1)\ny[i in row] ~ Normal(0, 1)",
        right="dim row\ni ~ Normal(0, 1)\ny[r in row] ~ Normal(0, 1)",
    ),
    "W303": Explanation(
        "an unused dimension",
        "No data, no variable and no reduction runs over it.",
        wrong="dim house, county\nx[h in house] ~ Normal(0, 1)",
        right="dim house\nx[h in house] ~ Normal(0, 1)",
    ),
    "W304": Explanation(
        "unused data",
        "Data that nothing reads must be in the data file all the same. Files may hold more than a "
        "model declares.",
        wrong="data a, b: real\nx ~ Normal(a, 1)",
        right="data a: real\nx ~ Normal(a, 1)",
    ),
    "W305": Explanation(
        "an unused param",
        "A param that nothing reads has no gradient: it keeps its initial value.",
        wrong="x ~ Normal(0, 1)\nguide {\n  param m: real\n  x ~ Normal(0, 1)\n}",
        right="x ~ Normal(0, 1)\nguide {\n  param m: real\n  x ~ Normal(m, 1)\n}",
    ),
    "W306": Explanation(
        "a density on ordered vectors without its normaliser",
        "`on` restricts a distribution to a set, and its density is divided by the probability of "
        "the set. That of an order has a formula where all numbers of the vector are alike, and "
        "none elsewhere. Where arguments are data the factor is a constant and changes nothing; "
        "here it is random, so the density is another one than that of the restricted "
        "distribution.",
        wrong="dim k = 1..2\ns ~ HalfNormal(1)\nmu[k] ~ Normal([3, 10], s) on ordered",
        right="dim k = 1..2\ns ~ HalfNormal(1)\nmu[k] ~ Normal(3, s) on ordered",
    ),
    "W307": Explanation(
        "a guide on a part of the support",
        "The guide cannot draw all values that the model allows, so its best fit is the best only "
        "among such guides, and importance weights cannot make up for what is never drawn.",
        wrong="x ~ Normal(0, 1)\nguide {\n  x ~ LogNormal(0, 1)\n}",
        right="x ~ Normal(0, 1)\nguide {\n  x ~ Normal(0, 1)\n}",
    ),
    "W315": Explanation(
        "a function that nothing calls",
        "A `def` changes nothing until it is called: perhaps the formula that should call it "
        "was written out, or calls a function of another name.",
        wrong="def half(a) = a / 2\nx ~ Normal(0, 1)\ny = x / 2",
        right="def half(a) = a / 2\nx ~ Normal(0, 1)\ny = half(x)",
    ),
}
