"""Models with finite discrete latent variables, small enough to enumerate, with their data."""

from collections.abc import Mapping

Model = tuple[str, Mapping[str, object]]

MODELS: Mapping[str, Model] = {
    "a coin in each row": (
        """\
dim row
data y[row]: real
p ~ Beta(1, 1)
mu ~ Normal(0, 3)
z[i in row] ~ Bernoulli(p)
y[i in row] ~ Normal(if z[i] then mu else 0, 1 + z[i])
""",
        {"y": [1.0, 2.0, -1.0]},
    ),
    "one for all rows": (
        """\
dim row
data y[row]: real
mu ~ Normal(0, 3)
s ~ HalfNormal(1)
z ~ Bernoulli(.3)
y[i in row] ~ Normal(mu + z, s)
""",
        {"y": [1.0, 2.0, -1.0]},
    ),
    "a count": (
        """\
dim row
data y[row]: real
p ~ Beta(1, 1)
n[i in row] ~ Binomial(3, p)
y[i in row] ~ Normal(n[i], 1)
""",
        {"y": [1.0, 2.0]},
    ),
    "numbers that do not begin at 0": (
        """\
dim row
data y[row]: real
mu ~ Normal(0, 3)
n[i in row] ~ DiscreteUniform(2, 4)
y[i in row] ~ Normal(mu + n[i], 1)
""",
        {"y": [1.0, 2.0]},
    ),
    "an urn": (
        """\
dim row
data y[row]: real
mu ~ Normal(0, 3)
n[i in row] ~ HyperGeometric(5, 4, 3)
y[i in row] ~ Normal(mu + n[i], 1)
""",
        {"y": [1.0, 2.0]},
    ),
    "nested plates": (
        """\
dim site
dim visit
data y[site, visit]: bool
data x[site]: real
psi ~ Beta(1, 1)
q ~ Beta(2, 2)
b ~ Normal(0, 1)
w[i in site] ~ Bernoulli(psi)
z[i in site, j in visit] ~ Bernoulli(w[i] * q)
y[i in site, j in visit] ~ Bernoulli(z[i, j] * sigmoid(b * x[i]))
""",
        {"y": [[1, 0], [0, 0]], "x": [0.3, -1.0]},
    ),
    "groups by data": (
        """\
dim group
dim row
dim k = {a, b}
data g[row]: group
data y[row]: real
theta[k] ~ Dirichlet([2, 1])
mu[c in k] ~ Normal(0, 3)
z[j in group] ~ Categorical(theta)
y[i in row] ~ Normal(mu[z[g[i]]], 1)
""",
        {"y": [1.0, 2.0, -1.0, 0.3], "g": ["u", "v", "v", "u"]},
    ),
    "groups and rows": (
        """\
dim group
dim row
dim k = {a, b}
data g[row]: group
data y[row]: real
mu[c in k] ~ Normal(0, 3)
p ~ Beta(1,1)
w[j in group] ~ Bernoulli(p)
q[i in row, c in k] = if c == a then .2 + .1*w[g[i]] else .8 - .1*w[g[i]]
z[i in row] ~ Categorical(q[i, :])
y[i in row] ~ Normal(mu[z[i]], 1 + w[g[i]])
""",
        {"y": [1.0, 2.0, -1.0], "g": ["u", "v", "v"]},
    ),
    "derived in between": (
        """\
dim row
dim k = {a, b, c}
dim m = {x, y}
data y[row]: real
theta[r in m, k] ~ Dirichlet([1,1,1])
T[r in m, c in k] ~ Normal(0, 2)
u[i in row] ~ Bernoulli(.3)
z[i in row] ~ Categorical(theta[x, :])
loc[i in row] = T[y, z[i]] + u[i]
both[i in row] = 2 * loc[i] + exp(loc[i])
y[i in row] ~ Normal(both[i], 1 + u[i])
""",
        {"y": [1.0, 2.0]},
    ),
    "a row of a matrix by one, drawn by the other": (
        """\
dim row
dim k = {a, b, c}
data y[row]: real
T[r in k, k] ~ Dirichlet([1,2,1])
mu[c in k] ~ Normal(0, 2)
pz[k] = [.2,.3,.5]
z[i in row] ~ Categorical(pz)
w[i in row] ~ Categorical(T[z[i], :])
y[i in row] ~ Normal(mu[w[i]], 1)
""",
        {"y": [1.0, 2.0]},
    ),
    "an element of a row of a matrix": (
        """\
dim row
dim k = {a, b, c}
data y[row]: real
T[r in k, c in k] ~ Normal(0, 2)
pz[k] = [.2,.3,.5]
z[i in row] ~ Categorical(pz)
pw[k] = [.1,.8,.1]
w[i in row] ~ Categorical(pw)
v[i in row, c in k] = T[z[i], c]
y[i in row] ~ Normal(v[i, w[i]], 1)
""",
        {"y": [1.0, 2.0]},
    ),
    "a sum over a family": (
        """\
dim row = 1..3
data y: real
p ~ Beta(1, 1)
z[i in row] ~ Bernoulli(p)
y ~ Normal(sum(i in row)(z[i]), 1)
""",
        {"y": 1.5},
    ),
    "a whole family": (
        """\
dim row = 1..3
data y: real
p ~ Beta(1, 1)
z[i in row] ~ Bernoulli(p)
y ~ Normal(mean(z), 1)
""",
        {"y": 1.5},
    ),
    "neighbours": (
        """\
dim t = 1..4
data y[t]: real
p ~ Beta(1, 1)
z[i in t] ~ Bernoulli(p)
y[i in 2..4] ~ Normal(z[i-1] + 2 * z[i], 1)
""",
        {"y": [0, 1.0, 2.0, 3.0]},
    ),
    "a range of a dimension": (
        """\
dim t = 1..4
data y[t]: real
p ~ Beta(1, 1)
z[i in t] ~ Bernoulli(p)
y[i in 2..4] ~ Normal(z[i], 1)
""",
        {"y": [0, 1.0, 2.0, 3.0]},
    ),
    "an element observed": (
        """\
dim row = 1..3
data y[row]: real
p ~ Beta(1, 1)
z[i in row] ~ Bernoulli(p)
observe z[2] = 1
y[i in row] ~ Normal(z[i], 1)
""",
        {"y": [0, 1.0, 2.0]},
    ),
    "crossing plates": (
        """\
dim i = 1..3
dim j
data x[i, j]: bool
a ~ Beta(2, 2)
b ~ Beta(2, 2)
z[r in i] ~ Bernoulli(a)
w[c in j] ~ Bernoulli(b)
x[r in i, c in j] ~ Bernoulli(.1 + .3 * z[r] * a + .4 * w[c])
""",
        {"x": [[1, 0, 1], [1, 0, 1], [1, 0, 1]]},
    ),
    "a support that depends on the state": (
        """\
dim row
data y[row]: real
p ~ Beta(1, 1)
z[i in row] ~ Bernoulli(p)
y[i in row] ~ Uniform(0, 1 + z[i])
""",
        {"y": [0.5, 1.5]},
    ),
    "latent child": (
        """\
dim row
dim k = {a, b}
data y[row]: real
theta[k] ~ Dirichlet([2, 1])
mu[c in k] ~ Normal(0, 3)
z[i in row] ~ Categorical(theta)
x[i in row] ~ Normal(mu[z[i]], 1)
y[i in row] ~ Normal(x[i], 1)
""",
        {"y": [1.0, 2.0, -1.0]},
    ),
    "probabilities by row": (
        """\
dim row
dim k = {a, b}
data y[row]: real
data x[row]: real
b ~ Normal(0, 1)
p[i in row, c in k] = if c == a then sigmoid(b * x[i]) else 1 - sigmoid(b * x[i])
z[i in row] ~ Categorical(p[i, :])
y[i in row] ~ Normal(if z[i] == a then 0 else 2, 1)
""",
        {"y": [1.0, 2.0, -1.0], "x": [0.3, 2, 1]},
    ),
    "one element alone": (
        """\
dim row = 1..3
data y: real
p ~ Beta(1, 1)
z[i in row] ~ Bernoulli(p)
y ~ Normal(z[2] * p, 1)
""",
        {"y": 1.5},
    ),
    "a literal indexed": (
        """\
dim row
dim k = {a, b}
data y[row]: real
m ~ Normal(0, 1)
theta[k] ~ Dirichlet([2, 1])
mu[k] = [0, m]
z[i in row] ~ Categorical(theta)
y[i in row] ~ Normal(mu[z[i]], 1)
""",
        {"y": [1.0, 2.0, -1.0]},
    ),
    "topics": (
        """\
dim doc
dim word
dim token
dim topic = {s, t}
data d[token]: doc
data w[token]: word
theta[m in doc, topic] ~ Dirichlet([1, 1])
phi[k in topic, word] ~ Dirichlet(1)
z[n in token] ~ Categorical(theta[d[n], :])
w[n in token] ~ Categorical(phi[z[n], :])
""",
        {"d": ["p", "q", "p"], "w": ["u", "v", "u"]},
    ),
    "logits": (
        """\
dim row
data y[row]: bool
b ~ Normal(0, 1)
z[i in row] ~ Bernoulli(logit = b)
y[i in row] ~ Bernoulli(logit = b * z[i] - 1)
""",
        {"y": [1, 0]},
    ),
    "impossible states": (
        """\
dim site
data y[site]: count
psi ~ Beta(1, 1)
rate ~ Gamma(2, 1)
z[i in site] ~ Bernoulli(psi)
y[i in site] ~ Poisson(z[i] * rate)
""",
        {"y": [0, 3]},
    ),
    "whole derived": (
        """\
dim row = 1..3
data y: real
p ~ Beta(1, 1)
z[i in row] ~ Bernoulli(p)
m[i in row] = p * z[i] + i
y ~ Normal(mean(m), 1)
""",
        {"y": 1.5},
    ),
    "matrix derived": (
        """\
dim row = 1..2
dim k = {a, b}
data y[row]: real
p ~ Beta(1, 1)
z[i in row] ~ Bernoulli(p)
q[i in row, c in k] = if z[i] == 1 then p else (if c == a then 2 * p else i)
y[i in row] ~ Normal(sum(c in k)(q[i, c]) + q[i, b] + max(q[i, :]), 1)
""",
        {"y": [1.5, 2]},
    ),
    "three levels": (
        """\
dim a = 1..2
dim b = 1..2
data y[a, b]: real
p ~ Beta(1, 1)
u ~ Bernoulli(p)
v[i in a] ~ Bernoulli(.2 + .5 * u * p)
w[i in a, j in b] ~ Bernoulli(.2 + .5 * v[i] * p + .1 * u)
y[i in a, j in b] ~ Normal(w[i, j] + v[i] * p, 1 + u)
""",
        {"y": [[1.5, 2], [0, 1.0]]},
    ),
    "transposed": (
        """\
dim a = 1..2
dim b = 1..2
data y[b, a]: real
p ~ Beta(1, 1)
w[i in a, j in b] ~ Bernoulli(p)
y[j in b, i in a] ~ Normal(w[i, j] * j, 1)
""",
        {"y": [[1.5, 2], [0, 1.0]]},
    ),
    "survey": (
        """\
dim row
data k[row]: count
theta ~ Beta(1, 1)
n ~ Binomial(7, .5)
k[i in row] ~ Binomial(n, theta)
""",
        {"k": [2, 4]},
    ),
    "two dims gather": (
        """\
dim a = 1..2
dim b = 1..2
dim row
data g[row]: a
data h[row]: b
data y[row]: real
p ~ Beta(1, 1)
w[i in a, j in b] ~ Bernoulli(p)
y[r in row] ~ Normal(w[g[r], h[r]] * 2, 1)
""",
        {"y": [1.5, 2, 0], "g": [1, 2, 2], "h": [1, 1, 1]},
    ),
    "switch": (
        """\
dim row = 1..3
dim k = {a, b}
data y[row]: real
pz[k] = [.3, .7]
mu[c in k] ~ Normal(0, 3)
z[c in k] ~ Bernoulli(.3)
w[i in row] ~ Categorical(pz)
y[i in row] ~ Normal(z[w[i]] * mu[w[i]], 1)
""",
        {"y": [1.5, 2, 0]},
    ),
    "a number by an index from the data": (
        """\
dim t = 1990..1992
dim row
data g[row]: t
data y[row]: real
p ~ Beta(1, 1)
z ~ Bernoulli(p)
m[s in t] = (s - 1990) * z
y[i in row] ~ Normal(m[g[i]], 1)
""",
        {"y": [1.5, 2, 0], "g": [1990, 1992, 1991]},
    ),
    "a change of the rate": (
        """\
data T: int
dim year = 1990..1989 + T
data deaths[year]: count
early ~ Exponential(1)
late ~ Exponential(1)
flat[t in year] = 0
s ~ Categorical(logit = flat)
rate[t in year] = if t < s then early else late
deaths[t in year] ~ Poisson(rate[t])
""",
        {"T": 5, "deaths": [4, 5, 0, 1, 0]},
    ),
    "two changes": (
        """\
data T: int
dim year = 1..T
dim part = 1..3
data y[year]: real
mu[k in part] ~ Normal(0, 2)
flat[t in year] = 0
s ~ Categorical(logit = flat)
u ~ Categorical(logit = flat)
y[t in year] ~ Normal(if t < min(s, u) then mu[1] else if t < max(s, u) then mu[2] else mu[3], 1)
""",
        {"T": 4, "y": [0.3, 2, 1.8, -1]},
    ),
    "how many sheets were sent": (
        """\
dim size = 1..6
dim sheet
data k[sheet]: count
theta ~ Uniform(0, 1)
flat[s in size] = 0
n ~ Categorical(logit = flat)
k[i in sheet] ~ Binomial(n, theta)
""",
        {"k": [2, 4]},
    ),
    "occupied or not": (
        """\
dim site
data visits[site], y[site]: count
data x[site]: real
a ~ Normal(0, 1)
p ~ Beta(1, 1)
z[i in site] ~ Bernoulli(logit = a * x[i])
y[i in site] ~ Binomial(visits[i], z[i] * p)
""",
        {"visits": [3, 4, 2], "y": [0, 2, 0], "x": [0.3, -1, 2]},
    ),
    "a lag of the data, and what comes before it": (
        """\
dim site = 1..2, time = 1..4
data d: int
data y[site, time]: real
p ~ Beta(2, 2)
u[i in site] ~ Bernoulli(p)
z[i in site, t in time] ~ Bernoulli(p)
y[i in site, t in 1..d] ~ Normal(u[i] * p, 1)
y[i in site, t in d + 1..4] ~ Normal(2 * z[i, t - d] + u[i], 1)
""",
        {"d": 2, "y": [[0.1, 0.2, 0.3, 0.4], [2, 3, 1, 0.2]]},
    ),
    "the step after, up to the last": (
        """\
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(2, 2)
z[t in time] ~ Bernoulli(p)
w[t in time] ~ Bernoulli(p)
y[t in time] ~ Normal((if t < T - 1 then z[t + 1] else p) + (if t < T then 3 * w[t + 1] else 0), 1)
""",
        {"T": 4, "y": [0.3, 2, 1.8, -1]},
    ),
}
