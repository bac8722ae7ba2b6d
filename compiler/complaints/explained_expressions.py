"""Long forms of the complaints about expressions and left sides: E301 to E325."""

from collections.abc import Mapping

from ...grammar.diagnostic import Explanation

EXPRESSIONS: Mapping[str, Explanation] = {
    "E301": Explanation(
        "wrong number of arguments",
        "A function takes as many arguments as it has parameters; none of them has a default.",
        wrong="x ~ Normal(0, 1)\ny = exp(x, 2)",
        right="x ~ Normal(0, 1)\ny = exp(x) * 2",
    ),
    "E302": Explanation(
        "a named argument of a function",
        "Distributions name their arguments, because they have several parametrisations. Functions "
        "take theirs in order.",
        wrong="x ~ HalfNormal(1)\ny = log(value = x)",
        right="x ~ HalfNormal(1)\ny = log(x)",
    ),
    "E303": Explanation(
        "an argument without a value",
        "The compiler follows the interval in which every number stays. Here the argument is "
        "outside the function's domain for certain, whatever the data.",
        wrong="x ~ HalfNormal(1)\ny = log(-x - 1)",
        right="x ~ HalfNormal(1)\ny = log(x + 1)",
    ),
    "E304": Explanation(
        "an index along the wrong dimension",
        "An index is a label of its dimension. Two dimensions never mix, even when they have the "
        "same length: what leads from one to the other are data that point into a dimension.",
        wrong="dim county, house\ndata y[house]: real\nalpha[c in county] ~ Normal(0, 1)\n"
        "y[h in house] ~ Normal(alpha[h], 1)",
        right="dim county, house\ndata y[house]: real\ndata county_of[house]: county\n"
        "alpha[c in county] ~ Normal(0, 1)\n"
        "y[h in house] ~ Normal(alpha[county_of[h]], 1)",
    ),
    "E305": Explanation(
        "too few or too many indices",
        "An element has one index for each dimension. A whole axis is written `:`, so `X[i, :]` is "
        "a row of a matrix.",
        wrong="dim row, column\ndata X[row, column]: real\nm[i in row] = sum(X[i])",
        right="dim row, column\ndata X[row, column]: real\nm[i in row] = sum(X[i, :])",
    ),
    "E376": Explanation(
        "a whole axis before another bracket",
        "`T[a][b]` is the same element as `T[a, b]`: each bracket takes the next axes. In "
        "`T[:][b]` the second one could be about either axis, so that one bracket has to say it.",
        wrong="dim row, column\ndata X[row, column]: real\nm[j in column] = sum(X[:][j])",
        right="dim row, column\ndata X[row, column]: real\nm[j in column] = sum(X[:, j])",
    ),
    "E306": Explanation(
        "an index after a single number",
        "Only what has dimensions has elements. A variable gets its dimensions on the left of its "
        "statement, data in their declaration.",
        wrong="dim row\nmu ~ Normal(0, 1)\ny[i in row] ~ Normal(mu[i], 1)",
        right="dim row\nmu[i in row] ~ Normal(0, 1)\ny[i in row] ~ Normal(mu[i], 1)",
    ),
    "E307": Explanation(
        "an index beyond the end",
        "A dimension that counts has the labels between its ends. An index that runs over all of "
        "them and is shifted leaves the dimension at one end: start it later, or guard the shifted "
        "index with a condition.",
        wrong="data T: int\ndim time = 1..T\ndata y[time]: real\n"
        "y[t in time] ~ Normal(y[t - 1], 1)",
        right="data T: int\ndim time = 1..T\ndata y[time]: real\n"
        "y[t in 2..T] ~ Normal(y[t - 1], 1)",
    ),
    "E308": Explanation(
        "a label used as a number",
        "The labels of a dimension are names, or whatever the data bring; they have no order and "
        "no sum. They serve as an index, and can be compared with `==` and `!=` to labels of the "
        "same dimension. A dimension that counts, `dim time = 1..T`, has numbers as labels.",
        wrong="dim house\ny[h in house] ~ Normal(h, 1)",
        right="data n: int\ndim house = 1..n\ny[h in house] ~ Normal(h, 1)",
    ),
    "E309": Explanation(
        "a number used as a label",
        "A computed number can be an index only along a dimension that counts. Data that point "
        "into a dimension are declared with the dimension as their type; they are checked against "
        "its labels when they are read.",
        wrong="dim county, house\ndata g[house]: int\nalpha[c in county] ~ Normal(0, 1)\n"
        "y[h in house] ~ Normal(alpha[g[h]], 1)",
        right="dim county, house\ndata g[house]: county\nalpha[c in county] ~ Normal(0, 1)\n"
        "y[h in house] ~ Normal(alpha[g[h]], 1)",
    ),
    "E310": Explanation(
        "a whole array as an index",
        "A slot takes one index at a time. To look up many elements, index the array of positions "
        "as well.",
        wrong="dim county, house\ndata g[house]: county\nalpha[c in county] ~ Normal(0, 1)\n"
        "y[h in house] ~ Normal(alpha[g], 1)",
        right="dim county, house\ndata g[house]: county\nalpha[c in county] ~ Normal(0, 1)\n"
        "y[h in house] ~ Normal(alpha[g[h]], 1)",
    ),
    "E311": Explanation(
        "an index after a formula",
        "Variables can be indexed, and lists of plain numbers. A formula that depends on indices "
        "itself gets a name first; then its elements are named by all their dimensions.",
        wrong="dim row\ndata a[row], b[row]: real\ndata k[row]: int\n"
        "y[i in row] ~ Normal([a[i], b[i]][k[i]], 1)",
        right="dim row\ndata a[row], b[row]: real\ndata k[row]: int\n"
        "y[i in row] ~ Normal(if k[i] == 1 then a[i] else b[i], 1)",
    ),
    "E312": Explanation(
        "shapes that do not go together",
        "Whole arrays are combined number by number, so they must be over the same dimensions; a "
        "single number goes with any of them. Nothing is stretched because its length happens to "
        "fit. With indices, everything can be said: the product of two matrices is "
        "`z[i in row, j in column] = sum(k in inner)(a[i, k] * b[k, j])`.",
        wrong="dim row, column\ndata a[row]: real\ndata b[column]: real\nc = a + b",
        right="dim row, column\ndata a[row]: real\ndata b[column]: real\n"
        "c[i in row, j in column] = a[i] + b[j]",
    ),
    "E313": Explanation(
        "neither true nor false",
        "Conditions are comparisons, `bool` data, and what `and`, `or` and `not` make of them. A "
        "number is not a condition: say what it is compared to.",
        wrong="data floor: real\ny = if floor then 1 else 0",
        right="data floor: real\ny = if floor != 0 then 1 else 0",
    ),
    "E314": Explanation(
        "a reduction of a single number",
        "`mean(x)` reduces a whole array. Over an index, the index is bound by the reduction: "
        "`mean(i in row)(x[i])`.",
        wrong="dim row\ndata x[row]: real\nm[i in row] = mean(x[i])",
        right="dim row\ndata x[row]: real\nm = mean(x)",
    ),
    "E315": Explanation(
        "a whole number is needed",
        "Counts, ends of ranges and numbers of trials are whole numbers. Data for them are "
        "declared `int` or `count`, and are checked when they are read.",
        wrong="data n: real\nx ~ Binomial(n, 0.5)",
        right="data n: count\nx ~ Binomial(n, 0.5)",
    ),
    "E316": Explanation(
        "only data can be used here",
        "The sizes of dimensions, the ends of ranges, initial values, defaults and given values "
        "are computed once, when data are bound, so they cannot depend on anything random.",
        wrong="n ~ Poisson(3)\ndim row = 1..n\nx[i in row] ~ Normal(0, 1)",
        right="data n: count\ndim row = 1..n\nx[i in row] ~ Normal(0, 1)",
    ),
    "E317": Explanation(
        "a range of varying length",
        "Arrays are rectangular: a range on a left side has the same ends for every index. The "
        "range of a reduction may depend on other indices, except under `sd` and `var`.",
        wrong="dim row, k = 1..9\ndata n[row]: int\ndata y[row, k]: real\n"
        "s[i in row] = var(j in 1..n[i])(y[i, j])",
        right="dim row, k = 1..9\ndata n[row]: int\ndata y[row, k]: real\n"
        "m[i in row] = sum(j in 1..n[i])(y[i, j]) / n[i]\n"
        "s[i in row] = sum(j in 1..n[i])((y[i, j] - m[i])^2) / (n[i] - 1)",
    ),
    "E318": Explanation(
        "an empty dimension",
        "The labels of `first..last` include both ends, so the first must not come after the last.",
        wrong="dim time = 5..1\nx[t in time] ~ Normal(0, 1)",
        right="dim time = 1..5\nx[t in time] ~ Normal(0, 1)",
    ),
    "E319": Explanation(
        "a variable on a part of a dimension",
        "A statement introduces a whole family: all its elements, over whole dimensions. Only data "
        "can be observed in part, because the elements left out have a value anyway.",
        wrong="data T: int\nx[t in 2..T] ~ Normal(0, 1)",
        right="data T: int\ndim time = 2..T\nx[t in time] ~ Normal(0, 1)",
    ),
    "E320": Explanation(
        "one element on the left",
        "A statement is about a whole family. An element with a rule of its own is a case inside "
        "the formula.",
        wrong="dim time = 1..5\nx[1] ~ Normal(0, 1)",
        right="dim time = 1..5\nx[t in time] ~ Normal(0, if t == 1 then 1 else 2)",
    ),
    "E321": Explanation(
        "a left side unlike the declaration",
        "On the left, data have the dimensions with which they are declared, in the same order.",
        wrong="dim row, column\ndata y[row]: real\ny[j in column] ~ Normal(0, 1)",
        right="dim row\ndata y[row]: real\ny[i in row] ~ Normal(0, 1)",
    ),
    "E322": Explanation(
        "a plate behind the dimension of a vector",
        "A statement draws one vector for every combination of its plates. On the left the plates "
        "come first, and the dimension of the vector last.",
        wrong="dim state = {a, b}, row\np[state, i in row] ~ Dirichlet(1)",
        right="dim state = {a, b}, row\np[i in row, state] ~ Dirichlet(1)",
    ),
    "E323": Explanation(
        "a range along labels",
        "A range is made of numbers, so the dimension must count. One that takes its labels from "
        "the data may have names.",
        wrong="data T: int\ndim time\ndata y[time]: real\ny[t in 2..T] ~ Normal(0, 1)",
        right="data T: int\ndim time = 1..T\ndata y[time]: real\ny[t in 2..T] ~ Normal(0, 1)",
    ),
    "E324": Explanation(
        "a formula of another shape",
        "Dimensions without an index on the left name the axes of a formula that is an array. A "
        "formula that is a number for every index needs the index.",
        wrong="dim row\ndata x[row]: real\nm[row] = mean(x)",
        right="dim row\ndata x[row]: real\nm = mean(x)\nd[row] = x - m",
    ),
    "E325": Explanation(
        "a forgotten index",
        "A name without an index is the whole array. Beside an index over the same dimension this "
        "would make an array of arrays, which is hardly meant. Where it is meant, its second axis "
        "is named on the left: `d[i in row, row] = x[i] - x`. A matrix that is computed number by "
        "number from others has both dimensions bare: `M[row, row] = A * B`.",
        wrong="dim row\ndata x[row]: real\nz[i in row] = 2 * x",
        right="dim row\ndata x[row]: real\nz[i in row] = 2 * x[i]",
    ),
}
