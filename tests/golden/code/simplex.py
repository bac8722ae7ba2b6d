def bind(data, sizes, labels, dtype=torch.float64):
    """What depends on data alone, computed once; every other function takes it as `bound`.

    data: name -> tensor; sizes: dimension -> length; labels: dimension -> its labels.
    """
    n_regime = sizes['regime']
    n_regime_less_1 = max(0, n_regime - 1)
    n_all_move = n_regime * n_regime_less_1
    position_after_move = n_regime_less_1 + n_all_move
    n_day = sizes['day']
    at_regime_calm = labels['regime'].index('calm')
    at_regime_wild = labels['regime'].index('wild')
    n_regime_less_at_regime_wild = n_regime - at_regime_wild
    n_regime_less_at_regime_wild_less_1 = n_regime_less_at_regime_wild - 1
    n_regime_less_at_regime_calm = n_regime - at_regime_calm
    n_regime_less_at_regime_calm_less_1 = n_regime_less_at_regime_calm - 1
    y = data['y']
    k1 = torch.tensor(1.0, dtype=dtype)
    k2 = torch.stack((torch.tensor(2.0, dtype=dtype), k1), -1)
    k3 = torch.stack((torch.tensor(9.0, dtype=dtype), k1), -1)
    basis_n_regime = simplex.basis(n_regime, dtype)
    k4 = torch.tensor(n_regime, dtype=dtype)
    k12 = 0.5 * k4.log()
    k13 = n_regime * k12
    k5 = k2 - 1.0
    k6 = k3 - 1.0
    k14 = n_regime * k3.sum(-1).lgamma() - n_regime * k3.lgamma().sum(-1)
    k7 = k12 + k13
    k8 = basis_n_regime.mT
    k15 = k2.sum(-1).lgamma() - k2.lgamma().sum(-1) + k14 + -0.9189385332046727 * n_day
    k9 = k15 + k12 + k13
    k10 = torch.tensor(-0.5, dtype=dtype)
    k11 = torch.tensor(-n_regime, dtype=dtype)
    return {'at_regime_calm': at_regime_calm, 'at_regime_wild': at_regime_wild,
        'n_regime_less_1': n_regime_less_1, 'n_regime': n_regime,
        'n_regime_less_at_regime_calm_less_1': n_regime_less_at_regime_calm_less_1,
        'n_regime_less_at_regime_wild_less_1': n_regime_less_at_regime_wild_less_1, 'n_day': n_day,
        'position_after_move': position_after_move, 'y': y, 'k1': k1, 'k2': k2, 'k3': k3,
        'basis_n_regime': basis_n_regime, 'k4': k4, 'k5': k5, 'k6': k6, 'k7': k7, 'k8': k8,
        'k9': k9, 'k10': k10, 'k11': k11}


def constrain(position, bound):
    """Model-space values and log |d values / d position| (nats) at a position.

    position: (*batch, n). Returns name -> (*batch, *dimensions), and (*batch,).
    """
    n_regime_less_1 = bound['n_regime_less_1']
    n_regime = bound['n_regime']
    basis_n_regime = bound['basis_n_regime']
    k7 = bound['k7']
    u_start = position[..., :n_regime_less_1]
    t1 = u_start @ basis_n_regime
    t2 = t1.logsumexp(-1)
    start = (t1 - t2[..., None]).exp()
    t3 = position[..., n_regime_less_1:]
    u_move = t3.unflatten(-1, (n_regime, n_regime_less_1))
    t4 = u_move @ basis_n_regime
    t5 = t4.logsumexp(-1)
    move = (t4 - t5[..., None]).exp()
    t6 = t1.sum(-1) - n_regime * t2 + (t4.sum(-1).sum(-1) - n_regime * t5.sum(-1))
    return ({'start': start, 'move': move}, t6 + k7)


def unconstrain(values, bound):
    """The unconstrained position (*batch, n) of model-space values; inverse of `constrain`."""
    k8 = bound['k8']
    start = values['start']
    move = values['move']
    t1 = move.log() @ k8
    return torch.cat((start.log() @ k8, t1.flatten(-2)), -1)
