def bind(data, sizes, labels, dtype=torch.float64):
    """What depends on data alone, computed once; every other function takes it as `bound`.

    data: name -> tensor; sizes: dimension -> length; labels: dimension -> its labels.
    """
    n_time = sizes['time']
    T = data['T']
    end_1 = int(T)
    n_t_1 = max(0, end_1 - 2 + 1)
    first_time = int(labels['time'][0]) if labels['time'] else 1
    y = data['y']
    k11 = (torch.arange(n_t_1) + 2).to(dtype)
    k1 = y[..., (k11 - first_time).long()]
    k2 = y[..., (k11 - 1.0 - first_time).long()]
    k12 = -1.4561619201072191 + -0.9189385332046727 * n_t_1
    k3 = torch.tensor(0.0, dtype=dtype)
    k13 = (torch.arange(n_time) + first_time).to(dtype)
    k4 = (k13 >= 2.0) & (k13 <= T)
    k5 = torch.tensor(-1.0, dtype=dtype)
    k6 = torch.tensor(2.0, dtype=dtype)
    k7 = torch.tensor(k12 + 0.6931471805599453, dtype=dtype)
    k8 = torch.tensor(-0.5, dtype=dtype)
    k9 = torch.tensor(1.0, dtype=dtype)
    k10 = torch.tensor(0.6931471805599453, dtype=dtype)
    return {'n_time': n_time, 'dtype': dtype, 'y': y, 'k1': k1, 'k2': k2, 'k3': k3, 'k4': k4,
        'k5': k5, 'k6': k6, 'k7': k7, 'k8': k8, 'k9': k9, 'k10': k10}


def log_terms(values, bound):
    """Log density (nats) of each statement, in model space.

    values: name -> (*batch, *dimensions) for every latent variable; returns
    name -> (*batch,).
    """
    k1 = bound['k1']
    k2 = bound['k2']
    mu = values['mu']
    lp_mu = normal.log_prob(mu, 0.0, 1.0)
    phi = values['phi']
    lp_phi = normal.log_prob(phi, 0.0, 1.0) + 0.38171514630212616
    t1 = mu[..., None]
    t2 = normal.log_prob(k1, t1 + phi[..., None] * (k2 - t1), 1.0)
    lp_y = t2.sum(-1)
    return {'mu': lp_mu, 'phi': lp_phi, 'y': lp_y}


def log_density_and_gradient(position, bound):
    """Value and gradient of the unconstrained log density, Jacobian included (nats).

    position: (*batch, n). Returns (*batch,) and (*batch, n). Reverse mode, written out.
    """
    k7 = bound['k7']
    k5 = bound['k5']
    k6 = bound['k6']
    k1 = bound['k1']
    k2 = bound['k2']
    k8 = bound['k8']
    k9 = bound['k9']
    mu = position[..., 0]
    u_phi = position[..., 1]
    t1 = u_phi.sigmoid()
    phi = torch.addcmul(k5, t1, k6)
    t2 = torch.addcmul(torch.addcmul(k7, mu, mu, value=-0.5), phi, phi, value=-0.5)
    t3 = mu[..., None]
    t4 = k2 - t3
    t5 = torch.addcmul(k1 - t3, phi[..., None], t4, value=-1.0)
    t6 = torch.addcmul(t2, (t5 * t5).sum(-1), k8)
    t7 = -u_phi
    t8 = t6 + torch.nn.functional.logsigmoid(u_phi)
    t9 = t5.sum(-1)
    d_mu = torch.addcmul(t9, phi, t9, value=-1.0) - mu
    d_u_phi = t7.sigmoid() - t1
    d_phi = (t5 * t4).sum(-1) - phi
    d_u_phi_2 = torch.addcmul(d_u_phi, d_phi, t1 * (k9 - t1), value=2.0)
    return (t8 + torch.nn.functional.logsigmoid(t7), torch.stack((d_mu, d_u_phi_2), -1))
