"""Models with chains of discrete latent variables, small enough to enumerate, with their data."""

from collections.abc import Mapping

Model = tuple[str, Mapping[str, object]]

CHAINS: Mapping[str, Model] = {
    "a series with gaps that is read ahead": (
        """\
dim time = {mon, tue, wed}
dim site = 1..2
data y[site, time]: bool
p ~ Beta(2, 2)
q[i in site] ~ Beta(1, 2)
z[i in site, first] ~ Bernoulli(0.3)
z[i in site, t in time, t > first] ~ Bernoulli(0.1 + 0.8 * q[i] * z[i, t - 1])
y[i in site, t in time] ~ if t < last then Bernoulli(0.1 + 0.24 * z[i, t + 1]) else Bernoulli(p)
observe y missing impute
""",
        {"y": [[0, 1, None], [0, None, 1]]},
    ),
    "two regimes": (
        """\
dim state = {a, b}
data T: int
dim time = 1..T
data y[time]: real
start[state] = [0.4, 0.6]
move[s in state, state] ~ Dirichlet([1, 2])
mu[state] ~ Normal([3, 10], 1) on positive_ordered
z[1] ~ Categorical(start)
z[t in 2..T] ~ Categorical(move[z[t - 1], :])
y[t in time] ~ Normal(mu[z[t]], 1)
""",
        {"y": [3.0, 9.0, 8.0, 4.0], "T": 4},
    ),
    "a chain for each unit": (
        """\
data T: int
dim time = 1..T
dim unit
data y[unit, time]: real
p ~ Beta(1, 1)
q ~ Beta(1, 1)
mu ~ Normal(0, 1)
z[i in unit, 1] ~ Bernoulli(0.3)
z[i in unit, t in 2..T] ~ Bernoulli(if z[i, t - 1] == 1 then p else q)
y[i in unit, t in time] ~ Normal(mu * z[i, t], 1)
""",
        {"y": [[0.1, 2.0, -1.0], [1.0, 1.0, 0.3]], "T": 3},
    ),
    "in several brackets": (
        """\
dim k = {a, b}
data T: int
dim time = 1..T
dim unit
data y[unit, time]: real
start[state in k] = 0.5
move[r in k, k] ~ Dirichlet([1, 2])
mu[s in k] ~ Normal(0, 2)
z[i in unit, 1] ~ Categorical(start)
z[i in unit, t in 2..T] ~ Categorical(move[z[i][t - 1], :])
m[i in unit, s in k] = mu[s]
y[i in unit, t in time] ~ Normal(m[i][z[i][t]], 1)
""",
        {"y": [[0.1, 2.0, -1.0], [1.0, 1.0, 0.3]], "T": 3},
    ),
    "time before units": (
        """\
data T: int
dim time = 1..T
dim unit
data y[time, unit]: real
p[i in unit] ~ Beta(1, 1)
z[1, i in unit] ~ Bernoulli(p[i])
z[t in 2..T, i in unit] ~ Bernoulli(0.2 + 0.6 * p[i] * z[t - 1, i])
y[t in time, i in unit] ~ Normal(z[t, i], 1)
""",
        {"y": [[0.1, 2.0], [-1.0, 1.0], [1.0, 0.3]], "T": 3},
    ),
    "moves by covariate": (
        """\
data T: int
dim time = 1..T
data x[time], y[time]: real
a ~ Normal(0, 1)
b ~ Normal(0, 1)
z[1] ~ Bernoulli(logit = a)
z[t in 2..T] ~ Bernoulli(logit = a + b * x[t - 1] + 2 * z[t - 1])
y[t in time] ~ Normal(z[t], 1)
""",
        {"y": [0.1, 2.0, -1.0, 0.2], "x": [1.0, -0.3, 0.2, 0.5], "T": 4},
    ),
    "the first step by a guard": (
        """\
dim state = {a, b}
data T: int
dim time = 1..T
data y[time]: real
start[state] = [0.4, 0.6]
move[s in state, state] ~ Dirichlet([1, 2])
z[t in time] ~ Categorical(if t == 1 then start else move[z[t - 1], :])
y[t in time] ~ Normal(if z[t] == a then 3 else 8, 1)
""",
        {"y": [3.0, 9.0, 8.0, 4.0], "T": 4},
    ),
    "another law at first": (
        """\
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(1, 1)
b ~ Normal(0, 1)
z[1] ~ Bernoulli(p)
z[t in 2..T] ~ Bernoulli(logit = b + 2 * z[t - 1])
y[t in time] ~ Normal(z[t], 1)
""",
        {"y": [0.1, 2.0, -1.0, 0.2], "T": 4},
    ),
    "another law at each of the first two steps": (
        """\
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(1, 1)
z[1] ~ Bernoulli(p)
z[2] ~ if z[1] == 1 then Bernoulli(0.9) else Bernoulli(p)
z[t in 3..T] ~ Bernoulli(logit = z[t - 1] - 2 * z[t - 2])
y[t in time] ~ Normal(z[t], 1)
""",
        {"y": [0.1, 2.0, -1.0, 0.2], "T": 4},
    ),
    "more states after the first step": (
        """\
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(1, 1)
z[1] ~ Bernoulli(p)
z[t in 2..T] ~ Binomial(2, 0.2 + p * z[t - 1] / 3)
y[t in time] ~ Normal(z[t], 1)
""",
        {"y": [0.1, 2.0, -1.0, 0.2], "T": 4},
    ),
    "two chains that meet in what is seen": (
        """\
dim k = {low, mid, high}
data T: int
dim time = 1..T
data y[time]: real
move[s in k, k] ~ Dirichlet([1, 2, 1])
p ~ Beta(2, 2)
mu[s in k] ~ Normal(0, 2)
pz[k] = [0.2, 0.3, 0.5]
z[1] ~ Categorical(pz)
z[t in 2..T] ~ Categorical(move[z[t - 1], :])
w[1] ~ Bernoulli(0.5)
w[t in 2..T] ~ Bernoulli(0.1 + 0.8 * p * w[t - 1])
y[t in time] ~ Normal(mu[z[t]] + w[t], 1)
""",
        {"y": [0.1, 2.0, -1.0], "T": 3},
    ),
    "two chains that drive each other": (
        """\
data T: int
dim time = 1..T
data y[time], x[time]: real
p ~ Beta(2, 2)
z[1] ~ Bernoulli(0.4)
z[t in 2..T] ~ Bernoulli(0.1 + 0.5 * p * w[t - 1] + 0.3 * z[t - 1])
w[1] ~ Bernoulli(0.5)
w[t in 2..T] ~ Bernoulli(0.1 + 0.8 * p * z[t - 1])
y[t in time] ~ Normal(z[t], 1)
x[t in time] ~ Normal(w[t] * p, 1)
""",
        {"y": [0.1, 2.0, -1.0], "x": [1.0, 0.0, 1.0], "T": 3},
    ),
    "what is seen depends on what was seen": (
        """\
data T: int
dim time = 1..T
data y[time], x[time]: real
p ~ Beta(2, 2)
rho ~ Normal(0, 1)
z[1] ~ Bernoulli(0.4)
z[t in 2..T] ~ Bernoulli(if z[t - 1] == 1 then p else 1 - p)
y[1] ~ Normal(z[1], 1)
y[t in 2..T] ~ Normal(rho * y[t - 1] + z[t], 1)
x[t in 2..T] ~ Normal(z[t] - z[t - 1], 0.5)
""",
        {"y": [0.1, 2.0, -1.0, 1.0], "x": [1.0, 0.0, 1.0, -1.0], "T": 4},
    ),
    "two steps back": (
        """\
dim k = {a, b}
data T: int
dim time = 1..T
data y[time]: real
q[i in k, j in k, k] ~ Dirichlet([1, 1])
pz[k] = [0.3, 0.7]
mu[s in k] ~ Normal(0, 2)
z[1] ~ Categorical(pz)
z[2] ~ Categorical(q[a, z[1], :])
z[t in 3..T] ~ Categorical(q[z[t - 2], z[t - 1], :])
y[t in time] ~ Normal(mu[z[t]], 1)
""",
        {"y": [0.1, 2.0, -1.0, 1.0], "T": 4},
    ),
    "some states known": (
        """\
dim state = {tame, wild}
data T: int
dim time = 1..T
data y[time]: real
start[state] = [0.4, 0.6]
move[s in state, state] ~ Dirichlet([1, 2])
mu[s in state] ~ Normal(0, 2)
z[1] ~ Categorical(start)
z[t in 2..T] ~ Categorical(move[z[t - 1], :])
observe z[3] = wild
y[t in time] ~ Normal(mu[z[t]], 1)
""",
        {"y": [3.0, 9.0, 8.0, 4.0], "T": 4},
    ),
    "left to right": (
        """\
dim stage = {early, middle, late}
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(2, 2)
start[stage] = [1, 0, 0]
move[a in stage, b in stage] = if a == late then (if b == late then 1 else 0)
    else if b == a then p
    else if a == early and b == middle or a == middle and b == late then 1 - p else 0
mu[s in stage] ~ Normal(0, 2)
z[1] ~ Categorical(start)
z[t in 2..T] ~ Categorical(move[z[t - 1], :])
y[t in time] ~ Normal(mu[z[t]], 1)
""",
        {"y": [3.0, 1.0, 0.5, 4.0], "T": 4},
    ),
    "marked and recaptured": (
        """\
data T: int
dim occasion = 1..T
dim animal
data first[animal]: int
data y[animal, occasion]: bool
phi ~ Beta(1, 1)
p ~ Beta(1, 1)
alive[i in animal, 1] ~ Bernoulli(1)
alive[i in animal, t in 2..T] ~ Bernoulli(if t <= first[i] then 1 else phi * alive[i, t - 1])
y[i in animal, t in occasion] ~ Bernoulli(
    if t < first[i] then 0 else if t == first[i] then 1 else p * alive[i, t])
""",
        {"first": [1, 2], "y": [[1, 0, 1, 0], [0, 1, 0, 0]], "T": 4},
    ),
    "one of several kinds of chain": (
        """\
dim kind = {calm, wild}
dim state = {a, b}
data T: int
dim time = 1..T
dim unit
data y[unit, time]: real
share[kind] ~ Dirichlet([1, 2])
start[g in kind, state] ~ Dirichlet([1, 1])
move[g in kind, s in state, state] ~ Dirichlet([2, 1])
mu[s in state] ~ Normal(0, 2)
c[i in unit] ~ Categorical(share)
z[i in unit, 1] ~ Categorical(start[c[i], :])
z[i in unit, t in 2..T] ~ Categorical(move[c[i], z[i, t - 1], :])
y[i in unit, t in time] ~ Normal(mu[z[i, t]], 1)
""",
        {"y": [[0.1, 2.0, -1.0], [1.0, 1.0, 0.3]], "T": 3},
    ),
    "one kind for all chains": (
        """\
data T: int
dim time = 1..T
dim unit
data y[unit, time]: real
p ~ Beta(1, 1)
g ~ Bernoulli(0.3)
z[i in unit, 1] ~ Bernoulli(0.2 + 0.5 * g * p)
z[i in unit, t in 2..T] ~ Bernoulli(if z[i, t - 1] == g then p else 0.4)
y[i in unit, t in time] ~ Normal(z[i, t], 1)
""",
        {"y": [[0.1, 2.0, -1.0], [1.0, 1.0, 0.3]], "T": 3},
    ),
    "a mark at every step": (
        """\
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(1, 1)
z[1] ~ Bernoulli(0.3)
z[t in 2..T] ~ Bernoulli(if z[t - 1] == 1 then p else 0.4)
w[1] ~ Bernoulli(0.3)
w[t in 2..T] ~ Bernoulli(0.2 + 0.5 * p * z[t - 1] + 0.2 * z[t])
y[t in time] ~ Normal(z[t] + 2 * w[t], 1)
""",
        {"y": [0.1, 2.0, -1.0], "T": 3},
    ),
    "two chains that begin together": (
        """\
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(1, 1)
z[1] ~ Bernoulli(0.3)
z[t in 2..T] ~ Bernoulli(if z[t - 1] == 1 then p else 0.4)
w[1] ~ Bernoulli(0.2 + 0.5 * z[1])
w[t in 2..T] ~ Bernoulli(0.2 + 0.5 * p * w[t - 1] + 0.2 * z[t])
y[t in time] ~ Normal(z[t] + 2 * w[t], 1)
""",
        {"y": [0.1, 2.0, -1.0], "T": 3},
    ),
    "moves by a mark": (
        """\
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(1, 1)
w[t in time] ~ Bernoulli(p)
z[1] ~ Bernoulli(0.3)
z[t in 2..T] ~ Bernoulli(if z[t - 1] == w[t] then p else 0.4)
y[t in time] ~ Normal(z[t] + 2 * w[t], 1)
""",
        {"y": [0.1, 2.0, -1.0], "T": 3},
    ),
    "seen at the end and at odd times": (
        """\
data T: int
dim time = 1..T
dim row
data at[row]: time
data x[row]: real
data last: real
p ~ Beta(1, 1)
z[1] ~ Bernoulli(0.3)
z[t in 2..T] ~ Bernoulli(if z[t - 1] == 1 then p else 0.4)
x[r in row] ~ Normal(z[at[r]], 1)
last ~ Normal(z[T], 0.5)
""",
        {"at": [2, 2, 3], "x": [0.1, 2.0, -1.0], "last": 0.8, "T": 3},
    ),
    "counts": (
        """\
data T: int
dim time = 1..T
data y[time]: count
p ~ Beta(2, 2)
n[1] ~ Binomial(2, 0.5)
n[t in 2..T] ~ Binomial(2, 0.1 + 0.4 * p * n[t - 1])
y[t in time] ~ Poisson(1 + n[t])
""",
        {"y": [1, 3, 2], "T": 3},
    ),
    "derived in between": (
        """\
dim k = {a, b}
data T: int
dim time = 1..T
data y[time]: real
probs[r in k, k] ~ Dirichlet([1, 1])
pz[k] = [0.3, 0.7]
mu[s in k] ~ Normal(0, 2)
z[1] ~ Categorical(pz)
z[t in 2..T] ~ Categorical(probs[z[t - 1], :])
m[t in time] = mu[z[t]] * 2
y[1] ~ Normal(m[1], 1)
y[t in 2..T] ~ Normal(m[t] - m[t - 1], 1)
""",
        {"y": [0.1, 2.0, -1.0], "T": 3},
    ),
    "nothing else latent": (
        """\
dim k = {a, b}
data T: int
dim time = 1..T
data y[time]: real
move[r in k, c in k] = if r == c then 0.8 else 0.2
pz[k] = [0.3, 0.7]
mu[k] = [0, 1.5]
z[1] ~ Categorical(pz)
z[t in 2..T] ~ Categorical(move[z[t - 1], :])
y[t in time] ~ Normal(mu[z[t]], 1)
""",
        {"y": [0.1, 2.0, -1.0], "T": 3},
    ),
    "counts in three clauses": (
        """\
dim time
data y[time]: count
p ~ Beta(2, 2)
n[first] ~ Binomial(2, p)
n[first + 1] ~ Binomial(2, 0.2 + 0.3 * n[first])
n[t in time, t > first + 1] ~ Binomial(2, 0.1 + 0.3 * p * n[t - 1] + 0.1 * n[t - 2])
y[t in time] ~ Poisson(1 + n[t])
""",
        {"y": [1, 3, 2, 0]},
    ),
    "two chains that begin with each other and go on so": (
        """\
data T: int
dim time = 1..T
data y[time]: real
p ~ Beta(2, 2)
z[1] ~ Bernoulli(p)
z[t in 2..T] ~ Bernoulli(0.1 + 0.6 * p * w[t - 1])
w[1] ~ Bernoulli(0.1 + 0.5 * z[1])
w[t in 2..T] ~ Bernoulli(0.1 + 0.2 * w[t - 1] + 0.6 * z[t])
y[t in time] ~ Normal(w[t], 1)
""",
        {"y": [0.1, 2.0, -1.0, 0.4], "T": 4},
    ),
    "what was seen moves the states": (
        """\
dim time = {mon, tue, wed, thu}
data y[time]: real
a ~ Normal(0, 1)
z[first] ~ Bernoulli(0.3)
z[t in time, t > first] ~ Bernoulli(logit = a + z[t - 1] + y[t - 1])
y[t in time] ~ Normal(if t == first then a * z[first] else z[t] + y[t - 1], 1)
""",
        {"y": [0.1, 2.0, -1.0, 0.4]},
    ),
    "first of a dimension that only the data tell": (
        """\
dim k = 0..1
dim time
data y[time]: k
move[r in k, k] ~ Dirichlet([1, 2])
seen[r in k, k] ~ Dirichlet([2, 1])
z[first] ~ Categorical(uniform)
z[t in first + 1..last] ~ Categorical(move[z[t - 1], :])
y[first] ~ Categorical(seen[z[first], :])
y[t in first + 1..last] ~ Categorical(seen[z[t], :])
""",
        {"y": [0, 1, 1]},
    ),
    "some states in the data, moved by what was seen": (
        """\
data T: int
dim time = 1..T
data y[time]: real
data z[time]: bool
p ~ Beta(2, 2)
z[1] ~ Bernoulli(p)
z[t in 2..T] ~ Bernoulli(logit = z[t - 1] + 0.5 * y[t - 1])
y[1] ~ Normal(z[1], 1)
y[t in 2..T] ~ Normal(z[t] - p * z[t - 1], 1)
observe z missing impute
""",
        {"y": [0.1, 2.0, -1.0, 0.4], "z": [None, 1, None, None], "T": 4},
    ),
    "counts between ends": (
        """\
data T: int
dim time = 1..T
data y[time]: count
p ~ Beta(2, 2)
n[1] ~ Poisson(1) on (1, 3)
n[t in 2..T] ~ Poisson(0.5 + n[t - 1] * p) on (1, 3)
y[t in time] ~ Poisson(n[t])
""",
        {"y": [1, 3, 2], "T": 3},
    ),
}
