def bind(data, sizes, labels, dtype=torch.float64):
    """What depends on data alone, computed once; every other function takes it as `bound`.

    data: name -> tensor; sizes: dimension -> length; labels: dimension -> its labels.
    """
    guess = data['guess']
    k1 = torch.cat((guess[..., None], torch.full((1,), 0.0, dtype=dtype)), -1)
    k2 = torch.tensor(0.0, dtype=dtype)
    k3 = torch.tensor(9.5, dtype=dtype)
    k4 = torch.tensor(-1.5501949939575645, dtype=dtype)
    k5 = torch.tensor(1.7777777777777777, dtype=dtype)
    k6 = torch.tensor(-0.6312564607528919, dtype=dtype)
    k7 = torch.tensor(1.0, dtype=dtype)
    return {'guess': guess, 'k1': k1, 'k2': k2, 'k3': k3, 'k4': k4, 'k5': k5, 'k6': k6, 'k7': k7}


def log_terms(values, bound):
    """Log density (nats) of each statement, in model space.

    values: name -> (*batch, *dimensions) for every latent variable; returns
    name -> (*batch,).
    """
    guess = bound['guess']
    weight = values['weight']
    lp_weight = normal.log_prob(weight, guess, 1.0)
    lp_measurement = normal.log_prob(9.5, weight, 0.75)
    return {'weight': lp_weight, 'measurement': lp_measurement}


def log_density(values, bound):
    """Joint log density (nats) in model space, without any Jacobian: (*batch,)."""
    total = sum(log_terms(values, bound).values())
    return total


def log_density_and_gradient(position, bound):
    """Value and gradient of the unconstrained log density, Jacobian included (nats).

    position: (*batch, n). Returns (*batch,) and (*batch, n). Reverse mode, written out.
    """
    k4 = bound['k4']
    guess = bound['guess']
    k3 = bound['k3']
    k5 = bound['k5']
    weight = position[..., 0]
    t1 = weight - guess
    t2 = k3 - weight
    t3 = torch.addcmul(k4, t1, t1, value=-0.5)
    t4 = torch.addcmul(t3, t2, t2, value=-0.8888888888888888)
    d_weight = torch.addcmul(-t1, t2, k5)
    return (t4, d_weight[..., None])
