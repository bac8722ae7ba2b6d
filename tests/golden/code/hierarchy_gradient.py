def log_density_and_gradient(position, bound):
    """Value and gradient of the unconstrained log density, Jacobian included (nats).

    position: (*batch, n). Returns (*batch,) and (*batch, n). Reverse mode, written out.
    """
    n_house = bound['n_house']
    k4 = bound['k4']
    k5 = bound['k5']
    k6 = bound['k6']
    log_radon = bound['log_radon']
    county_of = bound['county_of']
    floor = bound['floor']
    k7 = bound['k7']
    k8 = bound['k8']
    k9 = bound['k9']
    k10 = bound['k10']
    mu = position[..., 0]
    u_tau = position[..., 1]
    tau = u_tau.exp()
    t1 = tau * tau
    t2 = torch.addcmul(torch.addcmul(k4, mu, mu, value=-0.005), t1, k5)
    beta = position[..., 2]
    u_sigma = position[..., 3]
    sigma = u_sigma.exp()
    t3 = sigma * sigma
    t4 = torch.addcmul(torch.addcmul(t2, beta, beta, value=-0.005), t3, k5)
    alpha = position[..., 4:]
    t5 = alpha - mu[..., None]
    t6 = (t5 * t5).sum(-1) / t1
    t7 = torch.addcmul(torch.addcmul(t4, t6, k5), u_tau, k6)
    t8 = alpha.gather(-1, county_of.expand(alpha.shape[:-1] + (n_house,)))
    t9 = torch.addcmul(log_radon - t8, beta[..., None], floor, value=-1.0)
    t10 = (t9 * t9).sum(-1) / t3
    t11 = torch.addcmul(torch.addcmul(t7, t10, k5), u_sigma, k7)
    d_mu = torch.addcmul(t5.sum(-1) / t1, mu, k8)
    d_u_tau = t6 - t1 + k9
    t12 = t3.reciprocal()[..., None] * t9
    d_beta = torch.addcmul(t12 @ floor, beta, k8)
    d_u_sigma = t10 - t3 + k10
    t13 = torch.stack((d_mu, d_u_tau, d_beta, d_u_sigma), -1)
    t14 = torch.zeros_like(alpha).index_add(-1, county_of, t12)
    d_alpha = torch.addcmul(t14, t1.reciprocal()[..., None], t5, value=-1.0)
    return (t11 + u_tau + u_sigma, torch.cat((t13, d_alpha), -1))
