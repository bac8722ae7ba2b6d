def bind(data, sizes, labels, dtype=torch.float64):
    """What depends on data alone, computed once; every other function takes it as `bound`.

    data: name -> tensor; sizes: dimension -> length; labels: dimension -> its labels.
    """
    n_arm = sizes['arm']
    dose_free = n_arm - 2
    position_after_dose = 1 + dose_free
    at_arm_high = labels['arm'].index('high')
    at_arm_placebo = labels['arm'].index('placebo')
    dose_seen_at = torch.tensor([at_arm_high], dtype=torch.long)
    dose_seen_to = torch.full((1,), 1.0, dtype=dtype)
    dose_set_at = torch.tensor([at_arm_placebo], dtype=torch.long)
    dose_set_to = torch.full((1,), 0.0, dtype=dtype)
    k11 = torch.tensor(0.1, dtype=dtype)
    k12 = torch.tensor(1.2, dtype=dtype)
    k1 = torch.stack((k11, k12, torch.tensor(2.8, dtype=dtype)), -1)
    dose_free_at = torch.tensor([i for i in range(n_arm) if i not in (at_arm_high,
        at_arm_placebo,)], dtype=torch.long)
    k13 = torch.full((n_arm,), 0.0, dtype=dtype)
    k2 = k13.index_copy(-1, dose_seen_at, dose_seen_to)
    dose_scored = torch.tensor([i not in (at_arm_placebo,) for i in range(n_arm)]).reshape(n_arm)
    k3 = torch.tensor(0.0, dtype=dtype)
    k14 = torch.where(dose_scored, torch.tensor(1.0, dtype=dtype), 0.0)
    k4 = -2.0 * k14
    k5 = torch.full((dose_free,), 0.0, dtype=dtype)
    k6 = torch.tensor(-0.22579135264472738, dtype=dtype)
    k7 = torch.tensor(-2.0, dtype=dtype)
    k8 = torch.tensor(-3.6757541328186907, dtype=dtype)
    k9 = torch.tensor(-0.5, dtype=dtype)
    k10 = torch.tensor(2.0, dtype=dtype)
    return {'n_arm': n_arm, 'dose_free': dose_free, 'position_after_dose': position_after_dose,
        'dtype': dtype, 'dose_seen_at': dose_seen_at, 'dose_seen_to': dose_seen_to,
        'dose_set_at': dose_set_at, 'dose_set_to': dose_set_to, 'k1': k1,
        'dose_free_at': dose_free_at, 'k2': k2, 'dose_scored': dose_scored, 'k3': k3, 'k4': k4,
        'k5': k5, 'k6': k6, 'k7': k7, 'k8': k8, 'k9': k9, 'k10': k10}


def log_terms(values, bound):
    """Log density (nats) of each statement, in model space.

    values: name -> (*batch, *dimensions) for every latent variable; returns
    name -> (*batch,).
    """
    dose_seen_at = bound['dose_seen_at']
    dose_seen_to = bound['dose_seen_to']
    k1 = bound['k1']
    dose_set_at = bound['dose_set_at']
    dose_set_to = bound['dose_set_to']
    effect = values['effect']
    lp_effect = normal.log_prob(effect, 0.0, 1.0)
    dose_passed = values['dose']
    t1 = dose_seen_to.expand(dose_passed.shape[:-1] + (1,))
    dose = dose_passed.index_copy(-1, dose_seen_at, t1)
    lp_dose = normal.log_prob(dose, effect[..., None], 0.5).sum(-1)
    t2 = dose_set_to.expand(dose.shape[:-1] + (1,))
    dose_set = dose.index_copy(-1, dose_set_at, t2)
    lp_outcome = normal.log_prob(k1, 2.0 * dose_set, 1.0).sum(-1)
    return {'effect': lp_effect, 'dose': lp_dose, 'outcome': lp_outcome}


def constrain(position, bound):
    """Model-space values and log |d values / d position| (nats) at a position.

    position: (*batch, n). Returns name -> (*batch, *dimensions), and (*batch,).
    """
    n_arm = bound['n_arm']
    k2 = bound['k2']
    dose_free_at = bound['dose_free_at']
    k3 = bound['k3']
    effect = position[..., 0]
    u_dose = position[..., 1:]
    t1 = k2.expand(u_dose.shape[:-1] + (n_arm,))
    dose = t1.index_copy(-1, dose_free_at, u_dose)
    return ({'effect': effect, 'dose': dose}, k3.expand(position.shape[:-1]))


def complete(values, bound, batch, rng):
    """Latent, derived and forward-drawn variables, given the inferred ones.

    values: name -> (*batch, *dimensions). Returns the same with all other variables.
    """
    dose_seen_at = bound['dose_seen_at']
    dose_seen_to = bound['dose_seen_to']
    dose_set_at = bound['dose_set_at']
    dose_set_to = bound['dose_set_to']
    effect = values['effect']
    dose_passed = values['dose']
    t1 = dose_seen_to.expand(dose_passed.shape[:-1] + (1,))
    dose = dose_passed.index_copy(-1, dose_seen_at, t1)
    t2 = dose_set_to.expand(dose.shape[:-1] + (1,))
    dose_set = dose.index_copy(-1, dose_set_at, t2)
    return {'effect': effect, 'dose': dose_set}
