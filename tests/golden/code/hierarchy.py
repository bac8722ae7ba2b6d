def bind(data, sizes, labels, dtype=torch.float64):
    """What depends on data alone, computed once; every other function takes it as `bound`.

    data: name -> tensor; sizes: dimension -> length; labels: dimension -> its labels.
    """
    n_county = sizes['county']
    position_after_alpha = 4 + n_county
    n_house = sizes['house']
    floor = data['floor']
    county_of = data['county_of']
    log_radon = data['log_radon']
    k11 = -6.894629957686893 + -0.9189385332046727 * n_county
    k1 = torch.full((n_county,), 0.0, dtype=dtype)
    k2 = torch.tensor(0.0, dtype=dtype)
    k3 = torch.tensor(1.0, dtype=dtype)
    k4 = torch.tensor(k11 + -0.9189385332046727 * n_house, dtype=dtype)
    k5 = torch.tensor(-0.5, dtype=dtype)
    k6 = torch.tensor(-n_county, dtype=dtype)
    k7 = torch.tensor(-n_house, dtype=dtype)
    k8 = torch.tensor(-0.01, dtype=dtype)
    k9 = torch.tensor(1.0 - n_county, dtype=dtype)
    k10 = torch.tensor(1.0 - n_house, dtype=dtype)
    return {'n_house': n_house, 'n_county': n_county, 'position_after_alpha': position_after_alpha,
        'dtype': dtype, 'floor': floor, 'county_of': county_of, 'log_radon': log_radon, 'k1': k1,
        'k2': k2, 'k3': k3, 'k4': k4, 'k5': k5, 'k6': k6, 'k7': k7, 'k8': k8, 'k9': k9, 'k10': k10}


def log_terms(values, bound):
    """Log density (nats) of each statement, in model space.

    values: name -> (*batch, *dimensions) for every latent variable; returns
    name -> (*batch,).
    """
    log_radon = bound['log_radon']
    county_of = bound['county_of']
    floor = bound['floor']
    mu = values['mu']
    lp_mu = normal.log_prob(mu, 0.0, 10.0)
    tau = values['tau']
    lp_tau = halfnormal.log_prob(tau, 1.0)
    beta = values['beta']
    lp_beta = normal.log_prob(beta, 0.0, 10.0)
    sigma = values['sigma']
    lp_sigma = halfnormal.log_prob(sigma, 1.0)
    alpha = values['alpha']
    t1 = normal.log_prob(alpha, mu[..., None], tau[..., None])
    lp_alpha = t1.sum(-1)
    t2 = alpha[..., county_of] + beta[..., None] * floor
    lp_log_radon = normal.log_prob(log_radon, t2, sigma[..., None]).sum(-1)
    return {'mu': lp_mu, 'tau': lp_tau, 'beta': lp_beta, 'sigma': lp_sigma, 'alpha': lp_alpha,
        'log_radon': lp_log_radon}


def constrain(position, bound):
    """Model-space values and log |d values / d position| (nats) at a position.

    position: (*batch, n). Returns name -> (*batch, *dimensions), and (*batch,).
    """
    mu = position[..., 0]
    u_tau = position[..., 1]
    tau = u_tau.exp()
    beta = position[..., 2]
    u_sigma = position[..., 3]
    sigma = u_sigma.exp()
    alpha = position[..., 4:]
    return ({'mu': mu, 'tau': tau, 'beta': beta, 'sigma': sigma, 'alpha': alpha}, u_tau + u_sigma)


def simulate(values, bound, batch, rng):
    """Independent forward draws of every variable; observed ones are drawn too.

    values: the model's `param`s, if it has any. Returns name -> (*batch, *dimensions);
    a variable that was intervened on has the value that its children see.
    """
    n_county = bound['n_county']
    n_house = bound['n_house']
    dtype = bound['dtype']
    county_of = bound['county_of']
    floor = bound['floor']
    mu = normal.sample(0.0, 10.0, shape=(*batch,), rng=rng, dtype=dtype)
    tau = halfnormal.sample(1.0, shape=(*batch,), rng=rng, dtype=dtype)
    beta = normal.sample(0.0, 10.0, shape=(*batch,), rng=rng, dtype=dtype)
    sigma = halfnormal.sample(1.0, shape=(*batch,), rng=rng, dtype=dtype)
    t1 = tau[..., None]
    alpha = normal.sample(mu[..., None], t1, shape=(*batch, n_county), rng=rng)
    t2 = alpha[..., county_of] + beta[..., None] * floor
    log_radon = normal.sample(t2, sigma[..., None], shape=(*batch, n_house), rng=rng)
    return {'mu': mu, 'tau': tau, 'beta': beta, 'sigma': sigma, 'alpha': alpha,
        'log_radon': log_radon}
