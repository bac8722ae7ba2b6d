def guide_initial(bound):
    """Unconstrained starting values of the guide's parameters: (n_params,)."""
    k4 = bound['k4']
    return k4


def guide_draw(params, normals, uniforms, bound, batch, rng):
    """Draws from the guide: values, log q and log p (nats) of each.

    params (*batch, n_params); normals, uniforms: standard noise, as long as `lengths` says.
    """
    n_coin = bound['n_coin']
    k3 = bound['k3']
    k2 = bound['k2']
    u_p = params[..., 0]
    p = u_p.sigmoid()
    fair = bernoulli.sample(p, shape=(*batch,), rng=rng)
    u_q = params[..., 1:]
    q = u_q.sigmoid()
    heads = bernoulli.sample(q, shape=(*batch, n_coin), rng=rng)
    lq_fair = bernoulli.log_prob(fair, p)
    lq_heads = bernoulli.log_prob(heads, q).sum(-1)
    log_q = lq_fair + lq_heads
    lp_fair = bernoulli.log_prob(fair, 0.9)
    t1 = bernoulli.log_prob(heads, torch.where(fair != 0, k3, 0.8)[..., None])
    lp_heads = t1.sum(-1)
    lp_seen = normal.log_prob(k2, heads, 0.3).sum(-1)
    log_p = lp_fair + lp_heads + lp_seen
    return ({'fair': fair, 'heads': heads}, log_q, log_p)
