def log_terms(values, bound):
    """Log density (nats) of each statement, in model space.

    values: name -> (*batch, *dimensions) for every latent variable; returns
    name -> (*batch,).
    """
    k3 = bound['k3']
    low = values['low']
    lp_low = normal.log_prob(low, 0.0, 1.0)
    width = values['width']
    lp_width = halfnormal.log_prob(width, 1.0)
    between = values['between']
    t1 = 0.5 * torch.erfc(low / 2.0 * -0.7071067811865476)
    t2 = 0.5 * torch.erfc(-0.5 * low * -0.7071067811865476)
    t3 = low + width
    t4 = 0.5 * torch.erfc(-0.5 * t3 * -0.7071067811865476)
    t5 = 0.5 * torch.erfc(t3 / 2.0 * -0.7071067811865476) - t1
    lp_between = normal.log_prob(between, 0.0, 2.0) - torch.where(t1 > 0.5, t2 - t4, t5).log()
    above = values['above']
    lp_above = gamma.log_prob(above, 2.0, 1.0) - k3
    lp_y = normal.log_prob(1.5, between * above, 1.0)
    return {'low': lp_low, 'width': lp_width, 'between': lp_between, 'above': lp_above, 'y': lp_y}


def constrain(position, bound):
    """Model-space values and log |d values / d position| (nats) at a position.

    position: (*batch, n). Returns name -> (*batch, *dimensions), and (*batch,).
    """
    low = position[..., 0]
    u_width = position[..., 1]
    width = u_width.exp()
    u_between = position[..., 2]
    between = low + width * u_between.sigmoid()
    u_above = position[..., 3]
    above = u_above.exp() + 1.0
    t1 = torch.nn.functional.logsigmoid(-u_between)
    t2 = u_width + (torch.nn.functional.logsigmoid(u_between) + t1)
    return ({'low': low, 'width': width, 'between': between, 'above': above}, u_width + t2 +
        u_above)


def unconstrain(values, bound):
    """The unconstrained position (*batch, n) of model-space values; inverse of `constrain`."""
    low = values['low']
    width = values['width']
    between = values['between']
    t1 = (between - low).log() - (low + width - between).log()
    above = values['above']
    return torch.stack((low, width.log(), t1, (above - 1.0).log()), -1)


def simulate(values, bound, batch, rng):
    """Independent forward draws of every variable; observed ones are drawn too.

    values: the model's `param`s, if it has any. Returns name -> (*batch, *dimensions);
    a variable that was intervened on has the value that its children see.
    """
    dtype = bound['dtype']
    low = normal.sample(0.0, 1.0, shape=(*batch,), rng=rng, dtype=dtype)
    width = halfnormal.sample(1.0, shape=(*batch,), rng=rng, dtype=dtype)
    between = normal.sample(0.0, 2.0, low=low, high=low + width, shape=(*batch,), rng=rng)
    above = gamma.sample(2.0, 1.0, low=1.0, shape=(*batch,), rng=rng, dtype=dtype)
    y = normal.sample(between * above, 1.0, shape=(*batch,), rng=rng)
    return {'low': low, 'width': width, 'between': between, 'above': above, 'y': y}
