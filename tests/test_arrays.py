"""Functions of whole arrays: value and emitted gradient against the reference, in every use."""

import nacre
import numpy as np
import pytest
import torch
from nacre.compiler.arrays import ARRAYS
from programs import arrays
from reference import gradient, log_density

# A symmetric, positive definite matrix C over `p`, a square one A, and vectors; all random.
SCENE = """
dim p = {a, b, c}, k = {one, two}, item = 1..4
s ~ HalfNormal(1)
v[i in p] ~ Normal(0, 1)
w[j in item, i in p] ~ Normal(0, 1)
B[i in p, j in k] ~ Normal(0, 1)
A[i in p, j in p] = tanh(v[i] + 2 * v[j]) / 3 + (2 + s) * (i == j)
C[i in p, j in p] = s^2 * exp(-0.5 * (v[i] - v[j])^2) + 0.5 * (i == j)
D[m in item, i in p, j in p] = C[i, j] + w[m, i] * w[m, j]
"""

USES = {
    "cholesky": "L = cholesky(C)\nx = sum(L) + L[b, a]",
    "cholesky, named axes": "L[p, p] = cholesky(C)\nx = sum(i in p)(L[i, i] * v[i])",
    "cholesky, indexed": "x = sum(i in p, j in p)(cholesky(C)[i, j] * v[i])",
    "cholesky of a plate": "L[m in item, p, p] = cholesky(D[m, :, :])\nx = sum(L)",
    "solve a vector": "y[p] = solve(A, v)\nx = sum(i in p)(y[i] * v[i])",
    "solve a matrix": "y = solve(A, B)\nx = y[a, one] * y[c, two] + y[b, one]",
    "solve for a plate": "y[m in item, p] = solve(A, w[m, :])\nx = sum(y)",
    "solve a plate": "y[m in item, p] = solve(D[m, :, :], v)\nx = sum(y)",
    "solve plate by plate": "y[m in item, p] = solve(D[m, :, :], w[m, :])\nx = sum(y)",
    "solve_lower": "x = sum(solve_lower(A, v)) + sum(solve_lower(cholesky(C), B))",
    "solve_lower for a plate": "y[m in item, p] = solve_lower(cholesky(C), w[m, :])\nx = sum(y)",
    "inverse": "Q = inverse(A)\nx = sum(i in p, j in p)(v[i] * Q[i, j] * v[j])",
    "logdet": "x = logdet(A) + logdet(C)",
    "logdet of a plate": "x = sum(m in item)(logdet(D[m, :, :]))",
    "det": "x = det(A)",
    "eigenvalues": "e = eigenvalues(C)\nx = log(e[a]) + e[b]^2 * e[c]",
    "eigenvectors": "E = eigenvectors(C)\nx = sum(i in p)(E[i, a]^2 * v[i] + E[i, c]^2)",
    "eigenvectors and values": "E = eigenvectors(C)\ne = eigenvalues(C)\n"
    "R[i in p, j in p] = sum(l in p)(E[i, l] * sqrt(e[l]) * E[j, l])\n"
    "x = R[a, b] + sum(R)",
    "transpose": "T = transpose(B)\nx = T[one, a] - sum(l in k)(T[l, b]^2)",
    "diagonal": "d = diagonal(A)\nx = sum(i in p)(d[i] * v[i])",
    "diag": "S = diag(v)\nx = logdet(C + diag(exp(v))) + S[a, b] + S[a, a]",
    "softmax": "q = softmax(v)\nx = log(q[a]) + sum(i in p)(q[i] * v[i])",
    "softmax of rows": "x = sum(m in item)(log(softmax(w[m, :])[b]))",
    "softmax of a gathered row": "data g[item]: item = [2, 2, 4, 1]\n"
    "x = sum(m in item)(softmax(w[g[m], :])[c]^2)",
    "log_softmax": "q[m in item, p] = log_softmax(2 * w[m, :])\nx = q[1, a] + q[3, b]",
    "cumsum": "q = cumsum(v)\nx = q[a] * q[b] * q[c]",
    "cumsum of columns": "q[i in p, item] = cumsum(w[:, i])\nx = sum(i in p)(q[i, 3] * q[i, 4])",
    "sort": "q = sort(v)\nx = q[a] + 2 * q[b] + 3 * q[c]",
    "sort of rows, at an index": "x = sum(m in item)(m * sort(w[m, :])[b])",
    "of literals": "x = sum(solve([[2 + s, 1], [1, 3]], [1, s])) + logdet([[2, s], [0, 1]])",
    "nested": "x = sum(softmax(cumsum(sort(v))) * diagonal(cholesky(C)))",
    "in a branch": "x = if s > 0.5 then sum(cholesky(C)) else sum(v)",
    "of data": "data M[p, p]: real = [[2, 1, 0], [1, 3, 1], [0, 1, 4]]\n"
    "L = cholesky(M)\nx = sum(i in p)(L[c, i] * v[i]) + logdet(M) * s",
}
every_use = pytest.mark.parametrize("text", USES.values(), ids=USES)


def compiled(text):
    model = nacre.compile(SCENE + text + "\nz ~ Normal(x, 1)\nobserve z = 0.5\n")
    return model.program()


def position(program, *batch):
    rng = torch.Generator().manual_seed(3)
    return 0.7 * torch.randn((*batch, program.n), dtype=torch.float64, generator=rng)


def test_every_function_is_used():
    assert all(any(f"{name}(" in text for text in USES.values()) for name in ARRAYS)


@every_use
def test_the_density_is_that_of_the_reference(text):
    program = compiled(text)
    values, _ = program.constrain(position(program))
    bound = program.bound
    context = arrays(bound.tensors), bound.sizes, bound.labels
    expected = log_density(program.graph, arrays(values), *context)
    assert program.log_density(values).item() == pytest.approx(expected, rel=1e-9)


@every_use
def test_the_emitted_gradient_is_that_of_the_reference(text):
    program = compiled(text)
    at, bound = position(program), program.bound

    def constrain(u):
        values, jacobian = program.constrain(torch.tensor(u))
        return arrays(values), float(jacobian)

    expected = gradient(
        program.graph, at.numpy(), constrain, arrays(bound.tensors), bound.sizes, bound.labels
    )
    _, found = program.log_density_and_gradient(at)
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-6)


@every_use
def test_any_batch_at_once(text):
    program = compiled(text)
    at = position(program, 2, 3)
    value, slope = program.log_density_and_gradient(at)
    mapped = torch.func.vmap(torch.func.vmap(program.log_density_and_gradient))(at)
    one_by_one = [program.log_density_and_gradient(row)[0] for row in at.reshape(6, -1)]
    torch.testing.assert_close(mapped, (value, slope))
    torch.testing.assert_close(value.flatten(), torch.stack(one_by_one))


@every_use
def test_one_graph_for_the_compiler_of_torch(text):
    torch._dynamo.reset()
    program = compiled(text)
    function = program._functions["log_density_and_gradient"]
    whole = torch.compile(function, fullgraph=True, backend="eager")
    at = position(program, 2)
    torch.testing.assert_close(whole(at, program._bound), program.log_density_and_gradient(at))
