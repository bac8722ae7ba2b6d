"""Differential equations: a solution with its gradient, beside torchdiffeq.

    python benchmarks/odes.py

Milliseconds of processor time, the best of four, or of as many as take 4 s. Both get the same
right-hand side, tolerances and times, and give the sum of all states and its gradient. torchdiffeq
is differentiated by autograd through its steps and by its adjoint equation; a batch of its chains
has one step. Errors are relative to the sum and to the largest element of the gradient, against
scipy's Radau at 1e-10.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from emitted import generated
from scipy.integrate import solve_ivp
from torch import Tensor

from nacre.runtime.program import Program

Equations = Callable[[Sequence[Tensor], Sequence[Tensor]], Sequence[Tensor]]
RTOL, ATOL = 1e-6, 1e-9
MOST_STEPS = 400_000
CHAINS = (1, 64)


@dataclass(frozen=True)
class Case:
    """A system, in the language and once more in Python.

    Attributes:
        chains: in one batch; where they differ, their first parameter does.
        methods: of Nacre's that are measured.
    """

    name: str
    body: str
    equations: Equations
    start: Mapping[str, float]
    parameters: Mapping[str, float]
    times: Sequence[float]
    chains: int
    methods: Sequence[str]

    def values(self) -> list[Tensor]:
        """Each parameter, ``(chains,)``."""
        spread = torch.linspace(0.9, 1.1, self.chains, dtype=torch.float64)
        spread = spread if self.chains > 1 else torch.ones(1, dtype=torch.float64)
        plain = torch.ones(self.chains, dtype=torch.float64)
        first, *rest = self.parameters.values()
        return [first * spread, *(x * plain for x in rest)]


def cases() -> list[Case]:
    """Predators and prey, and a drug that binds its target."""
    prey = [
        Case(
            "predators and prey", "u' = (a - b * v) * u from 30\n    v' = (d * u - c) * v from 4",
            lambda y, p: ((p[0] - p[1] * y[1]) * y[0], (p[3] * y[0] - p[2]) * y[1]),
            {"u": 30.0, "v": 4.0}, {"a": 0.55, "b": 0.028, "c": 0.8, "d": 0.024},
            np.arange(1.0, 21.0).tolist(), chains, ("nonstiff",),
        )
        for chains in CHAINS
    ]  # fmt: skip
    return [*prey, _binding(1e2)]


def _binding(rate: float) -> Case:
    def equations(y: Sequence[Tensor], p: Sequence[Tensor]) -> Sequence[Tensor]:
        bind = p[0] * y[0] * y[1] - p[1] * y[2]
        return (-bind - p[2] * y[0], 0.2 - 0.2 * y[1] - bind, bind - p[3] * y[2])

    body = (
        "bind = on * drug * target - off * complex\n    drug' = -bind - el * drug from 10\n"
        "    target' = 0.2 - 0.2 * target - bind from 1\n    complex' = bind - in_ * complex from 0"
    )
    return Case(
        f"binding at rate {rate:g}", body, equations, {"drug": 10.0, "target": 1.0, "complex": 0.0},
        {"on": rate, "off": rate / 10, "el": 0.1, "in_": 0.5}, (0.5, 1.0, 2.0), 1,
        ("nonstiff", "stiff"),
    )  # fmt: skip


def program(case: Case, method: str) -> Program:
    """The sum of all states as a term of a log density, under flat priors."""
    text = "dim row\ndata ts[row]: positive\n"
    text += "".join(f"{name} ~ Flat()\n" for name in case.parameters)
    text += f"ode t[n in row] = ts[n] from 0, method = {method}, max_steps = {MOST_STEPS} {{\n"
    text += f"    {case.body}\n}}\n"
    text += "factor total = " + " + ".join(f"sum(n in row)({s}[n])" for s in case.start) + "\n"
    return generated(case.name, text, {"ts": list(case.times)})


def ours(case: Case, method: str) -> Callable[[], tuple[Tensor, Tensor]]:
    """Nacre: sums ``(chains,)`` and gradients ``(chains, parameters)``."""
    made = program(case, method)
    at = torch.stack(case.values(), -1)
    return lambda: made.log_density_and_gradient(at)


def theirs(case: Case, way: str, method: str = "dopri5") -> Callable[[], tuple[Tensor, Tensor]]:
    """torchdiffeq, by autograd through its steps or by the adjoint equation."""
    import torchdiffeq

    class Field(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.p = torch.nn.Parameter(torch.stack(case.values()))

        def forward(self, t: Tensor, y: Tensor) -> Tensor:
            return torch.stack(tuple(case.equations(tuple(y), tuple(self.p))))

    times = torch.tensor([0.0, *case.times], dtype=torch.float64)
    plain = torch.tensor(list(case.start.values()), dtype=torch.float64)
    start = plain[:, None].expand(-1, case.chains).contiguous()
    solve = torchdiffeq.odeint if way == "autograd" else torchdiffeq.odeint_adjoint

    def run() -> tuple[Tensor, Tensor]:
        field = Field()
        path = solve(field, start, times, rtol=RTOL, atol=ATOL, method=method)
        total = path[1:].sum((0, 1))
        (slope,) = torch.autograd.grad(total.sum(), field.p)
        return total.detach(), slope.T

    return run


def exact(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Sums and gradients by scipy: finite differences of an implicit method at 1e-10."""
    values = torch.stack(case.values(), -1).numpy()
    picked = values[[0, -1]] if case.chains > 1 else values

    def total(p: np.ndarray) -> float:
        def slope(t: float, y: np.ndarray) -> Sequence[float]:
            return case.equations(y, p)  # type: ignore[arg-type, return-value]

        t, y, found = 0.0, np.array(list(case.start.values())), 0.0
        for end in case.times:
            y = solve_ivp(slope, (t, end), y, "Radau", rtol=1e-10, atol=1e-13).y[:, -1]
            t, found = end, found + float(y.sum())
        return found

    sums = np.array([total(p) for p in picked])
    slopes = np.empty_like(picked)
    for i, p in enumerate(picked):
        for j in range(len(p)):
            step = 1e-4 * p[j] * np.eye(len(p))[j]
            slopes[i, j] = (total(p + step) - total(p - step)) / (2e-4 * p[j])
    return sums, slopes * picked


def measured(run: Callable[[], tuple[Tensor, Tensor]]) -> tuple[float, tuple[Tensor, Tensor]]:
    """Milliseconds of processor time, the best of some, and what came out."""
    found, best, spent = None, math.inf, 0.0
    for _ in range(4):  # the first fills caches
        began = time.process_time()
        found = run()
        took = time.process_time() - began
        best, spent = min(best, took), spent + took
        if spent > 4:
            break
    return 1000 * best, found


def main() -> None:
    """Print a table: what was solved, by whom, milliseconds, the ratio to Nacre's best, errors."""
    torch.set_num_threads(1)
    print("| system | chains | solver | ms | × Nacre | error | of the gradient |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for case in cases():
        runs = {f"Nacre, {m}": ours(case, m) for m in case.methods}
        runs |= {f"torchdiffeq dopri5, {way}": theirs(case, way) for way in ("autograd", "adjoint")}
        sums, slopes = exact(case)
        rows: list[tuple[str, float, float, float]] = []
        for name, run in runs.items():
            try:
                ms, (value, slope) = measured(run)
            except AssertionError as failure:  # so torchdiffeq says that a step became too short
                print(f"| {case.name} | {case.chains} | {name} | fails: {failure} | | | |")
                continue
            scaled = (slope * torch.stack(case.values(), -1)).numpy()
            ends = [0, -1] if case.chains > 1 else [0]
            wrong = np.abs(value.detach().numpy()[ends] / sums - 1).max()
            off = (np.abs(scaled[ends] - slopes) / np.abs(slopes).max(-1, keepdims=True)).max()
            rows.append((name, ms, float(wrong), float(off)))
        best = min(ms for name, ms, *_ in rows if name.startswith("Nacre"))
        for name, ms, wrong, off in rows:
            print(f"| {case.name} | {case.chains} | {name} | {ms:.3g} | {ms / best:.2g} "
                  f"| {wrong:.0e} | {off:.0e} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
