"""Differential equations for the reference evaluator: scipy solves them, one system at a time."""

import numpy as np
from scipy.integrate import solve_ivp

TIGHT = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-13}


def solved(reading, system, state, env):
    """One state at the time and element of ``env``; ``reading`` evaluates the formulas."""
    plates = {p: env[p] for p in system.plates}
    key = system.names, tuple(env[p][1] for p in system.plates)
    if key not in reading.courses:
        reading.courses[key] = _course(reading, system, plates)
    at = _offset(reading, system, state) + _place(reading, system.states[state].own, env)
    return reading.courses[key][env[system.over][1], at]


def _course(reading, system, plates):
    """The states, in a row, at every time: (times, states)."""
    lead = tuple(at[1] for at in plates.values())
    sizes = [reading.shape(s.local.type.event) for s in system.states]

    def each(formulas):
        return np.array(
            [
                float(reading.value(formula, env))
                for s, formula in zip(system.states, formulas, strict=True)
                for env in reading.instances(s.own, plates)
            ]
        )

    def slope(t, y):
        now = np.full(reading.shape(system.time.type.event), np.nan)
        now[lead] = t
        reading.present[system.time.name] = now
        at = 0
        for s, shape in zip(system.states, sizes, strict=True):
            own = int(np.prod(shape[len(lead) :], dtype=int))
            whole = np.full(shape, np.nan)
            whole[lead] = y[at : at + own].reshape(shape[len(lead) :])
            reading.present[s.name] = whole
            at += own
        return each([s.slope for s in system.states])

    start = each([s.start for s in system.states])
    begin = float(reading.value(system.start, plates))
    times = np.array(
        [float(reading.value(system.times, e)) for e in reading.instances([system.over], plates)]
    )
    later = times > begin
    found = np.tile(start, (len(times), 1))
    if later.any():
        run = solve_ivp(slope, (begin, times[-1]), start, t_eval=times[later], **TIGHT)
        assert run.success, run.message
        found[later] = run.y.T
    return found


def _offset(reading, system, state):
    plates = len(system.plates)
    before = system.states[:state]
    return sum(int(np.prod(reading.shape(s.local.type.event)[plates:], dtype=int)) for s in before)


def _place(reading, own, env):
    """Position of an element in its family, row by row."""
    at = 0
    for v in own:
        at = at * reading.size(v.dim) + env[v][1]
    return at
