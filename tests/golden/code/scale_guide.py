def guide_draw(params, normals, uniforms, bound, batch, rng):
    """Draws from the guide: values, log q and log p (nats) of each.

    params (*batch, n_params); normals, uniforms: standard noise, as long as `lengths` says.
    """
    guess = bound['guess']
    a = params[..., 0]
    u_b = params[..., 1]
    b = u_b.exp()
    weight = a + b * normals[..., 0]
    lq_weight = normal.log_prob(weight, a, b)
    lp_weight = normal.log_prob(weight, guess, 1.0)
    lp_measurement = normal.log_prob(9.5, weight, 0.75)
    log_p = lp_weight + lp_measurement
    return ({'weight': weight}, lq_weight, log_p)


def guide_elbo_and_gradient(params, normals, uniforms, baseline, bound, batch, rng):
    """One-draw ELBO (nats) and its gradient by the unconstrained parameters.

    params (*batch, n_params); normals, uniforms: standard noise. baseline and the
    returned reward (*batch, n_sites) belong to the draws without a pathwise gradient.
    """
    k6 = bound['k6']
    guess = bound['guess']
    k3 = bound['k3']
    k5 = bound['k5']
    k7 = bound['k7']
    a = params[..., 0]
    u_b = params[..., 1]
    b = u_b.exp()
    t1 = normals[..., 0]
    weight = torch.addcmul(a, b, t1)
    t2 = weight - guess
    t3 = k3 - weight
    t4 = torch.addcmul(k6, t2, t2, value=-0.5)
    t5 = torch.addcmul(t4, t3, t3, value=-0.8888888888888888)
    d_a = torch.addcmul(-t2, t3, k5)
    d_b = d_a * t1
    d_u_b = torch.addcmul(k7, d_b, b)
    return (torch.addcmul(t5, t1, t1, value=0.5) + u_b, torch.stack((d_a, d_u_b), -1),
        params[..., :0])
