"""Long forms of the complaints about distributions, params and given values: E331 to E359."""

from collections.abc import Mapping

from ...grammar.diagnostic import Explanation

DISTRIBUTIONS: Mapping[str, Explanation] = {
    "E331": Explanation(
        "too many arguments of a distribution",
        "A family takes one argument for each of its parameters, in order or by name.",
        wrong="x ~ Normal(0, 1, 2)",
        right="x ~ Normal(0, 1)",
    ),
    "E332": Explanation(
        "unknown parameter",
        "Arguments may be given by the names of the family's parameters. A name can choose another "
        "parametrisation: `Bernoulli(logit = x)`, `Poisson(log = x)`, `MvNormal(0, chol = L)`.",
        wrong="x ~ Normal(0, sigma = 1)",
        right="x ~ Normal(0, scale = 1)",
    ),
    "E333": Explanation(
        "an argument given twice",
        "Arguments without a name come first and fill the parameters in order; one of those cannot "
        "be given again by name.",
        wrong="x ~ Normal(0, 1, loc = 2)",
        right="x ~ Normal(2, 1)",
    ),
    "E334": Explanation(
        "a missing argument",
        "A parameter without a default needs an argument.",
        wrong="x ~ Normal(0)",
        right="x ~ Normal(0, 1)",
    ),
    "E335": Explanation(
        "two parametrisations at once",
        "A family can have several parametrisations, each with its own parameters. The arguments "
        "of one statement belong to one of them.",
        wrong="x ~ Bernoulli(p = 0.5, logit = 0)",
        right="x ~ Bernoulli(logit = 0)",
    ),
    "E336": Explanation(
        "a whole array where a number belongs",
        "A draw of a family of numbers has one number for each parameter. For one draw per "
        "element, bind an index on the left and index the arrays with it.",
        wrong="dim house\ndata x[house], y[house]: real\ny ~ Normal(x, 1)",
        right="dim house\ndata x[house], y[house]: real\ny[i in house] ~ Normal(x[i], 1)",
    ),
    "E337": Explanation(
        "a single number drawn for a whole array",
        "`x[house] ~ D(…)` is one draw that is a vector over `house`, which only families of "
        "vectors have. One draw per house has an index: `x[h in house] ~ D(…)`.",
        wrong="dim house\nx[house] ~ Normal(0, 1)",
        right="dim house\nx[h in house] ~ Normal(0, 1)",
    ),
    "E338": Explanation(
        "an argument of the wrong rank",
        "Some parameters are vectors and some are matrices. A single number is repeated to make a "
        "vector; a matrix is defined with two indices.",
        wrong="dim obs\ndata y[obs]: real\ny ~ MvNormal(0, cov = 2)",
        right="dim obs\ndata y[obs]: real\nC[i in obs, j in obs] = if i == j then 2 else 0\n"
        "y ~ MvNormal(0, cov = C)",
    ),
    "E339": Explanation(
        "a vector of unknown length",
        "The length of a vector that is drawn comes from the left side, from the declaration of "
        "data, or from arguments that are vectors. A single number says nothing.",
        wrong="theta ~ Dirichlet(1)",
        right="dim category = {red, green, blue}\ntheta[category] ~ Dirichlet(1)",
    ),
    "E340": Explanation(
        "labels of no dimension",
        "A categorical draw is a label. Its dimension is that of the probabilities, or that of the "
        "data that are observed.",
        wrong="z ~ Categorical([0.2, 0.8])",
        right="dim state = {calm, wild}\np[state] = [0.2, 0.8]\nz ~ Categorical(p)",
    ),
    "E341": Explanation(
        "a parameter outside its domain",
        "The compiler follows the interval in which every number stays. Here a parameter has a "
        "value for which the distribution does not exist, whatever the data.",
        wrong="x ~ Normal(0, -1)",
        right="x ~ Normal(0, 1)",
    ),
    "E342": Explanation(
        "an empty support",
        "The lower end of an interval is below the upper one, and an interval after `on` shares "
        "something with the values that the family has.",
        wrong="x ~ Uniform(5, 2)",
        right="x ~ Uniform(2, 5)",
    ),
    "E343": Explanation(
        "a support that cannot be restricted",
        "`on` cuts distributions of one real number, or of counts. Truth values, labels, vectors "
        "and point masses keep the support that they have.",
        wrong="x ~ Bernoulli(0.3) on (0, 1)",
        right="x ~ Gamma(3, 1) on (0, 10)\ny ~ Poisson(3) on (0, 10)",
    ),
    "E344": Explanation(
        "data that the distribution cannot give",
        "The type with which data are declared and the values that a distribution draws must have "
        "something in common: counts are whole numbers, and labels point into one dimension. Whole "
        "numbers serve as labels of a dimension that counts.",
        wrong="data n: real\nn ~ Poisson(3)",
        right="data n: count\nn ~ Poisson(3)",
    ),
    "E345": Explanation(
        "a whole array as the end of a support",
        "Each draw has one lower and one upper end.",
        wrong="dim row\ndata top[row]: positive\nx[i in row] ~ Flat() on (0, top)",
        right="dim row\ndata top[row]: positive\nx[i in row] ~ Flat() on (0, top[i])",
    ),
    "E346": Explanation(
        "a param that is not a real number",
        "Params are found by following gradients, so they are real numbers, possibly on an "
        "interval.",
        wrong="param k: int\nx ~ Normal(k, 1)",
        right="param k: real\nx ~ Normal(k, 1)",
    ),
    "E347": Explanation(
        "an order of single numbers",
        "`on ordered` and `on positive_ordered` make one vector of a family of numbers, and keep "
        "its numbers in increasing order. The vector's dimension stands bare on the left; with an "
        "index, each draw would be one number.",
        wrong="dim component = {low, high}\nmu[k in component] ~ Normal(0, 2) on ordered",
        right="dim component = {low, high}\nmu[component] ~ Normal(0, 2) on ordered",
    ),
    "E348": Explanation(
        "another number of cutpoints than there are steps",
        "The cutpoints of an ordered outcome lie between its neighbouring labels: four labels have "
        "three. They stand over a dimension of their own.",
        wrong="dim grade = {low, middle, high}\ndim row\ndata y[row]: grade\n"
        "c[grade] ~ Normal(0, 3) on ordered\ny[i in row] ~ OrderedLogistic(0, c)",
        right="dim grade = {low, middle, high}\ndim cut = 1..2\ndim row\ndata y[row]: grade\n"
        "c[cut] ~ Normal(0, 3) on ordered\ny[i in row] ~ OrderedLogistic(0, c)",
    ),
    "E351": Explanation(
        "an impossible value",
        "The value is outside the values that the variable can have, so the probability of what "
        "was observed, or set, is zero.",
        wrong="tau ~ HalfNormal(1)\nobserve tau = -1",
        right="tau ~ HalfNormal(1)\nobserve tau = 1",
    ),
    "E352": Explanation(
        "a value of another shape",
        "A given value has the dimensions of its variable, or is a single number that stands for "
        "all elements.",
        wrong="dim arm = {placebo, drug}\neffect[a in arm] ~ Normal(0, 1)\n"
        "observe effect = [1, 2, 3]",
        right="dim arm = {placebo, drug}\neffect[a in arm] ~ Normal(0, 1)\nobserve effect = [1, 2]",
    ),
    "E353": Explanation(
        "a value that is not a label",
        "The values of this variable, or the elements of this dimension, are labels.",
        wrong="dim arm = {placebo, drug}\ndata given: arm = 0.5\neffect[a in arm] ~ Normal(0, 1)\n"
        "x = effect[given]",
        right="dim arm = {placebo, drug}\ndata given: arm = drug\n"
        "effect[a in arm] ~ Normal(0, 1)\nx = effect[given]",
    ),
    "E354": Explanation(
        "observing what is computed",
        "A variable that is computed has no density of its own, so the model does not say how "
        "likely a value of it is. What is measured is usually not exact: give the measurement a "
        "distribution around the computed value, and observe that.",
        wrong="x ~ Normal(0, 1)\ny = 2 * x\nobserve y = 3",
        right="x ~ Normal(0, 1)\ny = 2 * x\ny_seen ~ Normal(y, 0.1)\nobserve y_seen = 3",
    ),
    "E355": Explanation(
        "observing data",
        "Data have their value from the data file. `~` says how they came about, and that is all "
        "an observation needs.",
        wrong="data y: real\nmu ~ Normal(0, 1)\ny ~ Normal(mu, 1)\nobserve y = 3",
        right="data y: real = 3\nmu ~ Normal(0, 1)\ny ~ Normal(mu, 1)",
    ),
    "E356": Explanation(
        "observing a param",
        "A `param` has no distribution: it is a number that fitting moves. A number that is known "
        "is a definition.",
        wrong="param b: real\nx ~ Normal(b, 1)\nobserve b = 2",
        right="b = 2\nx ~ Normal(b, 1)",
    ),
    "E357": Explanation(
        "two values for one variable",
        "A variable, or an element of a family, is given a value once.",
        wrong="x ~ Normal(0, 1)\nobserve x = 1\nobserve x = 2",
        right="x ~ Normal(0, 1)\nobserve x = 1",
    ),
    "E358": Explanation(
        "an element that is not fixed",
        "`observe` and `do` set a whole variable, or one element of it that is named by its "
        "labels.",
        wrong="dim row = 1..3\nx[i in row] ~ Normal(0, 1)\nobserve x[i in row] = 2",
        right="dim row = 1..3\nx[i in row] ~ Normal(0, 1)\nobserve x = 2",
    ),
    "E359": Explanation(
        "a part of one draw",
        "A vector that is drawn as one has one density, for all its numbers together. Its numbers "
        "cannot be set one by one.",
        wrong="dim state = {calm, wild}\np[state] ~ Dirichlet(1)\nobserve p[calm] = 0.5",
        right="dim state = {calm, wild}\np[state] ~ Dirichlet(1)\nobserve p = [0.5, 0.5]",
    ),
}
