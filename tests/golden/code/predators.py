def log_terms(values, bound):
    """Log density (nats) of each statement, in model space.

    values: name -> (*batch, *dimensions) for every latent variable; returns
    name -> (*batch,).
    """
    y = bound['y']
    k1 = bound['k1']
    ts = bound['ts']
    alpha = values['alpha']
    lp_alpha = halfnormal.log_prob(alpha, 1.0)
    beta = values['beta']
    lp_beta = halfnormal.log_prob(beta, 0.1)
    u_v_path = ode.solve(slope_u_v, pull_u_v, bound, k1, 0.0, ts, (beta, alpha), ranks=(0, 0),
        plates=0, rtol=1e-08, atol=1e-09, max_steps=10000)
    u_v = u_v_path.values
    u = u_v[..., 0]
    lp_y = lognormal.log_prob(y, u.log(), 0.25).sum(-1)
    return {'alpha': lp_alpha, 'beta': lp_beta, 'y': lp_y}


def log_density_and_gradient(position, bound):
    """Value and gradient of the unconstrained log density, Jacobian included (nats).

    position: (*batch, n). Returns (*batch,) and (*batch, n). Reverse mode, written out.
    """
    k2 = bound['k2']
    k1 = bound['k1']
    ts = bound['ts']
    k5 = bound['k5']
    k3 = bound['k3']
    k4 = bound['k4']
    k6 = bound['k6']
    k7 = bound['k7']
    u_alpha = position[..., 0]
    alpha = u_alpha.exp()
    u_beta = position[..., 1]
    beta = u_beta.exp()
    t1 = torch.addcmul(u_alpha, alpha, alpha, value=-0.5)
    t2 = torch.addcmul(t1, beta, beta, value=-49.99999999999999)
    u_v_path = ode.solve(slope_u_v, pull_u_v, bound, k1, 0.0, ts, (beta, alpha), ranks=(0, 0),
        plates=0, rtol=1e-08, atol=1e-09, max_steps=10000, keep=True)
    u_v = u_v_path.values
    u = u_v[..., 0]
    t3 = k2 - u.log()
    t4 = torch.addcmul(t2, (t3 * t3).sum(-1), k5) + u_beta
    d_u = k6 * t3 / u
    d_u_v = torch.nn.functional.pad(d_u[..., None], (0, 1))
    t5 = u_v_path.pull(d_u_v)
    d_alpha = t5[4] - alpha
    d_u_alpha = torch.addcmul(k4, d_alpha, alpha)
    d_beta = torch.addcmul(t5[3], beta, k7)
    d_u_beta = torch.addcmul(k4, d_beta, beta)
    return (t4 + k3, torch.stack((d_u_alpha, d_u_beta), -1))


def slope_u_v(t, state, beta, alpha, bound):
    """Derivative of the state by time."""
    v = state[..., 1]
    u = state[..., 0]
    return torch.stack(((alpha - beta * v) * u, (0.02 * u - 0.8) * v), -1)


def pull_u_v(t, state, adjoint, beta, alpha, bound):
    """What flows back from `slope_u_v` to the state and to what is fixed."""
    k8 = bound['k8']
    k9 = bound['k9']
    t1 = adjoint[..., 0]
    v = state[..., 1]
    t2 = adjoint[..., 1]
    t3 = t1 * torch.addcmul(alpha, beta, v, value=-1.0)
    d_u = torch.addcmul(t3, t2, v, value=0.02)
    u = state[..., 0]
    d_alpha = t1 * u
    d_v = torch.addcmul(t2 * torch.addcmul(k8, u, k9), d_alpha, beta, value=-1.0)
    d_state = torch.stack((d_u, d_v), -1)
    d_beta = -(d_alpha * v)
    return (d_state, d_beta, d_alpha)
